"""The report as the skeleton of a remediation plan: what is known is filled in."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.render.table import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codeanatomy_testkit.triage.records import Cluster, Difference, Report

MOST_SURFACES = 8
MOST_EDGES = 40


def render_report(report: Report) -> str:
    """Return a plan in Markdown: a review of the failures, and a scope with a checklist a cause.

    Args:
        report: The run.
    """
    return "\n".join(lines(report)).rstrip() + "\n"


def lines(report: Report) -> Iterator[str]:
    """Yield the lines of the plan."""
    totals = report.totals
    yield "# Failure Remediation Plan"
    yield ""
    yield f"**Evidence:** {', '.join(map(code, report.sources))}  "
    yield (
        f"**Baseline analyzed:** {count(totals.tests, 'test')},"
        f" {count(totals.failures, 'failure')}, {totals.skipped} skipped  "
    )
    yield f"**Fingerprints:** version {report.algorithm}"
    yield ""
    if not totals.failures:
        yield "Nothing failed."
        return
    causes = [cluster for cluster in report.clusters if cluster.role == "cause"]
    edges = [cluster for cluster in report.clusters if cluster.role == "edge"]
    followers: dict[str, list[Cluster]] = defaultdict(list)
    for cluster in report.clusters:
        if cluster.cascade_of:
            followers[cluster.cascade_of].append(cluster)
    yield "## 1) Failure Review"
    yield ""
    yield (
        f"{', '.join(f'Cluster {label}' for label in report.explanation.clusters)}"
        f" explain {report.explanation.covered} of {count(totals.failing, 'failing test')}."
    )
    for cluster in causes:
        yield ""
        yield from review(cluster, followers[cluster.label])
    if edges:
        yield ""
        yield f"### Edge failures ({sum(cluster.size for cluster in edges)} total)"
        for cluster in edges[:MOST_EDGES]:
            yield f"- {cluster.size}: {code(cluster.example.test)}: {told(cluster)}"
        if len(edges) > MOST_EDGES:
            yield f"- and {len(edges) - MOST_EDGES} more"
    yield ""
    yield "## 2) Execution Scopes"
    for number, cluster in enumerate(causes, 1):
        yield ""
        yield from scope(number, cluster, followers[cluster.label])
    yield ""
    yield "## 3) Recommended Execution Order"
    yield ""
    ranks = {label: rank for rank, label in enumerate(report.explanation.clusters)}
    ordered = sorted(enumerate(causes, 1), key=lambda item: ranks.get(item[1].label, len(ranks)))
    for number, (place, cluster) in enumerate(ordered, 1):
        yield f"{number}. Scope {place} (Cluster {cluster.label}, {count(cluster.size, 'failure')})"
    yield ""
    yield "## 4) Validation Gates"
    yield ""
    yield "- Targeted per-scope tests first, then the full run."
    yield "- Nothing new fails: `codeanatomy-testkit triage --diff OLD NEW`."


def review(cluster: Cluster, followers: list[Cluster]) -> Iterator[str]:
    """Yield what the evidence says about a cluster."""
    yield f"### Cluster {cluster.label}: {title(cluster)} ({count(cluster.size, 'failure')})"
    origin = code(str(cluster.origin)) if cluster.origin else "outside the project"
    yield f"- Exception origin: {origin}"
    yield f"- Message: {told(cluster)}"
    if len(cluster.fan_out) > 1:
        yield f"- Fan-out path of every failure: {' → '.join(map(code, cluster.fan_out))}"
    named = [f"{code(surface.name)} ({surface.failures})" for surface in cluster.modules]
    more = f" and {len(named) - MOST_SURFACES} more" if len(named) > MOST_SURFACES else ""
    yield f"- Affected surfaces: {', '.join(named[:MOST_SURFACES])}{more}"
    yield f"- Representative: {code(cluster.example.test)}"
    if cluster.known is not None:
        yield f"- First seen: {code(cluster.first_seen) if cluster.known else 'this run'}"
    for follower in followers:
        yield f"- Cascade {follower.label} ({follower.size}): {told(follower)}"


def scope(number: int, cluster: Cluster, followers: list[Cluster]) -> Iterator[str]:
    """Yield the scope that removes a cause; what only its author can know is left to fill in."""
    addressed = ", ".join(f"Cluster {entry.label}" for entry in (cluster, *followers))
    yield f"### Scope {number}: {title(cluster)}"
    yield ""
    yield f"**Addresses:** {addressed}."
    yield ""
    yield "#### Target files to edit/create"
    files = dict.fromkeys(frame.path for frame in reversed(cluster.example.frames))
    yield from (f"- {code(path)}" for path in [*files][:MOST_SURFACES])
    if not files:
        yield "- …"
    yield ""
    yield "#### Implementation checklist"
    yield "- [ ] State the cause in one sentence, with the evidence above."
    yield f"- [ ] Reproduce it with {code(cluster.example.test)}."
    where = f" in {code(cluster.origin.path)}" if cluster.origin else ""
    yield f"- [ ] Correct it{where}."
    yield f"- [ ] The {count(cluster.size, 'failure')} of Cluster {cluster.label} are gone."
    for follower in followers:
        yield f"- [ ] Cluster {follower.label} is gone with it."


def title(cluster: Cluster) -> str:
    """Name a cluster in a heading."""
    place = cluster.origin.function or cluster.origin.path if cluster.origin else ""
    return f"{cluster.type}{f' in {code(place)}' if place else ''}"


def told(cluster: Cluster) -> str:
    """Return the exception of a cluster as code."""
    return code(f"{cluster.type}: {cluster.message}")


def code(text: str) -> str:
    """Return text as code in one line, whatever backquotes it has.

    >>> code("a `b`")
    '`` a `b` ``'
    """
    flat = " ".join(text.split())
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    if not longest:
        return f"`{flat}`"
    fence = "`" * (longest + 1)
    return f"{fence} {flat} {fence}"


def render_difference(difference: Difference) -> str:
    """Return what became of an earlier run's failures, in Markdown.

    Args:
        difference: The two runs.
    """
    old, new = (", ".join(map(code, names)) for names in (difference.old, difference.new))
    result = [f"# What changed from {old} to {new}", ""]
    moved = [entry.test for entry in difference.moved]
    for name, tests in (
        ("Fixed", difference.fixed),
        ("New", difference.broken),
        ("Moved to another cause", moved),
        ("Still failing", difference.failing),
        ("No longer run", difference.gone),
    ):
        result += [f"## {name} ({len(tests)})", "", *(f"- {code(test)}" for test in tests), ""]
    result += ["## Causes", "", "| cause | change | was | is |", "|---|---|---|---|"]
    for change in difference.clusters:
        said = code(f"{change.type}: {change.message}").replace("|", "\\|")
        result.append(f"| {said} | {change.change} | {change.old} | {change.new} |")
    return "\n".join(result) + "\n"
