"""Gathers failures with one signature while they are read: what is kept grows with the causes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.fingerprint import Signature, origin_of, sign
from codeanatomy_testkit.triage.paths import of_project
from codeanatomy_testkit.triage.symbols import called, names

if TYPE_CHECKING:
    from codeanatomy_testkit.triage.evidence import Failure, Frame

_PARAMETERS = re.compile(r"\[.*")
# How many of a group's statements and test functions are looked at when groups are compared.
MOST_SAMPLES = 24


class Group:
    """Failures with one signature.

    Attributes:
        signature: What they share.
        example: The first of them.
        members: The position of each in the run.
        modules: How many each module has.
        functions: Test functions, without parameters, and how many failures of each were looked at.
        used: Names that the failing statements use.
        calls: Functions that they call.
        passed: The functions of the project that all of them passed, outermost first.
    """

    __slots__ = (
        "calls",
        "example",
        "functions",
        "lines",
        "members",
        "modules",
        "passed",
        "phases",
        "signature",
        "used",
    )

    def __init__(self, signature: Signature, example: Failure) -> None:
        """Start with one failure, which is still to be added."""
        self.signature = signature
        self.example = example
        self.members: list[int] = []
        self.modules: Counter[str] = Counter()
        self.phases: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()
        self.lines: set[int] = set()
        self.used: set[str] = set()
        self.calls: set[str] = set()
        self.passed: list[tuple[str, str]] = list(dict.fromkeys(steps(own(example))))

    def add(self, failure: Failure, position: int) -> None:
        """Take a failure in."""
        self.members.append(position)
        self.modules[failure.module] += 1
        self.phases[failure.phase] += 1
        if len(self.members) > MOST_SAMPLES:
            return
        self.functions[_PARAMETERS.sub("", failure.test)] += 1
        frames = own(failure)
        passed = set(steps(frames))
        self.passed = [step for step in self.passed if step in passed]
        origin = origin_of(failure.cause)
        if origin is not None:
            self.lines.add(origin.line)
        for frame in frames:
            self.used |= names(frame.statement)
            self.calls |= called(frame.statement)
        self.calls |= called(failure.cause.message)


def own(failure: Failure) -> list[Frame]:
    """Return the project's frames from the test to where the cause was raised.

    The frames of an exception that was handled begin where it was handled; those of the exceptions
    that came of it begin at the test.
    """
    frames = of_project(failure.cause.frames)
    cause = failure.chain.index(failure.cause)
    for raised in failure.chain[cause + 1 :]:
        if not frames:
            break
        outer = of_project(raised.frames)
        first = (frames[0].path, frames[0].function)
        for number, frame in enumerate(outer):
            if (frame.path, frame.function) == first:
                frames = [*outer[:number], *frames]
                break
    return frames


def steps(frames: list[Frame]) -> list[tuple[str, str]]:
    """Return file and function of frames."""
    return [(frame.path, frame.function) for frame in frames]


class Groups:
    """The groups of a run, and the names of its failing tests."""

    def __init__(self) -> None:
        """Start empty."""
        self.by_signature: dict[Signature, Group] = {}
        self.tests: list[str] = []
        self.modules: list[str] = []

    def add(self, failure: Failure) -> Group:
        """Take a failure in and return its group."""
        signature = sign(failure)
        group = self.by_signature.get(signature)
        if group is None:
            group = self.by_signature[signature] = Group(signature, failure)
        group.add(failure, len(self.tests))
        self.tests.append(failure.test)
        self.modules.append(failure.module)
        return group
