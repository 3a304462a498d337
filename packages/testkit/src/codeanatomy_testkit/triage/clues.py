"""What failed assertions say beyond their message: words that point at what computed the value.

A wrong value is noticed by tests that share no frame with what computed it. They share what they
are about: words of their names, functions that they call, and the difference between the value that
came and the one that was expected.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.fingerprint import ASSERTIONS, origin_of
from codeanatomy_testkit.triage.paths import is_test
from codeanatomy_testkit.triage.symbols import called

if TYPE_CHECKING:
    from codeanatomy_testkit.triage.evidence import Failure

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WORD = re.compile(r"[A-Za-z_]\w{2,}")
_COMPARED = re.compile(r"^assert (?:not )?(.+?) (==|!=|in|not in|<=|>=|<|>|is not|is) (.+)$")
_TYPES = re.compile(r"<(?:class ')?(?:[a-z_]\w*\.)*([A-Z]\w+)")
# An exception within the text of another: its repr, or the last line of a traceback in an output.
_MENTIONED = re.compile(
    r"\b([A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt))"
    r"""(?:\((?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')|: ([^\n]+?)(?=\\n|\n|$|'$))"""
)
# Words of tests that say nothing of what they are about.
_EVERYBODYS = frozenset(
    """
    test tests with without for from and not the are has have that this when into does use
    uses using can new old only all any one two is in of on no to by an it or if as at be
    false true none error errors invalid valid value values default raises returns correct
    works basic simple class function method assert object diff index get more
    """.split()  # noqa: SIM905 - a list of words reads best as such
)
_TRIVIAL = frozenset({"True", "False"})


@lru_cache(maxsize=16384)
def name_words(test: str) -> frozenset[str]:
    """Return the words of a test's own name and of its class.

    >>> sorted(name_words("tests.test_egg.TestBoiling::test_hard_eggs[3-7]"))
    ['boil', 'egg', 'hard']
    """
    last = test.partition("[")[0].replace("::", ".").split(".")
    own = [part for part in last[-2:-1] if part[:1].isupper()]
    return stems(" ".join([*own, *last[-1:]]))


@lru_cache(maxsize=16384)
def stems(names: str) -> frozenset[str]:
    """Return the words of names in any of the customary forms.

    >>> sorted(stems("shell_completion.getCompletions"))
    ['complet', 'shell']
    """
    return frozenset(
        stem(word)
        for word in (part.lower() for part in _PARTS.findall(names))
        if word not in _EVERYBODYS and len(word) > 2  # noqa: PLR2004
    )


def stem(word: str) -> str:
    """Return a word without the endings that do not change what it is about.

    >>> [stem(word) for word in ("ranges", "counting", "completion", "complete")]
    ['rang', 'count', 'complet', 'complet']
    """
    for ending in ("ions", "ion", "ing", "ies", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 2:  # noqa: PLR2004
            return word[: -len(ending)]
    return word


def difference(message: str) -> frozenset[str]:
    """Return the words that only one side of a comparison has.

    >>> sorted(difference("assert 'Usage: egg' in 'Options: egg'"))
    ['Options', 'Usage']
    """
    first = message.partition("\n")[0]
    match = _COMPARED.match(first)
    if match is None:
        return frozenset()
    left, right = (frozenset(_WORD.findall(side.replace("\\n", " "))) for side in match.group(1, 3))
    return left ^ right


def came(message: str) -> str:
    """Return the value that came, where it is short: a wrong constant comes everywhere.

    >>> came("assert -1 == 100"), came("assert None is not None")
    ('-1', 'None')
    """
    match = _COMPARED.match(message.partition("\n")[0])
    if match is None or len(match[1]) > 24 or match[1] in _TRIVIAL:  # noqa: PLR2004
        return ""
    return match[1]


def mentions(message: str) -> frozenset[tuple[str, str]]:
    r"""Return the exceptions that the text of another has in it, each with what it said.

    >>> mentions("assert 1 == 0\n + where 1 = <Result KeyError('no egg')>.exit_code")
    frozenset({('KeyError', 'no egg')})
    """
    return frozenset(
        (match[1], (match[2] or match[3] or match[4] or "").replace("\\'", "'"))
        for match in _MENTIONED.finditer(message)
    )


def clues_of(failure: Failure) -> dict[str, frozenset[str]]:
    """Return the clues of a failure by their kind.

    An exception that the project raised has words of the place instead of words of the test: a test
    that is named after the place is likely to notice the same.
    """
    cause = failure.cause
    clues = {"module": frozenset({failure.module}), "name": name_words(failure.test)}
    if cause.type not in ASSERTIONS:
        origin = origin_of(cause)
        if origin is not None and not is_test(origin.path):
            # The file's words are those of most tests of its module, whatever they notice.
            clues["name"] = stems(origin.function)
        return clues
    message = cause.message
    statement = cause.frames[-1].statement if cause.frames else ""
    value = came(message)
    clues["call"] = called(message) | called(statement) | frozenset(_TYPES.findall(message))
    clues["difference"] = difference(message)
    clues["value"] = frozenset({value}) if value else frozenset()
    return clues
