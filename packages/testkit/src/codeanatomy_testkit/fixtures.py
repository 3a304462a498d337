"""The fixtures: the native runtime and its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from codeanatomy_testkit.native_plugin import demand

if TYPE_CHECKING:
    from datafusion import SessionContext


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
