"""Rows that are appended to Delta tables or replace others, read back with other programs."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import duckdb
import polars as pl
import pyarrow as pa
import pytest
from codeanatomy.delta import Commit, DeltaTable, NewTable
from codeanatomy.errors import (
    DeltaRowsError,
    DeltaTableError,
    DeltaTableNotFoundError,
    InvalidOptionError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = pa.table({"id": [1, 2, 3], "name": ["a", None, "c"]})
MEGABYTE = 1 << 20
# Directories of partitions can't have these as they are. An empty text is none of them: Delta's
# protocol takes it for NULL, and its readers do not agree.
ODD = ["a/b", "a b", "a%2Fb", "ü=é", "x:y?z#", "'quoted'", "..", "\\", "日本", None]


def read(table: DeltaTable, by: str = "id") -> list[dict[str, Any]]:
    """Read a table with the `deltalake` package."""
    rows = deltalake.DeltaTable(table.location).to_pyarrow_table()
    return rows.sort_by(by).to_pylist()


@pytest.fixture
def table(tmp_path: Path) -> DeltaTable:
    return DeltaTable(tmp_path / "table")


def test_an_append_creates_the_table_and_then_adds(table: DeltaTable) -> None:
    first = table.append(ROWS)
    assert (first.created, first.version, first.rows, first.files_added) == (True, 0, 3, 1)
    second = table.append(ROWS.slice(0, 1))
    assert (second.created, second.version, second.rows, second.files_removed) == (False, 1, 1, 0)
    assert read(table) == [ROWS.to_pylist()[0], *ROWS.to_pylist()]
    theirs = deltalake.DeltaTable(table.location)
    assert [entry["operation"] for entry in theirs.history()] == ["WRITE", "WRITE"]
    actions = pl.DataFrame(theirs.get_add_actions(flatten=True))
    assert first.bytes_added + second.bytes_added == actions["size_bytes"].sum()


def test_no_rows_and_one_row(table: DeltaTable) -> None:
    empty = table.append(ROWS.slice(0, 0))
    assert (empty.rows, empty.files_added, empty.version) == (0, 0, 0)
    assert deltalake.DeltaTable(table.location).to_pyarrow_table().schema.names == ["id", "name"]
    assert table.append(ROWS.slice(1, 1)).rows == 1
    assert read(table) == [{"id": 2, "name": None}]
    assert table.overwrite(ROWS.slice(0, 0)).files_removed == 1
    assert read(table) == []


def test_values_of_every_kind_come_back(table: DeltaTable) -> None:
    moment = dt.datetime(2026, 1, 31, 12, 30, 15, 123456, tzinfo=dt.timezone.utc)
    rows = pa.table(
        {
            "id": pa.array([1, 2], pa.int32()),
            "small": pa.array([-128, None], pa.int8()),
            "big": pa.array([2**63 - 1, -(2**63)], pa.int64()),
            "ratio": pa.array([float("inf"), None], pa.float64()),
            "exact": pa.array([Decimal("1.10"), None], pa.decimal128(38, 2)),
            "flag": [True, None],
            "day": pa.array([dt.date(1900, 2, 28), None], pa.date32()),
            "moment": pa.array([moment, None], pa.timestamp("us", "UTC")),
            "data": pa.array([b"\x00\xff", None], pa.binary()),
            "text": pa.array(["", "\U0001d518"], pa.large_string()),
            "view": pa.array(["x" * 40, None], pa.string_view()),
            "kind": pa.array(["k", None]).dictionary_encode(),
            "list": pa.array([[1, None], None], pa.list_(pa.int64())),
            "struct": pa.array(
                [{"a": 1, "b": None}, None], pa.struct({"a": "int8", "b": "string"})
            ),
            "map": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
        }
    )
    table.append(rows)
    assert read(table) == rows.to_pylist()


def test_odd_values_of_partitions_come_back(table: DeltaTable) -> None:
    rows = pa.table({"id": range(len(ODD)), "part": pa.array(ODD, pa.string())})
    report = table.append(rows, partition_by=["part"])
    expected = [{"id": number, "part": value} for number, value in enumerate(ODD)]
    assert read(table) == expected
    assert report.files_added == len(set(ODD))
    assert pl.read_delta(table.location).sort("id").to_dicts() == expected
    listed = {file.partition["part"] for file in table.files()}
    assert listed == set(ODD)
    removed = table.delete("part = 'a/b'")
    assert (removed.rows_deleted, removed.files_removed, removed.files_added) == (1, 1, 0)


def test_an_overwrite_replaces_all_or_what_a_predicate_says(table: DeltaTable) -> None:
    table.append(
        pa.table({"id": [1, 2, 3, 4], "part": ["x", "x", "y", "y"]}), partition_by=["part"]
    )
    report = table.overwrite(pa.table({"id": [9], "part": ["y"]}), replace_where="part = 'y'")
    assert (report.files_removed, report.files_added, report.rows) == (1, 1, 1)
    assert [row["id"] for row in read(table)] == [1, 2, 9]
    # A predicate over a column of rows keeps the others of the same file.
    table.overwrite(pa.table({"id": [1, 1], "part": ["z", "z"]}), replace_where="id = 1")
    assert [(row["id"], row["part"]) for row in read(table)] == [
        (1, "z"),
        (1, "z"),
        (2, "x"),
        (9, "y"),
    ]
    with pytest.raises(DeltaRowsError, match="1 rows failed") as caught:
        table.overwrite(pa.table({"id": [5], "part": ["y"]}), replace_where="id = 1")
    assert caught.value.code == "delta-constraint-violated"
    with pytest.raises(InvalidOptionError, match="lack the column 'part'"):
        table.overwrite(ROWS, schema_mode="overwrite")
    report = table.overwrite(ROWS.slice(0, 1), schema_mode="overwrite", partition_by=[])
    assert report.version == 3
    assert read(table) == [{"id": 1, "name": "a"}]


def test_columns_that_differ_are_named_and_refused(table: DeltaTable) -> None:
    table.append(ROWS)
    other = pa.table({"id": [4], "size": [1], "shape": ["round"]})
    with pytest.raises(DeltaRowsError, match="also have size, shape; the rows lack name") as caught:
        table.append(other)
    assert caught.value.code == "delta-schema-mismatch"
    assert caught.value.details["new"] == "size, shape"
    for values in (pa.array(["four"]), pa.array([4.5])):
        with pytest.raises(DeltaRowsError):
            table.append(pa.table({"id": values, "name": ["d"]}))
    assert table.snapshot().version == 0
    merged = table.append(other, schema_mode="merge")
    assert merged.version == 1
    assert read(table)[3] == {"id": 4, "name": None, "size": 1, "shape": "round"}
    assert read(table)[0] == {"id": 1, "name": "a", "size": None, "shape": None}
    # The order of columns is no difference.
    table.append(other.select(["shape", "id", "size"]), schema_mode="merge")
    assert len(read(table)) == 5


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"schema_mode": "overwrite"}, "schema_mode 'overwrite'"),
        ({"schema_mode": "replace"}, "unknown variant"),
        ({"partition_by": ["nane"]}, "is 'name' meant"),
        ({"target_file_size": 0}, "nonzero"),
        ({"commit": Commit(app_id="only")}, "one without the other"),
        ({"commit": Commit(metadata={"operation": "mine"})}, "Delta writes it itself"),
        ({"create": NewTable(properties={"delta.appendOny": "true"})}, "delta.appendOnly"),
    ],
)
def test_options_that_can_not_be_are_refused(
    table: DeltaTable, options: dict[str, Any], what: str
) -> None:
    with pytest.raises(InvalidOptionError, match=what):
        table.append(ROWS, **options)
    with pytest.raises(DeltaTableNotFoundError):
        table.snapshot()


def test_partitions_stay_what_they_are(table: DeltaTable) -> None:
    table.append(ROWS, partition_by=["name"])
    with pytest.raises(InvalidOptionError, match=r"partition_by is \[id\].*by \[name\]"):
        table.append(ROWS, partition_by=["id"])
    table.overwrite(ROWS, partition_by=["id"], schema_mode="overwrite")
    assert table.snapshot().partition_by == ("id",)


def test_a_new_table_says_what_it_is(table: DeltaTable) -> None:
    about = NewTable(
        name="eggs", description="of hens", properties={"delta.enableChangeDataFeed": "true"}
    )
    table.append(ROWS, create=about, commit=Commit(metadata={"run": 7}))
    theirs = deltalake.DeltaTable(table.location)
    assert (theirs.metadata().name, theirs.metadata().description) == ("eggs", "of hens")
    assert theirs.metadata().configuration == {"delta.enableChangeDataFeed": "true"}
    assert theirs.history()[0]["run"] == 7
    assert table.history()[0].metadata["run"] == 7


def test_files_are_closed_at_their_size(table: DeltaTable) -> None:
    rows = pa.table({"id": range(200_000), "text": [f"{number:030}" for number in range(200_000)]})
    report = table.append(rows, target_file_size=64 * 1024)
    assert report.files_added > 3
    assert deltalake.DeltaTable(table.location).to_pyarrow_table().num_rows == 200_000


def test_rows_of_other_programs(table: DeltaTable) -> None:
    context = codeanatomy.connect()
    frame = context.sql("select column1 as id, 'datafusion' as name from (values (1), (2))")
    assert table.append(frame).rows == 2
    assert table.append(pl.DataFrame({"id": [3], "name": ["polars"]})).rows == 1
    batch = pa.RecordBatch.from_pydict({"id": [4], "name": ["batch"]})
    assert table.append(batch).rows == 1
    assert (
        table.append(duckdb.connect().sql("select 5::bigint as id, 'duckdb' as name").arrow()).rows
        == 1
    )
    assert [row["name"] for row in read(table)] == [
        "datafusion",
        "datafusion",
        "polars",
        "batch",
        "duckdb",
    ]
    assert pl.read_delta(table.location)["id"].sum() == 15
    parquet = [f"{table.location}/{file.path}" for file in table.files()]
    assert duckdb.connect().sql(f"select sum(id) from read_parquet({parquet})").fetchall() == [
        (15,)
    ]
    for wrong in ([{"id": 1}], None, "rows"):
        with pytest.raises((TypeError, InvalidOptionError)):
            table.append(wrong)  # type: ignore[arg-type]


def test_rows_that_fail_leave_the_table_as_it_was(table: DeltaTable) -> None:
    table.append(ROWS)

    def batches() -> Iterator[pa.RecordBatch]:
        yield from ROWS.to_batches()
        raise RuntimeError("the source broke")

    with pytest.raises(DeltaTableError, match="the source broke") as caught:
        table.append(pa.RecordBatchReader.from_batches(ROWS.schema, batches()))
    assert caught.value.code == "delta-operation-failed"
    assert table.snapshot().version == 0
    assert len(read(table)) == 3


STREAMED = """
import sys, threading
from pathlib import Path
import pyarrow as pa
from codeanatomy.delta import DeltaTable
rows, batches = 128 * 1024, int(sys.argv[1])
noise = pa.array([(number * 2654435761) % (1 << 61) for number in range(rows)])
names = [f"c{index}" for index in range(8)]
made = set()
def produce():
    for _ in range(batches):
        made.add(threading.get_ident())
        yield pa.RecordBatch.from_arrays([noise] * 8, names=names)
schema = pa.schema([(name, pa.int64()) for name in names])
source = pa.RecordBatchReader.from_batches(schema, produce())
report = DeltaTable("table").append(source, target_file_size=32 << 20)
assert report.rows == rows * batches
assert threading.get_ident() not in made
status = Path("/proc/self/status").read_text().splitlines()
print(next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")))
"""


def test_rows_are_streamed_with_flat_memory(tmp_path: Path) -> None:
    """A gigabyte more costs a fraction of it, from a generator that runs on another thread."""

    def peak(batches: int) -> int:
        directory = tmp_path / str(batches)
        directory.mkdir()
        program = [sys.executable, "-W", "ignore::RuntimeWarning", "-c", STREAMED, str(batches)]
        done = subprocess.run(program, cwd=directory, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        shutil.rmtree(directory)
        return int(done.stdout)

    # Batches of 8 MB, more than all buffers hold at once in either case.
    less, more = peak(64), peak(192)
    assert more - less < 300 * MEGABYTE, f"{less / MEGABYTE:.0f} MB, {more / MEGABYTE:.0f} MB"
