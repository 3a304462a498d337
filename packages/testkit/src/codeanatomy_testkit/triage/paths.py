"""Tells the project's own files from those of libraries, and tests from what they test."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codeanatomy_testkit.triage.evidence import Frame

_FOREIGN = re.compile(
    r"site-packages/|dist-packages/|(?:^|/)lib(?:64)?/python3|(?:^|/)lib/pypy|^<|^/rustc/|\.cargo/registry/"
    r"|(?:^|/)library/(?:core|std|alloc|test)/src/|/go/pkg/mod/|/go/src/|/usr/(?:local/)?lib/go"
    r"|(?:^|/)node_modules/|(?:^|/)(?:_pytest|pluggy)/|^(?:java|javax|jdk|sun|com/sun|kotlin|scala)/"
    r"|^org/(?:junit|opentest4j|apache/maven|gradle|mockito|hamcrest|assertj|testng)/|^junit/"
)
_TEST = re.compile(
    r"(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest|tests?)\.(?:py|rs|go)$|(?:^|/)(?:tests?|testing|__tests__)/"
    r"|(?:Test|Tests|IT)\.(?:java|kt)$|(?:^|/)src/test/"
)


@lru_cache(maxsize=65536)
def is_foreign(path: str) -> bool:
    """Tell whether a file belongs to a library, a runtime or a test runner.

    >>> is_foreign("/usr/lib/python3.12/json/decoder.py"), is_foreign("src/spam/egg.py")
    (True, False)
    """
    return _FOREIGN.search(path) is not None


@lru_cache(maxsize=65536)
def is_test(path: str) -> bool:
    """Tell whether a file holds tests or what only tests use, by the customs of its language.

    >>> is_test("tests/test_egg.py"), is_test("src/spam/egg.py")
    (True, False)
    """
    return _TEST.search(path) is not None


def of_project(frames: Iterable[Frame]) -> list[Frame]:
    """Return the frames that are the project's own, in their order."""
    return [frame for frame in frames if not is_foreign(frame.path)]


def directory_of(path: str) -> str:
    """Return the directory of a file, `.` for one at the top.

    >>> directory_of("tests/unit/test_egg.py")
    'tests/unit'
    """
    return path.rpartition("/")[0] or "."


def short(path: str, root: str) -> str:
    """Return a path as the project writes it: relative to its root, with `/`.

    >>> short("/home/me/spam/src/egg.py", "/home/me/spam/")
    'src/egg.py'
    """
    if "\\" in path:
        path = path.replace("\\", "/")
    return path.removeprefix(root).removeprefix("./") if root else path.removeprefix("./")


def module_of_class(owner: str) -> str:
    """Return the module of a class as JUnit XML names it; pytest's modules begin or end in `test`.

    >>> module_of_class("tests.test_egg.TestBoiling"), module_of_class("org.spam.EggTest")
    ('tests.test_egg', 'org.spam.EggTest')
    """
    parts = owner.split(".")
    for number, part in enumerate(parts[:-1]):
        if (part.startswith("test_") or part.endswith("_test")) and parts[number + 1][:1].isupper():
            return ".".join(parts[: number + 1])
    return owner
