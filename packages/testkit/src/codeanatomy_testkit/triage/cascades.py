"""Tells failures that follow from another cluster's from independent ones.

Three things make a cluster follow from another, and each is checked on all its failures:

- its tests have failed before it: a teardown that breaks after a call that broke;
- its exception was raised while the other's was handled;
- it uses what the other failed to set up, in the modules where that failed, afterwards.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.evidence import Failure
from codeanatomy_testkit.triage.fingerprint import sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codeanatomy_testkit.triage.clustering import Joined
    from codeanatomy_testkit.triage.fingerprint import Signature
    from codeanatomy_testkit.triage.groups import Groups


def find_cascades(clusters: Sequence[Joined], groups: Groups) -> dict[int, int]:
    """Find what follows from what.

    Args:
        clusters: The clusters of a run.
        groups: The run.

    Returns:
        The number of each cluster that is a cascade, with that of the cluster it follows from. No
        cascade is what another follows from.
    """
    owner = {
        group.signature: number for number, joined in enumerate(clusters) for group in joined.groups
    }
    of_failure: dict[int, int] = {
        member: number
        for number, joined in enumerate(clusters)
        for group in joined.groups
        for member in group.members
    }
    earlier = earlier_failures(groups.tests)
    found: dict[int, int] = {}
    for number, joined in enumerate(clusters):
        parent = after_the_call(joined, of_failure, earlier)
        if parent is None:
            parent = while_handling(joined, owner)
        if parent is None:
            parent = without_set_up(joined, clusters)
        if parent is not None and parent != number:
            found[number] = parent
    return {number: end for number in found if (end := last(found, number)) is not None}


def last(found: Mapping[int, int], number: int) -> int | None:
    """Return the end of a chain of cascades, or None where it is a ring."""
    seen = {number}
    while number in found:
        number = found[number]
        if number in seen:
            return None
        seen.add(number)
    return number


def earlier_failures(tests: Sequence[str]) -> dict[int, int]:
    """Return for each failure of a test that failed before the position of its first failure."""
    first: dict[str, int] = {}
    result: dict[int, int] = {}
    for position, test in enumerate(tests):
        before = first.setdefault(test, position)
        if before != position:
            result[position] = before
    return result


def after_the_call(
    joined: Joined, of_failure: Mapping[int, int], earlier: Mapping[int, int]
) -> int | None:
    """Return the cluster that all of a cluster's tests had failed with before they did so here."""
    if any(group.phases["teardown"] < len(group.members) for group in joined.groups):
        return None
    before = Counter(
        of_failure[earlier[member]] if member in earlier else -1
        for group in joined.groups
        for member in group.members
    )
    return None if before[-1] else before.most_common(1)[0][0]


def while_handling(joined: Joined, owner: Mapping[Signature, int]) -> int | None:
    """Return the cluster whose exception was being handled when this one's was raised."""
    parents = {handled(group.example, owner) for group in joined.groups}
    return parents.pop() if len(parents) == 1 else None


def handled(failure: Failure, owner: Mapping[Signature, int]) -> int | None:
    """Return the cluster of an exception that came before the cause."""
    cause = failure.cause
    for number, raised in enumerate(failure.chain):
        if raised is cause:
            return None
        alone = Failure(failure.test, failure.module, failure.phase, failure.chain[: number + 1])
        if (parent := owner.get(sign(alone))) is not None:
            return parent
    return None


def without_set_up(joined: Joined, clusters: Sequence[Joined]) -> int | None:
    """Return the cluster that failed to set up what this one's failing statements use."""
    first = min(group.members[0] for group in joined.groups)
    used = {name for group in joined.groups for name in group.used}
    modules = {module for group in joined.groups for module in group.modules}
    for number, other in enumerate(clusters):
        head = other.head
        if (
            other is not joined
            and head.phases["setup"] == len(head.members)
            and head.signature.function in used
            and head.members[0] < first
            and modules <= set(head.modules)
        ):
            return number
    return None
