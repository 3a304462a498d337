"""Counts the tests of a run, those that passed too."""

from __future__ import annotations

from collections import Counter


class Tally:
    """How many tests there were by outcome, and which of some watched ones were among them."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.outcomes: Counter[str] = Counter()
        self.watched: frozenset[str] = frozenset()
        self.seen: set[str] = set()

    def add(self, outcome: str, test: str) -> None:
        """Count a test.

        Args:
            outcome: `passed`, `failed` or `skipped`.
            test: Its full name.
        """
        self.outcomes[outcome] += 1
        if test in self.watched:
            self.seen.add(test)

    @property
    def tests(self) -> int:
        """How many there were."""
        return sum(self.outcomes.values())
