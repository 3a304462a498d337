"""Zero-row bootstrap: `deltalake` reads what it makes, and what is there is left alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pytest
from codeanatomy.datasets import (
    DatasetLocation,
    DatasetLocationOverrides,
    DeltaPolicyBundle,
    DeltaWritePolicy,
    SchemaDescription,
    SqlConstraint,
    ZeroRowBootstrapRequest,
    ZeroRowDataset,
    registered_datasets,
    run_zero_row_bootstrap,
)
from codeanatomy.errors import DatasetResolutionError, InvalidOptionError

if TYPE_CHECKING:
    from pathlib import Path

    from codeanatomy.datasets import BootstrapEvent, BootstrapReport
    from conftest import Sandbox

INTERNAL = {
    "datafusion_view_cache_inventory_v1": "datafusion_view_cache_inventory_v1",
    "datafusion_delta_snapshots_v2": "delta_observability/datafusion_delta_snapshots_v2",
    "datafusion_delta_mutations_v2": "delta_observability/datafusion_delta_mutations_v2",
    "datafusion_delta_scan_plans_v2": "delta_observability/datafusion_delta_scan_plans_v2",
    "datafusion_delta_maintenance_v2": "delta_observability/datafusion_delta_maintenance_v2",
}
REFS = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("path", pa.string())])
INNER = pa.struct([pa.field("x", pa.string(), nullable=False)])
ODD = pa.schema(
    [
        pa.field("decimal", pa.decimal128(38, 9), nullable=False),
        pa.field("zoned", pa.timestamp("ns", "Europe/Berlin"), nullable=False),
        pa.field("plain", pa.timestamp("ms"), nullable=False),
        pa.field("word", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("maybe", pa.dictionary(pa.int8(), pa.large_string())),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("flag", pa.bool_(), nullable=False),
        pa.field("raw", pa.large_binary(), nullable=False),
        pa.field("ratio", pa.float32(), nullable=False),
        pa.field("list", pa.list_(pa.field("item", pa.int16(), nullable=False)), nullable=False),
        pa.field("map", pa.map_(pa.string(), pa.float64()), nullable=False),
        pa.field(
            "nested",
            pa.struct(
                [
                    pa.field("n", pa.int8(), nullable=False),
                    pa.field("maybe", pa.string()),
                    pa.field("in", INNER, nullable=False),
                ]
            ),
            nullable=False,
        ),
    ]
)


def expected(name: str, path: Path, schema: pa.Schema = REFS, **options: Any) -> ZeroRowDataset:
    location = options.pop("location", {})
    return ZeroRowDataset(
        name=name,
        location=DatasetLocation(path=str(path), **location),
        schema=SchemaDescription.of(schema),
        **options,
    )


def bootstrap(root: Path, *datasets: ZeroRowDataset, **options: Any) -> BootstrapReport:
    context = options.pop("context", None) or codeanatomy.connect()
    request = ZeroRowBootstrapRequest(
        datasets=datasets, artifacts_root=str(root / "artifacts"), **options
    )
    return run_zero_row_bootstrap(context, request)


def event(report: BootstrapReport, name: str) -> BootstrapEvent:
    (found,) = (event for event in report.events if event.name == name)
    return found


def rows(path: Path) -> list[dict[str, Any]]:
    return deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()


def test_every_table_is_made_and_can_be_queried(tmp_path: Path) -> None:
    context = codeanatomy.connect()
    refs = expected("cst_refs", tmp_path / "extract/cst_refs")
    nodes = expected("cpg_nodes", tmp_path / "semantic/cpg_nodes", role="semantic_output")
    report = bootstrap(tmp_path, refs, nodes, context=context)
    assert report.success
    assert report.validation_errors == ()
    made = ["extract/cst_refs", "semantic/cpg_nodes"]
    made += [f"artifacts/{path}" for path in INTERNAL.values()]
    for path in made:
        table = deltalake.DeltaTable(tmp_path / path)
        assert (table.version(), table.to_pyarrow_table().num_rows) == (0, 0)
    assert [plan.role for plan in report.plans] == [
        *["internal"] * 5,
        "semantic_input",
        "semantic_output",
    ]
    assert [plan.name for plan in report.plans[:5]] == sorted(INTERNAL)
    query = "select r.path from cst_refs r join cpg_nodes n on r.id = n.id"
    assert context.sql(query).to_pylist() == []
    names = {dataset.table_name for dataset in registered_datasets(context)}
    assert names == {"cst_refs", "cpg_nodes", *INTERNAL}
    counts = (report.planned_count, report.bootstrapped_count, report.registered_count)
    assert counts == (7, 7, 7)

    again = bootstrap(tmp_path, refs, nodes, context=context)
    assert again.success
    assert (again.bootstrapped_count, again.existing_count, again.registered_count) == (0, 7, 7)
    for path in made:
        assert deltalake.DeltaTable(tmp_path / path).version() == 0
        assert len(list((tmp_path / path / "_delta_log").iterdir())) == 1


def test_seeded_mode_gives_one_row_to_the_listed(tmp_path: Path) -> None:
    context = codeanatomy.connect()
    refs = expected("cst_refs", tmp_path / "cst_refs")
    defs = expected("cst_defs", tmp_path / "cst_defs")
    options: Any = {"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ("cst_refs",)}
    for seeded in (True, False):
        report = bootstrap(tmp_path, refs, defs, context=context, **options)
        assert report.seeded_datasets == ("cst_refs",)
        assert event(report, "cst_refs").seeded is seeded
        assert event(report, "cst_refs").status == "seeded_registered"
        assert event(report, "cst_defs").status == "registered"
        assert rows(tmp_path / "cst_refs") == [{"id": 0, "path": None}]
        assert rows(tmp_path / "cst_defs") == []
    assert deltalake.DeltaTable(tmp_path / "cst_refs").version() == 0
    # The row that was deleted does not come back.
    deltalake.DeltaTable(tmp_path / "cst_refs").delete()
    bootstrap(tmp_path, refs, defs, context=context, **options)
    assert rows(tmp_path / "cst_refs") == []


def test_odd_types_have_columns_and_defaults(tmp_path: Path) -> None:
    odd = expected("odd", tmp_path / "odd", ODD)
    options: Any = {"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ("odd",)}
    for created in (True, False):
        report = bootstrap(tmp_path, odd, **options)
        assert report.success, report.validation_errors
        assert event(report, "odd").created is created
    (row,) = rows(tmp_path / "odd")
    assert {name: row[name] for name in ("decimal", "word", "maybe", "flag", "raw", "ratio")} == {
        "decimal": 0,
        "word": "",
        "maybe": None,
        "flag": False,
        "raw": b"",
        "ratio": 0.0,
    }
    assert row["zoned"].timestamp() == 0
    assert (row["day"].isoformat(), row["plain"].isoformat()) == (
        "1970-01-01",
        "1970-01-01T00:00:00",
    )
    assert (row["list"], row["map"]) == ([], [])
    assert row["nested"] == {"n": 0, "maybe": None, "in": {"x": ""}}
    fields = json.loads(deltalake.DeltaTable(tmp_path / "odd").schema().to_json())["fields"]
    types = {field["name"]: (field["type"], field["nullable"]) for field in fields}
    assert types["zoned"] == ("timestamp", False)
    assert types["maybe"] == ("string", True)
    assert types["decimal"] == ("decimal(38,9)", False)


def test_policies_and_constraints_hold_from_the_first_commit_on(tmp_path: Path) -> None:
    delta = DeltaPolicyBundle(
        write_policy=DeltaWritePolicy(partition_by=("path",)),
        constraints=(SqlConstraint(name="positive", sql="id > 0"),),
    )
    location = {"overrides": DatasetLocationOverrides(delta=delta)}
    orders = expected("orders", tmp_path / "orders", location=location)
    seeded: Any = {"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ("orders",)}
    report = bootstrap(tmp_path, orders, **seeded)
    assert event(report, "orders").status == "bootstrap_failed"
    (problem,) = report.validation_errors
    assert (problem.dataset, problem.code) == ("orders", "delta-constraint-violated")
    assert rows(tmp_path / "orders") == []

    assert bootstrap(tmp_path, orders).success
    table = deltalake.DeltaTable(tmp_path / "orders")
    assert table.metadata().partition_columns == ["path"]
    assert table.metadata().configuration["delta.constraints.positive"] == "id > 0"
    assert table.protocol().min_writer_version >= 3
    with pytest.raises(Exception, match="Invalid data found"):
        deltalake.write_deltalake(table, pa.table({"id": [-1], "path": ["a"]}), mode="append")
    deltalake.write_deltalake(table, pa.table({"id": [1], "path": ["a"]}), mode="append")
    assert rows(tmp_path / "orders") == [{"id": 1, "path": "a"}]


def test_existing_tables_are_compared_and_left_alone(tmp_path: Path) -> None:
    there = pa.table({"id": pa.array([1], pa.int32()), "old": ["x"]})
    deltalake.write_deltalake(tmp_path / "refs", there)
    context = codeanatomy.connect()
    refs = expected("refs", tmp_path / "refs")
    report = bootstrap(tmp_path, refs, context=context)
    found = event(report, "refs")
    assert found.status == "register_failed"
    kinds = [(difference.column, difference.kind) for difference in found.differences]
    assert kinds == [("id", "type"), ("path", "missing"), ("old", "extra")]
    assert not report.success
    (problem,) = report.validation_errors
    assert problem.code == "delta-schema-mismatch"
    assert problem.hint is not None
    assert "'id' is Int32, and declared as non-null Int64" in problem.message
    assert not context.table_exist("refs")
    assert rows(tmp_path / "refs") == [{"id": 1, "old": "x"}]
    assert deltalake.DeltaTable(tmp_path / "refs").version() == 0

    same = expected("refs", tmp_path / "refs", there.schema)
    assert bootstrap(tmp_path, same, context=context).success
    assert context.sql("select count(*) as n from refs").to_pylist() == [{"n": 1}]


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    deltalake.write_deltalake(tmp_path / "refs", pa.table({"id": [1]}))
    log = tmp_path / "refs/_delta_log/00000000000000000000.json"
    log.write_text("{damaged")
    report = bootstrap(tmp_path, expected("refs", tmp_path / "refs"))
    assert event(report, "refs").status == "bootstrap_failed"
    assert [problem.code for problem in report.validation_errors] == ["delta-table-unreadable"]
    assert log.read_text() == "{damaged"


def test_requests_that_contradict_themselves_are_refused(tmp_path: Path) -> None:
    refs = expected("refs", tmp_path / "refs")
    for options in (
        {"seeded_datasets": ("refs",)},
        {"bootstrap_mode": "seeded_minimal_rows", "seeded_datasets": ("resf",)},
    ):
        with pytest.raises(InvalidOptionError) as caught:
            bootstrap(tmp_path, refs, **options)
        assert caught.value.details["option"] == "seeded_datasets"
    assert "did you mean 'refs'" in str(caught.value)
    with pytest.raises(DatasetResolutionError, match="two datasets are named 'refs'"):
        bootstrap(tmp_path, refs, refs)
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_in_no_report(tmp_path: Path) -> None:
    location = {"storage_options": {"aws_secret_access_key": "hunter2"}}
    report = bootstrap(tmp_path, expected("refs", tmp_path / "refs", location=location))
    assert report.success
    assert "hunter2" not in repr(report)


def test_tables_of_others_keep_their_names(tmp_path: Path) -> None:
    context = codeanatomy.connect()
    context.from_pydict({"a": [1]}, name="refs")
    refs = expected("refs", tmp_path / "refs")
    report = bootstrap(tmp_path, refs, context=context)
    assert [problem.code for problem in report.validation_errors] == ["dataset-name-taken"]
    assert context.sql("select a from refs").to_pylist() == [{"a": 1}]
    assert bootstrap(tmp_path, refs, context=context, overwrite=True).success
    assert context.sql("select id from refs").to_pylist() == []


PROGRAM = """
import sys
import codeanatomy
from codeanatomy.datasets import *
root = sys.argv[1]
schema = SchemaDescription(fields=(FieldDescription(name="id", type="Int64", nullable=False),))
datasets = [
    ZeroRowDataset(name=f"t{n}", location=DatasetLocation(path=f"{root}/t{n}"), schema=schema)
    for n in range(int(sys.argv[2]))
]
request = ZeroRowBootstrapRequest(
    datasets=datasets,
    artifacts_root=f"{root}/artifacts",
    bootstrap_mode="seeded_minimal_rows",
    seeded_datasets=["t0"],
)
context = codeanatomy.connect()
print("ready", flush=True)
sys.stdin.readline()
report = run_zero_row_bootstrap(context, request)
assert report.success, report.validation_errors
print(report.bootstrapped_count, sum(event.seeded for event in report.events))
"""


def start(root: Path, tables: int) -> subprocess.Popen[str]:
    """Start a bootstrap in a process of its own; it waits for a line."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(root), str(tables)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_at_once_make_each_table_once(tmp_path: Path) -> None:
    processes = [start(tmp_path, 6) for _ in range(3)]
    for process in processes:
        go(process)
    answers = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    # Six tables and the five internal ones, and one seed.
    assert sum(int(made) for made, _ in answers) == 11
    assert sum(int(seeded) for _, seeded in answers) == 1
    assert rows(tmp_path / "t0") == [{"id": 0}]
    for n in range(1, 6):
        assert deltalake.DeltaTable(tmp_path / f"t{n}").version() == 0


