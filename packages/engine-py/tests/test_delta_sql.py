"""Delta tables read in SQL, beside what `deltalake` says of the same tables."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import shutil
from typing import TYPE_CHECKING, Any

import deltalake
import polars as pl
import pyarrow as pa
import pytest
from codeanatomy.errors import (
    DeltaTableError,
    DeltaTableNotFoundError,
    InvalidOptionError,
    QueryError,
)
from codeanatomy_testkit.results import assert_same_result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Lake

UTC = dt.timezone.utc
ODD_TEXTS = ("a b", "50%", "k=v", "é🦀", "x/y", "q'q", "#?&+:", "%20", " ", "NULL", "0")


def test_versions_and_timestamps(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    times = lake.versions(path, 4)
    for version, committed in enumerate(times):
        expected = list(range(version + 1))
        assert sorted(lake.read(path, f", {version}")["a"].to_pylist()) == expected
        oracle = deltalake.DeltaTable(path, version=version).to_pyarrow_table()
        assert sorted(oracle["a"].to_pylist()) == expected
        after = (committed + dt.timedelta(milliseconds=5)).isoformat()
        assert lake.read(path, f", '{after}'").num_rows == version + 1
        typed = f", arrow_cast('{after}', 'Timestamp(Microsecond, Some(\"UTC\"))')"
        assert lake.read(path, typed).num_rows == version + 1
    assert lake.read(path).num_rows == len(times)


def test_versions_that_are_not_there(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    lake.versions(path, 2)
    error = lake.failure(f"select * from read_delta({lake.quoted(path)}, 9)")
    assert isinstance(error, DeltaTableError)
    assert (error.code, error.details["latest"]) == ("delta-version-not-found", "1")
    error = lake.failure(f"select * from read_delta({lake.quoted(path)}, '1999-01-01T00:00:00Z')")
    assert error.code == "delta-version-not-found"
    for pin in ("-1", "'yesterday'", "'2026-01-01T00:00:00'", "null", "1.5", "a"):
        with pytest.raises((QueryError, InvalidOptionError)):
            lake.rows(f"select * from read_delta({lake.quoted(path)}, {pin})")
    for call in ("read_delta()", "read_delta('a', 1, 2)", "read_delta(1)", "delta_history('a', 1)"):
        with pytest.raises(QueryError):
            lake.rows(f"select * from {call}")


def test_no_table(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("gone", "file", "."):
        location = lake.quoted(tmp_path / name)
        error = lake.failure(f"select * from read_delta({location})")
        assert isinstance(error, DeltaTableNotFoundError)
        assert isinstance(error, FileNotFoundError)
        assert error.code == "delta-table-not-found"
        for call in ("delta_snapshot", "delta_add_actions", "delta_history"):
            message = lake.late_failure(f"select * from {call}({location})")
            assert "there is no Delta table" in message
    error = lake.failure(f"select * from read_delta_cdf({lake.quoted(tmp_path)}, 0)")
    assert error.code == "delta-table-not-found"
    error = lake.failure("select * from read_delta('hdfs://host/t')")
    assert isinstance(error, InvalidOptionError)
    assert error.code == "location-invalid"


def test_paths_with_parents(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "away")
    lake.versions(tmp_path / "far" / "t", 1)
    lake.versions(tmp_path / "t", 2)
    assert lake.read(tmp_path / "link" / ".." / "t").num_rows == 1
    monkeypatch.chdir(tmp_path / "far")
    assert lake.rows("select count(*) as n from read_delta('../t')") == [{"n": 2}]
    assert lake.rows("select count(*) as n from read_delta('t')") == [{"n": 1}]
    assert lake.failure("select * from read_delta('gone/../t')").code == "location-invalid"


@pytest.mark.parametrize("name", ["a b", "50%", "k=v", "é🦀", "q'q", "#?&+", "a:b", "[x]^|@"])
def test_odd_names_of_tables(lake: Lake, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    lake.rows(f"create external table t (a bigint) stored as delta location {lake.quoted(path)}")
    assert lake.rows("insert into t values (0), (5)") == [{"count": 2}]
    assert lake.rows("delete from t where a = 0") == [{"count": 1}]
    assert lake.rows("select * from t") == [{"a": 5}]
    assert lake.read(path)["a"].to_pylist() == [5]
    assert deltalake.DeltaTable(path).to_pyarrow_table()["a"].to_pylist() == [5]


def test_escapes_in_names_of_tables(lake: Lake, tmp_path: Path) -> None:
    # Delta would read and write another directory.
    path = lake.quoted(tmp_path / "%20")
    for statement in (
        f"select * from read_delta({path})",
        f"create external table t (a bigint) stored as delta location {path}",
    ):
        assert lake.failure(statement).code == "location-invalid"
    assert list(tmp_path.iterdir()) == []


def test_odd_partition_values(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    data = pa.table(
        {
            "id": list(range(len(ODD_TEXTS) + 1)),
            "part": [*ODD_TEXTS, None],
            "day": [dt.date(2026, 1, 1 + n) for n in range(len(ODD_TEXTS))] + [None],
        }
    )
    deltalake.write_deltalake(path, data, partition_by=["part", "day"])
    ours = lake.same_as_deltalake(path)
    assert ours.schema.field("day").type == pa.date32()
    for number, text in enumerate(ODD_TEXTS):
        query = f"select id from read_delta({lake.quoted(path)}) where part = {lake.quoted(text)}"
        assert lake.rows(query) == [{"id": number}]
    query = f"select id from read_delta({lake.quoted(path)}) where part is null and day is null"
    assert lake.rows(query) == [{"id": len(ODD_TEXTS)}]
    actions = lake.rows(f"select * from delta_add_actions({lake.quoted(path)})")
    found = {dict(row["partition_values"])["part"] for row in actions}
    assert found == {*ODD_TEXTS, None}
    # A join on a partition column, with fewer keys than are worth a hash table.
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    query = "select count(*) as n from t join (values ('a b'), ('50%')) as v(part) using (part)"
    assert lake.rows(query) == [{"n": 2}]


def test_types(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    zoned = dt.datetime(2026, 3, 29, 1, 30, 0, 123456, UTC)
    data = pa.table(
        {
            "price": pa.array(
                [decimal.Decimal("1.10"), decimal.Decimal("-99999999.99"), None],
                pa.decimal128(38, 2),
            ),
            "zoned": pa.array([zoned, None, zoned], pa.timestamp("us", "Europe/Berlin")),
            "naive": pa.array([zoned.replace(tzinfo=None)] * 2 + [None], pa.timestamp("us")),
            "day": pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31), None]),
            "blob": pa.array([b"\x00\xff", b"", None]),
            "code": pa.array(["a", None, "a"]).dictionary_encode(),
            "tree": pa.array(
                [{"x": 1, "y": [{"z": "q"}]}, None, {"x": None, "y": []}],
                pa.struct(
                    [
                        ("x", pa.int8()),
                        ("y", pa.list_(pa.struct([("z", pa.string())]))),
                    ]
                ),
            ),
            "pairs": pa.array([[("k", 1.5)], [], None], pa.map_(pa.string(), pa.float64())),
            "flag": pa.array([True, None, False]),
        }
    )
    deltalake.write_deltalake(path, data)
    ours = lake.same_as_deltalake(path)
    assert ours.schema.field("price").type == pa.decimal128(38, 2)
    assert ours.schema.field("zoned").type == pa.timestamp("us", "UTC")
    assert ours.schema.field("naive").type == pa.timestamp("us")
    query = (
        f"select price from read_delta({lake.quoted(path)}) where price < -1 and naive is not null"
    )
    assert lake.rows(query) == [{"price": decimal.Decimal("-99999999.99")}]
    query = (
        f"select tree['y'][1]['z'] as z from read_delta({lake.quoted(path)}) where tree['x'] = 1"
    )
    assert lake.rows(query) == [{"z": "q"}]
    # Written through SQL, they stay what they are.
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    assert lake.rows("insert into t select * from t") == [{"count": 3}]
    doubled = deltalake.DeltaTable(path).to_pyarrow_table()
    assert_same_result(doubled, pa.concat_tables([ours, ours]))


def test_empty_tables(lake: Lake, tmp_path: Path) -> None:
    schema = pa.schema([("a", pa.int64()), ("b", pa.string())])
    deltalake.DeltaTable.create(tmp_path / "created", schema, partition_by=["b"])
    deltalake.write_deltalake(tmp_path / "written", schema.empty_table())
    for name in ("created", "written"):
        ours = lake.same_as_deltalake(tmp_path / name)
        assert (ours.num_rows, ours.column_names) == (0, ["a", "b"])
        query = f"select num_rows, num_files from delta_snapshot({lake.quoted(tmp_path / name)})"
        assert lake.rows(query)[0]["num_rows"] == 0
        query = f"select count(*) as n, sum(a) as s from read_delta({lake.quoted(tmp_path / name)})"
        assert lake.rows(query) == [{"n": 0, "s": None}]


def test_many_partitions_and_files(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    count = 2000
    data = pa.table({"id": list(range(count)), "part": [f"p{n:04}" for n in range(count)]})
    deltalake.write_deltalake(path, data, partition_by=["part"])
    location = lake.quoted(path)
    assert lake.rows(f"select count(*) as n, sum(id) as s from read_delta({location})") == [
        {"n": count, "s": count * (count - 1) // 2}
    ]
    query = f"select id from read_delta({location}) where part = 'p1234' or part > 'p1998'"
    assert sorted(row["id"] for row in lake.rows(query)) == [1234, 1999]
    files = "select count(*) as n, count(distinct path) as d, sum(num_records) as r"
    assert lake.rows(f"{files} from delta_add_actions({location})") == [
        {"n": count, "d": count, "r": count}
    ]
    # A column of the data decides, too: the statistics of files are used.
    plan = lake.rows(f"explain select part from read_delta({location}) where id = 77")
    assert "p0077" in str(plan)
    assert "p0078" not in str(plan)
    snapshot = lake.rows(f"select * from delta_snapshot({location})")[0]
    assert (snapshot["num_files"], snapshot["num_rows"]) == (count, count)
    assert snapshot["size_bytes"] == sum(file.stat().st_size for file in path.rglob("*.parquet"))


def test_snapshot_and_history(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    schema = pa.schema([pa.field("a", pa.int64(), nullable=False), ("p", pa.string())])
    configuration: dict[str, str | None] = {"delta.logRetentionDuration": "interval 9 days"}
    deltalake.DeltaTable.create(
        path,
        schema,
        name="spam",
        description="of eggs",
        partition_by=["p"],
        configuration=configuration,
    )
    data = pa.table({"a": [1, 2], "p": ["x", None]}, schema)
    deltalake.write_deltalake(path, data, mode="append")
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    lake.rows("delete from t where a = 1")
    oracle = deltalake.DeltaTable(path)
    snapshot = lake.rows(f"select * from delta_snapshot({lake.quoted(path)})")[0]
    metadata = oracle.metadata()
    assert snapshot["location"] == str(path)
    assert snapshot["version"] == oracle.version() == 2
    assert (snapshot["name"], snapshot["description"]) == ("spam", "of eggs")
    assert snapshot["table_id"] == str(metadata.id)
    assert snapshot["partition_columns"] == metadata.partition_columns == ["p"]
    assert dict(snapshot["properties"]) == configuration
    assert json.loads(snapshot["schema"]) == json.loads(oracle.schema().to_json())
    protocol = oracle.protocol()
    assert snapshot["min_reader_version"] == protocol.min_reader_version
    assert snapshot["min_writer_version"] == protocol.min_writer_version
    assert (snapshot["num_files"], snapshot["num_rows"]) == (1, 1)
    first = lake.rows(f"select num_rows from delta_snapshot({lake.quoted(path)}, 1)")
    assert first == [{"num_rows": 2}]
    ours = lake.rows(f"select * from delta_history({lake.quoted(path)})")
    theirs = oracle.history()
    assert [row["version"] for row in ours] == [2, 1, 0]
    assert [row["operation"] for row in ours] == [row["operation"] for row in theirs]
    assert dict(ours[0]["operation_parameters"])["predicate"] == "a = 1"
    assert json.loads(ours[1]["commit_info"])["operation"] == "WRITE"
    assert all(abs((row["timestamp"] - dt.datetime.now(UTC)).total_seconds()) < 600 for row in ours)


def test_files_are_described(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    deltalake.write_deltalake(path, pa.table({"a": [3, 1, None], "b": ["x", "y", "z"]}))
    row = lake.rows(f"select * from delta_add_actions({lake.quoted(path)})")[0]
    assert (path / row["path"]).stat().st_size == row["size_bytes"]
    assert (row["num_records"], row["num_deleted"]) == (3, None)
    assert json.loads(row["min_values"]) == {"a": 1, "b": "x"}
    assert json.loads(row["max_values"]) == {"a": 3, "b": "z"}
    assert json.loads(row["null_count"]) == {"a": 1, "b": 0}


def test_changes(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    configuration: dict[str, str | None] = {"delta.enableChangeDataFeed": "true"}
    data = pa.table({"id": [1, 2, 3], "p": ["x", "y", None]})
    deltalake.write_deltalake(path, data, partition_by=["p"], configuration=configuration)
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    lake.rows("update t set id = id * 10 where id = 2")
    lake.rows("delete from t where p is null")
    lake.rows("insert into t values (4, 'z')")
    location = lake.quoted(path)
    columns = "id, p, _change_type, _commit_version"
    ours = pa.table(lake.query(f"select {columns} from read_delta_cdf({location}, 0)"))
    changes = pa.table(deltalake.DeltaTable(path).load_cdf(starting_version=0))
    theirs = changes.select(columns.split(", "))
    assert_same_result(ours, theirs)
    query = f"select {columns} from read_delta_cdf({location}, 1, 2)"
    assert_same_result(
        lake.query(query),
        pa.table(
            {
                "id": [2, 20, 3],
                "p": ["y", "y", None],
                "_change_type": ["update_preimage", "update_postimage", "delete"],
                "_commit_version": [1, 1, 2],
            }
        ),
    )
    condition = "p = 'z' and cdf_is_upsert(_change_type)"
    query = f"select id from read_delta_cdf({location}, 0) where {condition}"
    assert lake.rows(query) == [{"id": 4}]
    query = f"select count(*) as n from read_delta_cdf({location}, '2000-01-01T00:00:00Z')"
    assert lake.rows(query) == [{"n": 7}]
    for call in (f"{location}, 2, 1", f"{location}, 9"):
        message = lake.late_failure(f"select * from read_delta_cdf({call})")
        assert "the changes of the table" in message
    lake.versions(tmp_path / "without", 2)
    message = lake.late_failure(
        f"select * from read_delta_cdf({lake.quoted(tmp_path / 'without')}, 0)"
    )
    assert "enableChangeDataFeed" in message


def damage_log(path: Path) -> None:
    (path / "_delta_log" / f"{1:020}.json").write_text('{"add": {')


def lose_log(path: Path) -> None:
    (path / "_delta_log" / f"{0:020}.json").unlink()


def block_log(path: Path) -> None:
    # A directory that can't be listed, also by root: a link to itself.
    shutil.rmtree(path / "_delta_log")
    (path / "_delta_log").symlink_to(path / "_delta_log")


@pytest.mark.parametrize("damage", [damage_log, lose_log, block_log])
def test_damaged_logs(lake: Lake, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "t"
    lake.versions(path, 3)
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    damage(path)
    error = lake.failure(f"select * from read_delta({lake.quoted(path)})")
    assert isinstance(error, DeltaTableError)
    assert error.code == "delta-table-unreadable"
    assert str(path) in error.message
    for call in ("delta_snapshot", "delta_add_actions", "delta_history"):
        if call != "delta_history" or damage is not lose_log:
            assert str(path) in lake.late_failure(f"select * from {call}({lake.quoted(path)})")


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_damaged_files(lake: Lake, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "t"
    lake.versions(path, 2)
    commit = (path / "_delta_log" / f"{1:020}.json").read_text()
    added = [action["add"] for action in map(json.loads, commit.splitlines()) if "add" in action]
    file = path / added[0]["path"]
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-20])
    # Counting needs the log only.
    assert lake.rows(f"select count(*) as n from read_delta({lake.quoted(path)})") == [{"n": 2}]
    frame = lake.query(f"select sum(a) from read_delta({lake.quoted(path)})")
    with pytest.raises(Exception, match=r"parquet|Parquet|not found"):
        frame.to_pylist()
    assert lake.read(path, ", 0")["a"].to_pylist() == [0]


def test_column_mapping(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    configuration: dict[str, str | None] = {"delta.columnMapping.mode": "name"}
    schema = pa.schema([("a b", pa.int64()), ("p;q", pa.string())])
    deltalake.DeltaTable.create(path, schema, partition_by=["p;q"], configuration=configuration)
    data = pa.table({"a b": [1, 2], "p;q": ["x", None]}, schema)
    deltalake.write_deltalake(path, data, mode="append")
    ours = lake.read(path)
    assert_same_result(ours, data)
    stored = pl.read_parquet(next(path.rglob("*.parquet")))
    assert "a b" not in stored.columns
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    assert lake.rows("insert into t values (3, 'y')") == [{"count": 1}]
    assert lake.rows('select "a b" from t where "p;q" = \'y\'') == [{"a b": 3}]
    assert lake.rows('delete from t where "a b" = 1') == [{"count": 1}]
    assert lake.read(path).num_rows == 2


def test_a_graph_is_a_table_like_any_other(lake: Lake, built: Any) -> None:
    path = built.output / "py_defs"
    lake.same_as_deltalake(path)
