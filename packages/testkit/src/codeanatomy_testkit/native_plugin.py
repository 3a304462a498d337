"""The pytest side of "native required": options, the check in every process, the marker."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

from codeanatomy_testkit.native import (
    OWN_PROBE,
    BrokenRuntime,
    WorkingRuntime,
    find_native_runtime,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

BROKEN_EXIT_CODE = 2
MARKER = "native: needs the native engine; fails, and never skips, where its contract is broken"
RUNTIME = pytest.StashKey[WorkingRuntime | BrokenRuntime]()
WORKER = "codeanatomy_native"


class WorkerNode(Protocol):
    """What is used of the controller's end of a worker of pytest-xdist."""

    config: pytest.Config
    workerinput: MutableMapping[str, object]


def add_options(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    """Add `--native` and the setting `native_probe`."""
    group.addoption(
        "--native",
        choices=("required", "report"),
        default="required",
        help="a broken native engine ends the run with exit code 2 (required, the default), "
        "or fails the tests that need it, one by one (report)",
    )
    parser.addini(
        "native_probe",
        "the function that checks the native contract, as package.module:function; it returns what "
        "describes the runtime and raises where the contract is broken",
        type="string",
        default=OWN_PROBE,
    )


def check_early(config: pytest.Config) -> None:
    """Bind the engine before any `conftest.py` can import `datafusion`, and check it.

    Raises:
        SystemExit: With code 2, if the engine is broken and required. pytest has no session yet
            that could be ended in another way.
    """
    namespace = config.known_args_namespace
    if namespace.help or namespace.version:
        return
    runtime = runtime_of(config)
    if "PYTEST_XDIST_WORKER" in os.environ:
        # A worker, or a run that a test in a worker started; only `check` can tell.
        return
    if isinstance(runtime, BrokenRuntime) and namespace.native == "required":
        sys.stderr.write(f"{runtime.in_full()}\n")
        raise SystemExit(BROKEN_EXIT_CODE)


def check(config: pytest.Config) -> None:
    """Register the marker, and end what is still to end."""
    config.addinivalue_line("markers", MARKER)
    if config.option.help:
        return
    worker: Mapping[str, str] | None = getattr(config, "workerinput", None)
    runtime = runtime_of(config)
    if worker is not None:
        if worker.get(WORKER, str(runtime)) != str(runtime):
            output: MutableMapping[str, str] = getattr(config, "workeroutput", {})
            output[WORKER] = disagreement(worker, runtime)
            config.pluginmanager.register(Dissenter(), "codeanatomy-native-dissenter")
        return
    config.pluginmanager.register(Controller(), "codeanatomy-native-controller")
    if isinstance(runtime, BrokenRuntime) and config.getoption("native") == "required":
        pytest.exit(runtime.in_full(), returncode=BROKEN_EXIT_CODE)


class Controller:
    """Tells each worker of pytest-xdist what it has to find, and ends the run if one does not."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerNode) -> None:
        """Send a worker the description of the controller's runtime."""
        node.workerinput[WORKER] = str(runtime_of(node.config))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """End the run if a worker went because its runtime is another."""
        # A worker that died has left no output.
        output: Mapping[str, str] = getattr(node, "workeroutput", {})
        if WORKER in output:
            pytest.exit(output[WORKER], returncode=BROKEN_EXIT_CODE)


class Dissenter:
    """Ends a worker whose runtime is not the controller's, before it collects anything."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Go; the controller finds the reason in the worker's output.

        A worker that goes earlier sends no output, and would be replaced for ever.
        """
        pytest.exit("the native runtime is not that of the run", returncode=BROKEN_EXIT_CODE)


def disagreement(worker: Mapping[str, str], runtime: WorkingRuntime | BrokenRuntime) -> str:
    """Say how a worker's runtime differs from the controller's."""
    return (
        f"the native runtime of worker {worker['workerid']} is not that of the run\n"
        f"the run has: {worker[WORKER]}\n"
        f"the worker has: {runtime}\n"
        "hint: start all workers with one interpreter, one environment and one search path"
    )


def demand(config: pytest.Config) -> object:
    """Return what describes the runtime, or fail the test at hand with why it is broken."""
    runtime = runtime_of(config)
    if isinstance(runtime, BrokenRuntime):
        pytest.fail(str(runtime), pytrace=False)
    return runtime.value


def runtime_of(config: pytest.Config) -> WorkingRuntime | BrokenRuntime:
    """Return the state of the runtime, looked at once a process."""
    if RUNTIME not in config.stash:
        config.stash[RUNTIME] = find_native_runtime(config.getini("native_probe"))
    return config.stash[RUNTIME]