def test_a_killed_bootstrap_is_completed_by_the_next(tmp_path: Path) -> None:
    killed = 0
    for attempt in range(6):
        root = tmp_path / str(attempt)
        root.mkdir()
        process = start(root, 30)
        go(process)
        deadline = time.monotonic() + 120
        # Each time a little further.
        while len(list(root.glob("t*/_delta_log/*.json"))) < 1 + 5 * attempt:
            assert time.monotonic() < deadline
            if process.poll() is not None:
                break
        process.kill()
        process.communicate()
        made = len(list(root.glob("t*/_delta_log/*.json")))
        killed += made < 30
        process = start(root, 30)
        go(process)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        internal = int(output.split()[0]) - (30 - made)
        assert 0 <= internal <= 5
        assert rows(root / "t0") == [{"id": 0}]
        for n in range(1, 30):
            table = deltalake.DeltaTable(root / f"t{n}")
            assert (table.version(), table.to_pyarrow_table().num_rows) == (0, 0)
    assert killed > 0, "every bootstrap ended before it could be killed"


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    """A directory with a catalog of two datasets and a schema without a place."""
    schema = {"fields": [{"name": "id", "type": "Int64", "nullable": False}]}
    catalog = {
        "datasets": {
            "refs": {"path": "extract/refs", "overrides": {"table_spec": {"schema": schema}}},
            "nodes": {"path": "nodes", "format": "parquet"},
        },
        "bootstrap": {
            "nodes": {"role": "semantic_output", "schema": schema},
            "joined": {"role": "relationship_schema", "schema": schema, "materialize": False},
        },
    }
    (sandbox.root / "codeanatomy.datasets.json").write_text(json.dumps(catalog))
    return sandbox


