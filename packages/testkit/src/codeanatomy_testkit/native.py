"""The state of the native engine in this process, found out once."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from codeanatomy.contracts import BuildInfo, CapabilitiesReport

DEBUG_PROFILE_WARNING = ".*debug profile.*"


@dataclass(frozen=True)
class NativeRuntime:
    """A native engine whose contract holds.

    Attributes:
        build: Versions, profile and identity of the engine.
        capabilities: What it can do.
    """

    build: BuildInfo
    capabilities: CapabilitiesReport

    def __str__(self) -> str:
        """Describe it in one line, for the head of a test report."""
        build, abi = self.build, self.capabilities.expected_plugin_abi
        return (
            f"engine {build.engine} ({build.profile} profile), ABI {abi.major}.{abi.minor},"
            f" datafusion {build.datafusion}, arrow {build.arrow}, build {build.build_hash[:8]}"
        )


@dataclass(frozen=True)
class BrokenRuntime:
    """A native engine that does not load, or whose contract does not hold.

    Attributes:
        error: What went wrong, as the engine or the interpreter said it.
    """

    error: Exception

    def __str__(self) -> str:
        """Say what is wrong; the engine's own errors end with a hint."""
        return f"the native engine is broken: {type(self.error).__name__}: {self.error}"


def check_native_runtime() -> NativeRuntime:
    """Load the engine, check its contract and describe it.

    Returns:
        The engine.

    Raises:
        SessionContextContractError: If the contract does not hold.
        ImportError: If the engine cannot be loaded.
    """
    with warnings.catch_warnings():
        # The head of the report names the profile; the warning would say it again in every worker.
        warnings.filterwarnings("ignore", DEBUG_PROFILE_WARNING, RuntimeWarning)
        # Loading the engine is what is checked here, and no run does it before it starts.
        from codeanatomy import session  # noqa: PLC0415
        from codeanatomy.contracts import BuildInfo  # noqa: PLC0415
    return NativeRuntime(
        build=msgspec.convert(session.build_info(), BuildInfo),
        capabilities=session.require_native_runtime(),
    )


def find_native_runtime() -> NativeRuntime | BrokenRuntime:
    """Do what `check_native_runtime` does, with a failure as a value.

    Returns:
        The engine, or why it is broken. Nothing stands in for a broken engine: the plugin ends the
        run with it, or fails each test that needs the engine.
    """
    try:
        return check_native_runtime()
    except Exception as error:  # noqa: BLE001 - whatever it is, the report shows it and tests fail
        return BrokenRuntime(error)
