"""What turned the expected value into the one that came: one mistake makes one edit everywhere.

A function that loses line breaks has tests fail that share neither names nor values, but each lacks
a line break where a space came instead.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_COMPARED = re.compile(
    r"assert (?:not )?(?P<came>.+?) (?P<how>==|!=|in|not in|<=|>=|<|>|is not|is) (?P<expected>.+)$"
    # The same in the words of unittest.
    r"|(?:[A-Z][a-z]+ differ: )?(?P<first>.+?) != (?P<second>.+)$"
)
_INDEX = re.compile(r"At index [^\n]+ diff: ([^\n]+) != ([^\n]+)")
# pytest indents what follows the comparison by two, unless its tracebacks are native ones.
_LINE = re.compile(r"(?:  )?([-+])(?: (.*))?$")
_EXPLAINED = re.compile(r"\s+(?:where|and) ")
_TOKEN = re.compile(r"\\x[0-9a-f]{2}|#x[0-9A-F]{2}|[^\W\d_]+|\d+|.", re.DOTALL)
# What two values of everyday tests differ in anyway, whatever the cause.
_TRIVIAL = re.compile(r"[\d \"'()\[\]{},.:]*|True|False")
# Enough of both values to see what the mistake does; comparing grows with the square.
MOST_TOKENS = 80
LONGEST_SIDE = 1000
LONGEST_PART = 40
# Fewer letters within a word are those of another word by chance.
SHORTEST_PART = 3

Edit = tuple[str, str]


def edits(message: str) -> frozenset[Edit]:
    r"""Return what was lost of an expected value, each with what came instead.

    Args:
        message: What a failed comparison says: the comparison, or pytest's lines of the difference.

    Returns:
        Pairs of what is expected and what came, either may be empty; none where both are so common
        that tests of anything may differ in them, such as a number instead of another.

    >>> sorted(edits("assert 'a undefined b' == 'a  b'"))
    [('', 'undefined')]
    >>> sorted(edits("assert 'x y z' == 'x-y-z'"))
    [('-', ' ')]
    """
    compared = sides(message)
    if compared is None:
        return frozenset()
    expected, came = (
        _TOKEN.findall(side[:LONGEST_SIDE].replace("\\n", "\n"))[:MOST_TOKENS] for side in compared
    )
    matcher = SequenceMatcher(None, expected, came, autojunk=False)
    changed = (
        ("".join(expected[first:last]), "".join(came[start:end]))
        for kind, first, last, start, end in matcher.get_opcodes()
        if kind != "equal"
    )
    return frozenset(narrow(*edit) for edit in changed if any(map(says_something, edit)))


def says_something(part: str) -> bool:
    """Tell whether a part of a value is none that the values of any test may differ in."""
    return _TRIVIAL.fullmatch(part) is None


def sides(message: str) -> tuple[str, str] | None:
    r"""Return what was expected and what came, or None where a message does not tell.

    >>> sides("assert 'one' == 'two'\n\n- two\n+ one")
    ('two', 'one')
    >>> sides("assert [1, 2] == [1, 3]\n\nAt index 1 diff: 2 != 3")
    ('3', '2')
    """
    first, *rest = message.split("\n")
    comparison = compare(first)
    marked = [match.groups() for line in rest if (match := _LINE.match(line))]
    lost = [text or "" for mark, text in marked if mark == "-"]
    came = [text or "" for mark, text in marked if mark == "+" and not _EXPLAINED.match(text or "")]
    if lost or came:
        # Tests of unittest have the value that came first, and its difference goes the other way.
        ours, theirs = "\n".join(lost), "\n".join(came)
        return (theirs, ours) if comparison and comparison.how == "differ" else (ours, theirs)
    if match := _INDEX.search(message):
        return match[2], match[1]
    if comparison is None or "..." in first or comparison.how not in {"==", "is", "differ"}:
        return None
    return comparison.expected, comparison.came


class Comparison(NamedTuple):
    """A comparison that failed: the value that came, how it was compared, and with what."""

    came: str
    how: str
    expected: str


def compare(message: str) -> Comparison | None:
    """Return what the first line of a failed assertion compares, or None if it does not.

    >>> compare("assert [] == [1]")
    Comparison(came='[]', how='==', expected='[1]')
    >>> compare("Lists differ: [] != [1]")
    Comparison(came='[]', how='differ', expected='[1]')
    """
    match = _COMPARED.match(message.partition("\n")[0])
    if match is None:
        return None
    if match["how"] is None:
        return Comparison(match["first"], "differ", match["second"])
    return Comparison(match["came"], match["how"], match["expected"])


def narrow(lost: str, came: str) -> Edit:
    """Take the rest of a word from what was put into it or taken out of it.

    >>> narrow("ab", "a undefined b"), narrow("spam", "span")
    (('', ' undefined '), ('spam', 'span'))
    """
    shorter, longer = sorted((lost, came), key=len)
    start = 0
    while start < len(shorter) and shorter[start] == longer[start]:
        start += 1
    inner = len(longer) - len(shorter)
    if inner >= SHORTEST_PART and longer.endswith(shorter[start:]):
        part = longer[start : start + inner]
        lost, came = ("", part) if len(came) > len(lost) else (part, "")
    return lost[:LONGEST_PART], came[:LONGEST_PART]
