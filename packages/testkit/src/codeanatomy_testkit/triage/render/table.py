"""The report as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from codeanatomy_testkit.triage.records import Cluster, Difference, Report

_STYLES = {"cause": "bold red", "cascade": "yellow", "edge": "dim"}
_CHANGES = {"gone": "green", "new": "bold red", "stays": "yellow"}
# What a terminal shows of long lists; the other formats have all of them.
MOST_ROWS = 25
MOST_SURFACES = 3
MOST_TESTS = 10


def summary(report: Report) -> str:
    """Say in one line what the run comes to.

    Args:
        report: The run.
    """
    totals = report.totals
    if not totals.failures:
        return f"{totals.tests} tests, nothing failed"
    counted = {
        role: sum(cluster.role == role for cluster in report.clusters)
        for role in ("cause", "cascade", "edge")
    }
    explained = report.explanation
    return (
        f"{count(totals.failures, 'failure')} of {count(totals.tests, 'test')}:"
        f" {count(counted['cause'], 'cause')}, {count(counted['cascade'], 'cascade')},"
        f" {count(counted['edge'], 'edge failure')};"
        f" {', '.join(explained.clusters[:8])}{' …' if len(explained.clusters) > 8 else ''}"  # noqa: PLR2004
        f" explain {explained.share:.0%}"
    )


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "cause"), count(2, "cause")
    ('1 cause', '2 causes')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_report(report: Report, console: Console) -> None:
    """Print the clusters of a run.

    Args:
        report: The run.
        console: Where to.
    """
    console.print(Text(summary(report), "bold"))
    if not report.clusters:
        return
    table = Table(show_edge=False, pad_edge=False, expand=False)
    table.add_column("", no_wrap=True)
    table.add_column("failures", justify="right", no_wrap=True)
    table.add_column("cause", overflow="fold", ratio=3)
    table.add_column("where", overflow="fold", ratio=2)
    for cluster in report.clusters[:MOST_ROWS]:
        table.add_row(
            Text(cluster.label, _STYLES[cluster.role]),
            f"{cluster.size}\n{cluster.share:.0%}",
            cause(cluster),
            where(cluster),
            end_section=True,
        )
    console.print(table)
    hidden = len(report.clusters) - MOST_ROWS
    if hidden > 0:
        console.print(f"and {count(hidden, 'smaller cluster')}: --format json has all of them")


def cause(cluster: Cluster) -> Text:
    """Describe what a cluster's failures have in common."""
    text = Text(f"{cluster.type}: ", _STYLES[cluster.role])
    text.append(cluster.message or "(no message)", "default")
    if cluster.cascade_of:
        text.append(f"\nfollows from {cluster.cascade_of}", "yellow")
    if cluster.role == "edge":
        text.append("\nedge failure", "dim")
    if cluster.known is not None:
        text.append(f"\nfirst seen in {cluster.first_seen}" if cluster.known else "\nnew", "cyan")
    text.append(f"\ne.g. {cluster.example.test}", "dim")
    return text


def where(cluster: Cluster) -> Text:
    """Describe where a cluster was raised, how failures got there, and what is affected."""
    lines = [str(cluster.origin) if cluster.origin else "outside the project"]
    if len(cluster.fan_out) > 1:
        lines.append(" → ".join(cluster.fan_out))
    named = [f"{surface.name} ({surface.failures})" for surface in cluster.modules[:MOST_SURFACES]]
    more = len(cluster.modules) - MOST_SURFACES
    lines.append(", ".join(named) + (f" and {more} more" if more > 0 else ""))
    return Text("\n".join(lines))


def print_difference(difference: Difference, console: Console) -> None:
    """Print what became of the failures of an earlier run.

    Args:
        difference: The two runs.
        console: Where to.
    """
    moved = tuple(entry.test for entry in difference.moved)
    lists = {
        "fixed": (difference.fixed, "green"),
        "new": (difference.broken, "bold red"),
        "still failing": (difference.failing, "yellow"),
        "moved to another cause": (moved, "magenta"),
        "no longer run": (difference.gone, "dim"),
    }
    for name, (tests, style) in lists.items():
        console.print(Text(f"{name}: {len(tests)}", style if tests else "dim"))
        for test in tests[:MOST_TESTS]:
            console.print(Text(f"  {test}"), soft_wrap=True)
        if len(tests) > MOST_TESTS:
            console.print(Text(f"  and {len(tests) - MOST_TESTS} more", "dim"))
    if not difference.clusters:
        return
    table = Table(show_edge=False, pad_edge=False)
    for column in ("cause", "was", "is"):
        table.add_column(column, justify="left" if column == "cause" else "right", overflow="fold")
    for change in difference.clusters[:MOST_ROWS]:
        text = Text(f"{change.change}: ", _CHANGES[change.change])
        text.append(f"{change.type}: {change.message}", "default")
        table.add_row(text, str(change.old), str(change.new))
    console.print(table)
