"""Rows of a write, checked and deduplicated: compared with Python's own dict and sort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from codeanatomy.datasets import (
    DedupeSpec,
    DeltaWritePolicy,
    Range,
    SortKey,
    SqlConstraint,
    Unique,
    write,
)
from codeanatomy.errors import InvalidOptionError, ValidationFailedError
from datasets_support import SCHEMA, by_id, contract, dataset, stored, table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def session() -> Any:
    return codeanatomy.connect()


ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 3),
        st.none() | st.integers(-2, 2),
        st.none() | st.sampled_from(["a", "b", "c"]),
    ),
    max_size=12,
)


def ordered(value: Any, *, descending: bool = False) -> Any:
    """A key of sorting with NULL last, or first where the order is descending."""
    if value is None:
        return (0 if descending else 1, 0)
    return (1 if descending else 0, -value if descending else value)


def text_last(value: Any) -> Any:
    return (value is None, value or "")


def best(rows: list[Any], order: Any) -> list[dict[str, Any]]:
    """The first row of each key, by Python's own dict and sort."""
    kept: dict[Any, Any] = {}
    for row in sorted(rows, key=order):
        kept.setdefault(row[0], row)
    return by_id(dict(zip(SCHEMA.names, row, strict=True)) for row in kept.values())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, data=st.data())
def test_one_row_of_each_key_stays_whatever_their_order(
    session: Any, tmp_path_factory: Any, rows: list[Any], data: Any
) -> None:
    shuffled = data.draw(st.permutations(rows))
    cases: tuple[tuple[Any, bool, Callable[[Any], Any]], ...] = (
        ("keep_first_after_sort", False, lambda row: (ordered(row[1]), text_last(row[2]))),
        (
            "keep_first_after_sort",
            True,
            lambda row: (ordered(row[1], descending=True), text_last(row[2])),
        ),
        # A row without a score is never the best.
        (
            "keep_best_by_score",
            True,
            lambda row: (row[1] is None, -(row[1] or 0), text_last(row[2])),
        ),
        ("keep_arbitrary", False, lambda row: (ordered(row[1]), text_last(row[2]))),
    )
    for strategy, descending, order in cases:
        breakers = (SortKey(column="score", order="descending" if descending else "ascending"),)
        stated: dict[str, Any] = {} if strategy == "keep_arbitrary" else {"tie_breakers": breakers}
        spec = DedupeSpec(keys=("id",), strategy=strategy, **stated)
        path = tmp_path_factory.mktemp("dedupe") / "t"
        report = write(
            session, dataset(path, contract_spec=contract(dedupe=spec)), table(*shuffled)
        )
        assert report.rows_read == len(rows)
        assert by_id(stored(path)) == best(rows, order), strategy


def test_rows_of_a_key_become_lists(session: Any, tmp_path: Path) -> None:
    lists = pa.schema([("id", pa.int64()), ("score", pa.list_(pa.int64()))])
    spec = DedupeSpec(
        keys=("id",),
        strategy="collapse_list",
        tie_breakers=(SortKey(column="score", order="descending"),),
    )
    collapsed = dataset(tmp_path / "t", contract_spec=contract(schema=lists, dedupe=spec))
    write(session, collapsed, pa.table({"id": [1, 2, 1, None, None], "score": [5, 6, 7, 8, 9]}))
    assert by_id(stored(tmp_path / "t")) == [
        {"id": 1, "score": [7, 5]},
        {"id": 2, "score": [6]},
        {"id": None, "score": [9, 8]},
    ]
    with pytest.raises(InvalidOptionError, match="declared as Int64"):
        write(session, dataset(tmp_path / "u", contract_spec=contract(dedupe=spec)), table())


def test_every_file_is_in_the_order_of_the_contract(session: Any, tmp_path: Path) -> None:
    sort = (SortKey(column="score", order="descending"), SortKey(column="id"))
    promised = contract(canonical_sort=sort, version=3)
    policy = DeltaWritePolicy(target_file_size=20_000)
    rows = [(n, (n * 7919) % 101, str(n)) for n in range(20_000)]
    where = dataset(tmp_path / "t", contract_spec=promised, delta={"write_policy": policy})
    write(session, where, table(*rows))
    files = deltalake.DeltaTable(tmp_path / "t").file_uris()
    assert len(files) > 1
    for file in files:
        found = [(-row["score"], row["id"]) for row in pq.read_table(file).to_pylist()]
        assert found == sorted(found)
    commit = deltalake.DeltaTable(tmp_path / "t").history(1)[0]
    assert commit["codeanatomy.contract_version"] == 3


