"""Operations on Delta tables, ours and other programs', checked with the `deltalake` package."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from pathlib import Path
from typing import Any

import deltalake
import pyarrow as pa
import pytest
from codeanatomy.delta import (
    Commit,
    DeltaTable,
    MergeClause,
    when_matched_delete,
    when_matched_update,
    when_not_matched_by_source_delete,
    when_not_matched_by_source_update,
    when_not_matched_insert,
)
from codeanatomy.errors import (
    DeltaRowsError,
    DeltaTableError,
    DeltaTableNotFoundError,
    InvalidOptionError,
)

ROWS = pa.table({"id": [1, 2, 3, 4], "name": ["a", "b", None, "d"], "Part": ["x", "x", "y", None]})
ON = "target.id = source.id"


def read(table: DeltaTable, by: str = "id") -> list[dict[str, Any]]:
    """Read a table with the `deltalake` package."""
    rows = deltalake.DeltaTable(table.location).to_pyarrow_table()
    return rows.sort_by(by).to_pylist()


def names(table: DeltaTable) -> dict[int, str | None]:
    return {row["id"]: row["name"] for row in read(table)}


@pytest.fixture(params=["ours", "theirs"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> DeltaTable:
    """Give a table that we wrote, and one that the `deltalake` package wrote."""
    location = tmp_path / "table"
    if request.param == "ours":
        DeltaTable(location).append(ROWS, partition_by=["Part"])
    else:
        deltalake.write_deltalake(location, ROWS, partition_by=["Part"])
    return DeltaTable(location)


def test_a_delete_takes_the_rows_of_its_predicate(table: DeltaTable) -> None:
    report = table.delete("id = 2 or name is null")
    assert (report.rows_deleted, report.rows_copied, report.committed) == (2, 1, True)
    assert names(table) == {1: "a", 4: "d"}
    nothing = table.delete("id > 100")
    assert (nothing.rows_deleted, nothing.committed, nothing.version) == (0, False, report.version)
    # NULL is not equal to anything: the row with Part NULL stays.
    assert table.delete("Part <> 'y'").rows_deleted == 1
    assert names(table) == {4: "d"}
    assert table.delete(all_rows=True).files_removed == 1
    assert read(table) == []


def test_an_update_sets_columns(table: DeltaTable) -> None:
    report = table.update({"name": "name || '!'", "id": "id * 10"}, "Part = 'x' and id < 2")
    assert (report.rows_updated, report.rows_copied) == (1, 1)
    assert names(table) == {10: "a!", 2: "b", 3: None, 4: "d"}
    assert table.update({"Part": "'z'"}, all_rows=True).rows_updated == 4
    assert {row["Part"] for row in read(table)} == {"z"}
    assert table.update({"name": "null"}, "id = 100").committed is False


@pytest.mark.parametrize("predicate", [None, "", "  "])
def test_no_predicate_is_not_every_row(table: DeltaTable, predicate: str | None) -> None:
    for change in (
        lambda: table.delete(predicate),
        lambda: table.update({"name": "'x'"}, predicate),
    ):
        with pytest.raises(InvalidOptionError, match="would change every row") as caught:
            change()
        assert caught.value.code == "delta-predicate-missing"
    assert len(read(table)) == 4


@pytest.mark.parametrize(
    ("predicate", "what"),
    [
        ("nane = 'a'", r"'nane', which the table does not have \(is 'name' meant\?\)"),
        ("part = 'x'", r"'part', which .* \(is 'Part' meant\?\)"),
        ("id", "gives Int64, and has to be true or false"),
        ("id =", "can't be used"),
        ("id = 1; drop table x", "can't be used"),
        ("id = 1 as x", "names its result"),
        ("random() < 0.5", "another one each time"),
        ("nothing(id)", "nothing"),
        ("id = (select 1)", "needs more than one row"),
        ("count(*) > 1", "needs more than one row"),
        ("row_number() over () = 1", "needs more than one row"),
        ("id = $1", "needs more than one row"),
    ],
)
def test_predicates_that_are_none(table: DeltaTable, predicate: str, what: str) -> None:
    with pytest.raises(InvalidOptionError, match=what):
        table.delete(predicate)
    with pytest.raises(InvalidOptionError, match=what):
        table.update({"name": "'x'"}, predicate)
    assert len(read(table)) == 4


def test_values_that_are_none(table: DeltaTable) -> None:
    for values, what in [
        ({"nane": "'x'"}, "is 'name' meant"),
        ({"name": "nane"}, "is 'name' meant"),
        ({}, "sets no column"),
    ]:
        with pytest.raises(InvalidOptionError, match=what):
            table.update(values, "id = 1")


def test_a_merge_does_all_it_can(table: DeltaTable) -> None:
    source = pa.table({"id": [1, 2, 9], "name": ["one", "two", "nine"], "Part": ["x", "x", "z"]})
    report = table.merge(
        source,
        ON,
        [
            when_matched_delete(condition="source.name = 'one'"),
            when_matched_update({"name": "upper(source.name) || target.name"}),
            when_not_matched_insert(),
            when_not_matched_by_source_update({"name": "'stale'"}, condition="target.id = 3"),
            when_not_matched_by_source_delete(),
        ],
    )
    assert names(table) == {2: "TWOb", 3: "stale", 9: "nine"}
    counts = (report.rows_source, report.rows_inserted, report.rows_updated, report.rows_deleted)
    assert counts == (3, 1, 2, 2)
    assert deltalake.DeltaTable(table.location).history(1)[0]["operation"] == "MERGE"


def test_merges_of_no_rows_one_row_and_new_columns(table: DeltaTable) -> None:
    source = pa.table({"id": [7], "name": ["g"], "Part": ["x"], "size": [1]})
    nothing = table.merge(
        source.slice(0, 0), ON, [when_matched_update(), when_not_matched_insert()]
    )
    assert (nothing.rows_source, nothing.rows_inserted) == (0, 0)
    clauses = [when_not_matched_insert({"id": "source.id", "name": "source.name"})]
    assert table.merge(source, ON, clauses).rows_inserted == 1
    assert names(table)[7] == "g"
    evolved = table.merge(source, ON, [when_matched_update()], merge_schema=True)
    assert evolved.rows_updated == 1
    assert [row["size"] for row in read(table)] == [None, None, None, None, 1]


def test_merges_that_can_not_be(table: DeltaTable) -> None:
    source = pa.table({"id": [1, 1], "name": ["p", "q"], "Part": ["x", "x"]})
    wrong = MergeClause(when="not-matched", action="delete")
    for predicate, clauses, what in [
        (ON, [], "no clause"),
        (ON, [wrong], "can't Delete when NotMatched"),
        ("target.idd = source.id", [when_matched_update()], "is 'id' meant"),
        ("id = 1", [when_matched_update()], "mbiguous"),
        (ON, [when_matched_update({"nane": "source.name"})], "is 'name' meant"),
        (ON, [when_not_matched_insert({"id": "target.id"})], "target"),
    ]:
        with pytest.raises(InvalidOptionError, match=what):
            table.merge(source, predicate, clauses)
    with pytest.raises(DeltaTableError, match=r"multiple source rows"):
        table.merge(source, ON, [when_matched_update()])
    assert names(table) == {1: "a", 2: "b", 3: None, 4: "d"}


def test_optimize_makes_few_files_of_many(table: DeltaTable) -> None:
    for _ in range(4):
        table.append(ROWS)
    before = read(table)
    planned = table.optimize(dry_run=True)
    assert (planned.dry_run, planned.files_removed, planned.partitions) == (True, 15, 3)
    assert planned.version == table.snapshot().version
    done = table.optimize()
    assert (done.files_removed, done.files_added, done.partitions) == (15, 3, 3)
    assert read(table) == before
    assert table.optimize().committed is False
    ordered = table.optimize(z_order=["id", "name"])
    assert ordered.files_added == 3
    assert read(table) == before
    operations = [entry["operation"] for entry in deltalake.DeltaTable(table.location).history(2)]
    assert operations == ["OPTIMIZE", "OPTIMIZE"]


def test_vacuum_keeps_what_a_snapshot_needs(table: DeltaTable) -> None:
    table.delete("id = 1")
    table.append(ROWS)
    before = read(table)
    orphan = Path(table.location) / "Part=x" / "orphan.parquet"
    orphan.write_bytes(b"of a write that was killed")
    assert table.vacuum().files == ()
    with pytest.raises(InvalidOptionError, match="0 hours is shorter than the 168") as caught:
        table.vacuum(retention_hours=0, dry_run=False)
    assert caught.value.code == "delta-retention-too-short"
    planned = table.vacuum(retention_hours=0, enforce_retention=False)
    assert planned.dry_run
    assert len(planned.files) == 1
    stale = Path(table.location) / planned.files[0]
    assert stale.stat().st_size == planned.bytes
    done = table.vacuum(retention_hours=0, enforce_retention=False, dry_run=False)
    assert done.files == planned.files
    assert not stale.exists()
    assert orphan.exists()
    full = table.vacuum(retention_hours=0, enforce_retention=False, dry_run=False, mode="full")
    assert full.files == ("Part=x/orphan.parquet",)
    assert not orphan.exists()
    assert read(table) == before
    with pytest.raises(DeltaTableError, match="lacks 1 of its files"):
        table.restore(version=0)


def test_restore_brings_a_version_back(table: DeltaTable) -> None:
    committed = dt.datetime.now(dt.timezone.utc)
    time.sleep(0.05)
    table.delete("id < 3")
    table.append(ROWS)
    planned = table.restore(version=0, dry_run=True)
    assert (planned.restored_version, planned.files_restored, planned.files_removed) == (0, 1, 3)
    assert table.snapshot().version == 2
    done = table.restore(version=0)
    assert (done.version, done.files_restored, done.files_removed) == (3, 1, 3)
    assert read(table) == ROWS.to_pylist()
    table.restore(version=2)
    assert len(read(table)) == 6
    assert table.restore(timestamp=committed).restored_version == 0
    assert read(table) == ROWS.to_pylist()
    refused: list[tuple[dict[str, Any], str]] = [
        ({}, "either a version or a timestamp"),
        ({"version": 1, "timestamp": committed}, "either a version or a timestamp"),
        ({"version": 5}, "at version 5 already"),
        ({"timestamp": "2026-01-31"}, "not valid"),
    ]
    for options, what in refused:
        with pytest.raises(InvalidOptionError, match=what):
            table.restore(**options)
    with pytest.raises(DeltaTableError, match="no version 99"):
        table.restore(version=99)


def test_a_table_at_a_version_is_for_looking(table: DeltaTable) -> None:
    table.delete("id = 1")
    old = DeltaTable(table.location, version=0)
    assert (old.snapshot().version, old.snapshot().rows) == (0, 4)
    assert sum(file.rows or 0 for file in old.files()) == 4
    with pytest.raises(InvalidOptionError, match="opened at version 0, which nothing can change"):
        old.delete("id = 2")
    with pytest.raises(InvalidOptionError, match="a version and a timestamp"):
        DeltaTable(table.location, version=0, timestamp="2026-01-31T00:00:00Z")
    with pytest.raises(InvalidOptionError):
        DeltaTable(table.location, version=-1)


def test_a_checkpoint_lets_the_log_be_cleaned_up(table: DeltaTable) -> None:
    for _ in range(3):
        table.append(ROWS)
    # Else the next commit cleans up by itself.
    kept = {
        "delta.logRetentionDuration": "interval 1 hours",
        "delta.enableExpiredLogCleanup": "false",
    }
    table.set_properties(kept)
    log = Path(table.location) / "_delta_log"
    assert table.checkpoint().version == 4
    assert (log / "00000000000000000004.checkpoint.parquet").exists()
    assert table.cleanup_log().files == 0
    long_ago = time.time() - 7200
    for file in log.glob("0*"):
        os.utime(file, (long_ago, long_ago))
    table.append(ROWS)
    planned = table.cleanup_log()
    assert (planned.dry_run, planned.files, planned.retention_hours) == (True, 4, 1)
    assert (log / "00000000000000000000.json").exists()
    sizes = sum((log / f"{version:020}.json").stat().st_size for version in range(4))
    done = table.cleanup_log(dry_run=False)
    assert (done.files, done.bytes) == (planned.files, sizes)
    assert min(file.name for file in log.glob("*.json")) == "00000000000000000004.json"
    assert len(read(table)) == 20


def test_constraints_hold_for_old_and_new_rows(table: DeltaTable) -> None:
    with pytest.raises(DeltaRowsError, match=re.escape('2 rows break "id > 2"')) as caught:
        table.add_constraints({"large": "id > 2"})
    assert caught.value.code == "delta-constraint-violated"
    # NULL is neither true nor false, and breaks a constraint.
    with pytest.raises(DeltaRowsError, match="1 row break"):
        table.add_constraints({"named": "name <> 'q'"})
    assert table.add_constraints({"positive": "id > 0"}).constraints == {"positive": "id > 0"}
    assert table.snapshot().constraints == {"positive": "id > 0"}
    bad = pa.table({"id": [-1], "name": ["n"], "Part": ["x"]})
    for change in (
        lambda: table.append(bad),
        lambda: table.update({"id": "-id"}, "id = 1"),
        lambda: table.merge(bad, ON, [when_not_matched_insert()]),
    ):
        with pytest.raises(DeltaRowsError, match="1 rows failed"):
            change()
    with pytest.raises(Exception, match="Invalid data"):
        deltalake.write_deltalake(table.location, bad, mode="append")
    with pytest.raises(InvalidOptionError, match="is 'positive' meant"):
        table.drop_constraints(["positiv"])
    assert table.drop_constraints(["positive"]).constraints == {}
    assert table.append(bad).rows == 1


def test_properties_are_set_if_delta_understands_them(table: DeltaTable) -> None:
    wanted = {"delta.appendOnly": "true", "team": "graphs"}
    assert table.set_properties(wanted).properties.items() >= wanted.items()
    assert deltalake.DeltaTable(table.location).metadata().configuration == wanted
    with pytest.raises(DeltaTableError, match="append") as caught:
        table.delete("id = 1")
    assert caught.value.code == "delta-protocol-unsupported"
    for properties, what in [
        ({}, "no property"),
        ({"delta.appendOny": "true"}, "is 'delta.appendOnly' meant"),
        ({"delta.logRetentionDuration": "30 days"}, "is no value of"),
        ({"delta.constraints.c": "id > 0"}, "is a constraint"),
    ]:
        with pytest.raises(InvalidOptionError, match=what):
            table.set_properties(properties)


def test_features_and_the_protocol(table: DeltaTable) -> None:
    with pytest.raises(InvalidOptionError, match="features need 7"):
        table.add_features(["deletionVectors"])
    with pytest.raises(InvalidOptionError, match="is 'deletionVectors' meant"):
        table.add_features(["deletionVector"], allow_protocol_upgrade=True)
    report = table.add_features(["deletionVectors"], allow_protocol_upgrade=True)
    assert (report.min_reader_version, report.min_writer_version) == (3, 7)
    assert "deletionVectors" in report.reader_features
    theirs = deltalake.DeltaTable(table.location).protocol()
    assert theirs.reader_features == ["deletionVectors"]
    assert table.check_protocol(required_reader_features=["deletionVectors"]) == report
    with pytest.raises(DeltaTableError) as caught:
        table.check_protocol(min_reader_version=9, required_writer_features=["rowTracking"])
    assert caught.value.code == "delta-protocol-insufficient"
    assert (
        caught.value.details["lacks"] == "reader version 9 (it has 3), writer feature rowTracking"
    )


def test_no_table_is_said_by_every_operation(tmp_path: Path) -> None:
    table = DeltaTable(tmp_path / "nothing")
    operations = [
        lambda: table.delete("id = 1"),
        lambda: table.update({"a": "1"}, "id = 1"),
        lambda: table.merge(ROWS, ON, [when_matched_update()]),
        table.optimize,
        table.vacuum,
        lambda: table.restore(version=0),
        table.checkpoint,
        table.cleanup_log,
        lambda: table.add_constraints({"a": "id > 0"}),
        lambda: table.drop_constraints(["a"]),
        lambda: table.set_properties({"a": "b"}),
        lambda: table.add_features(["deletionVectors"]),
        table.check_protocol,
        table.history,
        table.snapshot,
        table.files,
    ]
    for operation in operations:
        with pytest.raises(DeltaTableNotFoundError) as caught:
            operation()
        assert caught.value.code == "delta-table-not-found"
    assert not (tmp_path / "nothing").exists()


def test_a_change_that_is_tried_again_happens_once(table: DeltaTable) -> None:
    first, second = (Commit(app_id="nightly", app_version=version) for version in (1, 2))
    assert table.append(ROWS, commit=first).skipped is False
    again = table.append(ROWS, commit=first)
    assert (again.skipped, again.rows, again.committed, again.version) == (True, 0, False, 1)
    assert table.delete("id = 1", commit=first).skipped
    assert table.delete("id = 1", commit=second).rows_deleted == 2
    assert table.update({"name": "'x'"}, "id = 2", commit=second).skipped
    assert table.merge(ROWS, ON, [when_matched_update()], commit=second).skipped
    assert table.overwrite(ROWS, commit=second).skipped
    assert len(read(table)) == 6
    assert table.append(ROWS, commit=Commit(app_id="other", app_version=1)).skipped is False


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    table = DeltaTable(tmp_path / "table", storage_options={"aws_secret_access_key": "hush-hush"})
    assert "aws_secret_access_key" in repr(table)
    assert repr(table).startswith(f"DeltaTable({tmp_path}/table")
    table.append(ROWS)
    with pytest.raises(DeltaTableError) as caught:
        table.restore(version=7)
    shown = f"{table!r} {caught.value!r} {caught.value} {caught.value.details} {table.snapshot()}"
    assert "hush" not in shown
    assert "hush" not in "".join(map(str, table.history()))
