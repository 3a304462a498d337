"""Tables go to and fro between this engine, Polars and `deltalake`, also while all write."""

from __future__ import annotations

import datetime as dt
import json
import os
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
from codeanatomy import _native
from codeanatomy.datasets import DatasetLocation, DatasetResolutionRequest, resolve_dataset_provider
from codeanatomy.delta import DeltaTable
from codeanatomy.errors import DatasetResolutionError, DatasetSpecError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Lake

UTC = dt.timezone.utc
MOMENT = dt.datetime(2026, 3, 29, 1, 30, 0, 123456, UTC)
NAIVE = MOMENT.replace(tzinfo=None)
FIRST = dt.datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# The debug-profile engine warns in every process that loads it.
QUIET = "ignore:codeanatomy_engine is built in the debug profile:RuntimeWarning"


def frame(zone: str = "UTC") -> pl.DataFrame:
    """Return rows with types that Polars and Arrow write in ways of their own."""
    return pl.DataFrame(
        {
            "id": [1, 2, 3],
            "moment": pl.Series(
                [MOMENT, None, MOMENT + dt.timedelta(days=180)],
                dtype=pl.Datetime("us", zone),
            ),
            "naive": pl.Series([NAIVE, FIRST, None], dtype=pl.Datetime("us")),
            "exact": pl.Series(
                [Decimal("-0.01"), Decimal("99999999999999.99"), None], dtype=pl.Decimal(16, 2)
            ),
            "small": pl.Series([-128, 127, None], dtype=pl.Int8),
            "list": [[1, None], [], None],
            "tree": [{"x": 1, "y": [{"z": "q"}]}, {"x": None, "y": []}, None],
            "blob": [b"\x00\xff", b"", None],
            "day": [dt.date(1, 1, 1), dt.date(9999, 12, 31), None],
        }
    )


def write_with_polars(path: Path) -> None:
    frame("Europe/Berlin").write_delta(path)


def write_with_deltalake(path: Path) -> None:
    deltalake.write_deltalake(path, frame("Europe/Berlin"))


def write_with_sql(path: Path) -> None:
    session = codeanatomy.connect()
    session.from_arrow(frame(), name="rows")
    DeltaTable(path).append(session.sql("select * from rows"))


def write_rows(path: Path) -> None:
    DeltaTable(path).append(frame())


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give rows in their order, points in time in UTC: Delta keeps the point, not the zone."""
    for row in rows:
        moment = row["moment"]
        row["moment"] = None if moment is None else moment.astimezone(UTC)
    return sorted(rows, key=lambda row: row["id"])


@pytest.mark.parametrize(
    "write", [write_with_polars, write_with_deltalake, write_with_sql, write_rows]
)
def test_all_read_what_each_writes(
    lake: Lake, tmp_path: Path, write: Callable[[Path], None]
) -> None:
    path = tmp_path / "t"
    write(path)
    expected = plain(frame().to_dicts())
    assert plain(lake.read(path).to_pylist()) == expected
    assert plain(pl.read_delta(path).to_dicts()) == expected
    assert plain(deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()) == expected
    # Whoever wrote it, the others add to it.
    DeltaTable(path).append(frame())
    frame().write_delta(path, mode="append")
    deltalake.write_deltalake(path, frame(), mode="append")
    query = f"select count(*) as n, sum(exact) as s from read_delta({lake.quoted(path)})"
    total = 4 * (Decimal("-0.01") + Decimal("99999999999999.99"))
    assert lake.rows(query) == [{"n": 12, "s": total}]
    query = f"select id from read_delta({lake.quoted(path)}, 0) where moment = '{MOMENT}'"
    assert lake.rows(query) == [{"id": 1}]


PARTS: list[tuple[pa.DataType, list[Any]]] = [
    (
        pa.string(),
        ["a'b", "100%", "k=v", "x/y", "日本🦀", "\u202e", "a\nb", "..", ".", "%2F", None],
    ),
    (pa.timestamp("us", "UTC"), [MOMENT, dt.datetime(1969, 12, 31, 23, 59, 59, 1, UTC), None]),
    (pa.timestamp("us"), [NAIVE, FIRST, None]),
    (pa.date32(), [dt.date(2026, 1, 31), dt.date(1, 1, 1), None]),
    (pa.decimal128(38, 10), [Decimal("1.5"), Decimal("9999999999999999.0000000001"), None]),
    (pa.bool_(), [True, False, None]),
    (pa.int8(), [-128, 127, None]),
    (pa.float64(), [0.1, -1e30, None]),
]


def partition_with_polars(path: Path, rows: pa.Table) -> None:
    data = pl.from_arrow(rows)
    assert isinstance(data, pl.DataFrame)
    data.write_delta(path, delta_write_options={"partition_by": ["p"]})


def partition_with_deltalake(path: Path, rows: pa.Table) -> None:
    deltalake.write_deltalake(path, rows, partition_by=["p"])


def partition_here(path: Path, rows: pa.Table) -> None:
    DeltaTable(path).append(rows, partition_by=["p"])


@pytest.mark.parametrize("write", [partition_with_polars, partition_with_deltalake, partition_here])
@pytest.mark.parametrize(("kind", "values"), PARTS, ids=[str(kind) for kind, _ in PARTS])
def test_values_of_partitions_come_back(
    lake: Lake,
    tmp_path: Path,
    write: Callable[[Path, pa.Table], None],
    kind: pa.DataType,
    values: list[Any],
) -> None:
    path = tmp_path / "t"
    rows = pa.table({"id": range(len(values)), "p": pa.array(values, kind)})
    write(path, rows)
    expected = [{"id": number, "p": value} for number, value in enumerate(values)]

    def ordered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(found, key=lambda row: row["id"])

    assert ordered(lake.read(path).to_pylist()) == expected
    assert ordered(pl.read_delta(path).to_dicts()) == expected
    assert ordered(deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()) == expected
    # Each value finds its rows, and a delete of it takes its file alone.
    lake.session.from_arrow(rows, name="wanted")
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    for number, value in enumerate(values):
        same = f"select p from wanted where id = {number}"
        query = f"select id from t where p is not distinct from ({same})"
        assert lake.rows(query) == [{"id": number}], value
    assert DeltaTable(path).delete("p is null").files_removed == 1
    assert ordered(lake.rows("select * from t")) == expected[:-1]


WRITER = """
import sys, time
from pathlib import Path
import pyarrow as pa
who, path, room = sys.argv[1:]
if who == "deltalake":
    import deltalake
    def append(rows):
        deltalake.write_deltalake(path, rows, mode="append")
