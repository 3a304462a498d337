"""Statements on Delta tables: writes beside DuckDB, external tables, other programs' commits."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import TYPE_CHECKING

import codeanatomy
import deltalake
import duckdb
import pyarrow as pa
import pytest
from codeanatomy.errors import DeltaTableNotFoundError, InvalidOptionError, QueryError
from codeanatomy.session import run_sql
from codeanatomy_testkit.results import assert_same_result

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Lake, Sandbox


def test_readers_keep_their_version_while_another_program_appends(
    lake: Lake, tmp_path: Path
) -> None:
    path = tmp_path / "t"
    lake.versions(path, 2)
    location = lake.quoted(path)
    lake.rows(f"create external table live stored as delta location {location}")
    for version in (0, 1):
        lake.rows(
            f"create external table v{version} stored as delta location {location}"
            f" options ('version' '{version}')",
        )

    def append() -> None:
        for number in range(15):
            deltalake.write_deltalake(path, pa.table({"a": [100 + number]}), mode="append")

    writer = threading.Thread(target=append)
    writer.start()
    seen: list[int] = []
    query = (
        "select (select count(*) from live as l) as n, (select count(*) from live) as m,"
        " (select count(*) from v0) as zero, (select count(*) from v1) as one"
    )
    while writer.is_alive():
        row = lake.rows(query)[0]
        assert (row["zero"], row["one"]) == (1, 2)
        assert row["n"] == row["m"]
        seen.append(row["n"])
    writer.join()
    assert seen == sorted(seen)
    assert lake.rows(query)[0]["n"] == 17


def test_columns_that_another_program_adds(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    lake.versions(path, 1)
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    lake.rows(f"create view v as select * from read_delta({lake.quoted(path)})")
    more = pa.table({"a": [7], "b": ["new"]})
    deltalake.write_deltalake(path, more, mode="append", schema_mode="merge")
    # The query has the columns that it was planned with, and all rows; the next one has all.
    assert sorted(row["a"] for row in lake.rows("select * from t")) == [0, 7]
    assert {row["b"] for row in lake.rows("select * from t")} == {None, "new"}
    assert sorted(row["a"] for row in lake.rows("select * from v")) == [0, 7]
    deltalake.write_deltalake(path, pa.table({"c": [1]}), mode="overwrite", schema_mode="overwrite")
    error = None
    try:
        lake.rows("select a from t")
    except Exception as raised:  # noqa: BLE001 - DataFusion raises where the plan is run
        error = str(raised)
    assert error is not None
    assert "run the query again" in error
    assert lake.rows("select * from t") == [{"c": 1}]


def test_statements_agree_with_duckdb(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    data = pa.table(
        {
            "id": list(range(100)),
            "name": [f"n{n % 7}" if n % 5 else None for n in range(100)],
            "p": [f"p{n % 3}" for n in range(100)],
        }
    )
    deltalake.write_deltalake(path, data, partition_by=["p"])
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    peer = duckdb.connect()
    peer.register("data", data)
    peer.execute("create table t as select * from data")
    for statement in (
        "delete from t where name is null and id < 50",
        "update t set name = upper(name) || p where p in ('p1', 'p2') and name like 'n%3'",
        "insert into t select id + 1000, name, 'new' from t where id % 10 = 4",
        "delete from t where p = 'p0' or id between 20 and 30",
        "update t set p = 'moved', id = -id where id > 1050",
        "delete from t where coalesce(name, 'none') = 'none' and not (p = 'new')",
        "update t set name = case when id % 2 = 0 then 'even' else null end where id <= 60",
    ):
        peer.execute(statement)
        count = lake.rows(statement)[0]["count"]
        assert_same_result((lake.session, "select * from t"), (peer, "select * from t"))
        assert count > 0, statement
    final = deltalake.DeltaTable(path).to_pyarrow_table()
    assert_same_result(final, (peer, "select * from t"))


def test_merge(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    data = pa.table({"id": [1, 2, 3], "name": ["a", "b", "c"], "p": ["x", "x", "y"]})
    deltalake.write_deltalake(path, data, partition_by=["p"])
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    lake.session.from_pydict({"id": [2, 3, 4], "name": ["B", None, "D"]}, name="news")
    merged = lake.rows(
        "merge into t using news as n on t.id = n.id"
        " when matched and n.name is null then delete"
        " when matched then update set name = n.name"
        " when not matched then insert (id, name, p) values (n.id, n.name, 'z')",
    )
    assert merged == [{"count": 3}]
    expected = pa.table({"id": [1, 2, 4], "name": ["a", "B", "D"], "p": ["x", "x", "z"]})
    assert_same_result(deltalake.DeltaTable(path).to_pyarrow_table(), expected)


def test_whole_tables_are_asked_for(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    lake.versions(path, 2)
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    for statement in ("delete from t", "update t set a = 1"):
        error = lake.failure(statement)
        assert isinstance(error, QueryError)
        assert "WHERE true" in (error.hint or "")
    assert lake.rows("update t set a = 1 where true") == [{"count": 2}]
    assert lake.rows("truncate table t") == [{"count": 2}]
    assert deltalake.DeltaTable(path).to_pyarrow_table().num_rows == 0


def test_constraints_hold(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    schema = pa.schema([pa.field("a", pa.int64(), nullable=False)])
    deltalake.write_deltalake(path, pa.table({"a": [1]}, schema))
    deltalake.DeltaTable(path).alter.add_constraint({"positive": "a > 0"})
    lake.rows(f"create external table t stored as delta location {lake.quoted(path)}")
    for statement in (
        "insert into t values (-1)",
        "insert into t select cast(null as bigint)",
        "update t set a = -a where a = 1",
    ):
        frame = lake.query(statement)
        with pytest.raises(Exception, match=r"(?i)constraint|invariant|null|positive"):
            frame.to_pylist()
    assert lake.rows("select * from t") == [{"a": 1}]


def test_tables_are_created(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "t"
    location = lake.quoted(path)
    create = "create external table t (id bigint not null, name varchar, p varchar)"
    lake.rows(f"{create} stored as delta partitioned by (p) location {location}")
    assert lake.rows("select * from t") == []
    assert lake.rows("insert into t values (1, 'a', 'x')") == [{"count": 1}]
    oracle = deltalake.DeltaTable(path)
    assert oracle.metadata().partition_columns == ["p"]
    assert oracle.to_pyarrow_table().to_pylist() == [{"id": 1, "name": "a", "p": "x"}]
    assert not oracle.schema().fields[0].nullable
    # With the same columns it is the table that is there, with others it is refused.
    lake.rows(f"{create.replace(' t ', ' u ')} stored as deltatable location {location}")
    assert lake.rows("select count(*) as n from u") == [{"n": 1}]
    error = lake.failure(f"create external table v (id int) stored as delta location {location}")
    assert isinstance(error, InvalidOptionError)
    error = lake.failure(
        f"create external table v stored as delta location {lake.quoted(tmp_path / 'gone')}"
    )
    assert isinstance(error, DeltaTableNotFoundError)
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    "options",
    [
        "'version' 'one'",
        "'version' '0', 'timestamp' '2026-01-01T00:00:00Z'",
        "'timestamp' 'now'",
        "'view_types' 'perhaps'",
        "'colour' 'red'",
        "'file_column' 'A'",
        "'aws_secret_access_key' 'hush-hush'",
    ],
)
def test_options_are_checked(lake: Lake, tmp_path: Path, options: str) -> None:
    path = tmp_path / "t"
    lake.versions(path, 1)
    statement = f"create external table t stored as delta location {lake.quoted(path)}"
    with pytest.raises(InvalidOptionError) as caught:
        lake.rows(f"{statement} options ({options})")
    assert "hush" not in repr(caught.value)


def test_options_are_kept(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    times = lake.versions(path, 2)
    deltalake.write_deltalake(path, pa.table({"a": [7]}), mode="append")
    statement = f"stored as delta location {lake.quoted(path)}"
    lake.rows(
        f"create external table t {statement} options"
        " ('file_column' 'f', 'view_types' 'false', 'parquet_pushdown' 'true')",
    )
    found = pa.table(lake.query("select a, f from t where a = 7"))
    assert found.num_rows == 1
    assert str(found["f"][0].as_py()).endswith(".parquet")
    after = (times[1] + dt.timedelta(milliseconds=5)).isoformat()
    lake.rows(f"create external table u {statement} options ('timestamp' '{after}')")
    assert lake.rows("select count(*) as n from u") == [{"n": 2}]
    error = lake.failure("insert into u values (1)")
    assert "can't be written there" in error.message


def test_secrets_stay_secret(lake: Lake) -> None:
    statement = (
        "create external table t stored as delta location 's3://bucket/t' options ("
        "'aws_access_key_id' 'AKIAHUSH', 'aws_secret_access_key' 'hush-hush-hush',"
        "'aws_endpoint' 'http://127.0.0.1:9/hush', 'aws_region' 'us-east-1',"
        "'allow_http' 'hush-no-bool')"
    )
    error = lake.failure(statement)
    assert error.code in {"delta-table-unreadable", "invalid-option"}
    assert "hush" not in f"{error!r} {error} {error.details}".lower()
    for location in ("s3://AKIA:hush@bucket/t", "az://box/t?sig=hush"):
        error = lake.failure(f"select * from read_delta('{location}')")
        assert error.code == "location-invalid"
        assert "hush" not in f"{error!r} {error} {error.details}"


def test_rows_are_counted_that_the_log_does_not_count(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    deltalake.write_deltalake(
        path, pa.table({"a": [1, 2, 3], "p": ["x", "x", "y"]}), partition_by=["p"]
    )
    commit = path / "_delta_log" / f"{0:020}.json"
    actions = [json.loads(line) for line in commit.read_text().splitlines()]
    for action in actions:
        action.get("add", {}).pop("stats", None)
    commit.write_text("\n".join(map(json.dumps, actions)))
    location = lake.quoted(path)
    lake.rows(f"create external table t stored as delta location {location}")
    described = lake.rows(f"select num_rows, num_files from delta_snapshot({location})")
    assert described == [{"num_rows": None, "num_files": 2}]
    assert lake.rows("delete from t where p = 'x'") == [{"count": 2}]
    assert lake.rows("truncate table t") == [{"count": 1}]
    assert lake.rows("select * from t") == []


def test_tables_of_a_graph_are_not_written(built: Sandbox) -> None:
    session = codeanatomy.open_graph(built.output).session
    for statement in (
        "insert into cpg_nodes select * from cpg_nodes",
        "delete from py_defs where true",
        "truncate table py_refs",
    ):
        with pytest.raises(QueryError, match="can't be written there"):
            run_sql(session, statement)