def test_rows_that_violate_a_rule_are_refused_whole(session: Any, tmp_path: Path) -> None:
    checks = {"rules": (Range(column="score", min=0, max=10),)}
    checked = dataset(tmp_path / "t", schema=SCHEMA, validation=checks)
    rows = table((1, 1, "a"), (2, 11, "b"), (3, -1, "c"))
    with pytest.raises(ValidationFailedError) as refused:
        write(session, checked, rows)
    report: Any = refused.value.report
    (rule,) = (rule for rule in report.rules if rule.status == "failed")
    assert (rule.rule, rule.violations) == ("range(score)", 2)
    assert rule.examples[0].values["score"] == 11
    assert not (tmp_path / "t").exists()
    write(session, checked, rows.slice(0, 1))
    with pytest.raises(ValidationFailedError):
        write(session, checked, rows, mode="overwrite")
    assert deltalake.DeltaTable(tmp_path / "t").version() == 0
    told = write(session, checked, rows, on_violation="report")
    assert told.validation is not None
    assert (told.validation.passed, told.commit.rows) == (False, 3)


def test_warnings_and_a_policy_that_is_off_let_rows_pass(session: Any, tmp_path: Path) -> None:
    warned = {"rules": (Range(column="score", max=0, severity="warning"),)}
    report = write(session, dataset(tmp_path / "w", validation=warned), table((1, 5, "a")))
    assert report.validation is not None
    assert report.validation.passed
    assert [rule.status for rule in report.validation.rules] == ["failed"]
    off = {"rules": (Range(column="score", max=0),), "enabled": False}
    report = write(session, dataset(tmp_path / "o", validation=off), table((1, 5, "a")))
    assert (report.validation, report.rows_read) == (None, None)


def test_what_the_table_and_the_contract_imply_is_checked(session: Any, tmp_path: Path) -> None:
    keyed = dataset(
        tmp_path / "t",
        schema=SCHEMA,
        table={"key_fields": ("id",), "required_non_null": ("name",)},
    )
    for rows, broken in (
        (table((1, 1, "a"), (1, 2, "b")), "unique(id)"),
        (table((1, 1, None)), "not_null(name)"),
    ):
        with pytest.raises(ValidationFailedError) as refused:
            write(session, keyed, rows)
        assert refused.value.details["rules"] == broken
    write(session, keyed, table((1, 1, "a"), (None, 1, "n"), (None, 2, "n")))
    with pytest.raises(ValidationFailedError) as refused:
        write(session, keyed, table((2, 2, "b"), (1, 3, "c")))
    assert refused.value.details["rules"] == "unique(id) in the dataset"
    write(session, keyed, table((1, 3, "c")), mode="overwrite")


def test_unique_rules_see_rows_after_they_are_deduplicated(session: Any, tmp_path: Path) -> None:
    spec = DedupeSpec(keys=("id",), strategy="keep_arbitrary")
    checks = {"rules": (Unique(columns=("id",)),)}
    where = dataset(tmp_path / "t", contract_spec=contract(dedupe=spec), validation=checks)
    assert write(session, where, table((1, 1, "a"), (1, 2, "b"))).commit.rows == 1


def test_constraints_are_checked_and_become_those_of_the_table(
    session: Any, tmp_path: Path
) -> None:
    constraint = SqlConstraint(name="positive", sql="score > 0")
    where = dataset(tmp_path / "t", delta={"constraints": (constraint,)})
    for score in (0, None):
        with pytest.raises(ValidationFailedError):
            write(session, where, table((1, score, "a")))
    report = write(session, where, table((1, 1, "a")))
    assert [(step.step, step.done) for step in report.maintenance] == [("constraints", True)]
    properties = deltalake.DeltaTable(tmp_path / "t").metadata().configuration
    assert properties == {"delta.constraints.positive": "score > 0"}
    assert write(session, where, table((2, 1, "a"))).maintenance == ()
