"""The hooks and fixtures that pytest loads through the entry point `codeanatomy-testkit`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from codeanatomy_testkit import triage_plugin
from codeanatomy_testkit.native import BrokenRuntime, NativeRuntime, find_native_runtime

if TYPE_CHECKING:
    from datafusion import SessionContext

BROKEN_EXIT_CODE = 2
MARKER = "native: needs the native engine; fails, and never skips, where its contract is broken"
RUNTIME = pytest.StashKey[NativeRuntime | BrokenRuntime]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--native` and `--triage`."""
    group = parser.getgroup("codeanatomy")
    triage_plugin.add_option(group)
    group.addoption(
        "--native",
        choices=("required", "report"),
        default="required",
        help="a broken native engine ends the run with exit code 2 (required, the default), "
        "or fails the tests that need it, one by one (report)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Bind the engine before any `conftest.py` can import `datafusion`, and check it.

    Raises:
        SystemExit: With code 2, if the engine is broken and required. pytest has no session yet
            that could be ended in another way.
    """
    namespace = early_config.known_args_namespace
    if namespace.help or namespace.version:
        return
    runtime = runtime_of(early_config)
    if "PYTEST_XDIST_WORKER" in os.environ:
        # A worker, or a run that a test in a worker started; only `pytest_configure` can tell.
        return
    if isinstance(runtime, BrokenRuntime) and namespace.native == "required":
        sys.stderr.write(f"{runtime}\n")
        raise SystemExit(BROKEN_EXIT_CODE)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that strict configurations know it, and end what is still to end."""
    config.addinivalue_line("markers", MARKER)
    triage_plugin.register(config)
    if hasattr(config, "workerinput") or config.option.help:
        # The controller has checked its own engine; where only a worker's is broken, tests fail.
        return
    runtime = runtime_of(config)
    if isinstance(runtime, BrokenRuntime) and config.getoption("native") == "required":
        pytest.exit(str(runtime), returncode=BROKEN_EXIT_CODE)


def pytest_report_header(config: pytest.Config) -> str:
    """Name the engine's versions in the head of the report."""
    return f"codeanatomy: {runtime_of(config)}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test that is marked `native` where the engine is broken."""
    if item.get_closest_marker("native") is not None:
        demand(item.config)


@pytest.fixture(scope="session")
def require_native_runtime(pytestconfig: pytest.Config) -> NativeRuntime:
    """Give the native engine of the run.

    Returns:
        Its versions and profile. Where the engine is broken the test is an error, never a skip.
    """
    return demand(pytestconfig)


@pytest.fixture
def native_session(pytestconfig: pytest.Config) -> SessionContext:
    """Give a fresh `datafusion.SessionContext` with the native library installed."""
    demand(pytestconfig)
    from codeanatomy import connect  # noqa: PLC0415 - a run without this fixture loads less

    return connect()


def demand(config: pytest.Config) -> NativeRuntime:
    """Return the engine, or fail the test at hand with the reason why it is broken."""
    runtime = runtime_of(config)
    if isinstance(runtime, BrokenRuntime):
        pytest.fail(str(runtime), pytrace=False)
    return runtime


def runtime_of(config: pytest.Config) -> NativeRuntime | BrokenRuntime:
    """Return the state of the engine, looked at once a process."""
    if RUNTIME not in config.stash:
        config.stash[RUNTIME] = find_native_runtime()
    return config.stash[RUNTIME]
