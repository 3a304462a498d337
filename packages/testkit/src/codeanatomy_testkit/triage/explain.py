"""Finds the smallest set of clusters that explains a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The last few failures of a run often have a cause each; naming them all explains nothing.
ENOUGH = 0.95


def explain(covered: Mapping[int, frozenset[str]], failing: int) -> list[int]:
    """Choose clusters that together explain enough of the failing tests.

    Args:
        covered: The tests that each cluster explains, with the cascades that follow from it.
        failing: How many tests failed.

    Returns:
        The numbers of the clusters, each of which explains more of what is left than any other.
        Only tests that fail for several causes make that larger than the smallest possible set, by
        the logarithm of their number at most.

    >>> explain({0: frozenset("abc"), 1: frozenset("cd"), 2: frozenset("d")}, 4)
    [0, 1]
    """
    left = {number: set(tests) for number, tests in covered.items()}
    chosen: list[int] = []
    done = 0
    while left and done < ENOUGH * failing:
        best = max(left, key=lambda number: (len(left[number]), -number))
        tests = left.pop(best)
        if not tests:
            break
        chosen.append(best)
        done += len(tests)
        for others in left.values():
            others.difference_update(tests)
    return chosen
