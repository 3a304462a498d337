"""Logs that are written by hand: what the protocol allows is read, all else is a clear error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pytest
from codeanatomy.datasets import DatasetLocation, DatasetResolutionRequest, resolve_dataset_provider
from codeanatomy.delta import DeltaTable
from codeanatomy.errors import DatasetResolutionError, DeltaTableError
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Lake

LEGACY = {"minReaderVersion": 1, "minWriterVersion": 2}
MAPPING = {"minReaderVersion": 2, "minWriterVersion": 5}


def column(name: str, kind: object, number: int | None = None) -> dict[str, Any]:
    """Describe a column; a number is that of its column mapping."""
    metadata: dict[str, Any] = {}
    if number is not None:
        metadata["delta.columnMapping.id"] = number
        metadata["delta.columnMapping.physicalName"] = f"col-{number}"
    return {"name": name, "type": kind, "nullable": True, "metadata": metadata}


def features(*names: str) -> dict[str, Any]:
    return {
        "minReaderVersion": 3,
        "minWriterVersion": 7,
        "readerFeatures": list(names),
        "writerFeatures": list(names),
    }


def write(
    table: Path,
    data: pa.Table,
    columns: list[dict[str, Any]] | str,
    *,
    protocol: dict[str, Any] = LEGACY,
    configuration: dict[str, str] | None = None,
    partition: dict[str, str | None] | None = None,
    **added: Any,
) -> Path:
    """Write a table of one file and one commit.

    Args:
        table: Where to.
        data: What the file holds.
        columns: The schema as the log has it, or the text of one.
        protocol: The protocol.
        configuration: The table's properties.
        partition: The values of the file's partition.
        added: What the log says of the file otherwise.
    """
    (table / "_delta_log").mkdir(parents=True)
    parquet.write_table(data, table / "f.parquet")
    schema = columns
    if not isinstance(columns, str):
        schema = json.dumps({"type": "struct", "fields": columns})
    metadata = {
        "id": "00000000-0000-4000-8000-000000000000",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": schema,
        "partitionColumns": list(partition or {}),
        "configuration": configuration or {},
        "createdTime": 0,
    }
    file = {
        "path": "f.parquet",
        "partitionValues": partition or {},
        "size": (table / "f.parquet").stat().st_size,
        "modificationTime": 0,
        "dataChange": True,
        **added,
    }
    actions = [{"protocol": protocol}, {"metaData": metadata}, {"add": file}]
    lines = "\n".join(map(json.dumps, actions)) + "\n"
    (table / "_delta_log" / f"{0:020}.json").write_text(lines)
    return table


def refuse(lake: Lake, path: Path, code: str, text: str) -> None:
    """Assert that SQL, a resolution and an append say the same about the table."""
    error = lake.failure(f"select * from read_delta({lake.quoted(path)})")
    request = DatasetResolutionRequest(name="d", location=DatasetLocation(path=str(path)))
    with pytest.raises(DatasetResolutionError) as unresolved:
        resolve_dataset_provider(codeanatomy.connect(), request)
    with pytest.raises(DeltaTableError) as unwritten:
        DeltaTable(path).append(pa.table({"a": [1]}))
    assert error.code == code
    assert unresolved.value.details["cause"] == code
    assert unwritten.value.code == code
    for said in (error, unresolved.value, unwritten.value):
        assert str(path) in said.message
        assert text in said.message
        assert said.hint


@pytest.mark.parametrize("mode", ["name", "id"])
@pytest.mark.parametrize("protocol", [MAPPING, features("columnMapping")])
def test_mapped_columns(lake: Lake, tmp_path: Path, mode: str, protocol: dict[str, Any]) -> None:
    """Columns have other names in the files: also those of structures, partitions, statistics."""
    inner = pa.struct([("col-3", pa.int64())])
    fields = [
        pa.field("col-1", pa.int64(), metadata={"PARQUET:field_id": "1"}),
        pa.field("col-2", inner, metadata={"PARQUET:field_id": "2"}),
    ]
    data = pa.table([[1, 2], [{"col-3": 5}, None]], schema=pa.schema(fields))
    nested = {"type": "struct", "fields": [column("inner x", "long", 3)]}
    statistics = {
        "numRecords": 2,
        "minValues": {"col-1": 1},
        "maxValues": {"col-1": 2},
        "nullCount": {"col-1": 0},
    }
    path = write(
        tmp_path / "t",
        data,
        [column("a b", "long", 1), column("s,t", nested, 2)],
        protocol=protocol,
        configuration={
            "delta.columnMapping.mode": mode,
            "delta.columnMapping.maxColumnId": "3",
        },
        stats=json.dumps(statistics),
    )
    expected = [{"a b": 1, "s,t": {"inner x": 5}}, {"a b": 2, "s,t": None}]
    assert lake.read(path).to_pylist() == expected
    query = f'select "s,t"[\'inner x\'] as x from read_delta({lake.quoted(path)}) where "a b" < 2'
    assert lake.rows(query) == [{"x": 5}]
    for predicate, selected in (('"a b" = 2', 1), ('"a b" > 2', 0)):
        location = DatasetLocation(path=str(path))
        request = DatasetResolutionRequest(name="d", location=location, predicate=predicate)
        report = resolve_dataset_provider(codeanatomy.connect(), request).report
        assert report.files is not None
        assert report.files.selected == selected


def test_mapped_partitions(lake: Lake, tmp_path: Path) -> None:
    path = write(
        tmp_path / "t",
        pa.table({"col-1": [1, 2]}),
        [column("a", "long", 1), column("day", "date", 2)],
        protocol=MAPPING,
        configuration={"delta.columnMapping.mode": "name"},
    )
    commit = path / "_delta_log" / f"{0:020}.json"
    text = commit.read_text().replace('"partitionColumns": []', '"partitionColumns": ["day"]')
    text = text.replace('"partitionValues": {}', '"partitionValues": {"col-2": "2026-01-31"}')
    commit.write_text(text)
    query = f"select a, cast(day as varchar) as day from read_delta({lake.quoted(path)})"
    assert lake.rows(f"{query} where day = date '2026-01-31' and a = 2") == [
        {"a": 2, "day": "2026-01-31"}
    ]
    assert lake.rows(f"{query} where day <> date '2026-01-31'") == []


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "'\"%2F=/\\é日🦀\u202e\n", "'\"%2F=/\\é日🦀\u202e\n"),
        ("timestamp", "2026-03-29 01:30:00.123456", "2026-03-29T01:30:00.123456Z"),
        ("timestamp", "2026-03-29T01:30:00.123456Z", "2026-03-29T01:30:00.123456Z"),
        ("date", "0001-01-01", "0001-01-01"),
        ("decimal(38,10)", "-1.5000000000", "-1.5000000000"),
        ("boolean", "true", "true"),
        ("byte", "-128", "-128"),
        ("double", "1e300", "1e300"),
        ("integer", None, None),
        ("integer", "", None),
    ],
)
def test_values_of_partitions(
    lake: Lake, tmp_path: Path, kind: str, text: str | None, value: str | None
) -> None:
    columns = [column("a", "long"), column("p", kind)]
    path = write(tmp_path / "t", pa.table({"a": [1]}), columns, partition={"p": text})
    query = f"select cast(p as varchar) as p from read_delta({lake.quoted(path)}) where p is"
    assert lake.rows(f"{query} {'not null' if value is None else 'null'}") == []
    assert lake.rows(f"{query} {'null' if value is None else 'not null'}") == [{"p": value}]


@pytest.mark.parametrize(
    ("columns", "partition", "text"),
    [
        ("{nonsense", None, "key must be a string"),
        ([column("a", "nonsense")], None, "'nonsense'"),
        ([column("a", "long"), column("A", "long")], None, "Duplicate field name"),
        ([column("a", "long"), column("p", "integer")], {"p": "abc"}, "'abc' as 'integer'"),
        ([column("a", "long")], {"zigzag": "1"}, "'zigzag' not found"),
    ],
)
def test_schemas_and_partitions_that_are_none(
    lake: Lake,
    tmp_path: Path,
    columns: list[dict[str, Any]] | str,
    partition: dict[str, str | None] | None,
    text: str,
) -> None:
    path = write(tmp_path / "t", pa.table({"a": [1]}), columns, partition=partition)
    refuse(lake, path, "delta-table-unreadable", text)


def test_mapping_without_the_names_of_columns(lake: Lake, tmp_path: Path) -> None:
    path = write(
        tmp_path / "t",
        pa.table({"a": [1]}),
        [column("a", "long")],
        protocol=MAPPING,
        configuration={"delta.columnMapping.mode": "name"},
    )
    refuse(lake, path, "delta-table-unreadable", "physicalName")


@pytest.mark.parametrize(
    ("protocol", "text"),
    [
        (features("noSuchFeature"), "noSuchFeature"),
        ({"minReaderVersion": 9, "minWriterVersion": 9}, "version 9"),
    ],
)
def test_protocols_that_are_too_new(
    lake: Lake, tmp_path: Path, protocol: dict[str, Any], text: str
) -> None:
    path = write(tmp_path / "t", pa.table({"a": [1]}), [column("a", "long")], protocol=protocol)
    refuse(lake, path, "delta-protocol-unsupported", text)


@pytest.mark.parametrize(
    "name", ["columnMapping", "timestampNtz", "v2Checkpoint", "variantType", "deletionVectors"]
)
def test_features_that_a_table_has_and_does_not_use(lake: Lake, tmp_path: Path, name: str) -> None:
    path = write(
        tmp_path / "t", pa.table({"a": [1]}), [column("a", "long")], protocol=features(name)
    )
    assert lake.read(path).to_pylist() == [{"a": 1}]


def commit(path: Path, version: int) -> Path:
    return path / "_delta_log" / f"{version:020}.json"


def miss_a_commit(path: Path) -> None:
    commit(path, 1).unlink()


def cut_a_commit(path: Path) -> None:
    commit(path, 2).write_bytes(commit(path, 2).read_bytes()[:-30])


def write_no_text(path: Path) -> None:
    commit(path, 2).write_bytes(commit(path, 2).read_bytes().replace(b'"path"', b'"\xff\xfe"'))


def write_a_list(path: Path) -> None:
    commit(path, 2).write_text("[1, 2]\n")


def nest_lists(path: Path) -> None:
    commit(path, 2).write_text('{"add":' + "[" * (1 << 20) + "\n")


def nest_objects(path: Path) -> None:
    commit(path, 2).write_text('{"add":' * (1 << 17) + "\n")


def lose_the_protocol(path: Path) -> None:
    lines = commit(path, 0).read_text().splitlines()
    commit(path, 0).write_text("\n".join(line for line in lines if '"protocol"' not in line))


def lose_the_metadata(path: Path) -> None:
    lines = commit(path, 0).read_text().splitlines()
    commit(path, 0).write_text("\n".join(line for line in lines if '"metaData"' not in line))


def damage_the_checkpoint(path: Path) -> None:
    deltalake.DeltaTable(path).create_checkpoint()
    (path / "_delta_log" / f"{2:020}.checkpoint.parquet").write_bytes(b"PAR1xxxxPAR1")


def lose_the_checkpoint(path: Path) -> None:
    (path / "_delta_log" / "_last_checkpoint").write_text('{"version": 77, "size": 1}')


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (miss_a_commit, "gap"),
        (cut_a_commit, "Truncated record"),
        (write_no_text, "non-UTF-8"),
        (write_a_list, "got [1, 2]"),
        (nest_lists, "Truncated record"),
        (nest_objects, "Truncated record"),
        (lose_the_protocol, "No protocol"),
        (lose_the_metadata, "No table metadata"),
        (damage_the_checkpoint, "file size"),
        (lose_the_checkpoint, "_last_checkpoint"),
    ],
)
def test_damaged_logs_are_refused(
    lake: Lake, tmp_path: Path, damage: Callable[[Path], None], text: str
) -> None:
    path = tmp_path / "t"
    lake.versions(path, 3)
    damage(path)
    refuse(lake, path, "delta-table-unreadable", text)


def test_a_pointer_to_the_checkpoint_is_only_a_hint(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    lake.versions(path, 3)
    deltalake.DeltaTable(path).create_checkpoint()
    (path / "_delta_log" / "_last_checkpoint").write_text("{nonsense")
    assert sorted(lake.read(path)["a"].to_pylist()) == [0, 1, 2]


@pytest.mark.parametrize(
    "statistics",
    [
        {"numRecords": 3, "minValues": {"a": "x"}, "maxValues": {"a": "y"}},
        {"numRecords": 3, "minValues": {"b": 7}, "nullCount": {}},
        {},
    ],
)
def test_statistics_that_say_nothing_leave_no_row_out(
    lake: Lake, tmp_path: Path, statistics: dict[str, Any]
) -> None:
    stats = json.dumps(statistics)
    path = write(tmp_path / "t", pa.table({"a": [1, 2, 3]}), [column("a", "long")], stats=stats)
    query = f"select a from read_delta({lake.quoted(path)}) where a > 1 order by a"
    assert lake.rows(query) == [{"a": 2}, {"a": 3}]


@pytest.mark.parametrize("feature", ["typeWidening", "vacuumProtocolCheck"])
def test_features_that_the_engine_lacks(tmp_path: Path, feature: str) -> None:
    DeltaTable(tmp_path / "t").append(pa.table({"a": [1]}))
    log = tmp_path / "t" / "_delta_log" / f"{0:020}.json"
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    protocol: dict[str, Any] = {"minReaderVersion": 3, "minWriterVersion": 7}
    protocol |= {"readerFeatures": [feature], "writerFeatures": [feature]}
    for action in actions:
        if "protocol" in action:
            action["protocol"] = protocol
    log.write_text("".join(f"{json.dumps(action)}\n" for action in actions))
    with pytest.raises(ValueError, match="Unsupported table features required") as caught:
        codeanatomy.connect().sql(f"select * from read_delta('{tmp_path / 't'}')")
    assert "remove the feature from the table" in str(caught.value)


def say(path: Path, version: int, *actions: dict[str, Any]) -> None:
    commit(path, version).write_text("\n".join(map(json.dumps, actions)) + "\n")


def test_a_size_below_zero_is_damage(lake: Lake, tmp_path: Path) -> None:
    path = write(tmp_path / "t", pa.table({"a": [1]}), [column("a", "long")], size=-5)
    said = lake.late_failure(f"select * from read_delta({lake.quoted(path)}) where a > 0")
    assert f"the table {path} can't be used: the file f.parquet has -5 bytes" in said
    table = DeltaTable(path)
    failures: list[DeltaTableError] = []
    for operation in (
        lambda: table.delete("a = 1"),
        lambda: table.update({"a": "2"}, all_rows=True),
        table.optimize,
    ):
        with pytest.raises(DeltaTableError) as failure:
            operation()
        failures.append(failure.value)
    for failed in failures:
        assert failed.code == "delta-table-unreadable"
        assert "f.parquet has -5 bytes" in failed.message
        assert failed.details["location"] == path.as_uri() + "/"


def test_a_file_of_another_store_is_named_with_its_table(lake: Lake, tmp_path: Path) -> None:
    added = "s3://bucket/x.parquet"
    path = write(tmp_path / "t", pa.table({"a": [1]}), [column("a", "long")], path=added)
    said = lake.late_failure(f"select * from read_delta({lake.quoted(path)})")
    assert f"the table {path} can't be used: the file {added} lies in another store" in said
    # Whoever only looks is not hindered.
    assert len(DeltaTable(path).files()) == 1


@pytest.mark.parametrize(
    "action",
    [
        {"spam": {"a": 1}},
        {"spam": None},
        {},
        {"commitInfo": None},
        {"commitInfo": {"operation": 1, "timestamp": "x", "operationParameters": [1]}},
    ],
)
def test_actions_that_nobody_knows_are_no_damage(
    lake: Lake, tmp_path: Path, action: dict[str, Any]
) -> None:
    path = tmp_path / "t"
    lake.versions(path, 2)
    say(path, 2, action)
    commit(path, 3).write_text("")
    history = DeltaTable(path).history()
    assert [entry.version for entry in history] == [3, 2, 1, 0]
    assert [entry.operation for entry in history] == [None, None, "WRITE", "WRITE"]
    assert all(entry.timestamp for entry in history)
    assert [entry.version for entry in DeltaTable(path).history(limit=1)] == [3]
    assert [entry.version for entry in DeltaTable(path, version=1).history()] == [1, 0]
    in_sql = lake.rows(f"select version from delta_history({lake.quoted(path)})")
    assert [row["version"] for row in in_sql] == [3, 2, 1, 0]


def test_a_directory_in_the_place_of_a_commit_is_no_conflict(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "t"
    lake.versions(path, 2)
    commit(path, 2).mkdir()
    table = DeltaTable(path)
    for operation in (lambda: table.append(pa.table({"a": [9]})), lambda: table.delete("a = 1")):
        with pytest.raises(DeltaTableError) as failure:
            operation()
        assert failure.value.code == "delta-table-unreadable"
        assert f"{commit(path, 2)} is a directory" in failure.value.message
        assert "move it out of the log" in str(failure.value.hint)
    commit(path, 2).rmdir()
    assert table.append(pa.table({"a": [9]})).version == 2


@pytest.mark.parametrize("writer", ["ours", "theirs"])
def test_partitions_of_bytes(lake: Lake, tmp_path: Path, writer: str) -> None:
    path = tmp_path / "t"
    values = [b"\x00\x01\xff", b"abc", b"\\u0061", "\u00e4".encode(), None, b"/ %"]
    rows = pa.table({"a": range(len(values)), "k": pa.array(values, pa.binary())})
    if writer == "ours":
        DeltaTable(path).append(rows, partition_by=["k"])
    else:
        deltalake.write_deltalake(path, rows, partition_by=["k"])
    read = f"select * from read_delta({lake.quoted(path)})"
    assert lake.rows(f"{read} order by a") == rows.to_pylist()
    assert lake.rows(f"{read} where k = X'616263'") == [{"a": 1, "k": b"abc"}]
    DeltaTable(path).append(pa.table({"a": [9], "k": [b"abc"]}))
    assert lake.rows(f"select a from ({read}) where k = X'616263' order by a") == [
        {"a": 1},
        {"a": 9},
    ]
    # Deltalake would take the text for the bytes, and write it escaped once more.
    table = DeltaTable(path)
    for operation in (
        lambda: table.update({"a": "a + 1"}, all_rows=True),
        lambda: table.delete("a = 1"),
        table.optimize,
    ):
        with pytest.raises(DeltaTableError) as failure:
            operation()
        assert failure.value.code == "delta-protocol-unsupported"
        assert failure.value.details["column"] == "k"
    assert table.history()[0].version == 1


def test_partitions_of_bytes_that_only_the_protocol_escapes(lake: Lake, tmp_path: Path) -> None:
    """Spark writes the characters, which JSON escapes where it has to."""
    file_column = pa.table({"a": [1]})
    columns = [column("a", "long"), column("k", "binary")]
    for number, (text, value) in enumerate([("\x01\x02", b"\x01\x02"), ("abc", b"abc")]):
        path = write(tmp_path / str(number), file_column, columns, partition={"k": text})
        assert lake.rows(f"select k from read_delta({lake.quoted(path)})") == [{"k": value}]
