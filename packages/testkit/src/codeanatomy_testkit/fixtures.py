"""The fixtures: sessions, Delta tables, comparisons of results and plans, tables of cases."""

# pyarrow has no annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownLambdaType=false, reportUnknownParameterType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from codeanatomy_testkit.goldens_plugin import make_golden
from codeanatomy_testkit.native_plugin import demand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa
    from datafusion import SessionContext

    from codeanatomy_testkit.delta_tables import DeltaDirectory
    from codeanatomy_testkit.goldens import Golden
    from codeanatomy_testkit.udf_cases import UdfCases


@pytest.fixture(scope="session")
def require_native_runtime(pytestconfig: pytest.Config) -> object:
    """Give what the probe found: versions and capabilities of the native runtime of the run.

    Returns:
        With the probe of the test kit, a `codeanatomy_testkit.native.NativeRuntime`. Where the
        engine is broken the test is an error, never a skip.
    """
    return demand(pytestconfig)


@pytest.fixture
def native_session(pytestconfig: pytest.Config) -> SessionContext:
    """Give a fresh `datafusion.SessionContext` with CodeAnatomy's library installed."""
    demand(pytestconfig)
    from codeanatomy import connect  # noqa: PLC0415 - a run without this fixture loads less

    return connect()


@pytest.fixture
def delta_dir(pytestconfig: pytest.Config, tmp_path: Path) -> DeltaDirectory:
    """Give an empty directory that makes real Delta tables."""
    demand(pytestconfig)
    from codeanatomy_testkit.delta_tables import DeltaDirectory  # noqa: PLC0415

    directory = tmp_path / "delta"
    directory.mkdir()
    return DeltaDirectory(directory)


@pytest.fixture
def assert_plan() -> Callable[..., None]:
    """Give `codeanatomy_testkit.plans.assert_plan`."""
    from codeanatomy_testkit.plans import assert_plan  # noqa: PLC0415

    return assert_plan


@pytest.fixture
def assert_same_result() -> Callable[..., None]:
    """Give `codeanatomy_testkit.results.assert_same_result`."""
    from codeanatomy_testkit.results import assert_same_result  # noqa: PLC0415

    return assert_same_result


@pytest.fixture
def udf_cases(native_session: SessionContext) -> UdfCases:
    """Give what runs a table of calls and answers over every layout of the arguments."""
    from codeanatomy_testkit.udf_cases import UdfCases  # noqa: PLC0415

    return UdfCases(native_session)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Give what compares with the files in `goldens` beside the test, or writes them."""
    return make_golden(request)


@pytest.fixture
def slt_runner(native_session: SessionContext) -> Callable[[str], pa.Table]:
    """Give what runs a statement of a `.slt` file to its end; a project may have its own."""
    import pyarrow  # noqa: ICN001, PLC0415
    from codeanatomy.session import run_sql  # noqa: PLC0415

    return lambda sql: pyarrow.table(run_sql(native_session, sql))
