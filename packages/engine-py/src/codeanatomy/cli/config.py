"""`codeanatomy config`: the settings, their values, and where each came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table

from codeanatomy.cli.failure import UsageError
from codeanatomy.profile import ProfileReport, profile_settings, resolve_profile

if TYPE_CHECKING:
    from argparse import Namespace

FILE = "codeanatomy.toml"
SIZES = {"execution.memory_limit", "execution.spill_limit"}


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: `action`, `directory` and `format`.

    Returns:
        The exit code.

    Raises:
        UsageError: `init` would replace a file.
    """
    directory = Path(options.directory)
    if options.action == "init":
        return write(directory / FILE)
    report = resolve_profile(directory=directory)
    if options.format == "json":
        record = {"schema": "codeanatomy.config/1", **msgspec.to_builtins(report)}
        print(json.dumps(record, indent=2))
    elif options.action == "show":
        show(report)
    else:
        print(f"valid: profile {report.profile_hash}, settings {report.settings_hash}")
    return 0


def show(report: ProfileReport) -> None:
    """Print every setting as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("setting", "value", "from"):
        table.add_column(column, no_wrap=column != "from")
    table.add_row("profile", report.class_name, "")
    for key, setting in report.settings.items():
        table.add_row(key, written(key, setting.value), setting.origin)
    for name, declared in report.scan_policies.items():
        table.add_row(f"scan_policies.{name}", json.dumps(declared.policy), declared.origin)
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(table)
    console.print(f"\nprofile hash  {report.profile_hash}\nsettings hash {report.settings_hash}")


def written(key: str, value: bool | int | str | tuple[str, ...] | None) -> str:  # noqa: FBT001
    """Write a value as a person would: sizes with a unit."""
    if value is None:
        return "-"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    if key in SIZES and isinstance(value, int):
        for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
            if value >= size:
                return f"{value / size:.4g} {unit}"
    return str(value)


def write(path: Path) -> int:
    """Write a file with every setting as a comment.

    Args:
        path: The file, which must not exist.

    Returns:
        The exit code.

    Raises:
        UsageError: It exists.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise UsageError(f"{path} exists", "remove it first, or edit it") from None
    print(f"wrote {path}; take the sign # from the settings that you want to state")
    return 0


def template() -> str:
    """Return a configuration file that states nothing and shows every setting."""
    lines = ["# Settings of CodeAnatomy. Environment variables and arguments beat this file."]
    section = ""
    for setting in profile_settings():
        head, _, name = setting.key.rpartition(".")
        if name == "NAME":
            # A table that is there declares a policy, even where it states nothing.
            lines += ["", f"# {setting.description} It takes {setting.accepts}."]
            lines += [f"# [{setting.key}]", "# listing.collect_statistics = …"]
            continue
        if head != section:
            lines += ["", f"[{head}]"]
            section = head
        lines += [f"# {setting.description} It takes {setting.accepts}."]
        lines += [f"# {name} = …" if name != "OPTION" else "# execution.collect_statistics = …"]
    return "\n".join(lines) + "\n"
