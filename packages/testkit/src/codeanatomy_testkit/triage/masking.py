"""Masks what differs between two messages of one cause: numbers, addresses, paths, quoted text."""

from __future__ import annotations

import re

_HEX = "[0-9a-fA-F]"
_MASKS = {
    "uuid": rf"(?<![\w>]){_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(?!\w)",
    "time": r"(?<![\w>])\d{4}-\d\d-\d\d"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    "address": rf"(?<![\w>])0x{_HEX}+",
    "path": r"(?<![\w>./~])(?:~|[A-Za-z]:|\.{1,2})?(?:[\\/][\w.+@~-]+)+[\\/]?",
    "hash": r"(?<![\w>])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}(?!\w)",
    "text": r"(?<![\w>])[bru]?'(?:[^'\\\n]|\\.)*'|(?<![\w>])[bru]?\"(?:[^\"\\\n]|\\.)*\"|`[^`\n]*`",
    "number": r"\d[\d_]*(?:[.,]\d+)*",
}
_PATTERN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _MASKS.items()))
_NAMED = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _MASKS.items() if name != "text")
)
# Whole tracebacks end up in messages; what tells one cause from another stands at the beginning.
LONGEST = 600


def _placeholder(match: re.Match[str]) -> str:
    return f"<{match.lastgroup}>"


def mask(message: str) -> str:
    """Replace what differs from run to run by placeholders.

    Args:
        message: What an exception says.

    Returns:
        The same with `<uuid>`, `<time>`, `<address>`, `<path>`, `<hash>`, `<text>` (whatever was
        quoted) and `<number>`, cut after 600 characters. Masking twice changes nothing more.

    >>> mask("table 'orders' has 3 rows at 0x7f3a, see /tmp/run-17/log.txt")
    'table <text> has <number> rows at <address>, see <path>'
    """
    return _PATTERN.sub(_placeholder, message[:LONGEST])


def mask_values(message: str) -> str:
    """Do what `mask` does, but keep quoted text: it names what is missing or misused.

    >>> mask_values("cannot import name 'mend' from 'spam' (/src/spam/__init__.py)")
    "cannot import name 'mend' from 'spam' (<path>)"
    """
    return _NAMED.sub(_placeholder, message[:LONGEST])
