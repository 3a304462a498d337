"""`codeanatomy datasets write`, `maintain` and `validate --rows`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import deltalake
import polars as pl
import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from conftest import Sandbox

FILE = "codeanatomy.datasets.json"


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    """A catalog with a dataset that is not there yet, and files of rows."""
    rules = [{"kind": "range", "column": "n", "min": 0}]
    orders = {
        "path": "orders",
        "overrides": {
            "validation": {"rules": rules},
            "delta": {"maintenance_policy": {"total_file_threshold": 2}},
        },
    }
    (sandbox.root / FILE).write_text(json.dumps({"datasets": {"orders": orders}}))
    good = pl.DataFrame({"id": [1, 2], "n": [10, 20]})
    good.write_parquet(sandbox.root / "good.parquet")
    good.write_csv(sandbox.root / "good.csv")
    good.write_ndjson(sandbox.root / "good.json")
    pl.DataFrame({"id": [3], "n": [-1]}).write_parquet(sandbox.root / "bad.parquet")
    return sandbox


def command(project: Sandbox, *arguments: str, code: int = 0) -> str:
    done = project.command("datasets", *arguments)
    assert done.returncode == code, done.stderr
    return done.stdout if code < 2 else done.stderr


def count(project: Sandbox) -> int:
    return deltalake.DeltaTable(project.root / "orders").to_pyarrow_table().num_rows


def test_files_and_queries_are_written(project: Sandbox) -> None:
    for number, file in enumerate(("good.parquet", "good.csv", "good.json")):
        text = command(project, "write", "orders", "--from", file)
        assert f"wrote 2 rows into orders: version {2 * number - (number > 0)}" in text or number
        assert count(project) == 2 * (number + 1)
    query = "select id, n + 1 as n from orders"
    answer = command(
        project, "write", "orders", "--sql", query, "--mode", "overwrite", "--format", "json"
    )
    report = json.loads(answer)
    assert report["schema"] == "codeanatomy.datasets.write/1"
    assert report["report"]["write"]["rows"] == 6
    assert count(project) == 6


def test_rows_that_violate_rules_are_refused_or_reported(project: Sandbox) -> None:
    refused = command(project, "write", "orders", "--from", "bad.parquet", code=2)
    assert "range(n) by 1 of 1 rows" in refused
    assert not (project.root / "orders").exists()
    text = command(project, "write", "orders", "--from", "bad.parquet", "--on-violation", "report")
    assert "error: range(n): 1 row" in text
    rows = command(project, "validate", "orders", "--rows", code=1)
    assert "orders: rules are violated (1 row)" in rows
    answer: dict[str, Any] = json.loads(
        command(project, "validate", "--rows", "--format", "json", code=1)
    )
    assert answer["datasets"]["orders"]["passed"] is False


def test_rows_that_violate_rules_are_left_out(project: Sandbox) -> None:
    mixed = "select 1 as id, -1 as n union all select 2, 2"
    text = command(project, "write", "orders", "--sql", mixed, "--on-violation", "drop")
    assert "wrote 1 row into orders: version 0\n  left out because of rules: 1 row\n" in text
    assert "error: range(n): 1 row" in text
    assert count(project) == 1


def test_maintenance_is_told_and_done(project: Sandbox) -> None:
    for number in range(2):
        rows = pa.table({"id": [number], "n": [number]})
        deltalake.write_deltalake(project.root / "orders", rows, mode="append")
    told = command(project, "maintain", "orders")
    assert "optimize (total_file_threshold: the table has 2 files): due" in told
    assert "--run does it" in told
    assert "): done" in command(project, "maintain", "orders", "--run")
    assert len(deltalake.DeltaTable(project.root / "orders").file_uris()) == 1
    assert "orders: nothing is due" in command(project, "maintain", "orders")


def test_what_can_not_be_written_is_said(project: Sandbox) -> None:
    assert "there is no file" in command(project, "write", "orders", "--from", "no.csv", code=2)
    (project.root / "rows.txt").write_text("x")
    assert ".parquet" in command(project, "write", "orders", "--from", "rows.txt", code=2)
    assert "required" in command(project, "write", "orders", code=2)
