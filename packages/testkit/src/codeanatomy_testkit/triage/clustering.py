"""Joins groups of failures that have one cause: each rule is a reason that a person would accept.

Groups are compared only within blocks, such as all that were raised at one place, so that the work
grows with the groups and not with their pairs.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.clues import clues_of, mentions
from codeanatomy_testkit.triage.fingerprint import ASSERTIONS, origin_of
from codeanatomy_testkit.triage.masking import mask
from codeanatomy_testkit.triage.symbols import symbol

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from codeanatomy_testkit.triage.fingerprint import Signature
    from codeanatomy_testkit.triage.groups import Group, Groups

# What is raised for any reason; the last is what a reader calls an exception without a type.
_NOBODYS = frozenset({*dir(builtins), "Error"})
_WORD = re.compile(r"[A-Za-z_]\w+")
# Messages of one place that share this part of their words say the same in other words.
SIMILAR = 0.5
# In a block, a group is compared with this many others at most.
MOST_LEADERS = 32
# What a shared clue weighs, twice at most of a kind, and from which sum on failed assertions are
# about one cause. Chosen on the corpus's tuning half, see docs/triage.md.
WEIGHTS = {
    "name": 1.5,
    "call": 0.5,
    "difference": 1.0,
    "value": 1.5,
    "scope": 1.0,
    "lost": 2.0,
    "came": 2.0,
}
ENOUGH = 2.0
# More failed assertions than these, by size, are not compared by clues, nor with more than so many
# others a clue.
MOST_ASSERTIONS = 4000
MOST_COMPARISONS = 200_000


@dataclass
class Joined:
    """Groups that have one cause, and why they were joined.

    Attributes:
        groups: The groups, the largest first.
        reasons: The rules that joined them, by how often.
    """

    groups: list[Group]
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def size(self) -> int:
        """How many failures it has."""
        return sum(len(group.members) for group in self.groups)

    @property
    def head(self) -> Group:
        """The group that stands for it: the largest, or the first of several."""
        return self.groups[0]


class _Forest:
    """Disjoint sets of groups."""

    def __init__(self, size: int) -> None:
        self.parents = list(range(size))
        self.reasons: list[Counter[str]] = [Counter() for _ in range(size)]

    def root(self, member: int) -> int:
        while self.parents[member] != member:
            self.parents[member] = self.parents[self.parents[member]]
            member = self.parents[member]
        return member

    def join(self, first: int, second: int, reason: str) -> None:
        first, second = sorted((self.root(first), self.root(second)))
        if first != second:
            self.parents[second] = first
            self.reasons[first].update(self.reasons[second])
            self.reasons[first][reason] += 1


def cluster(groups: Groups) -> list[Joined]:
    """Join the groups of a run.

    Args:
        groups: What the run's failures say.

    Returns:
        The clusters, the largest first; of equals the one that failed first.
    """
    found = list(groups.by_signature.values())
    forest = _Forest(len(found))
    for rule in RULES:
        rule(found, forest)
    sets: dict[int, list[Group]] = defaultdict(list)
    for number, group in enumerate(found):
        sets[forest.root(number)].append(group)
    result = [
        Joined(sorted(members, key=lambda group: -len(group.members)), forest.reasons[root])
        for root, members in sets.items()
    ]
    return sorted(result, key=lambda joined: (-joined.size, joined.head.members[0]))


def blocks(keys: Iterable[tuple[int, Hashable]]) -> Iterator[list[int]]:
    """Yield the groups that share a key, where more than one does."""
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    for number, key in keys:
        by_key[key].append(number)
    yield from (members for members in by_key.values() if len(members) > 1)


def words(message: str) -> frozenset[str]:
    """Return the words of a masked message."""
    return frozenset(_WORD.findall(message))


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Return which part of their words two messages share; 1 for two without words."""
    both = len(first | second)
    return len(first & second) / both if both else 1.0


def same_symbol(found: list[Group], forest: _Forest) -> None:
    """Join what is about one name: what is missing fails wherever it is used."""
    keys = ((number, named(signature)) for number, signature in signed(found) if signature.symbol)
    for members in blocks(keys):
        for member in members[1:]:
            forest.join(members[0], member, "the same name")


def named(signature: Signature) -> tuple[str, str]:
    """Return what a signature is about; a name that is missing is missed in several ways."""
    if signature.message.startswith(("cannot import name", "module ", "name ")):
        return "missing", signature.symbol.rpartition(".")[2]
    return signature.type, signature.symbol


def same_place(found: list[Group], forest: _Forest) -> None:
    """Join what one function raised with like messages, or in one line."""
    keys = (
        (number, (signature.type, signature.path, signature.function))
        for number, signature in signed(found)
        if signature.path and (signature.place == "product" or not signature.is_assertion)
    )
    for members in blocks(keys):
        leaders: list[tuple[int, frozenset[str]]] = []
        for member in members:
            said = words(found[member].signature.message)
            for leader, other in leaders:
                if likeness(said, other) >= SIMILAR or found[member].lines & found[leader].lines:
                    forest.join(leader, member, "the same place")
                    break
            else:
                if len(leaders) < MOST_LEADERS:
                    leaders.append((member, said))


def same_type(found: list[Group], forest: _Forest) -> None:
    """Join exceptions of the project's own types: one file of it raises one for one reason.

    Or any file, if they say exactly the same.
    """
    own_types = [number for number, group in enumerate(found) if is_own_type(group)]
    in_a_file = ((n, (found[n].signature.type, found[n].signature.path)) for n in own_types)
    saying = (
        (n, (found[n].signature.type, found[n].example.cause.message))
        for n in own_types
        if len(words(found[n].example.cause.message)) > 2  # noqa: PLR2004
    )
    for alike in (in_a_file, saying):
        for first, *others in blocks(alike):
            for other in others:
                forest.join(first, other, "the same kind of exception")


