"""The state of the native runtime in this process, found out once by the project's probe."""

from __future__ import annotations

import struct
import sys
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

if TYPE_CHECKING:
    from codeanatomy.contracts import BuildInfo, CapabilitiesReport

DEBUG_PROFILE_WARNING = ".*debug profile.*"
# Bytes of the header of an ELF file.
HEADER = 64
OWN_PROBE = "codeanatomy_testkit.native:check_native_runtime"


@dataclass(frozen=True)
class NativeRuntime:
    """CodeAnatomy's engine, whose contract holds.

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
    """A native runtime that does not load, or whose contract does not hold.

    Attributes:
        error: What went wrong, as the probe or the interpreter said it.
    """

    error: Exception

    def __str__(self) -> str:
        """Say what is wrong; the engine's own errors end with a hint."""
        return f"the native engine is broken: {type(self.error).__name__}: {self.error}"

    def in_full(self) -> str:
        """Say what is wrong, with the engine's report of its capabilities where there is one."""
        report = getattr(self.error, "report", None)
        if report is None:
            return str(self)
        lines = msgspec.json.format(msgspec.json.encode(report), indent=2).decode()
        return f"{self}\nits capabilities report:\n{lines}"


@dataclass(frozen=True)
class WorkingRuntime:
    """A native runtime whose probe found its contract kept.

    Attributes:
        value: What the probe returned, for the fixture `require_native_runtime`.
        description: Its text; processes of one run must have the same.
    """

    value: object
    description: str

    def __str__(self) -> str:
        """Give the description."""
        return self.description


def check_native_runtime() -> NativeRuntime:
    """Load CodeAnatomy's engine, check its contract and describe it: the probe by default.

    Returns:
        The engine.

    Raises:
        SessionContextContractError: If the contract does not hold.
        ImportError: If the engine cannot be loaded.
    """
    check_library_is_whole()
    # Loading the engine is what is checked here, and no run does it before it starts.
    from codeanatomy import session  # noqa: PLC0415
    from codeanatomy.contracts import BuildInfo  # noqa: PLC0415

    return NativeRuntime(
        build=msgspec.convert(session.build_info(), BuildInfo),
        capabilities=session.require_native_runtime(),
    )


def check_library_is_whole() -> None:
    """Check that the engine's library has not been cut off.

    The loader maps the missing end, and the process dies of a bus error without a word. An ELF file
    ends with the table of its sections, and says where that is.

    Raises:
        ImportError: The library is shorter than it says.
    """
    found = [Path(entry, "codeanatomy_engine") for entry in sys.path]
    for directory in [directory for directory in found if directory.is_dir()][:1]:
        for path in directory.glob("_engine*.so"):
            size = path.stat().st_size
            with path.open("rb") as file:
                header = file.read(HEADER)
            if len(header) < HEADER or not header.startswith(b"\x7fELF\x02\x01"):
                continue  # Another format; the loader itself refuses it if it is broken.
            (start,) = struct.unpack_from("<Q", header, 0x28)
            width, count = struct.unpack_from("<HH", header, 0x3A)
            whole = start + width * count
            if size < whole:
                raise ImportError(
                    f"{path} is cut off: it has {size} of {whole} bytes\n"
                    "hint: pip install --force-reinstall codeanatomy-engine"
                )


def find_native_runtime(probe: str) -> WorkingRuntime | BrokenRuntime:
    """Call a probe, with its failure as a value.

    Args:
        probe: `package.module:function`; the function takes nothing, returns what describes the
            runtime as its text, and raises if the runtime's contract is broken.

    Returns:
        The runtime, or why it is broken. Nothing stands in for a broken one: the plugin ends the
        run with it, or fails each test that needs it.

    Raises:
        pytest.UsageError: If the probe is not written as above, or returns nothing.
    """
    module, colon, function = probe.partition(":")
    if not (module and colon and function.isidentifier()):
        raise pytest.UsageError(
            f"native_probe is {probe!r}, and must be written as 'package.module:function'"
        )
    try:
        with warnings.catch_warnings():
            # The head of the report names the profile; every worker would warn of it once more.
            warnings.filterwarnings("ignore", DEBUG_PROFILE_WARNING, RuntimeWarning)
            value: object = getattr(import_module(module), function)()
    except Exception as error:  # noqa: BLE001 - whatever it is, the report shows it and tests fail
        return BrokenRuntime(error)
    if value is None or not str(value).strip():
        raise pytest.UsageError(
            f"the native_probe {probe} returned nothing that describes the runtime; return its"
            " versions, as a text or an object with one"
        )
    return WorkingRuntime(value, str(value))
