"""Finds the name that an exception is about, and the names that a failing statement uses.

What is missing or misused identifies a cause better than the place that noticed it: a function that
was removed fails wherever it is called.
"""

from __future__ import annotations

import builtins
import keyword
import re
from functools import lru_cache

_SYMBOLIC = {
    "ImportError": re.compile(r"cannot import name '([^']+)'|No module named '([^']+)'"),
    "ModuleNotFoundError": re.compile(r"No module named '([^']+)'"),
    "NameError": re.compile(r"name '([^']+)' is not defined"),
    "UnboundLocalError": re.compile(r"local variable '([^']+)'"),
    "AttributeError": re.compile(
        r"(?:module|partially initialized module|type object) '([^']+)' has no attribute '([^']+)'"
        r"|'([^']+)' object has no attribute '([^']+)'"
    ),
    "TypeError": re.compile(
        r"((?:[\w<>]+\.)*[\w<>]+)\(\) (got (?:an unexpected keyword argument|multiple values for)"
        r"|missing \d+ required|takes (?:from )?\d|got some positional|takes no)"
    ),
    "FixtureLookupError": re.compile(r"fixture '([^']+)' not found"),
    "FileNotFoundError": re.compile(r"No such file or directory: '?(?:[^']*/)?([^/']+)'?"),
    "KeyError": re.compile(r"^'([^']+)'$"),
}
_NAME = re.compile(r"[A-Za-z_]\w*")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
# Names that every test uses, and those of the language.
_TESTS_NAMES = """
    self cls pytest raises result expected actual value args kwargs output test mock monkeypatch
    warns approx param mark assertEqual assertTrue assertFalse assertRaises
"""
_COMMON = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}).union(
    dir(str), dir(list), dir(dict), _TESTS_NAMES.split()
)


@lru_cache(maxsize=4096)
def symbol(kind: str, message: str) -> str:
    """Return what an exception is about: the name of what is missing or called wrongly.

    Args:
        kind: The exception's type.
        message: What it says.

    Returns:
        The name, or nothing if the exception is not about one.

    >>> symbol("ImportError", "cannot import name 'mend' from 'spam' (/src/spam/__init__.py)")
    'mend'
    >>> symbol("TypeError", "Egg.boil() got an unexpected keyword argument 'minutes'")
    'Egg.boil'
    >>> symbol("ValueError", "3 eggs are too many")
    ''
    """
    pattern = _SYMBOLIC.get(kind)
    match = pattern.search(message) if pattern else None
    if match is None:
        return ""
    return ".".join(text for text in match.groups() if text and " " not in text)


@lru_cache(maxsize=16384)
def names(statement: str) -> frozenset[str]:
    """Return the names that a statement uses and that are not everybody's.

    >>> sorted(names("assert Version('1.0').public == expected"))
    ['Version', 'public']
    """
    code = _STRING.sub("''", statement)
    return frozenset(
        name
        for name in _NAME.findall(code)
        if len(name) > 2 and name not in _COMMON and not name.startswith("test_")  # noqa: PLR2004
    )


@lru_cache(maxsize=16384)
def called(text: str) -> frozenset[str]:
    r"""Return the functions that a statement or an assertion's explanation calls.

    >>> sorted(called("assert 3 == 4\n +  where 3 = Egg.minutes(size(egg))"))
    ['minutes', 'size']
    """
    return frozenset(
        name
        for name in _CALLED.findall(_STRING.sub("''", text))
        if len(name) > 2 and name not in _COMMON  # noqa: PLR2004
    )
