"""What failed assertions say beyond their message: words that point at what computed the value.

A wrong value is noticed by tests that share no frame with what computed it. They share what they
are about: words of their names, functions that they call, the value that came, and what it lacks of
the one that was expected or has in its place.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.edits import compare, edits, says_something
from codeanatomy_testkit.triage.fingerprint import ASSERTIONS, origin_of
from codeanatomy_testkit.triage.paths import is_test
from codeanatomy_testkit.triage.symbols import called

if TYPE_CHECKING:
    from codeanatomy_testkit.triage.evidence import Failure

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WORD = re.compile(r"[A-Za-z_]\w{2,}")
_EXAMINED = re.compile(r"assert False\n\s*\+?\s*where False = isinstance\(([^,\n]+), ")
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
# Longer values are told apart by what they lack or have too much.
LONGEST_VALUE = 24
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
    comparison = compare(message)
    if comparison is None:
        return frozenset()
    left, right = (
        frozenset(_WORD.findall(side.replace("\\n", " ")))
        for side in (comparison.came, comparison.expected)
    )
    return left ^ right


def came(message: str) -> str:
    r"""Return the value that came, where it is short: a wrong constant comes everywhere.

    >>> came("assert -1 == 100"), came("assert False\n +  where False = isinstance(None, int)")
    ('-1', 'None')
    """
    comparison, examined = compare(message), _EXAMINED.match(message)
    value = comparison.came if comparison else examined[1] if examined else ""
    return "" if len(value) > LONGEST_VALUE or value in _TRIVIAL else value


def mentions(message: str) -> frozenset[tuple[str, str]]:
    r"""Return the exceptions that the text of another has in it, each with what it said.

    >>> mentions("assert 1 == 0\n + where 1 = <Result KeyError('no egg')>.exit_code")
    frozenset({('KeyError', 'no egg')})
    """
    return frozenset(
        (match[1], (match[2] or match[3] or match[4] or "").replace("\\'", "'"))
        for match in _MENTIONED.finditer(message)
    )


def scope(failure: Failure) -> str:
    """Return what the tests of one subject have in common: their class, or else their module.

    >>> from codeanatomy_testkit.triage.evidence import Failure
    >>> scope(Failure("tests.test_egg.TestBoiling::test_hard[3-7]", "tests.test_egg", "call", ()))
    'tests.test_egg.TestBoiling'
    """
    return failure.test.partition("[")[0].rpartition("::")[0] or failure.module


def clues_of(failure: Failure) -> dict[str, frozenset[str]]:
    """Return the clues of a failure by their kind.

    An exception that the project raised has words of the place instead of words of the test: a test
    that is named after the place is likely to notice the same. One that the test raised is what a
    wrong value led to.
    """
    cause = failure.cause
    message = cause.message
    clues = {"scope": frozenset({scope(failure)}), "name": name_words(failure.test)}
    origin = origin_of(cause)
    assertion = cause.type in ASSERTIONS
    if not assertion and (origin is None or not is_test(origin.path)):
        if origin is not None:
            # The file's words are those of most tests of its module, whatever they notice.
            clues["name"] = stems(origin.function)
        return clues
    statement = cause.frames[-1].statement if cause.frames else ""
    value = came(message) if assertion else used(message)
    clues["call"] = called(message) | called(statement) | frozenset(_TYPES.findall(message))
    clues["value"] = frozenset({value}) if value else frozenset()
    if assertion:
        found = edits(message)
        clues["difference"] = difference(message)
        clues["lost"] = frozenset(lost for lost, _ in found if says_something(lost))
        clues["came"] = frozenset(came for _, came in found if says_something(came))
    return clues


def used(message: str) -> str:
    """Return the value whose use a message complains of, if it is the one of its type.

    >>> used("'NoneType' object is not iterable"), used("'int' object is not callable")
    ('None', '')
    """
    return "None" if "'NoneType' object" in message else ""