elif who == "polars":
    import polars
    def append(rows):
        polars.from_arrow(rows).write_delta(path, mode="append")
else:
    from codeanatomy.delta import DeltaTable
    def append(rows):
        DeltaTable(path).append(rows)
for turn in range(6):
    # All wait for each other, so that they really meet.
    (Path(room) / f"{turn}-{who}").touch()
    while len(list(Path(room).glob(f"{turn}-*"))) < 3:
        time.sleep(0.001)
    append(pa.table({"who": [who], "turn": [turn]}))
"""


def test_programs_that_write_at_once_lose_nothing(lake: Lake, tmp_path: Path) -> None:
    path, room = tmp_path / "t", tmp_path / "room"
    room.mkdir()
    DeltaTable(path).append(pa.table({"who": ["first"], "turn": [-1]}))
    programs = ("codeanatomy", "deltalake", "polars")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, who, path, room],
            env={**os.environ, "PYTHONWARNINGS": QUIET},
            stderr=subprocess.PIPE,
            text=True,
        )
        for who in programs
    ]
    for process in processes:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
    expected = {(who, turn) for who in programs for turn in range(6)} | {("first", -1)}
    found = lake.read(path).to_pylist()
    assert {(row["who"], row["turn"]) for row in found} == expected
    assert len(found) == len(expected)
    assert deltalake.DeltaTable(path).version() == 18
    files = deltalake.DeltaTable(path).file_uris()
    counted = duckdb.read_parquet(files).count("*")
    assert counted.fetchall() == [(19,)]


@pytest.mark.parametrize("location_format", ["delta", "parquet"])
@pytest.mark.parametrize(
    "file", ["../secret/s.parquet", "day=1/../../secret/s.parquet", "{root}/secret/s.parquet"]
)
def test_files_outside_of_a_dataset_are_refused(
    tmp_path: Path, location_format: Any, file: str
) -> None:
    for name in ("secret", "t"):
        (tmp_path / name).mkdir()
        pl.DataFrame({"a": [42]}).write_parquet(tmp_path / name / "s.parquet")
    if location_format == "delta":
        deltalake.write_deltalake(tmp_path / "t", pa.table({"a": [1]}))
    location = DatasetLocation(path=str(tmp_path / "t"), format=location_format)
    asked = file.format(root=tmp_path)
    request = DatasetResolutionRequest(name="d", location=location, scan_files=(asked,))
    with pytest.raises(DatasetResolutionError, match=r"is outside|is not below") as caught:
        resolve_dataset_provider(codeanatomy.connect(), request)
    assert asked in caught.value.message


@pytest.mark.parametrize("opening", ["[", '{"listing":'])
@pytest.mark.parametrize("field", ["policy", "call"])
def test_a_megabyte_of_nesting_in_a_request_is_an_error(opening: str, field: str) -> None:
    start = json.dumps({"name": "d", "location": {"path": "t"}})[:-1]
    text = f'{start}, "{field}": {opening * ((1 << 20) // len(opening))}'
    with pytest.raises(DatasetSpecError) as caught:
        _native.resolve_dataset_provider(codeanatomy.connect(), text)
    assert caught.value.code == "schema-json-invalid"
    assert len(str(caught.value)) < 1000
