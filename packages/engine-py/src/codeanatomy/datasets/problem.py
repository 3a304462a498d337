"""Record: what went wrong, where a report goes on instead of an error."""

from __future__ import annotations

import msgspec

__all__ = ["Problem"]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong, as the engine's errors say it.

    Attributes:
        code: The code of the error.
        message: What is wrong.
        hint: What to do.
    """

    code: str
    message: str
    hint: str | None
