"""What a difference says was lost and what came instead, in the words of pytest and of unittest."""

from __future__ import annotations

import pytest
from codeanatomy_testkit.triage.edits import compare, edits
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("assert 'a\\nb' == 'a b'", {(" ", "\n")}),
        ("assert 'AundefinedB' == 'AB'", {("", "undefined")}),
        ("assert 'verbosity=-1' == 'verbosity=3'", {("3", "-1")}),
        # The lines of the difference have the whole values, the comparison only their ends.
        ("assert 'a...c' == 'a...c'\n\n  - a & c\n  + a or c", {("&", "or")}),
        ("assert 'a...c' == 'a...c'\n\n- a & c\n+ a or c", {("&", "or")}),
        ("assert x == y\n\n  - one\n +  where 1 = count()", {("one", "")}),
        ("assert [...] == [...]\n\n  At index 0 diff: 'a_b' != 'a-b'", {("-", "_")}),
        # Tests of unittest give the value that came first, and the difference of it.
        ("'red' != 'green'\n- red\n+ green\n", {("green", "red")}),
        ("Lists differ: ['egg'] != ['pan']", {("pan", "egg")}),
        # Nothing that says anything.
        ("assert 3 == 4", set()),
        ("assert True == False", set()),
        ("assert [1] == [1, 2]", set()),
        ("assert 'a...c' == 'a...d'", set()),
        ("assert 3 < 2", set()),
        ("DID NOT RAISE ValueError", set()),
        ("", set()),
    ],
)
def test_edits(message: str, found: set[tuple[str, str]]) -> None:
    assert edits(message) == found


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("assert 'a' not in 'abc'\n  where", ("'a'", "not in", "'abc'")),
        ("assert not 1 == 1", ("1", "==", "1")),
        ("None != 3", ("None", "differ", "3")),
        ("Tuples differ: (1,) != (2,)", ("(1,)", "differ", "(2,)")),
        ("True is not false", None),
    ],
)
def test_comparison(message: str, parts: tuple[str, str, str] | None) -> None:
    assert compare(message) == parts


@given(st.text(), st.text(), st.text(min_size=3, alphabet="xyz"))
def test_what_is_put_into_a_text_is_what_came(before: str, after: str, added: str) -> None:
    # Lines of the difference have no escapes, and these letters are nowhere else.
    before, after = (
        "".join(c for c in text if c not in "xyz\\" and c.isprintable())[:20]
        for text in (before, after)
    )
    lines = f"assert ...\n\n  - {before} {after}\n  + {before} {added} {after}"
    parts = {came for _, came in edits(lines)}
    assert any(added in came for came in parts)
    assert all(lost == "" for lost, _ in edits(lines))


def test_long_values_take_no_long_time() -> None:
    # Bounded work: what is beyond the first part of a value is not compared.
    value = "a b " * 100_000
    assert edits(f"assert ...\n\n  - {value}lost\n  + {value}") == frozenset()
