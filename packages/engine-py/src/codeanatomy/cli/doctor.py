"""`codeanatomy doctor`: says what is wrong with the installation and how to fix each thing.

Nothing of the engine is imported at the top: an engine that does not load is a finding, not a
crash.
"""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING, Literal

import msgspec
from rich.console import Console
from rich.text import Text

from codeanatomy import __version__
from codeanatomy.cli.failure import FOUND_BROKEN

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

STYLES = {"ok": "green", "warning": "yellow", "broken": "red", "not checked": "dim"}


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        status: `ok`, `warning` (works, but not as it should), `broken`, or `not checked` because an
            earlier check is broken.
        found: What was found.
        hint: How to fix it, where something is wrong.
    """

    name: str
    status: Literal["ok", "warning", "broken", "not checked"]
    found: str
    hint: str | None = None


class Diagnosis(msgspec.Struct, frozen=True):
    """What `codeanatomy doctor` found.

    Attributes:
        schema: `codeanatomy.doctor/1`.
        ok: Whether nothing is broken.
        checks: Everything that was looked at.
    """

    schema: str
    ok: bool
    checks: list[Check]


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: `format` and `debug`.

    Returns:
        The exit code: 0, or 1 when something is broken.
    """
    diagnosis = diagnose(debug=options.debug)
    if options.format == "json":
        text = msgspec.json.format(msgspec.json.encode(diagnosis), indent=2)
        sys.stdout.write(f"{text.decode()}\n")
    else:
        show(diagnosis)
    return 0 if diagnosis.ok else FOUND_BROKEN


def diagnose(*, debug: bool = False) -> Diagnosis:
    """Look at everything.

    Args:
        debug: Let the error of the first broken check through, with its traceback.

    Examples:
        >>> from codeanatomy.cli.doctor import diagnose
        >>> [check.name for check in diagnose().checks]
        ['python', 'engine', 'profile', 'datafusion', 'session']
    """
    checks: list[Check] = []
    broken = False
    for name, look in CHECKS.items():
        if broken:
            checks.append(Check(name, "not checked", "an earlier check is broken"))
            continue
        try:
            checks.append(look())
        except Exception as error:
            if debug:
                raise
            checks.append(failed(name, error))
        broken = checks[-1].status == "broken"
    return Diagnosis("codeanatomy.doctor/1", not broken, checks)


def failed(name: str, error: Exception) -> Check:
    """Return the finding that an error stands for."""
    message, _, hint = str(error).partition("\nhint: ")
    if not isinstance(getattr(error, "code", None), str):
        message = f"{type(error).__name__}: {message}"
        hint = f"reinstall: pip install --force-reinstall codeanatomy=={__version__}"
    return Check(name, "broken", message, hint or None)


def check_python() -> Check:
    """Tell which Python runs."""
    found = f"{platform.python_implementation()} {platform.python_version()}, {platform.platform()}"
    return Check("python", "ok", f"{found}, {sys.executable}")


def check_engine() -> Check:
    """Load the engine, which checks that its version and that of codeanatomy are the same."""
    from codeanatomy import _native  # noqa: PLC0415

    abi, build = _native.plugin_abi(), _native.build_info()
    found = f"{build['engine']}, plugin ABI {abi['major']}.{abi['minor']}"
    return Check("engine", "ok", f"codeanatomy {__version__}, engine {found}")


def check_profile() -> Check:
    """Tell how the engine was compiled."""
    from codeanatomy import _native  # noqa: PLC0415

    build = _native.build_info()
    found = f"{build['profile']}, {build['rustc']}"
    if build["profile"] == "release":
        return Check("profile", "ok", found)
    return Check(
        "profile",
        "warning",
        f"{found}: nothing that is measured on it means anything",
        "install a wheel, or build the engine with --release",
    )


def check_datafusion() -> Check:
    """Check that the installed datafusion and the engine's belong together."""
    from codeanatomy import _native  # noqa: PLC0415

    report = _native.extension_capabilities_report()
    if report["error"] is not None or not report["compatible"]:
        return Check(
            "datafusion", "broken", str(report["error"] or "the plugin ABI differs"), REINSTALL
        )
    build = _native.build_info()
    return Check("datafusion", "ok", f"{build['datafusion_python']} on {build['datafusion']}")


def check_session() -> Check:
    """Make a session and hold it against the contract."""
    from codeanatomy import _native  # noqa: PLC0415
    from codeanatomy.session import connect  # noqa: PLC0415

    probe = _native.session_context_contract_probe(connect())
    counts = ", ".join(f"{count} {kind}" for kind, count in probe["udf_counts"].items())
    found = f"{probe['tier']} tier, functions: {counts}"
    if not probe["ok"]:
        return Check("session", "broken", f"{found}; the contract does not hold", REINSTALL)
    return Check("session", "ok", found)


REINSTALL = f"reinstall: pip install --force-reinstall codeanatomy=={__version__}"
CHECKS: dict[str, Callable[[], Check]] = {
    "python": check_python,
    "engine": check_engine,
    "profile": check_profile,
    "datafusion": check_datafusion,
    "session": check_session,
}


def show(diagnosis: Diagnosis) -> None:
    """Print a diagnosis for people on stdout."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for check in diagnosis.checks:
        # Lines are not folded: a hint is a command to copy.
        status = (f"{check.status:<13}", STYLES[check.status])
        console.print(Text.assemble(f"{check.name:<12}", status, check.found))
        if check.hint is not None:
            console.print(f"{'':<25}hint: {check.hint}")
    console.print("\nNothing is broken" if diagnosis.ok else "\nThe installation is broken")
