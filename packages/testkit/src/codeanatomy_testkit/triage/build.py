"""Makes the report of clusters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from codeanatomy_testkit.triage.cascades import find_cascades
from codeanatomy_testkit.triage.clustering import cluster
from codeanatomy_testkit.triage.explain import explain
from codeanatomy_testkit.triage.fingerprint import ALGORITHM, origin_of
from codeanatomy_testkit.triage.groups import own
from codeanatomy_testkit.triage.paths import directory_of
from codeanatomy_testkit.triage.records import (
    REPORT_SCHEMA,
    Cluster,
    Example,
    Explanation,
    Place,
    Report,
    Role,
    Surface,
    Totals,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codeanatomy_testkit.triage.clustering import Joined
    from codeanatomy_testkit.triage.evidence import Failure
    from codeanatomy_testkit.triage.groups import Groups
    from codeanatomy_testkit.triage.reading.tally import Tally

# A cluster of so small a part of a run is called an edge, if it is a single failure or two.
EDGE_SHARE, EDGE_SIZE = 0.02, 2
LONGEST_MESSAGE = 2000
MOST_STEPS = 12


def label_of(number: int) -> str:
    """Return the label of a cluster by its position.

    >>> [label_of(number) for number in (0, 25, 26, 51, 52, 702)]
    ['A', 'Z', 'AA', 'AZ', 'BA', 'AAA']
    """
    text = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("A") + letter) + text
    return text


def build_report(
    groups: Groups, tally: Tally, sources: Sequence[str], previous: Report | None = None
) -> Report:
    """Cluster a run and describe it.

    Args:
        groups: What failed.
        tally: What was run.
        sources: The names of the files.
        previous: An earlier run, whose causes are known.
    """
    clusters = cluster(groups)
    cascades = find_cascades(clusters, groups)
    failing = len(set(groups.tests))
    tests = [tests_of(joined, groups) for joined in clusters]
    covered = {
        number: set(tests[number]) for number in range(len(clusters)) if number not in cascades
    }
    for number, parent in cascades.items():
        covered[parent].update(tests[number])
    chosen = explain({number: frozenset(names) for number, names in covered.items()}, failing)
    explained = len({test for number in chosen for test in covered[number]})
    first_seen = seen_before(previous)
    described = [
        describe(
            joined,
            label_of(number),
            label_of(cascades[number]) if number in cascades else None,
            len(groups.tests),
            tests[number],
        )
        for number, joined in enumerate(clusters)
    ]
    return Report(
        schema=REPORT_SCHEMA,
        algorithm=ALGORITHM,
        sources=tuple(sources),
        totals=Totals(
            tests=tally.tests,
            passed=tally.outcomes["passed"],
            skipped=tally.outcomes["skipped"],
            failing=failing,
            failures=len(groups.tests),
        ),
        explanation=Explanation(
            clusters=tuple(label_of(number) for number in chosen),
            covered=explained,
            share=round(explained / failing, 4) if failing else 1.0,
        ),
        clusters=tuple(dated(entry, first_seen, sources, previous) for entry in described),
    )


def tests_of(joined: Joined, groups: Groups) -> tuple[str, ...]:
    """Return the tests of a cluster in the order of the run, each once."""
    members = sorted(member for group in joined.groups for member in group.members)
    return tuple(dict.fromkeys(groups.tests[member] for member in members))


def describe(
    joined: Joined, label: str, parent: str | None, failures: int, tests: tuple[str, ...]
) -> Cluster:
    """Describe a cluster."""
    head = joined.head
    origin = origin_of(head.example.cause)
    modules: Counter[str] = Counter()
    directories: Counter[str] = Counter()
    phases: Counter[str] = Counter()
    for group in joined.groups:
        modules.update(group.modules)
        phases.update(group.phases)
    for module, count in modules.items():
        path = module if "/" in module or module.endswith(".py") else module.replace(".", "/")
        directories[directory_of(path)] += count
    role: Role = "cause"
    if parent is not None:
        role = "cascade"
    elif joined.size <= EDGE_SIZE and joined.size < EDGE_SHARE * failures:
        role = "edge"
    return Cluster(
        label=label,
        id=head.signature.digest(),
        fingerprints=tuple(sorted(group.signature.digest() for group in joined.groups)),
        role=role,
        cascade_of=parent,
        size=joined.size,
        share=round(joined.size / failures, 4),
        type=head.signature.type,
        message=head.signature.message,
        origin=Place(origin.path, origin.line, origin.function) if origin else None,
        fan_out=fan_out(joined),
        phases=dict(phases.most_common()),
        modules=surfaces(modules),
        directories=surfaces(directories),
        reasons=dict(joined.reasons.most_common()),
        first_seen="",
        known=None,
        example=example_of(head.example),
        tests=tests,
    )


def fan_out(joined: Joined) -> tuple[str, ...]:
    """Return the functions that every failure of a cluster passed, outermost first."""
    common = list(joined.head.passed)
    for group in joined.groups[1:]:
        passed = set(group.passed)
        common = [step for step in common if step in passed]
    named = [f"{function}()" for _, function in common if function and function != "<module>"]
    return tuple(dict.fromkeys(named))[-MOST_STEPS:]


def surfaces(counts: Counter[str]) -> tuple[Surface, ...]:
    """Return counts as records, the largest first, equals by name."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Surface(name, failures) for name, failures in ordered)


def example_of(failure: Failure) -> Example:
    """Return the record of the failure that stands for a cluster."""
    shown = failure.chain[-1]
    return Example(
        test=failure.test,
        type=shown.type,
        message=shown.message[:LONGEST_MESSAGE],
        chain=tuple(raised.type for raised in failure.chain),
        frames=tuple(Place(frame.path, frame.line, frame.function) for frame in own(failure)),
    )


def seen_before(previous: Report | None) -> dict[str, str]:
    """Return the fingerprints of an earlier run, each with the run that had it first."""
    if previous is None:
        return {}
    return {
        fingerprint: cluster.first_seen
        for cluster in previous.clusters
        for fingerprint in cluster.fingerprints
    }


def dated(
    entry: Cluster, first_seen: dict[str, str], sources: Sequence[str], previous: Report | None
) -> Cluster:
    """Return a cluster with when it was first seen."""
    dates = [first_seen[key] for key in entry.fingerprints if key in first_seen]
    return msgspec.structs.replace(
        entry,
        first_seen=min(dates) if dates else (sources[0] if sources else ""),
        known=None if previous is None else bool(dates),
    )
