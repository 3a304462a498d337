"""The fingerprint of a failure: equal for failures that say the same of the same place.

Numbers of lines are no part of it, so that it survives edits elsewhere in a file; parameters,
addresses, paths and quoted text are masked. The algorithm has a version: fingerprints of different
versions are never compared.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from codeanatomy_testkit.triage.masking import mask, mask_values
from codeanatomy_testkit.triage.paths import is_test, of_project
from codeanatomy_testkit.triage.symbols import symbol

if TYPE_CHECKING:
    from codeanatomy_testkit.triage.evidence import Failure, Frame, Raised

ALGORITHM = 1
ASSERTIONS = frozenset({"AssertionError", "Failed", "failure", "AssertionFailedError"})
# The name alone says what the cause is; where it was noticed only varies.
_PLACELESS = frozenset({"ImportError", "ModuleNotFoundError", "FixtureLookupError", "WorkerCrash"})


class Signature(msgspec.Struct, frozen=True):
    """What fingerprints compare.

    Attributes:
        type: Of the exception that is the cause.
        message: Its first line, masked.
        path: Where it was raised: the innermost file of the project.
        function: The function there.
        symbol: The name that it is about, if it is about one.
        place: Whether it was raised in `product` or `test` code, or `nowhere` in the project.
    """

    type: str
    message: str
    path: str
    function: str
    symbol: str
    place: str

    @property
    def is_assertion(self) -> bool:
        """Whether a test noticed a wrong value, so that the place tells little of the cause."""
        return self.type in ASSERTIONS

    def digest(self) -> str:
        """Return the fingerprint: 16 hexadecimal digits, the same on every machine."""
        parts = (str(ALGORITHM), self.type, self.message, self.path, self.function, self.symbol)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def origin_of(raised: Raised) -> Frame | None:
    """Return the innermost frame of the project, or None."""
    own = of_project(raised.frames)
    return own[-1] if own else None


def sign(failure: Failure) -> Signature:
    """Return the signature of a failure."""
    cause = failure.cause
    first = cause.message.partition("\n")[0]
    about = symbol(cause.type, first)
    message = mask_values(first) if about else mask(first)
    origin = origin_of(cause)
    if origin is None or (about and cause.type in _PLACELESS):
        return Signature(cause.type, message, "", "", about, "nowhere")
    place = "test" if is_test(origin.path) else "product"
    return Signature(cause.type, message, origin.path, origin.function, about, place)
