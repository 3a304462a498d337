"""What a failed command prints, and the code it exits with."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

FOUND_BROKEN = 1
BAD_INPUT = 2
INTERNAL = 3
INTERRUPTED = 130
BROKEN_PIPE = 141

# Every other code of the registry is about the input or the environment.
EXIT_CODES = {"invariant-broken": FOUND_BROKEN, "internal-error": INTERNAL}
RED, CYAN, RESET = "\x1b[1;31m", "\x1b[36m", "\x1b[0m"


class UsageError(Exception):
    """The arguments are right one by one, but not together."""

    code = "usage"

    def __init__(self, message: str, hint: str) -> None:
        """Make an error.

        Args:
            message: What is wrong.
            hint: What to do instead.
        """
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        """Return the message and the hint, as the engine's errors do."""
        return f"{self.args[0]}\nhint: {self.hint}"


def report(error: Exception) -> int:
    """Print one readable message about an error on stderr.

    Args:
        error: What a command raised.

    Returns:
        The exit code.
    """
    # Not by class: the engine's own classes can't be imported when it is the engine that fails.
    code = getattr(error, "code", None)
    if isinstance(code, str):
        message, _, hint = str(error).partition("\nhint: ")
        complain(message, [hint] if hint else [])
        return EXIT_CODES.get(code, BAD_INPUT)
    if isinstance(error, OSError):
        place = f": {error.filename!r}" if error.filename else ""
        complain(f"{(error.strerror or str(error)).lower()}{place}", [])
        return BAD_INPUT
    complain(
        f"internal error: {type(error).__name__}: {error}",
        ["run again with --debug and report what it shows"],
    )
    return INTERNAL


def complain(message: str, hints: Sequence[str]) -> None:
    """Print an error and its hints on stderr, in colour where that is wanted."""
    red, cyan, reset = (RED, CYAN, RESET) if wants_colour(sys.stderr) else ("", "", "")
    print(f"{red}error{reset}: {message}", file=sys.stderr)
    for hint in hints:
        print(f"\n{cyan}hint{reset}: {hint}", file=sys.stderr)


def wants_colour(stream: TextIO) -> bool:
    """Tell whether a stream should be written in colour (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()