def is_own_type(group: Group) -> bool:
    """Tell whether a group's exception is one that the project defines, and raised itself."""
    cause = group.example.cause
    return (
        not group.signature.is_assertion
        and cause.type not in _NOBODYS
        and bool(cause.frames)
        and cause.frames[-1] == origin_of(cause)
        and cause.frames[-1].path.endswith(".py")
    )


def same_message(found: list[Group], forest: _Forest) -> None:
    """Join what says the same elsewhere, if it says enough and has no place of its own."""
    keys = (
        (number, (signature.type, signature.message))
        for number, signature in signed(found)
        if not signature.is_assertion
        and signature.place != "product"
        and len(words(signature.message)) > 2  # noqa: PLR2004
    )
    for members in blocks(keys):
        for member in members[1:]:
            forest.join(members[0], member, "the same message")


def same_exception(found: list[Group], forest: _Forest) -> None:
    """Join what raised an exception with what met it as a value: swallowed, or in an output."""
    keys = (
        (number, key) for number, group in enumerate(found) for key in sorted(exceptions(group))
    )
    for members in blocks(keys):
        noticed = [member for member in members if not is_anchored(found[member])]
        for member in noticed[1:]:
            forest.join(noticed[0], member, "the same exception within")
        raised = {forest.root(member) for member in members if is_anchored(found[member])}
        if noticed and len(raised) == 1:
            forest.join(raised.pop(), noticed[0], "the same exception within")


def exceptions(group: Group) -> set[tuple[str, str]]:
    """Return the exceptions that a group raised or mentions, of those that say enough."""
    cause = group.example.cause
    result: set[tuple[str, str]] = set()
    for kind, said in ((cause.type, cause.message.partition("\n")[0]), *mentions(cause.message)):
        about = symbol(kind, said)
        masked = mask(said)
        if about:
            result.add((kind, f"about {about}"))
        elif kind not in ASSERTIONS and len(words(masked)) > 2:  # noqa: PLR2004
            result.add((kind, masked))
    return result


def is_anchored(group: Group) -> bool:
    """Tell whether a group has a place or a name of its own: no weaker evidence moves it."""
    signature = group.signature
    return not signature.is_assertion and (signature.place == "product" or bool(signature.symbol))


def same_test(found: list[Group], forest: _Forest) -> None:
    """Join what fails in a phase of one test function: its parameters seldom differ in cause."""
    keys = (
        (number, (name, tuple(sorted(group.phases))))
        for number, group in enumerate(found)
        if not is_anchored(group)
        for name in sorted(group.functions)
    )
    for members in blocks(keys):
        for member in members[1:]:
            forest.join(members[0], member, "the same test function")


def most_of_the_test(found: list[Group], forest: _Forest) -> None:
    """Join what a test function noticed with the one exception that most of its parameters met."""
    raised: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    noticed: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for number, group in enumerate(found):
        side = raised if is_anchored(group) else noticed
        for name, times in group.functions.items():
            for phase in group.phases:
                side[name, phase][forest.root(number)] += times
    for test, roots in noticed.items():
        if len(raised[test]) == 1 and raised[test].total() > roots.total():
            (place,) = raised[test]
            for root in roots:
                forest.join(place, root, "the same test function")


def same_clues(found: list[Group], forest: _Forest) -> None:
    """Join failed assertions that point at one cause, and those with the one exception they fit."""
    fits: list[tuple[int, int]] = []
    for number, other in alike(found):
        anchored = is_anchored(found[number]), is_anchored(found[other])
        if not any(anchored):
            forest.join(other, number, "the same clues")
        elif not all(anchored):
            fits.append((other, number) if anchored[1] else (number, other))
    candidates: dict[int, set[int]] = defaultdict(set)
    for place, noticed in fits:
        candidates[forest.root(noticed)].add(forest.root(place))
    for noticed, places in candidates.items():
        if len(places) == 1:
            forest.join(places.pop(), noticed, "the same clues")


def alike(found: list[Group]) -> Iterator[tuple[int, int]]:
    """Yield pairs of groups that share enough clues and fail in the same phases."""
    numbers = list(range(len(found)))
    if len(numbers) > MOST_ASSERTIONS:
        largest = sorted(numbers, key=lambda number: (-len(found[number].members), number))
        numbers = sorted(largest[:MOST_ASSERTIONS])
    most = max(2, MOST_COMPARISONS // (len(numbers) or 1))
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in numbers:
        shared: dict[int, Counter[str]] = defaultdict(Counter)
        for kind, clues in clues_of(found[number].example).items():
            for clue in sorted(clues):
                posted = holders[kind, clue]
                for other in posted[-most:]:
                    shared[other][kind] += 1
                posted.append(number)
        for other, kinds in shared.items():
            score = sum(WEIGHTS[kind] * min(2, times) for kind, times in kinds.items())
            if score >= ENOUGH and set(found[number].phases) == set(found[other].phases):
                yield number, other


def signed(found: list[Group]) -> Iterator[tuple[int, Signature]]:
    """Yield the number and the signature of groups."""
    for number, group in enumerate(found):
        yield number, group.signature


RULES = (
    same_symbol,
    same_place,
    same_type,
    same_message,
    same_exception,
    same_test,
    most_of_the_test,
    same_clues,
)
