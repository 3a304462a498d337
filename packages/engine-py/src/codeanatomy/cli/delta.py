"""`codeanatomy delta`: look at Delta tables and keep them in order."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import msgspec

from codeanatomy.cli import delta_tables
from codeanatomy.cli.failure import UsageError
from codeanatomy.delta import DeltaTable

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from codeanatomy.delta import ConstraintsReport, OptimizeReport, PropertiesReport


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: `action`, `location`, `storage_option`, `format`, and what the action takes.

    Returns:
        The exit code.
    """
    report = ACTIONS[options.action](options)
    if options.format == "json":
        print(json.dumps(record(options.action, report), indent=2))
    else:
        delta_tables.show(options.action, report)
        if getattr(options, "apply", None) is False:
            print("nothing was changed; --apply does it", file=sys.stderr)
    return 0


def record(action: str, report: object) -> dict[str, object]:
    """Return a report as it is printed for programs."""
    built = msgspec.to_builtins(report)
    schema: dict[str, object] = {"schema": f"codeanatomy.delta.{action}/1"}
    return {**schema, **(built if isinstance(built, dict) else {"items": built})}


def opened(options: Namespace, *, at_version: bool = False) -> DeltaTable:
    """Return the table, at the version that the options name if there is a choice."""
    return DeltaTable(
        options.location,
        version=options.version if at_version else None,
        timestamp=options.timestamp if at_version else None,
        storage_options=dict(options.storage_option),
    )


def optimize(options: Namespace) -> OptimizeReport:
    """Compact or z-order the table."""
    return opened(options).optimize(
        z_order=getattr(options, "columns", ()),
        target_size=options.target_size or None,
        dry_run=not options.apply,
    )


def restore(options: Namespace) -> object:
    """Restore the table.

    Raises:
        UsageError: No version is named.
    """
    if options.version is None and options.timestamp is None:
        raise UsageError(
            "there is no version to restore",
            f"name it with --version or --timestamp; 'codeanatomy delta history "
            f"{options.location}' lists them",
        )
    return opened(options).restore(
        version=options.version,
        timestamp=options.timestamp,
        ignore_missing_files=options.ignore_missing_files,
        dry_run=not options.apply,
    )


def vacuum(options: Namespace) -> object:
    """Vacuum the table."""
    return opened(options).vacuum(
        dry_run=not options.apply,
        retention_hours=options.retention_hours,
        enforce_retention=not options.no_enforce_retention,
        mode="full" if options.full else "lite",
    )


def constraints(options: Namespace) -> ConstraintsReport | dict[str, object]:
    """Drop and add constraints, and list them.

    Raises:
        UsageError: A name is given twice.
    """
    table = opened(options)
    if options.drop:
        report = table.drop_constraints(options.drop)
        if not options.add:
            return report
    if options.add:
        return table.add_constraints(unique("--add", options.add))
    snapshot = table.snapshot()
    return {"version": snapshot.version, "constraints": snapshot.constraints}


def properties(options: Namespace) -> PropertiesReport | dict[str, object]:
    """Set properties, and list them."""
    table = opened(options)
    if options.set:
        wanted = unique("--set", options.set)
        return table.set_properties(wanted, allow_unknown=options.allow_unknown)
    snapshot = table.snapshot()
    return {"version": snapshot.version, "properties": snapshot.properties}


def unique(option: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return pairs as a dict.

    Raises:
        UsageError: A name is given twice.
    """
    result = dict(pairs)
    if len(result) < len(pairs):
        raise UsageError(f"{option} has a name twice", "leave one of them out")
    return result


ACTIONS: dict[str, Callable[[Namespace], object]] = {
    "history": lambda options: opened(options).history(limit=options.limit or None),
    "snapshot": lambda options: opened(options, at_version=True).snapshot(),
    "files": lambda options: opened(options, at_version=True).files(),
    "optimize": optimize,
    "z-order": optimize,
    "vacuum": vacuum,
    "restore": restore,
    "checkpoint": lambda options: opened(options).checkpoint(),
    "cleanup-log": lambda options: opened(options).cleanup_log(dry_run=not options.apply),
    "constraints": constraints,
    "properties": properties,
}
