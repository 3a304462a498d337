"""Rows of types that Delta has no name for: the same values are written, or none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import polars as pl
import pyarrow as pa
import pytest
from codeanatomy.delta import DeltaTable, when_matched_update, when_not_matched_insert
from codeanatomy.errors import DeltaRowsError

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.timezone.utc)


def column(values: list[Any], data_type: pa.DataType) -> pa.Table:
    return pa.table({"value": pa.array(values, data_type)})


def stored(path: Path) -> tuple[str, list[Any]]:
    """Return what the log calls the type, and the values, which both readers have to agree on."""
    table = deltalake.DeltaTable(path)
    theirs = table.to_pyarrow_table()["value"].to_pylist()
    mine = codeanatomy.connect().sql(f"select value from read_delta('{path}')").to_pylist()
    assert sorted(map(repr, theirs)) == sorted(repr(row["value"]) for row in mine)
    return str(table.schema().fields[0].type), theirs


@pytest.mark.parametrize(
    ("values", "data_type", "name"),
    [
        ([0, 255, None], pa.uint8(), "short"),
        ([0, 65_535, None], pa.uint16(), "integer"),
        ([0, 2**32 - 1, None], pa.uint32(), "long"),
        ([0, 2**64 - 1, None], pa.uint64(), "decimal(20,0)"),
        ([Decimal("1.50"), None], pa.decimal256(38, 2), "decimal(38,2)"),
        ([MOMENT, None], pa.timestamp("us", "Europe/Berlin"), "timestamp"),
        ([MOMENT, None], pa.timestamp("ns", "+05:30"), "timestamp"),
        ([[{"a": 200}], [], None], pa.list_(pa.struct([("a", pa.uint8())])), "short"),
        ([[("a", 200)], None], pa.map_(pa.string(), pa.uint8()), "short"),
        ([[1], [], None], pa.list_view(pa.int32()), "integer"),
        ([], pa.uint32(), "long"),
    ],
)
def test_the_values_stay(
    tmp_path: Path, values: list[Any], data_type: pa.DataType, name: str
) -> None:
    DeltaTable(tmp_path / "t").append(column(values, data_type))
    written, read = stored(tmp_path / "t")
    assert name in written
    assert read == values
    # A second write finds the type that the first one made.
    DeltaTable(tmp_path / "t").append(column(values, data_type))
    assert len(stored(tmp_path / "t")[1]) == 2 * len(values)


@pytest.mark.parametrize("data_type", [pl.Categorical, pl.Enum(["a", "b"])])
def test_dictionaries_of_polars(tmp_path: Path, data_type: Any) -> None:
    frame = pl.DataFrame({"value": pl.Series(["b", None, "a"], dtype=data_type)})
    DeltaTable(tmp_path / "t").append(frame)
    assert stored(tmp_path / "t")[1] == ["b", None, "a"]


def test_a_column_of_the_table_keeps_its_type(tmp_path: Path) -> None:
    table = DeltaTable(tmp_path / "t")
    table.append(column([1], pa.int32()))
    table.append(column([7], pa.uint32()))
    assert stored(tmp_path / "t") == ('PrimitiveType("integer")', [7, 1])
    before = table.snapshot().version
    with pytest.raises(DeltaRowsError, match="Can't cast value 2147483648 to type Int32") as caught:
        table.append(column([2, 2**31], pa.uint32()))
    assert caught.value.code == "delta-schema-mismatch"
    assert table.snapshot().version == before


def test_an_overwrite_may_bring_the_type(tmp_path: Path) -> None:
    table = DeltaTable(tmp_path / "t")
    table.append(column([1], pa.int32()))
    table.overwrite(column([2**31], pa.uint32()), schema_mode="overwrite")
    assert stored(tmp_path / "t") == ('PrimitiveType("long")', [2**31])


def test_merges_keep_the_type_of_the_table(tmp_path: Path) -> None:
    table = DeltaTable(tmp_path / "t")
    table.append(pa.table({"key": [1, 2], "value": pa.array([1, 2], pa.int32())}))
    rows = pa.table({"key": [2, 3], "value": pa.array([5, 6], pa.uint32())})
    clauses = [when_matched_update({"value": "source.value"}), when_not_matched_insert()]
    table.merge(rows, "target.key = source.key", clauses)
    merged = deltalake.DeltaTable(tmp_path / "t").to_pyarrow_table().to_pylist()
    assert {row["key"]: row["value"] for row in merged} == {1: 1, 2: 5, 3: 6}


@pytest.mark.parametrize(
    ("values", "data_type"),
    [
        ([dt.time(1, 2)], pa.time64("us")),
        ([dt.timedelta(seconds=3)], pa.duration("s")),
        ([Decimal("1.5")], pa.decimal256(50, 2)),
    ],
)
def test_what_delta_has_no_type_for(
    tmp_path: Path, values: list[Any], data_type: pa.DataType
) -> None:
    with pytest.raises(DeltaRowsError, match="'value' can't be written") as caught:
        DeltaTable(tmp_path / "t").append(column(values, data_type))
    assert caught.value.code == "delta-schema-mismatch"
    assert "cast it" in (caught.value.hint or "")
    assert not list(tmp_path.rglob("*.parquet"))
