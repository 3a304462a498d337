"""Writes that leave bad rows out: what is stored is what Python's own filter keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pytest
from codeanatomy.datasets import (
    AllowedValues,
    DedupeSpec,
    NotNull,
    Predicate,
    Range,
    RequiredColumns,
    SqlConstraint,
    Unique,
    write,
)
from codeanatomy.errors import InvalidOptionError, ValidationFailedError
from codeanatomy.profile import ExecutionProfile, RuntimeProfile
from datasets_support import SCHEMA, by_id, contract, dataset, stored, table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULES = (
    NotNull(column="id"),
    Range(column="score", min=0, max=5),
    AllowedValues(column="name", values=("a", "b")),
    Predicate(name="not_equal", sql="id <> score"),
    Range(column="id", max=2, severity="warning"),
)


@pytest.fixture(scope="module")
def session() -> Any:
    return codeanatomy.connect()


def is_good(row: tuple[Any, Any, Any]) -> bool:
    number, score, name = row
    return (
        number is not None
        and (score is None or 0 <= score <= 5)
        and (name is None or name in {"a", "b"})
        and (score is None or number != score)
    )


ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 4),
        st.none() | st.integers(-1, 6),
        st.none() | st.sampled_from(["a", "b", "c"]),
    ),
    max_size=30,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, size=st.integers(1, 7))
def test_the_good_rows_are_written_and_the_others_told(
    session: Any, tmp_path_factory: Any, rows: list[Any], size: int
) -> None:
    path = tmp_path_factory.mktemp("drop") / "t"
    where = dataset(path, schema=SCHEMA, validation={"rules": RULES})
    batches = table(*rows).to_batches(max_chunksize=size)
    data = pa.RecordBatchReader.from_batches(SCHEMA, batches)
    report = write(session, where, data, on_violation="drop")
    good = [row for row in rows if is_good(row)]
    assert by_id(stored(path)) == by_id(dict(zip(SCHEMA.names, row, strict=True)) for row in good)
    assert (report.rows_read, report.rows_dropped) == (len(rows), len(rows) - len(good))
    assert report.commit.rows == len(good)
    assert report.validation is not None
    assert report.validation.passed == (len(good) == len(rows))
    found = {rule.rule: rule.violations for rule in report.validation.rules}
    assert found["range(score)"] == sum(
        score is not None and not 0 <= score <= 5 for _, score, _ in rows
    )
    # A warning is told, and leaves nothing out.
    assert found["range(id)"] == sum(number is not None and number > 2 for number, _, _ in rows)


def test_examples_and_what_the_table_implies(session: Any, tmp_path: Path) -> None:
    required = pa.schema([pa.field("id", pa.int64(), nullable=False), *list(SCHEMA)[1:]])
    positive = SqlConstraint(name="positive", sql="score > 0")
    where = dataset(tmp_path / "t", schema=required, delta={"constraints": (positive,)})
    rows = table((1, 1, "a"), (None, 2, "b"), (3, 0, "c"), (4, None, "d"))
    report = write(session, where, rows, on_violation="drop", examples=1)
    assert [row["id"] for row in stored(tmp_path / "t")] == [1]
    assert report.validation is not None
    failed = {rule.rule: rule for rule in report.validation.rules if rule.status == "failed"}
    assert {name: rule.violations for name, rule in failed.items()} == {
        "not_null(id)": 1,
        "positive": 2,
    }
    (example,) = failed["positive"].examples
    assert example.values["id"] == 3


def test_rules_about_the_whole_still_refuse(session: Any, tmp_path: Path) -> None:
    rules = (Range(column="score", max=5), Unique(columns=("id",)))
    where = dataset(tmp_path / "t", schema=SCHEMA, validation={"rules": rules})
    # The second of the two rows with one key is dropped before keys are compared.
    fine = table((1, 1, "a"), (1, 9, "b"))
    assert write(session, where, fine, on_violation="drop").commit.rows == 1
    for rows, rule in (
        (table((2, 1, "a"), (2, 2, "b"), (3, 9, "c")), "unique(id)"),
        (table((1, 2, "a"), (3, 9, "c")), "unique(id) in the dataset"),
    ):
        with pytest.raises(ValidationFailedError) as refused:
            write(session, where, rows, on_violation="drop")
        assert rule in refused.value.details["rules"]
    needed = (Range(column="score", max=5), RequiredColumns(columns=("other",)))
    strict = dataset(tmp_path / "u", validation={"rules": needed})
    with pytest.raises(ValidationFailedError) as refused:
        write(session, strict, table((1, 9, "a"), (2, 1, "b")), on_violation="drop")
    assert "required_columns" in refused.value.details["rules"]
    assert not (tmp_path / "u").exists()


def test_casts_that_lose_something_drop_their_rows(session: Any, tmp_path: Path) -> None:
    where = dataset(tmp_path / "t", schema=SCHEMA, validation={"coerce": True})
    rows = pa.table({"id": [1.0, 1.5, None], "score": [1, 2, 3], "name": ["a", "b", "c"]})
    report = write(session, where, rows, on_violation="drop")
    assert report.rows_dropped == 1
    assert sorted(row["score"] for row in stored(tmp_path / "t")) == [1, 3]


def test_one_row_of_a_key_is_chosen_among_the_good_ones(session: Any, tmp_path: Path) -> None:
    spec = DedupeSpec(keys=("id",), strategy="keep_arbitrary")
    where = dataset(
        tmp_path / "t",
        contract_spec=contract(dedupe=spec),
        validation={"rules": (Range(column="score", min=2),)},
    )
    write(session, where, table((1, 1, "a"), (1, 2, "b"), (1, 3, "c")), on_violation="drop")
    assert [row["score"] for row in stored(tmp_path / "t")] == [2]


def test_no_row_may_be_good(session: Any, tmp_path: Path) -> None:
    where = dataset(tmp_path / "t", validation={"rules": (Range(column="score", max=0),)})
    report = write(session, where, table((1, 1, "a")), on_violation="drop")
    assert (report.commit.rows, report.rows_dropped, stored(tmp_path / "t")) == (0, 1, [])


@pytest.mark.parametrize("option", ["head", "tail", "sample"])
def test_all_rows_have_to_be_checked(session: Any, tmp_path: Path, option: str) -> None:
    where = dataset(tmp_path / "t", validation={"rules": RULES, option: 1})
    with pytest.raises(InvalidOptionError, match=option):
        write(session, where, table((1, 1, "a")), on_violation="drop")
    assert not (tmp_path / "t").exists()


def test_rows_stream_through_in_little_memory(tmp_path: Path) -> None:
    profile = RuntimeProfile(execution=ExecutionProfile(memory_limit="64 MiB"))
    where = dataset(tmp_path / "t", validation={"rules": (Range(column="id", min=1),)})

    def batches() -> Iterator[pa.RecordBatch]:
        for number in range(40):
            ids = pa.array(range(number % 2, 50_000 + number % 2), pa.int64())
            names = pa.array(["x" * 40] * 50_000)
            yield pa.record_batch([ids, ids, names], schema=SCHEMA)

    reader = pa.RecordBatchReader.from_batches(SCHEMA, batches())
    report = write(codeanatomy.connect(profile), where, reader, on_violation="drop")
    assert (report.rows_dropped, report.commit.rows) == (20, 2_000_000 - 20)
    actions = pa.table(deltalake.DeltaTable(tmp_path / "t").get_add_actions(flatten=True))
    assert min(actions["min.id"].to_pylist()) == 1
