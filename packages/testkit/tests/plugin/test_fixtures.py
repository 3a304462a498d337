"""The fixtures with the real engine: Delta tables, and tables of cases over all layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import deltalake
import pyarrow as pa
import pytest
from codeanatomy_testkit.results import assert_same_result

if TYPE_CHECKING:
    from collections.abc import Callable

    from codeanatomy_testkit.delta_tables import DeltaDirectory
    from codeanatomy_testkit.udf_cases import UdfCases
    from datafusion import SessionContext


def test_delta_tables_are_real(delta_dir: DeltaDirectory, native_session: SessionContext) -> None:
    columns = {"id": [1, 2], "day": ["mon", "tue"]}
    path = delta_dir.write("o'menu", columns, {"id": [3], "day": ["mon"]}, partition_by=["day"])
    delta_dir.write("empty", pa.table({"a": pa.array([], pa.int64())}))
    table = deltalake.DeltaTable(path)
    assert table.version() == 1
    assert table.metadata().partition_columns == ["day"]
    expected = pa.table({"id": [1, 2, 3], "day": ["mon", "tue", "mon"]})
    assert_same_result(table.to_pyarrow_table(), expected)
    assert_same_result(delta_dir.read("o'menu"), expected)
    delta_dir.register(native_session)
    assert_same_result((native_session, 'select * from "o\'menu"'), expected)
    assert native_session.table("empty").count() == 0
    assert delta_dir.table("o'menu").delete("id = 1").rows_deleted == 1
    with pytest.raises(ValueError, match="nothing to write to 'menu'"):
        delta_dir.write("menu")


def test_cases_of_texts_and_lists(udf_cases: UdfCases) -> None:
    assert udf_cases("left($text, 2)", [("eggs", "eg"), ("", ""), (None, None)]) == 4
    cases = [("a", "b", "ab"), (None, "b", "b"), ("é🐍", "", "é🐍")]
    assert udf_cases("concat($left, $right)", cases) == 16
    words = {"words": pa.list_(pa.string())}
    cases = [(["a", None], 2), (None, None), ([], 0), (["x"], 1)]
    assert udf_cases("array_length($words)", cases, types=words) == 3
    assert udf_cases("$x > 1", [(1, False), (2, True), (None, None)]) == 1
    assert udf_cases("sqrt($x)", [(2.0, 2**0.5), (float("nan"), float("nan"))]) == 1


@pytest.mark.parametrize(
    ("call", "cases", "words"),
    [
        ("upper($x)", [("a", "A"), ("b", "b")], r"case 1 \(\$x='b'\): 'B', expected 'b'"),
        ("arrow_typeof($x)", [("a", "Utf8")], r"\$x large_string as an array, case 0"),
        ("$x > 1", [(2, 1)], "True, expected 1"),
        ("nullif($x, 1)", [(1, 1)], "None, expected 1"),
        # What differs for scalars only is found, too.
        ("random() * 0 + $x + random()", [(1.0, 1.0)], "as an array"),
    ],
)
def test_wrong_answers_are_reported(
    udf_cases: UdfCases, call: str, cases: list[tuple[object, object]], words: str
) -> None:
    with pytest.raises(AssertionError, match=words):
        udf_cases(call, cases)


def test_answers_that_depend_on_the_batch_are_reported(udf_cases: UdfCases) -> None:
    # A window function sees the whole batch: the answers of scalars and slices are others.
    with pytest.raises(AssertionError, match=r"as scalars, case 1 \(\$x='b'\): 1, expected 2"):
        udf_cases("row_number() over (order by $x)", [("a", 1), ("b", 2)])


def test_refused_layouts_have_to_be_refused(udf_cases: UdfCases) -> None:
    with pytest.raises(AssertionError, match=r"\$x large_string works, and is said"):
        udf_cases("upper($x)", [("a", "A")], refuses=["LargeUtf8"])
    with pytest.raises(ValueError, match=r"no argument of .* has the layout Utf9"):
        udf_cases("upper($x)", [("a", "A")], refuses=["Utf9"])


@pytest.mark.parametrize(("call", "cases"), [("upper('x')", [("X",)]), ("upper($x)", [("a",)])])
def test_cases_have_a_value_for_each_argument(
    udf_cases: UdfCases, call: str, cases: list[tuple[object, ...]]
) -> None:
    with pytest.raises(ValueError, match="are tuples of"):
        udf_cases(call, cases)


def test_comparisons_are_fixtures_too(
    native_session: SessionContext,
    assert_plan: Callable[..., None],
    assert_same_result: Callable[..., None],
) -> None:
    assert_plan(native_session, "select 1 as one", contains=["ProjectionExec"])
    assert_same_result((native_session, "select 1 as one"), pa.table({"one": [1]}))
