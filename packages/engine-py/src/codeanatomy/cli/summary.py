"""What a person reads when a build is done."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codeanatomy.graph import BuildReport

# Statuses of files with nothing to look into.
GOOD_STATUSES = {"parsed", "not_python"}
SHOWN_ROOTS = 3
KIB = 1024
PROBLEMS_QUERY = "SELECT path, line, code, message FROM py_diagnostics"
NEXT_QUERY = (
    "SELECT target_qualified_name, count(*) AS calls FROM py_calls "
    "WHERE target_kind = 'function' GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
)


def print_summary(report: BuildReport, output: str) -> None:
    """Print the summary of a build on stdout.

    Args:
        report: What the engine says about the build.
        output: The graph directory as the user wrote it.
    """
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    seconds = report.seconds
    console.print(f"Graph of {report.repository} in {output}, built in {seconds.total:.1f} s\n")
    console.print(facts(report))
    console.print()
    console.print(tables(report))
    command = f"codeanatomy sql {shlex.quote(output)}"
    if report.diagnostics or set(report.files.by_status) - GOOD_STATUSES:
        console.print(f'\nWhat is wrong with files:\n  {command} "{PROBLEMS_QUERY}"')
    if report.calls.total:
        console.print(f'\nNext, the functions that are called most:\n  {command} "{NEXT_QUERY}"')


def facts(report: BuildReport) -> Table:
    """Return what was found, a line each."""
    rows = report.tables
    calls = report.calls
    unresolved = calls.total - calls.resolved
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("Files", f"{report.files.total:,}", listed(report.files.by_status))
    grid.add_row("Import roots", f"{len(report.roots):,}", roots(report))
    for label, table in (("Definitions", "py_defs"), ("Imports", "py_imports")):
        grid.add_row(label, f"{rows[table].rows:,}", "")
    grid.add_row("References", f"{rows['py_refs'].rows:,}", "")
    grid.add_row("Calls", f"{calls.total:,}", f"{calls.internal:,} to code in the repository")
    grid.add_row(
        "  resolved",
        f"{calls.resolved:,}",
        share(calls.resolved, calls.total, calls.by_resolution),
    )
    grid.add_row("  unresolved", f"{unresolved:,}", share(unresolved, calls.total, calls.by_reason))
    grid.add_row("Diagnostics", f"{report.diagnostics:,}", "")
    if report.bootstrap is not None:
        made = report.bootstrap
        there = f"{made.existing_count:,} were there" if made.existing_count else ""
        grid.add_row("Empty tables made", f"{made.bootstrapped_count:,}", there)
    return grid


def tables(report: BuildReport) -> Table:
    """Return the tables with their rows and sizes."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("Table", no_wrap=True)
    table.add_column("Rows", justify="right", no_wrap=True)
    table.add_column("Size", justify="right", no_wrap=True)
    for name, entry in report.tables.items():
        table.add_row(name, f"{entry.rows:,}", size(entry.bytes))
    return table


def roots(report: BuildReport) -> str:
    """Return the first import roots with the reason of each."""
    shown = [f"{root.path or '.'} ({root.reason})" for root in report.roots[:SHOWN_ROOTS]]
    return ", ".join([*shown, "…"] if len(report.roots) > SHOWN_ROOTS else shown)


def share(part: int, whole: int, counts: Mapping[str, int]) -> str:
    """Return a part of the whole in percent, and what it consists of."""
    if whole == 0:
        return ""
    return f"{part / whole:.1%}: {listed(counts)}" if counts else f"{part / whole:.1%}"


def listed(counts: Mapping[str, int]) -> str:
    """Return counts by name, largest first.

    Examples:
        >>> listed({"scope": 3, "import": 1200})
        '1,200 import, 3 scope'
    """
    largest_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {name}" for name, count in largest_first)


def size(count: int) -> str:
    """Return a number of bytes for people.

    Examples:
        >>> size(1023), size(1536), size(5 << 20)
        ('1023 B', '1.5 KiB', '5.0 MiB')
    """
    if count < KIB:
        return f"{count} B"
    number = float(count)
    for unit in ("KiB", "MiB"):
        number /= KIB
        if number < KIB:
            return f"{number:.1f} {unit}"
    return f"{number / KIB:.1f} GiB"
