"""What one failure says, as read from a result file, before it is compared with others."""

from __future__ import annotations

from typing import Literal

import msgspec

Phase = Literal["setup", "call", "teardown", "collect", "crash", "timeout"]


class Frame(msgspec.Struct, frozen=True):
    """A place that the failure passed.

    Attributes:
        path: The file, with `/` as separator, relative to the project where that is known.
        line: Its line, from 1 on; 0 if unknown.
        function: The function, as far as the traceback names it.
        statement: The source line, where the traceback shows it.
    """

    path: str
    line: int
    function: str = ""
    statement: str = ""

    def __str__(self) -> str:
        """Name the place in one line."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place} in {self.function}" if self.function else place


class Raised(msgspec.Struct, frozen=True):
    """One exception of a chain.

    Attributes:
        type: Its type as the traceback names it, such as `TypeError` or `java.io.IOException`.
        message: All its lines.
        frames: From the test to where it was raised.
        wraps: Whether it was raised `from` the one before it in the chain, on purpose.
    """

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    wraps: bool = False


class Failure(msgspec.Struct, frozen=True):
    """A test that failed, or something else that a runner reports as one.

    Attributes:
        test: Its full name; parameters included.
        module: What holds it: a file or a class.
        phase: When it failed.
        chain: What was raised, first what was raised first. Never empty.
        location: The file of the test, where the result says so.
    """

    test: str
    module: str
    phase: Phase
    chain: tuple[Raised, ...]
    location: str = ""

    @property
    def cause(self) -> Raised:
        """The exception that the others were raised `from`, as far back as that goes."""
        number = len(self.chain) - 1
        while number > 0 and self.chain[number].wraps:
            number -= 1
        return self.chain[number]
