"""Masked messages: what differs from run to run is gone, what tells causes apart is not."""

from __future__ import annotations

import pytest
from codeanatomy_testkit.triage.masking import mask, mask_values
from hypothesis import example, given
from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        "'",
        '"',
        "`",
        "/",
        "\\",
        ".",
        "~",
        "0x",
        "a",
        "f",
        "7",
        "12",
        "-",
        ":",
        " ",
        "<",
        ">",
        "_",
        "b'",
        "C:",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
@example("it's 'quoted' and 'more")
@example("1'a' /1/b 0xfe'c'")
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
    values = mask_values(text)
    assert mask_values(values) == values


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("row 17 of 20", "row 3 of 4000"),
        ("no table 'orders'", 'no table "customers"'),
        ("<Egg object at 0x7f3a>", "<Egg object at 0x1b22c>"),
        ("cannot open /tmp/pytest-1/log.txt", "cannot open /var/run/spam"),
        ("cannot open C:\\work\\log.txt", "cannot open D:\\spam"),
        ("job 3fa85f64-5717-4562-b3fc-2c963f66afa6", "job 00000000-0000-4000-8000-000000000000"),
        ("commit 9fceb02d0ae5", "commit 12af77e3b0c1"),
        ("at 2026-01-01T10:00:00.123Z", "at 2025-12-31 23:59:59+02:00"),
        ("took 1.25 s", "took 300 s"),
    ],
)
def test_values_are_masked(first: str, second: str) -> None:
    assert mask(first) == mask(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("list index out of range", "tuple index out of range"),
        ("division by zero", "modulo by zero"),
        ("deadbeat dads faded", "cafe babe faded"),
    ],
)
def test_words_are_kept(first: str, second: str) -> None:
    assert mask(first) == first
    assert mask(first) != mask(second)


def test_names_are_kept_where_they_are_what_is_missing() -> None:
    one, other = (f"cannot import name '{name}' from 'spam'" for name in ("boil", "fry"))
    assert mask(one) == mask(other)
    assert mask_values(one) != mask_values(other)
