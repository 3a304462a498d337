"""What a person reads of a Delta table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
from rich.table import Table

from codeanatomy.cli.console import line_console
from codeanatomy.cli.summary import size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codeanatomy.delta import DataFile, HistoryEntry, Snapshot

FILES_SHOWN = 20
LISTS = {"files", "files_missing"}
"""Fields of reports that list files; the count of `cleanup-log` has the name of the first."""


def show(action: str, report: Any) -> None:  # noqa: ANN401
    """Print the report of an action on stdout.

    Args:
        action: Which of `codeanatomy delta`.
        report: What it returned.
    """
    console = line_console()
    match action:
        case "history":
            console.print(history(report))
        case "files":
            console.print(files(report))
        case "snapshot":
            console.print(snapshot(report))
            console.print()
            console.print(columns(report))
        case "constraints" | "properties":
            record = msgspec.to_builtins(report)
            listed = record[action]
            console.print(grid(listed.items()) if listed else f"the table has no {action}")
        case _:
            console.print(facts(msgspec.to_builtins(report)))


def facts(record: dict[str, Any]) -> Table:
    """Return the fields of a report, a line each, and the first of its files."""
    lines: list[tuple[str, str]] = []
    # What is not known before it is done.
    skipped: set[str] = set()
    if record.get("dry_run"):
        skipped = {"committed", "duration_ms"}
        if "files_considered" in record:
            skipped |= {"files_added", "bytes_added"}
    for name, value in record.items():
        label = name.replace("_", " ")
        if name in skipped:
            continue
        if name in LISTS and not isinstance(value, int):
            lines.append((label, f"{len(value):,}"))
            lines += [("", str(entry)) for entry in value[:FILES_SHOWN]]
            if len(value) > FILES_SHOWN:
                lines.append(("", "…"))
        elif name.startswith("bytes"):
            lines.append((label.replace("bytes", "size"), size(value)))
        elif name == "duration_ms":
            lines.append(("duration", f"{value / 1000:.2f} s"))
        else:
            lines.append((label, written(value)))
    return grid(lines)


def history(entries: Sequence[HistoryEntry]) -> Table:
    """Return the commits, a line each."""
    table = headed("version", "time", "operation", "by", "what came of it")
    for entry in entries:
        metrics: dict[str, Any] = entry.metrics or {}
        numbers = [f"{name} {value}" for name, value in metrics.items() if value and brief(value)]
        table.add_row(
            str(entry.version),
            (entry.timestamp or "-").replace("T", " ").partition(".")[0],
            entry.operation or "-",
            entry.engine or "-",
            ", ".join(numbers),
        )
    return table


def brief(value: object) -> bool:
    """Tell whether a value of a metric fits into a line."""
    if isinstance(value, str):
        return value.isdigit()
    return isinstance(value, int | float) and not isinstance(value, bool)


def files(entries: Sequence[DataFile]) -> Table:
    """Return the files, a line each."""
    table = headed("path", "rows", "size", "written")
    for column in table.columns[1:3]:
        column.justify = "right"
    for entry in entries:
        written_at = dt.datetime.fromtimestamp(entry.modification_time / 1000, dt.timezone.utc)
        table.add_row(
            entry.path,
            written(entry.rows),
            size(entry.bytes),
            f"{written_at:%Y-%m-%d %H:%M:%S}",
        )
    return table


def snapshot(report: Snapshot) -> Table:
    """Return what a table is, a line each."""
    lines = [
        ("location", report.location),
        ("version", str(report.version)),
        ("name", report.name or "-"),
        ("description", report.description or "-"),
        ("rows", written(report.rows)),
        ("files", f"{report.files:,}, {size(report.bytes)}"),
        ("partitioned by", ", ".join(report.partition_by) or "-"),
        ("reader protocol", protocol(report.min_reader_version, report.reader_features)),
        ("writer protocol", protocol(report.min_writer_version, report.writer_features)),
        *((f"constraint {name}", sql) for name, sql in report.constraints.items()),
        *report.properties.items(),
    ]
    return grid(lines)


def columns(report: Snapshot) -> Table:
    """Return the columns of a table, a line each."""
    table = headed("column", "type", "null")
    for column in report.columns:
        table.add_row(column.name, column.data_type, "yes" if column.nullable else "no")
    return table


def protocol(version: int, features: Sequence[str]) -> str:
    """Return a version of the protocol with its features."""
    return f"{version}: {', '.join(features)}" if features else str(version)


def headed(*names: str) -> Table:
    """Return an empty table with a heading."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in {"version", "time", "operation"})
    return table


def grid(lines: Iterable[tuple[str, str]]) -> Table:
    """Return names with their values."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in lines:
        table.add_row(name, value)
    return table


def written(value: bool | float | str | None) -> str:  # noqa: FBT001
    """Write a value as a person would.

    Examples:
        >>> written(None), written(True), written(12345)
        ('-', 'yes', '12,345')
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
