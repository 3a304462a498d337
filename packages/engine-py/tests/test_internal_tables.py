"""Internal tables: events recorded by threads and processes, read back by `deltalake`."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import msgspec
import pyarrow as pa
import pytest
from codeanatomy.datasets import (
    CacheInventoryEntry,
    DatasetLocation,
    DatasetResolutionRequest,
    DeltaMaintenanceArtifact,
    DeltaMutationArtifact,
    DeltaScanPlanArtifact,
    DeltaSnapshotArtifact,
    record_cache_inventory_entry,
    record_delta_maintenance,
    record_delta_mutation,
    record_delta_scan_plan,
    record_delta_snapshot,
    resolve_dataset_provider,
)
from codeanatomy.errors import (
    DatasetSpecError,
    DeltaRowsError,
    DeltaTableError,
    InvalidOptionError,
)

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = "datafusion_view_cache_inventory_v1"
SNAPSHOTS = "delta_observability/datafusion_delta_snapshots_v2"
MUTATIONS = "delta_observability/datafusion_delta_mutations_v2"
SCANS = "delta_observability/datafusion_delta_scan_plans_v2"
MAINTENANCE = "delta_observability/datafusion_delta_maintenance_v2"


@pytest.fixture
def session() -> Any:
    return codeanatomy.connect()


def entry(view: str = "v", **fields: Any) -> CacheInventoryEntry:
    return CacheInventoryEntry(view_name=view, cache_policy="delta", cache_path="/c", **fields)


def rows(path: Path) -> list[dict[str, Any]]:
    return deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()


def test_cache_entries_are_rows(session: Any, tmp_path: Path) -> None:
    before = time.time_ns() // 1_000_000
    full = entry(
        "full", event_time_unix_ms=5, run_id="r", result="hit", row_count=3, partition_by=["a"]
    )
    assert record_cache_inventory_entry(session, full, artifacts_root=tmp_path) == 0
    assert record_cache_inventory_entry(session, entry(), entry(), artifacts_root=tmp_path) == 1
    found = sorted(rows(tmp_path / INVENTORY), key=lambda row: row["event_time_unix_ms"])
    assert found[0] == {
        "event_time_unix_ms": 5,
        "run_id": "r",
        "view_name": "full",
        "cache_policy": "delta",
        "cache_path": "/c",
        "result": "hit",
        "plan_fingerprint": None,
        "plan_identity_hash": None,
        "schema_identity_hash": None,
        "snapshot_version": None,
        "snapshot_timestamp": None,
        "row_count": 3,
        "file_count": None,
        "partition_by": ["a"],
    }
    assert len(found) == 3
    assert before <= found[1]["event_time_unix_ms"] <= time.time_ns() // 1_000_000
    fields = deltalake.DeltaTable(tmp_path / INVENTORY).schema().fields
    required = {field.name for field in fields if not field.nullable}
    assert required == {"event_time_unix_ms", "view_name", "cache_policy", "cache_path"}


def test_snapshots_are_those_of_resolutions(session: Any, tmp_path: Path) -> None:
    least = DeltaSnapshotArtifact(table_uri="t", snapshot={"version": 0}, dataset_name="d")
    assert record_delta_snapshot(session, least, artifacts_root=tmp_path) == 0
    deltalake.write_deltalake(
        tmp_path / "orders",
        pa.table({"day": [1], "n": [2]}),
        partition_by=["day"],
        configuration={"delta.appendOnly": "true"},
    )
    request = DatasetResolutionRequest(
        name="orders", location=DatasetLocation(path=str(tmp_path / "orders"))
    )
    snapshot = resolve_dataset_provider(session, request).report.delta_snapshot
    assert snapshot is not None
    artifact = DeltaSnapshotArtifact(table_uri="orders", snapshot=snapshot, event_time_unix_ms=7)
    assert record_delta_snapshot(session, artifact, artifacts_root=tmp_path) == 1
    first, second = sorted(
        rows(tmp_path / SNAPSHOTS), key=lambda row: row["table_uri"], reverse=True
    )
    assert (first["dataset_name"], first["delta_version"]) == ("d", 0)
    assert msgspec.msgpack.decode(first["schema_msgpack"]) is None
    assert second["delta_version"] == 0
    assert second["partition_columns"] == ["day"]
    assert dict(second["table_properties"]) == {"delta.appendOnly": "true"}
    assert second["min_writer_version"] == snapshot["min_writer_version"]
    assert msgspec.msgpack.decode(second["schema_msgpack"]) == snapshot["columns"]


def test_other_events_are_rows(session: Any, tmp_path: Path) -> None:
    metrics = {"rows": 2**40, "ratio": 0.5, "names": ["é"] * 40, "nothing": None, "below": -70_000}
    mutation = DeltaMutationArtifact(
        table_uri="t",
        operation="append",
        constraint_violations=("positive",),
        commit_metadata={"run": "7"},
        metrics=metrics,
        delta_version=3,
    )
    scan = DeltaScanPlanArtifact(
        table_uri="t",
        dataset_name="d",
        total_files=3,
        candidate_files=1,
        pruned_files=2,
        pushed_filters=["a = 1"],
        delta_protocol={"min_reader_version": 1},
    )
    upkeep = DeltaMaintenanceArtifact(table_uri="t", operation="vacuum", dry_run=True)
    assert record_delta_mutation(session, mutation, artifacts_root=tmp_path) == 0
    assert record_delta_scan_plan(session, scan, artifacts_root=tmp_path) == 0
    assert record_delta_maintenance(session, upkeep, artifacts_root=tmp_path) == 0
    (found,) = rows(tmp_path / MUTATIONS)
    assert (found["operation"], found["constraint_violations"]) == ("append", ["positive"])
    assert msgspec.msgpack.decode(found["metrics_msgpack"]) == metrics
    assert (dict(found["commit_metadata"]), found["delta_version"]) == ({"run": "7"}, 3)
    (found,) = rows(tmp_path / SCANS)
    assert (found["pruned_files"], found["pushed_filters"]) == (2, ["a = 1"])
    assert msgspec.msgpack.decode(found["delta_protocol_msgpack"]) == {"min_reader_version": 1}
    (found,) = rows(tmp_path / MAINTENANCE)
    assert (found["operation"], found["dry_run"]) == ("vacuum", True)
    assert msgspec.msgpack.decode(found["metrics_msgpack"]) is None


def test_a_repeated_call_writes_once(session: Any, tmp_path: Path) -> None:
    for number, version in ((1, 0), (1, 0), (2, 1), (1, 1)):
        answer = record_cache_inventory_entry(
            session, entry(), artifacts_root=tmp_path, app_id="run", app_version=number
        )
        assert answer == version
    assert len(rows(tmp_path / INVENTORY)) == 2


def test_older_tables_get_columns_and_keep_rows(session: Any, tmp_path: Path) -> None:
    old = pa.table(
        {
            "event_time_unix_ms": [1],
            "view_name": ["old"],
            "cache_policy": ["p"],
            "cache_path": ["c"],
            "of_a_newer_version": [9],
        }
    )
    deltalake.write_deltalake(tmp_path / INVENTORY, old)
    for version in (1, 2):
        new = entry("new", partition_by=["a"])
        assert record_cache_inventory_entry(session, new, artifacts_root=tmp_path) == version
    found = sorted(rows(tmp_path / INVENTORY), key=lambda row: row["event_time_unix_ms"])
    assert [row["view_name"] for row in found] == ["old", "new", "new"]
    assert [row["of_a_newer_version"] for row in found] == [9, None, None]
    assert [row["partition_by"] for row in found] == [None, ["a"], ["a"]]


def test_tables_that_do_not_fit_are_left_alone(session: Any, tmp_path: Path) -> None:
    deltalake.write_deltalake(tmp_path / INVENTORY, pa.table({"view_name": [1]}))
    with pytest.raises(DeltaRowsError, match="'view_name' is Int64, and has to be Utf8") as caught:
        record_cache_inventory_entry(session, entry(), artifacts_root=tmp_path)
    assert "move it away" in str(caught.value)
    assert rows(tmp_path / INVENTORY) == [{"view_name": 1}]
    log = tmp_path / INVENTORY / "_delta_log/00000000000000000000.json"
    log.write_text("{damaged")
    with pytest.raises(DeltaTableError):
        record_cache_inventory_entry(session, entry(), artifacts_root=tmp_path)
    assert log.read_text() == "{damaged"
    assert len(list((tmp_path / INVENTORY).glob("*.parquet"))) == 1


def test_wrong_calls_are_told(session: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidOptionError, match="nothing to record"):
        record_cache_inventory_entry(session, artifacts_root=tmp_path)
    with pytest.raises(InvalidOptionError, match="one without the other"):
        record_cache_inventory_entry(session, entry(), artifacts_root=tmp_path, app_id="run")
    with pytest.raises(InvalidOptionError, match="artifacts_root is empty"):
        record_cache_inventory_entry(session, entry(), artifacts_root="")
    artifact = DeltaSnapshotArtifact(table_uri="t", snapshot={})
    with pytest.raises(DatasetSpecError, match="version"):
        record_delta_snapshot(session, artifact, artifacts_root=tmp_path)
    with pytest.raises(DatasetSpecError):
        record_cache_inventory_entry(session, entry(" "), artifacts_root=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_threads_lose_no_row(session: Any, tmp_path: Path) -> None:
    def record(number: int) -> int:
        return record_cache_inventory_entry(session, entry(f"v{number}"), artifacts_root=tmp_path)

    with ThreadPoolExecutor(8) as pool:
        versions = sorted(pool.map(record, range(24)))
    assert versions == list(range(24))
    assert sorted(row["view_name"] for row in rows(tmp_path / INVENTORY)) == sorted(
        f"v{number}" for number in range(24)
    )


PROGRAM = """
import sys
import codeanatomy
from codeanatomy.datasets import CacheInventoryEntry, record_cache_inventory_entry
name, root, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
context = codeanatomy.connect()
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    entry = CacheInventoryEntry(view_name=f"{name} {number}", cache_policy="p", cache_path="c")
    # Each call twice, as a caller does that did not get an answer.
    for _ in range(2):
        record_cache_inventory_entry(
            context, entry, artifacts_root=root, app_id=name, app_version=number
        )
"""


def test_processes_lose_no_row_and_double_none(tmp_path: Path) -> None:
    old = pa.table(
        {
            "event_time_unix_ms": [1],
            "view_name": ["old"],
            "cache_policy": ["p"],
            "cache_path": ["c"],
        }
    )
    for root, first in ((tmp_path / "new", []), (tmp_path / "old", ["old"])):
        if first:
            deltalake.write_deltalake(root / INVENTORY, old)
        processes = [
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", PROGRAM, f"p{n}", str(root), "8"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for n in range(4)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in processes:
            process.communicate(timeout=300)
            assert process.returncode == 0
        names = sorted(row["view_name"] for row in rows(root / INVENTORY))
        assert names == sorted(
            [*first, *(f"p{n} {number}" for n in range(4) for number in range(8))]
        )
