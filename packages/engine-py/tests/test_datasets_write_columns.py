"""Columns on their way into and out of a dataset: which are added, left out, cast or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pytest
from codeanatomy.datasets import (
    DeltaSchemaPolicy,
    EvolutionSpec,
    register_datasets,
    resolve_dataset_provider,
    write,
)
from codeanatomy.errors import DatasetResolutionError, DeltaRowsError, ValidationFailedError
from datasets_support import SCHEMA, dataset, stored, table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def session() -> Any:
    return codeanatomy.connect()


MISSING = pa.table({"id": [1], "score": [2]})
EXTRA = table((1, 2, "a")).append_column("x", pa.array([1]))
OTHER = pa.table({"id": ["1"], "score": [2.0], "name": ["a"]})


@pytest.mark.parametrize("allowed", ["unset", True, None])
def test_columns_become_the_declared_ones(session: Any, tmp_path: Path, allowed: Any) -> None:
    for number, (field, rows, changes) in enumerate(
        (
            ("allow_missing", MISSING, [("name", "added")]),
            ("allow_extra", EXTRA, [("x", "left_out")]),
            ("allow_casts", OTHER, [("id", "cast"), ("score", "cast")]),
        )
    ):
        stated = {} if allowed == "unset" else {field: allowed}
        where = dataset(
            tmp_path / str(number), schema=SCHEMA, evolution_spec=EvolutionSpec(**stated)
        )
        report = write(session, where, rows)
        assert [(change.column, change.change) for change in report.columns] == changes
        (row,) = stored(tmp_path / str(number))
        assert (list(row), row["id"], row["score"]) == (SCHEMA.names, 1, 2)


@pytest.mark.parametrize(
    ("field", "rows", "column"),
    [
        ("allow_missing", MISSING, "name"),
        ("allow_extra", EXTRA, "x"),
        ("allow_casts", OTHER, "id"),
    ],
)
def test_columns_that_are_not_allowed_are_named(
    session: Any, tmp_path: Path, field: str, rows: pa.Table, column: str
) -> None:
    spec = EvolutionSpec(**{field: False})
    with pytest.raises(DeltaRowsError, match=f"'{column}'") as refused:
        write(session, dataset(tmp_path / "t", schema=SCHEMA, evolution_spec=spec), rows)
    assert refused.value.details["column"] == column
    assert not (tmp_path / "t").exists()
    deltalake.write_deltalake(tmp_path / "r", rows)
    read = dataset(tmp_path / "r", schema=SCHEMA, evolution_spec=spec)
    with pytest.raises(DatasetResolutionError, match=f"'{column}'") as unread:
        resolve_dataset_provider(session, read)
    assert unread.value.details["cause"] == "dataset-format-mismatch"


def test_tables_are_read_with_the_declared_columns(session: Any, tmp_path: Path) -> None:
    for rows in (MISSING, EXTRA, OTHER):
        deltalake.write_deltalake(tmp_path / "t", rows, mode="overwrite", schema_mode="overwrite")
        where = dataset(tmp_path / "t", schema=SCHEMA)
        (report,) = register_datasets(session, [where], overwrite=True)
        assert report.schema_origin == "table_spec"
        names = [field.name for field in report.schema if not field.name.startswith("__")]
        assert names == SCHEMA.names
        (row,) = session.sql("select id, score, name from d").to_pylist()
        assert row == {"id": 1, "score": 2, "name": rows.to_pylist()[0].get("name")}


def test_strictness_decides_on_columns_that_nobody_declares(session: Any, tmp_path: Path) -> None:
    with pytest.raises(DeltaRowsError, match="'x'"):
        write(session, dataset(tmp_path / "r", schema=SCHEMA, validation={"strict": True}), EXTRA)
    kept = dataset(tmp_path / "k", schema=SCHEMA, validation={"strict": False})
    write(session, kept, EXTRA)
    assert "x" in stored(tmp_path / "k")[0]
    write(session, dataset(tmp_path / "f", schema=SCHEMA, validation={"strict": "filter"}), EXTRA)
    assert "x" not in stored(tmp_path / "f")[0]


def test_coercion_refuses_what_a_cast_would_lose(session: Any, tmp_path: Path) -> None:
    lossy = pa.table({"id": [1.0, 1.5], "score": [1, 1], "name": ["a", "b"]})
    coerced = dataset(tmp_path / "t", schema=SCHEMA, validation={"coerce": True})
    with pytest.raises(ValidationFailedError) as refused:
        write(session, coerced, lossy)
    assert refused.value.details["rules"] == "coercion(id)"
    write(session, coerced, lossy.slice(0, 1))
    assert stored(tmp_path / "t")[0]["id"] == 1


@pytest.mark.parametrize("mode", [None, "merge"])
def test_schema_policy_decides_on_columns_that_the_table_lacks(
    session: Any, tmp_path: Path, mode: Any
) -> None:
    where = dataset(tmp_path / "t", delta={"schema_policy": DeltaSchemaPolicy(schema_mode=mode)})
    write(session, where, MISSING)
    if mode is None:
        with pytest.raises(DeltaRowsError, match="also have name"):
            write(session, where, table((1, 2, "a")))
    else:
        write(session, where, table((1, 2, "a")))
        assert {row["name"] for row in stored(tmp_path / "t")} == {None, "a"}
