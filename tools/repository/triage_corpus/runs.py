"""Which runs the corpus has: every mutation alone, and several at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from repository.triage_corpus.mutations import MUTATIONS

if TYPE_CHECKING:
    from repository.triage_corpus.mutation import Mutation

TUNING, HELD_OUT = "tuning", "held-out"
# The thresholds of the clustering have never been looked at with this project's failures.
HELD_OUT_PROJECT = "attrs"
# Nothing of these is in the other half: they came when the half for tuning was too small.
TUNING_PROJECTS = frozenset({"jinja2", "more-itertools"})
# These hide what others break: no test of the project gets as far as that.
ALONE = frozenset({"runner-setup", "crash"})
# The forms of a traceback that readers have to know; the default is by far the most common.
STYLES = ("auto", "auto", "auto", "short", "auto", "native", "auto", "long")


@dataclass(frozen=True)
class Run:
    """One run of a project's tests with something broken.

    Attributes:
        project: The project.
        mutations: What is broken.
        split: Whether it may be looked at when thresholds are chosen.
        style: The form of its tracebacks.
    """

    project: str
    mutations: tuple[Mutation, ...]
    split: str
    style: str

    @property
    def name(self) -> str:
        """The name of its file, without a suffix."""
        count = len(self.mutations)
        which = self.mutations[0].name if count == 1 else f"{count}-{self.mutations[0].name}"
        return f"{self.project}-{which}"

    @property
    def options(self) -> list[str]:
        """What pytest is told for this run."""
        chosen = {option: None for mutation in self.mutations for option in mutation.options}
        if self.style != "auto":
            chosen[f"--tb={self.style}"] = None
        return list(chosen)


def runs_of(project: str) -> list[Run]:
    """Return the runs of a project, those of single mutations first.

    A mutation belongs to one split with all its runs, so that nothing is tuned on what is reported.
    """
    result: list[Run] = []
    combined: list[Run] = []
    for split, offset in ((TUNING, 0), (HELD_OUT, 1)):
        if project == HELD_OUT_PROJECT or project in TUNING_PROJECTS:
            if split != (HELD_OUT if project == HELD_OUT_PROJECT else TUNING):
                continue
            members = MUTATIONS[project]
        else:
            members = MUTATIONS[project][offset::2]
        result.extend(
            Run(project, (member,), split, STYLES[number % len(STYLES)])
            for number, member in enumerate(members)
        )
        together = tuple(member for member in members if member.name not in ALONE)
        middle = len(together) // 2
        groups = (together[1:3], together[middle:], together[::-1])
        combined.extend(
            Run(project, group, split, STYLES[number % len(STYLES)])
            for number, group in enumerate(groups)
            if len(group) > 1
        )
    unique = {run.name: run for run in (*result, *combined)}
    return list(unique.values())
