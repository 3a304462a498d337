"""Conditions of thousands of terms work or are refused with the bound, and the process goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Threads have the stacks of a user's process; a test in this one would take the others with it.
PROGRAM = """
import json, sys
import pyarrow as pa
import codeanatomy
from codeanatomy.datasets import DatasetLocation, DatasetResolutionRequest, DatasetSpec
from codeanatomy.datasets import resolve_dataset_provider, validate
from codeanatomy.delta import DeltaTable, when_matched_update
from codeanatomy.errors import CodeAnatomyError
from codeanatomy.session import run_sql

entry, directory = sys.argv[1:]
ROWS = pa.table({"id": [1, 2, 3], "name": ["a", "b", "c"]})


def sql(condition):
    ctx = codeanatomy.connect()
    ctx.register_table("t", ctx.from_arrow(ROWS))
    return run_sql(ctx, f"select count(*) as rows from t where {condition}").to_pydict()["rows"][0]


def session_sql(condition):
    ctx = codeanatomy.connect()
    ctx.register_table("t", ctx.from_arrow(ROWS))
    return ctx.sql(f"select count(*) as rows from t where {condition}").to_pydict()["rows"][0]


def read_delta(condition):
    query = f"select count(*) as rows from read_delta('{table.location}') where {condition}"
    return run_sql(codeanatomy.connect(), query).to_pydict()["rows"][0]


def delete_sql(condition):
    ctx = codeanatomy.connect()
    run_sql(ctx, f"create external table t stored as delta location '{table.location}'")
    run_sql(ctx, f"delete from t where {condition}").collect()
    return 3 - ctx.table("t").count()


def delete(condition):
    return table.delete(condition).rows_deleted


def update(condition):
    return table.update({"name": "'z'"}, predicate=condition).rows_updated


def merge(condition):
    condition = condition.replace("id", "target.id").replace("name", "target.name")
    clause = when_matched_update({"name": "'z'"}, condition=condition)
    return table.merge(ROWS, "target.id = source.id", [clause]).rows_updated


def dataset(condition):
    spec = DatasetSpec(name="d", predicate=condition)
    location = DatasetLocation(path=table.location, dataset_spec=spec)
    request = DatasetResolutionRequest(name="d", location=location)
    ctx = codeanatomy.connect()
    ctx.register_table("d", resolve_dataset_provider(ctx, request).provider)
    return ctx.table("d").count()


def validation(condition):
    rules = [{"kind": "predicate", "name": "p", "sql": condition}]
    return 3 - validate(codeanatomy.connect(), ROWS, {"rules": rules}).rules[0].violations


for number, condition in enumerate(json.load(sys.stdin)):
    table = DeltaTable(f"{directory}/{number}")
    table.append(ROWS)
    try:
        said = [globals()[entry](condition), "", ""]
    except CodeAnatomyError as error:
        said = [error.code, error.message, error.hint]
    print(json.dumps(said), flush=True)
"""


def answers(entry: str, directory: Path, conditions: Sequence[str]) -> list[list[Any]]:
    """Give what an entry says to each condition: how many rows, or an error with its hint."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::RuntimeWarning", "-c", PROGRAM, entry, str(directory)],
        input=json.dumps(conditions),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


CODES = {
    "sql": "query-invalid",
    "session_sql": "query-invalid",
    "read_delta": "query-invalid",
    "delete_sql": "query-invalid",
    "delete": "delta-expression-invalid",
    "update": "delta-expression-invalid",
    "merge": "delta-expression-invalid",
    "dataset": "dataset-unresolved",
    "validation": "validation-rule-invalid",
}


@pytest.mark.parametrize("entry", CODES)
def test_thousands_of_alternatives_work(entry: str, tmp_path: Path) -> None:
    alternatives = [f"id = {number}" for number in range(2, 3002)]
    patterns = [f"name like '{number}%x'" for number in range(3000)]
    listed = f"id in ({', '.join(map(str, range(2, 3002)))})"
    conditions = [" or ".join(alternatives), " or ".join([*patterns, "id = 1"]), listed]
    assert answers(entry, tmp_path, conditions) == [[2, "", ""], [1, "", ""], [2, "", ""]]


@pytest.mark.parametrize("entry", CODES)
def test_what_is_too_deep_is_refused_with_the_bound(entry: str, tmp_path: Path) -> None:
    conditions = [
        *(" and ".join(f"id <> {n}" for n in range(count)) for count in (3000, 20_000, 200_000)),
        *("+".join(["id"] * count) + " = 1" for count in (3000, 20_000, 200_000)),
        *("(" * count + "id = 1" + ")" * count for count in (3000, 200_000)),
        "not " * 3000 + "id = 1",
        "id" + "::bigint" * 3000 + " = 1",
    ]
    said = answers(entry, tmp_path, conditions)
    assert len(said) == len(conditions)
    for code, message, hint in said:
        assert code == CODES[entry]
        assert "may at most 1000" in message
        # What is wrong with a condition of megabytes is told without it.
        assert len(message) < 1000
        assert hint


@pytest.mark.parametrize("entry", ["sql", "session_sql", "read_delta", "dataset", "validation"])
def test_lists_of_any_length_are_read(entry: str, tmp_path: Path) -> None:
    listed = f"id in ({', '.join(map(str, range(2, 20_002)))})"
    alternatives = " or ".join(f"id = {number}" for number in range(2, 20_002))
    assert answers(entry, tmp_path, [listed, alternatives]) == [[2, "", ""]] * 2


@pytest.mark.parametrize("entry", ["delete_sql", "delete", "update", "merge"])
def test_operations_say_how_many_values_they_take(entry: str, tmp_path: Path) -> None:
    listed = [f"id in ({', '.join(map(str, range(count)))})" for count in (20_000, 200_000)]
    alternatives = " or ".join(f"id = {number}" for number in range(20_000))
    for code, message, hint in answers(entry, tmp_path, [*listed, alternatives]):
        assert code == "delta-expression-invalid"
        assert "may have at most 5000" in message
        assert "merge with the values as rows" in hint
