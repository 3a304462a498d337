"""Compares two runs: what is fixed, what is new, and what fails now for another cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.fingerprint import ALGORITHM
from codeanatomy_testkit.triage.reading.tally import Tally
from codeanatomy_testkit.triage.records import (
    DIFFERENCE_SCHEMA,
    ClusterChange,
    Difference,
    Moved,
)
from codeanatomy_testkit.triage.run import read_report, report_of, triage

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from codeanatomy_testkit.triage.records import Cluster, Report


def compare_files(old: Path, new: Path, root: str = "") -> Difference:
    """Compare two result files, or reports that `--format json` wrote.

    Args:
        old: The earlier run.
        new: The later run.
        root: The project's directory, which is taken off absolute paths.

    Raises:
        TriageError: If a file cannot be read.
    """
    before = report_of(old, root)
    after = read_report(new)
    if after is not None:
        # A report does not name the tests that passed.
        return compare(before, after, None)
    tally = Tally()
    after = triage([new], root=root, watched=failing(before), tally=tally)
    return compare(before, after, tally.seen)


def failing(report: Report) -> frozenset[str]:
    """Return the tests that fail in a run."""
    return frozenset(test for cluster in report.clusters for test in cluster.tests)


def compare(old: Report, new: Report, seen: Collection[str] | None) -> Difference:
    """Compare two reports.

    Args:
        old: The earlier run.
        new: The later run.
        seen: Which of the tests that failed the later run names; None if that is unknown, and then
            all of them count as run.
    """
    before, after = causes(old), causes(new)
    mended = sorted(set(before) - set(after))
    both = sorted(set(before) & set(after))
    moved = [test for test in both if not keys(before[test]) & keys(after[test])]
    stays = set(both) - set(moved)
    return Difference(
        schema=DIFFERENCE_SCHEMA,
        algorithm=ALGORITHM,
        old=old.sources,
        new=new.sources,
        fixed=tuple(test for test in mended if seen is None or test in seen),
        gone=tuple(test for test in mended if seen is not None and test not in seen),
        broken=tuple(sorted(set(after) - set(before))),
        failing=tuple(sorted(stays)),
        moved=tuple(Moved(test, before[test][0].id, after[test][0].id) for test in moved),
        clusters=changes(old, new),
    )


def causes(report: Report) -> dict[str, list[Cluster]]:
    """Return the clusters of each failing test, the largest first."""
    result: dict[str, list[Cluster]] = {}
    for cluster in report.clusters:
        for test in cluster.tests:
            result.setdefault(test, []).append(cluster)
    return result


def keys(clusters: list[Cluster]) -> set[str]:
    """Return the fingerprints of clusters."""
    return {fingerprint for cluster in clusters for fingerprint in cluster.fingerprints}


def changes(old: Report, new: Report) -> tuple[ClusterChange, ...]:
    """Return what became of each cluster, those of the later run first."""
    owner = {key: cluster for cluster in old.clusters for key in cluster.fingerprints}
    result: list[ClusterChange] = []
    met: set[str] = set()
    for cluster in new.clusters:
        earlier = {owner[key].id: owner[key] for key in cluster.fingerprints if key in owner}
        met |= set(earlier)
        size = sum(entry.size for entry in earlier.values())
        change = "stays" if earlier else "new"
        result.append(
            ClusterChange(cluster.id, change, cluster.type, cluster.message, size, cluster.size)
        )
    result.extend(
        ClusterChange(cluster.id, "gone", cluster.type, cluster.message, cluster.size, 0)
        for cluster in old.clusters
        if cluster.id not in met
    )
    return tuple(result)
