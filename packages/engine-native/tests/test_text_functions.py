"""The text functions against `unicodedata`, `str.casefold` and plain dynamic programming."""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import codeanatomy_engine
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUTS = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int32(), pa.string()),
]
Form: TypeAlias = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: list[Form] = ["NFC", "NFD", "NFKC", "NFKD"]
# The property White_Space of Unicode, which is stable: `str.isspace` also takes U+001C to U+001F.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
RUN = re.compile(f"[{WHITE_SPACE}]+")
# Characters that fold, compose, decompose or are white space: texts of them meet every rule.
TRICKY = (
    "aJiςΣ\u03b1\u0391ßİﬃÅ한\u0300\u0301\u030c\u0307\u0345\u1fb4\u01f0\u0149ﬁ™ \t\x1c\xa0\u3000."
)
# Characters that `unicodedata` does not know yet may have a normal form in the engine.
KNOWN = st.characters(exclude_categories=("Cs", "Cn", "Co"))
TEXT = st.text(KNOWN) | st.text(st.sampled_from(TRICKY)) | st.text(st.sampled_from("aB c_\t"))
TEXTS = st.lists(st.none() | TEXT, min_size=1, max_size=40)
NAME = st.text(st.sampled_from("abAB_é🐍"), max_size=12) | st.text(
    st.sampled_from("ab"), min_size=60, max_size=70
)


@pytest.fixture(scope="module")
def installed() -> Any:
    from datafusion import SessionContext

    session = SessionContext()
    codeanatomy_engine.install_codeanatomy_runtime(session)
    return session


def column(session: Any, call: str, **columns: pa.Array) -> list[Any]:
    batch = pa.record_batch(list(columns.values()), names=list(columns))
    session.register_record_batches("t", [[batch]])
    try:
        return session.sql(f"select {call} as answer from t").to_pydict()["answer"]
    finally:
        session.deregister_table("t")


def normal(text: str, form: Form, *, casefold: bool) -> str:
    """Normalise and fold in turn until nothing changes."""
    text = unicodedata.normalize(form, text)
    while casefold:
        folded = unicodedata.normalize("NFD", text).casefold()
        folded = unicodedata.normalize(form, folded)
        if folded == text:
            break
        text = folded
    return text


def strip(text: str) -> str:
    return re.sub(f"^[{WHITE_SPACE}]+|[{WHITE_SPACE}]+$", "", text)


def collapse(text: str) -> str:
    return RUN.sub(" ", text).strip(" ")


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None)
@given(texts=TEXTS, casefold=st.booleans(), collapse_ws=st.booleans())
def test_normal_texts_are_those_of_unicodedata(
    installed: Any,
    layout: pa.DataType,
    form: Form,
    texts: list[str | None],
    *,
    casefold: bool,
    collapse_ws: bool,
) -> None:
    expected = [None if text is None else normal(text, form, casefold=casefold) for text in texts]
    if collapse_ws:
        expected = [text and collapse(text) for text in expected]
    call = f"utf8_normalize(value, '{form}', {casefold}, {collapse_ws})"
    answers = column(installed, call, value=pa.array(texts).cast(layout))
    assert answers == [text or None for text in expected]


@pytest.mark.parametrize("form", FORMS)
def test_every_character_is_normalised_and_folded(installed: Any, form: Form) -> None:
    characters = [
        chr(code)
        for code in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) not in {"Cs", "Cn", "Co"}
    ]
    assert len(characters) > 140_000
    answers: list[str] = []
    # One batch a query, so that the rows come in their order.
    for start in range(0, len(characters), 8000):
        part = pa.array(characters[start : start + 8000])
        answers += column(installed, f"utf8_normalize(value, '{form}', true, false)", value=part)
    wrong = [
        (f"U+{ord(character):04X}", answer)
        for character, answer in zip(characters, answers, strict=True)
        if answer != normal(character, form, casefold=True)
    ]
    assert wrong == []


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@settings(max_examples=30, deadline=None)
@given(texts=TEXTS)
def test_blank_texts_are_null(installed: Any, layout: pa.DataType, texts: list[str | None]) -> None:
    answers = column(installed, "utf8_null_if_blank(value)", value=pa.array(texts).cast(layout))
    assert answers == [text and (strip(text) or None) for text in [t or None for t in texts]]


