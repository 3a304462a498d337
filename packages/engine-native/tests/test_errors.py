"""The tree of exceptions and the engine's registry of errors belong together."""

from __future__ import annotations

import builtins
import pickle

import codeanatomy_engine as engine
import pytest
from codeanatomy_engine import errors

CODES = engine.error_codes()
CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type)
    and issubclass(value, errors.CodeAnatomyError)
    and value is not errors.CodeAnatomyError
]


def test_classes_are_those_of_the_registry() -> None:
    assert {entry["python_class"] for entry in CODES} == {kind.__name__ for kind in CLASSES}
    assert len(CODES) >= 14


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_classes_derive_from_a_builtin_as_well(kind: type[errors.CodeAnatomyError]) -> None:
    first, second = kind.__bases__
    assert first is errors.CodeAnatomyError
    assert getattr(builtins, second.__name__) is second
    assert second is not Exception
    assert kind.__doc__


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_errors_say_what_they_are_and_can_be_pickled(kind: type[errors.CodeAnatomyError]) -> None:
    error = kind("no egg", code="spam", stage="query", details={"path": "x"}, hint="add one")
    for copy in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301
        assert type(copy) is kind
        assert str(copy) == "no egg\nhint: add one"
        assert copy.message == "no egg"
        assert (copy.code, copy.stage, copy.hint) == ("spam", "query", "add one")
        assert copy.details == {"path": "x"}


def test_hint_is_optional() -> None:
    error = errors.QueryError("no egg", code="spam", stage="query")
    assert str(error) == "no egg"
    assert error.hint is None
    assert error.details == {}
