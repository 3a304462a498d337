"""Rows written into datasets: every kind of source, and what can't be written."""

from __future__ import annotations

import json
from itertools import starmap
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import polars as pl
import pyarrow as pa
import pytest
from codeanatomy.datasets import (
    DatasetLocation,
    DatasetResolutionRequest,
    DeltaWritePolicy,
    Range,
    register_datasets,
    validate_dataset,
    write,
)
from codeanatomy.delta import Commit
from codeanatomy.errors import DatasetResolutionError, InvalidOptionError, QueryError
from datasets_support import SCHEMA, by_id, contract, dataset, stored, table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def session() -> Any:
    return codeanatomy.connect()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no rows"),
        pytest.param([(1, 2, "a")], id="one row"),
        pytest.param([(n, n % 7, str(n)) for n in range(10_000)], id="many"),
    ],
)
def test_rows_of_every_kind_of_source_are_written(
    session: Any, tmp_path: Path, rows: list[Any]
) -> None:
    data = table(*rows)
    session.from_arrow(data, name="source")
    checks = {"rules": (Range(column="id", min=0),)}
    for number, source in enumerate(
        (
            data,
            pa.RecordBatchReader.from_batches(SCHEMA, data.to_batches(max_chunksize=100)),
            pl.from_arrow(data),
            session.table("source"),
            "select * from source",
        )
    ):
        path = tmp_path / str(number)
        report = write(session, dataset(path, schema=SCHEMA, validation=checks), source)
        assert (report.rows_read, report.commit.rows) == (len(rows), len(rows))
        assert report.validation is not None
        assert report.validation.passed
        assert by_id(stored(path)) == by_id(data.to_pylist())


def test_append_and_overwrite_and_a_write_that_is_tried_again(session: Any, tmp_path: Path) -> None:
    plain = dataset(tmp_path / "t")
    write(session, plain, table((1, 1, "a")), commit={"app_id": "etl", "app_version": 1})
    again = write(session, plain, table((1, 1, "a")), commit={"app_id": "etl", "app_version": 1})
    assert again.commit.skipped
    assert again.rows_read is None
    write(session, plain, table((2, 2, "b")), commit=Commit(metadata={"why": "test"}))
    assert len(stored(tmp_path / "t")) == 2
    assert deltalake.DeltaTable(tmp_path / "t").history(1)[0]["why"] == "test"
    register_datasets(session, [plain])
    write(session, "d", "select id + 10 as id, score, name from d", mode="overwrite")
    assert [row["id"] for row in by_id(stored(tmp_path / "t"))] == [11, 12]


def test_many_partitions_of_a_source_and_of_a_table(session: Any, tmp_path: Path) -> None:
    policy = DeltaWritePolicy(partition_by=("score",))
    parts = dataset(tmp_path / "t", delta={"write_policy": policy}, schema=SCHEMA)
    rows = "select value as id, value % 11 as score, 'x' as name from generate_series(1, 5000)"
    assert write(session, parts, rows).commit.files_added >= 11
    found = deltalake.DeltaTable(tmp_path / "t")
    assert found.metadata().partition_columns == ["score"]
    assert sorted(row["id"] for row in stored(tmp_path / "t")) == list(range(1, 5001))


def test_other_datasets_are_refused_with_what_to_do(session: Any, tmp_path: Path) -> None:
    rows = table((1, 1, "a"))
    deltalake.write_deltalake(tmp_path / "t", rows)
    cases: tuple[tuple[dict[str, Any], type[Exception], str], ...] = (
        ({"format": "parquet"}, DatasetResolutionError, "COPY"),
        ({"delta_version": 0}, InvalidOptionError, "delta_version"),
        ({"files": ("x.parquet",)}, InvalidOptionError, "files"),
        ({"datafusion_provider": "delta_cdf"}, InvalidOptionError, "table itself"),
    )
    for location, kind, text in cases:
        request = DatasetResolutionRequest(
            name="d", location=DatasetLocation(path=str(tmp_path / "t"), **location)
        )
        with pytest.raises(kind) as refused:
            write(session, request, rows)
        assert text in str(refused.value)
    with pytest.raises(DatasetResolutionError, match="no dataset 'nowhere'"):
        write(session, "nowhere", rows)
    with pytest.raises(QueryError):
        write(session, dataset(tmp_path / "t"), "create table x as select 1")
    with pytest.raises(TypeError):
        write(session, dataset(tmp_path / "t"), [1, 2])
    assert deltalake.DeltaTable(tmp_path / "t").version() == 0


def test_statements_do_not_write_past_what_is_promised(session: Any, tmp_path: Path) -> None:
    insert = "insert into d (id, score, name) select 2 as id, 1 as score, 'b' as name"
    plain = dataset(tmp_path / "t")
    write(session, plain, table((1, 1, "a")))
    register_datasets(session, [plain])
    session.sql(insert).collect()
    for promised in (
        dataset(tmp_path / "t", contract_spec=contract()),
        dataset(tmp_path / "t", schema=SCHEMA),
        dataset(tmp_path / "t", validation={"rules": (Range(column="id", min=0),)}),
        dataset(tmp_path / "t", delta={"write_policy": DeltaWritePolicy(target_file_size="1MB")}),
    ):
        register_datasets(session, [promised], overwrite=True)
        for statement in (insert, "update d set score = 9 where id = 1"):
            with pytest.raises(Exception, match="would not keep what is promised"):
                session.sql(statement).collect()
    assert len(stored(tmp_path / "t")) == 2
    session.sql("delete from d where id = 2").collect()
    assert len(stored(tmp_path / "t")) == 1


def test_rows_of_a_dataset_are_checked_as_those_of_a_write(session: Any, tmp_path: Path) -> None:
    deltalake.write_deltalake(tmp_path / "t", table((1, 1, "a"), (1, -1, "b")))
    where = dataset(
        tmp_path / "t",
        schema=SCHEMA,
        table={"key_fields": ("id",)},
        validation={"rules": (Range(column="score", min=0),)},
    )
    report = validate_dataset(session, where)
    failed = {rule.rule: rule.violations for rule in report.rules if rule.status == "failed"}
    assert failed == {"unique(id)": 2, "range(score)": 1}


def test_a_report_is_plain_and_tells_no_secret(session: Any, tmp_path: Path) -> None:
    location = DatasetLocation(path=str(tmp_path / "t"), storage_options={"token": "hidden-word"})
    request = DatasetResolutionRequest(name="d", location=location)
    report = write(session, request, table((1, 1, "a")))
    assert "hidden-word" not in json.dumps([*starmap(repr, [(report,)])])
