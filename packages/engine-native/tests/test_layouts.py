"""Functions give the same answers for every layout of texts and lists, as arrays and as scalars."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
import xxhash

if TYPE_CHECKING:
    from codeanatomy_testkit.udf_cases import UdfCases

TEXTS = [
    "spam",
    "",
    "Straße 🐍",
    "a text that is too long to stand in a view of sixteen bytes",
    None,
]


def signed64(text: str) -> int:
    digest = xxhash.xxh3_64_intdigest(text.encode())
    return digest - 2**64 if digest >= 2**63 else digest


def test_hashes(udf_cases: UdfCases) -> None:
    answers = [(text, None if text is None else signed64(text)) for text in TEXTS]
    assert udf_cases("stable_hash64($text)", answers) == 4


def test_texts(udf_cases: UdfCases) -> None:
    folded = [
        None if text is None else unicodedata.normalize("NFC", text).casefold() for text in TEXTS
    ]
    cases = [(text, answer or None) for text, answer in zip(TEXTS, folded, strict=True)]
    assert udf_cases("utf8_normalize($text, 'NFC', true, false)", cases) == 4
    assert udf_cases("utf8_null_if_blank($text)", [(text, text or None) for text in TEXTS]) == 4


def test_two_texts(udf_cases: UdfCases) -> None:
    cases = [("kitten", "sitting", 3), ("", "ab", 2), ("ab", "ba", 1), (None, "x", None)]
    assert udf_cases("damerau_levenshtein($left, $right)", cases) == 16


def test_lists_of_texts(udf_cases: UdfCases) -> None:
    cases = [(["b", "a", "b", None], ["a", "b"]), ([], []), (None, None), ([None], [])]
    types = {"words": pa.list_(pa.string())}
    assert udf_cases("list_unique_sorted($words)", cases, types=types) == 3


def test_positions(udf_cases: UdfCases) -> None:
    cases = [("aé🐍b", 2, 3), ("aé🐍b", 3, 7), ("", 0, 0), (None, 1, None), ("ab", None, None)]
    assert udf_cases("col_to_byte($line, $column, 'utf32')", cases) == 4


@pytest.mark.parametrize("function", ["sha256", "md5"])
def test_functions_of_datafusion(udf_cases: UdfCases, function: str) -> None:
    cases = [
        (text, None if text is None else hashlib.new(function, text.encode()).hexdigest())
        for text in TEXTS
    ]
    call = "md5($text)" if function == "md5" else "encode(sha256($text), 'hex')"
    assert udf_cases(call, cases) == 4
