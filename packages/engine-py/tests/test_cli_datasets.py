"""`codeanatomy datasets`: a file of datasets, checked and explained."""

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
    """A directory with a partitioned Delta table and a CSV file."""
    rows = pa.table({"day": [1, 2, 3], "n": [10, 20, 30]})
    deltalake.write_deltalake(sandbox.root / "sales", rows, partition_by=["day"])
    pl.DataFrame({"id": [1], "rate": [0.5]}).write_csv(sandbox.root / "rates.csv", separator=";")
    return sandbox


def command(project: Sandbox, *arguments: str) -> str:
    done = project.command("datasets", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def answer(project: Sandbox, *arguments: str) -> dict[str, Any]:
    return json.loads(command(project, *arguments, "--format", "json"))


def register_both(project: Sandbox) -> None:
    assert "registered sales in" in command(project, "register", "sales", "sales")
    read = ("--file-format", "csv", "--read-option", "delimiter=;")
    read = (*read, "--read-option", "has_header=true")
    assert "2 columns" in command(project, "register", "rates", "rates.csv", *read)


def test_datasets_are_registered_and_listed(project: Sandbox) -> None:
    assert "has no datasets" in command(project, "list")
    register_both(project)
    assert answer(project, "list")["datasets"] == [
        {"name": "rates", "format": "csv", "path": "rates.csv"},
        {"name": "sales", "format": "delta", "path": "sales"},
    ]
    assert command(project, "list").splitlines()[1].split() == ["rates", "csv", "rates.csv"]
    again = project.command("datasets", "register", "sales", "rates.csv")
    assert again.returncode == 2
    assert "pass --overwrite" in again.stderr
    gone = project.command("datasets", "register", "gone", "nowhere")
    assert gone.returncode == 2
    assert "there is no Delta table" in gone.stderr
    assert "gone" not in (project.root / FILE).read_text()
    assert not [path for path in project.root.iterdir() if path.name.startswith(f".{FILE}")]


def test_explanation_tells_files_filters_columns_and_options(project: Sandbox) -> None:
    register_both(project)
    catalog = json.loads((project.root / FILE).read_text())
    catalog["scan_policy"] = {"delta_scan": {"schema_force_view_types": False}}
    catalog["datasets"]["sales"]["overrides"] = {"delta": {"scan": {"file_column_name": None}}}
    (project.root / FILE).write_text(json.dumps(catalog))
    asked = ("explain", "sales", "--predicate", "day = 2 and n > 5")
    record = answer(project, *asked)
    assert record["schema"] == "codeanatomy.datasets.explain/1"
    report = record["dataset"]
    assert report["files"] == {"total": 3, "selected": 1, "pruned": 2}
    scan = report["options"]["delta_scan"]
    assert scan["schema_force_view_types"] == {"value": False, "origin": "policy"}
    assert scan["file_column_name"] == {"value": None, "origin": "override"}
    text = command(project, *asked)
    rows = [line.split() for line in text.splitlines()]
    assert ["files", "3,", "of", "which", "2", "need", "not", "be", "opened"] in rows
    assert ["n", ">", "Int64(5)", "inexact"] in rows
    assert ["delta_scan.file_column_name", "null", "override"] in rows
    assert ["day", "Int64", "yes"] in rows
    assert "can't be planned" in command(project, "explain", "sales", "--predicate", "x > 1")
    rates = answer(project, "explain", "rates")["dataset"]
    assert rates["provider_kind"] == "listing"
    assert [field["name"] for field in rates["schema"]] == ["id", "rate"]


def test_validation_tells_each_that_is_broken(project: Sandbox) -> None:
    register_both(project)
    assert command(project, "validate") == "rates: ok\nsales: ok\n"
    (project.root / "rates.csv").unlink()
    done = project.command("datasets", "validate")
    assert done.returncode == 1
    assert (
        "rates: the dataset 'rates' can't be resolved: there is nothing at the path" in done.stdout
    )
    assert "sales: ok" in done.stdout
    assert command(project, "validate", "sales") == "sales: ok\n"


def test_wrong_files_are_told(project: Sandbox) -> None:
    register_both(project)
    catalog = json.loads((project.root / FILE).read_text())
    catalog["datasets"]["sales"]["delta_versoin"] = 1
    (project.root / FILE).write_text(json.dumps(catalog))
    done = project.command("datasets", "explain", "sales")
    assert done.returncode == 2
    assert "did you mean 'delta_version'" in done.stderr
    missing = project.command("datasets", "explain", "slaes")
    assert "it has rates, sales" in missing.stderr
    for text in ("{", "[]", '{"datasets": 1}', '{"datasets": {}, "x": 1}'):
        (project.root / FILE).write_text(text)
        done = project.command("datasets", "list")
        assert done.returncode == 2
        assert "is no catalog of datasets" in done.stderr
