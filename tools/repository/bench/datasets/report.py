"""The tables that `tools/bench datasets` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from repository.bench.datasets.contest import Contest, Outcome

ROWS_READ = "rows read"
TIMES = ("wall ÷ ours", "CPU ÷ ours", "median ms", "best ms", "median CPU ms")


def report(contests: Sequence[Contest]) -> Iterator[str]:
    """Yield a table for each contest, and one of all peers with the aims, as the page has it."""
    yield from map(table, contests)
    yield summary(contests)


def table(contest: Contest) -> str:
    """Lay a contest out as a Markdown table."""
    known = list(dict.fromkeys(name for each in contest.outcomes for name in each.facts))
    columns = [contest.title, *TIMES, *known]
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for each in contest.outcomes:
        times = each.times
        cells = [times.name, f"{times.wall_ratio:.2f}", f"{times.cpu_ratio:.2f}"]
        seconds = (times.median_wall, min(times.wall), times.median_cpu)
        cells += [f"{1000 * second:.3f}" for second in seconds]
        cells += [f"{each.facts[name]:,.0f}" if name in each.facts else "" for name in known]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [f"\nLeft out: {reason}." for reason in contest.left_out]
    return "\n".join(lines)


def summary(contests: Sequence[Contest]) -> str:
    """Lay the ratios out beside their aims."""
    lines = ["| work | peer | wall ÷ ours | CPU ÷ ours | aim |", "|---|---|---|---|---|"]
    for contest in contests:
        if not contest.outcomes:
            continue
        ours = contest.outcomes[0]
        work = f"{contest.title} ({1000 * ours.times.median_wall:.2f} ms)"
        if contest.limit is not None and contest.microseconds is not None:
            missed = "" if contest.microseconds <= contest.limit else ": missed"
            aim = f"at most {contest.limit:g} µs{missed}"
            lines.append(f"| {work} | | {contest.microseconds:.1f} µs each | | {aim} |")
        for peer in contest.outcomes[1:]:
            ratios = f"{peer.times.wall_ratio:.2f} | {peer.times.cpu_ratio:.2f}"
            lines.append(f"| {work} | {peer.times.name} | {ratios} | {aims(peer, ours)} |")
            work = ""
    return "\n".join(lines)


def aims(peer: Outcome, ours: Outcome) -> str:
    """Return the aims against a peer, and which were missed."""
    parts: list[str] = []
    if peer.aim is not None:
        parts.append(verdict(peer.aim, reached=peer.times.wall_ratio >= peer.aim))
    if peer.rows_aim is not None:
        ratio = peer.facts[ROWS_READ] / max(ours.facts[ROWS_READ], 1)
        kept = verdict(peer.rows_aim, reached=ratio >= peer.rows_aim)
        parts.append(f"rows read ÷ {ratio:.1f}, aim {kept}")
    return "; ".join(parts)


def verdict(aim: float, *, reached: bool) -> str:
    """Return an aim, and whether it was missed."""
    return f"{aim:g}" if reached else f"{aim:g}: missed"