def qualified(symbol: str | None, module: str | None, lang: str | None) -> str | None:
    casefold = lang is not None and lang.strip().lower() in {"sql", "vb", "ada", "pascal"}

    def name(text: str) -> str:
        text = strip(normal(text, "NFKC", casefold=casefold))
        return ".".join(strip(word) for word in text.split("."))

    if symbol is None or not (own := name(symbol)):
        return None
    if module is None or "." in own or not (prefix := name(module)):
        return own
    return f"{prefix}.{own}"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | TEXT,
            st.none() | TEXT,
            st.sampled_from([None, "python", "SQL", "ada", " vb ", "rust"]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_qualified_names_are_identifiers_as_python_compares_them(
    installed: Any, rows: list[tuple[str | None, str | None, str | None]]
) -> None:
    symbol, module, lang = (pa.array(values, pa.string()) for values in zip(*rows, strict=True))
    answers = column(
        installed, "qname_normalize(symbol, module, lang)", symbol=symbol, module=module, lang=lang
    )
    assert answers == [qualified(*row) for row in rows]
    again = column(installed, "qname_normalize(symbol)", symbol=pa.array(answers, pa.string()))
    assert again == answers


def test_qualified_names_of_identifiers_are_what_the_compiler_makes(installed: Any) -> None:
    identifiers = [
        "\uff26oo",
        "ﬁne",
        "Straße",
        "\u017f",
        "\xb5",
        "\u210cello",
        "\U0001d431",
        "\u212b",
    ]
    compiled = [compile(f"{name} = 1", "", "exec").co_names[0] for name in identifiers]
    assert compiled != identifiers
    answers = column(installed, "qname_normalize(symbol)", symbol=pa.array(identifiers))
    assert answers == compiled


def indel(left: str, right: str) -> float:
    row = [0] * (len(right) + 1)
    for mine in left:
        before, row = row, [0]
        for position, other in enumerate(right):
            row.append(
                before[position] + 1 if mine == other else max(before[position + 1], row[-1])
            )
    length = len(left) + len(right)
    return 2 * row[-1] / length if length else 1.0


def damerau(left: str, right: str) -> int:
    """Compute the distance by Lowrance and Wagner's recurrence."""
    most = len(left) + len(right)
    table = {(-1, -1): most}
    for i in range(len(left) + 1):
        table[i, -1], table[i, 0] = most, i
    for j in range(len(right) + 1):
        table[-1, j], table[0, j] = most, j
    last_row: dict[str, int] = {}
    for i, mine in enumerate(left, 1):
        last_column = 0
        for j, other in enumerate(right, 1):
            row, same = last_row.get(other, 0), last_column
            if mine == other:
                last_column = j
            table[i, j] = min(
                table[i - 1, j - 1] + (mine != other),
                table[i, j - 1] + 1,
                table[i - 1, j] + 1,
                table[row - 1, same - 1] + (i - row - 1) + 1 + (j - same - 1),
            )
        last_row[mine] = i
    return table[len(left), len(right)]


def jaro_winkler(left: str, right: str) -> float:
    if not left or not right:
        return float(left == right)
    window = max(max(len(left), len(right)) // 2 - 1, 0)
    taken: list[int] = []
    mine: list[str] = []
    for position, character in enumerate(left):
        for other in range(max(position - window, 0), min(position + window + 1, len(right))):
            if right[other] == character and other not in taken:
                taken.append(other)
                mine.append(character)
                break
    if not mine:
        return 0.0
    theirs = [right[position] for position in sorted(taken)]
    swaps = sum(a != b for a, b in zip(mine, theirs, strict=True)) // 2
    same = len(mine)
    jaro = (same / len(left) + same / len(right) + (same - swaps) / same) / 3
    prefix = 0
    for a, b in zip(left[:4], right[:4], strict=False):
        if a != b:
            break
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro) if jaro > 0.7 else jaro


def words(identifier: str) -> str:
    pieces = re.findall(
        r"[A-ZÉ]+(?![a-zé])|[A-ZÉ]?[a-zé0-9]+|[A-ZÉ]", re.sub(r"[_🐍]", " ", identifier)
    )
    return " ".join(piece.lower() for piece in pieces)


MEASURES: dict[str, Callable[[str, str], float]] = {
    "text_similarity": indel,
    "jaro_winkler_similarity": jaro_winkler,
    "damerau_levenshtein": damerau,
    "identifier_similarity": lambda left, right: indel(words(left), words(right)),
}


@pytest.mark.parametrize("name", list(MEASURES))
@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.none() | NAME, st.none() | NAME), min_size=1, max_size=12),
    constant=NAME,
)
def test_comparisons_are_those_of_plain_algorithms(
    installed: Any, name: str, rows: list[tuple[str | None, str | None]], constant: str
) -> None:
    measure = MEASURES[name]
    left, right = (pa.array(texts, pa.string_view()) for texts in zip(*rows, strict=True))
    expected = [None if None in row else measure(row[0] or "", row[1] or "") for row in rows]
    assert column(installed, f"{name}(a, b)", a=left, b=right) == pytest.approx(expected)
    expected = [None if text is None else measure(text, constant) for text, _ in rows]
    assert column(installed, f"{name}(a, '{constant}')", a=left) == pytest.approx(expected)
    assert column(installed, f"{name}('{constant}', a)", a=left) == pytest.approx(expected)