def test_command_plans_makes_and_tells(project: Sandbox) -> None:
    done = project.command("datasets", "bootstrap", "--plan")
    assert (done.returncode, done.stderr) == (0, "")
    lines = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert lines["joined"][1:] == ["relationship_schema", "yes", "no", "yes", "-"]
    assert lines["refs"][1:5] == ["semantic_input", "yes", "yes", "yes"]
    assert [path.name for path in project.root.iterdir()] == ["codeanatomy.datasets.json"]

    options = ("--mode", "seeded_minimal_rows", "--seed", "refs", "--format", "json")
    done = project.command("datasets", "bootstrap", *options)
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert record["schema"] == "codeanatomy.datasets.bootstrap/1"
    report = record["bootstrap"]
    assert report["success"]
    statuses = {event["name"]: event["status"] for event in report["events"]}
    assert (statuses["refs"], statuses["nodes"]) == ("seeded_registered", "registered")
    assert statuses["joined"] == "schema_only"
    assert rows(project.root / "extract/refs") == [{"id": 0}]
    assert (project.root / ".artifacts/datafusion_view_cache_inventory_v1/_delta_log").is_dir()

    done = project.command("datasets", "bootstrap", "--no-internal-tables")
    assert done.returncode == 0
    lines = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert lines["refs"][1:] == ["semantic_input", "registered", "was", "there", "0"]


def test_command_tells_failures_and_what_to_do(project: Sandbox) -> None:
    deltalake.write_deltalake(project.root / "extract/refs", pa.table({"other": [1]}))
    done = project.command("datasets", "bootstrap", "--no-internal-tables")
    assert (done.returncode, done.stderr) == (1, "")
    assert "'other' is not declared" in done.stdout
    assert "hint: nothing was changed" in done.stdout
    done = project.command("datasets", "bootstrap", "--no-strict", "--no-internal-tables")
    assert done.returncode == 0
    done = project.command("datasets", "bootstrap", "--seed", "refs")
    assert done.returncode == 2
    assert "seeded_minimal_rows" in done.stderr
    path = project.root / "codeanatomy.datasets.json"
    path.write_text(path.read_text().replace('"role"', '"rolle"'))
    done = project.command("datasets", "bootstrap")
    assert done.returncode == 2
    assert "did you mean 'role'" in done.stderr
