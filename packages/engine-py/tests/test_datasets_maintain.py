"""Policies of writes and maintenance, seen by PyPI's deltalake and pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from codeanatomy.datasets import (
    DeltaFeatureGate,
    DeltaMaintenancePolicy,
    DeltaWritePolicy,
    ParquetWriterPolicy,
    maintain,
    write,
)
from codeanatomy.errors import DeltaTableError
from datasets_support import dataset, stored, table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def session() -> Any:
    return codeanatomy.connect()


def test_write_policy_becomes_properties_and_files(session: Any, tmp_path: Path) -> None:
    policy = DeltaWritePolicy(
        stats_policy="explicit",
        stats_columns=("id",),
        enable_features=("change_data_feed",),
        parquet_writer_policy=ParquetWriterPolicy(
            compression="zstd(3)", max_row_group_size=10, bloom_filter_enabled=("id",)
        ),
    )
    where = dataset(tmp_path / "t", delta={"write_policy": policy})
    write(session, where, table(*((n, n, "a") for n in range(25))))
    found = deltalake.DeltaTable(tmp_path / "t")
    assert found.metadata().configuration == {
        "delta.dataSkippingStatsColumns": "id",
        "delta.enableChangeDataFeed": "true",
    }
    (file,) = found.file_uris()
    parquet = pq.ParquetFile(file).metadata
    assert (parquet.num_row_groups, parquet.row_group(0).column(0).compression) == (3, "ZSTD")
    actions = pa.table(found.get_add_actions(flatten=True))
    assert "min.id" in actions.column_names
    assert "min.score" not in actions.column_names


def test_feature_gate_is_checked_before_anything_is_written(session: Any, tmp_path: Path) -> None:
    gate = DeltaFeatureGate(required_writer_features=("changeDataFeed",))
    where = dataset(tmp_path / "t", delta={"feature_gate": gate})
    with pytest.raises(DeltaTableError, match="changeDataFeed"):
        write(session, where, table((1, 1, "a")))
    assert not (tmp_path / "t").exists()
    deltalake.write_deltalake(tmp_path / "t", table((1, 1, "a")))
    with pytest.raises(DeltaTableError, match="changeDataFeed"):
        write(session, where, table((2, 1, "a")))
    assert deltalake.DeltaTable(tmp_path / "t").version() == 0
    low = dataset(tmp_path / "t", delta={"feature_gate": DeltaFeatureGate(min_writer_version=2)})
    assert write(session, low, table((2, 1, "a"))).commit.version == 1


def steps(report: Any) -> list[tuple[str, bool]]:
    return [(step.step, step.done) for step in report.maintenance]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, []),
        ({"optimize_on_write": None, "vacuum_on_write": False}, []),
        ({"optimize_on_write": True}, ["optimize"]),
        ({"checkpoint_on_write": True}, ["checkpoint"]),
        ({"vacuum_on_write": True}, ["vacuum"]),
        ({"enable_log_compaction": True}, ["compact_log"]),
        ({"total_file_threshold": 3}, ["optimize"]),
        ({"total_file_threshold": 4}, []),
        ({"optimize_file_threshold": 1}, ["optimize"]),
        ({"optimize_file_threshold": 2}, []),
        ({"vacuum_version_threshold": 3}, ["vacuum"]),
        ({"vacuum_version_threshold": 4}, []),
    ],
)
def test_maintenance_follows_a_write_as_its_policy_says(
    session: Any, tmp_path: Path, policy: Any, expected: list[str]
) -> None:
    for number in range(2):
        write(session, dataset(tmp_path / "t"), table((number, 1, "a")))
    delta = {"maintenance_policy": DeltaMaintenancePolicy(**policy)}
    report = write(session, dataset(tmp_path / "t", delta=delta), table((2, 1, "a")))
    assert steps(report) == [(step, True) for step in expected]
    found = deltalake.DeltaTable(tmp_path / "t")
    assert len(found.file_uris()) == (1 if "optimize" in expected else 3)
    names = {path.name for path in (tmp_path / "t" / "_delta_log").iterdir()}
    assert ("_last_checkpoint" in names) == ("checkpoint" in expected)
    assert any(".compacted." in name for name in names) == ("compact_log" in expected)
    assert sorted(row["id"] for row in stored(tmp_path / "t")) == [0, 1, 2]


def test_failed_maintenance_is_told_and_leaves_the_write(session: Any, tmp_path: Path) -> None:
    policy = DeltaMaintenancePolicy(vacuum_on_write=True, vacuum_retention_hours=0)
    where = dataset(tmp_path / "t", delta={"maintenance_policy": policy})
    report = write(session, where, table((1, 1, "a")))
    (step,) = report.maintenance
    assert (step.done, step.report) == (False, None)
    assert step.error is not None
    assert step.error.code == "delta-retention-too-short"
    assert report.commit.version == 0
    assert len(stored(tmp_path / "t")) == 1
    unenforced = DeltaMaintenancePolicy(
        vacuum_on_write=True,
        vacuum_retention_hours=0,
        enforce_retention_duration=False,
        vacuum_dry_run=True,
    )
    where = dataset(tmp_path / "t", delta={"maintenance_policy": unenforced})
    (step,) = write(session, where, table((2, 1, "a")), mode="overwrite").maintenance
    assert isinstance(step.report, dict)
    assert (step.report["dry_run"], len(step.report["files"])) == (True, 1)


def test_z_order_of_the_partitions_that_were_written(session: Any, tmp_path: Path) -> None:
    policy = {
        "write_policy": DeltaWritePolicy(partition_by=("name",)),
        "maintenance_policy": DeltaMaintenancePolicy(
            optimize_on_write=True, z_order_cols=("id",), z_order_when="after_partition_complete"
        ),
    }
    for name in ("a", "b"):
        rows = table((1, 1, name))
        deltalake.write_deltalake(tmp_path / "t", rows, mode="append", partition_by=["name"])
    report = write(session, dataset(tmp_path / "t", delta=policy), table((2, 1, "a")))
    (step,) = report.maintenance
    assert isinstance(step.report, list)
    (optimized,) = step.report
    assert (optimized["files_removed"], optimized["files_added"]) == (2, 1)


def test_maintenance_tells_first_and_does_when_asked(session: Any, tmp_path: Path) -> None:
    for number in range(3):
        write(session, dataset(tmp_path / "t"), table((number, 1, "a")))
    policy = {
        "maintenance_policy": DeltaMaintenancePolicy(
            total_file_threshold=3, checkpoint_version_interval=3
        ),
        "write_policy": DeltaWritePolicy(enable_features=("change_data_feed",)),
    }
    where = dataset(tmp_path / "t", delta=policy)
    due = maintain(session, where)
    assert (due.dry_run, due.version) == (True, 2)
    assert [step.step for step in due.steps] == ["properties", "optimize", "checkpoint"]
    assert deltalake.DeltaTable(tmp_path / "t").version() == 2
    done = maintain(session, where, dry_run=False)
    assert all(step.done for step in done.steps)
    found = deltalake.DeltaTable(tmp_path / "t")
    assert (found.version(), len(found.file_uris())) == (done.version, 1)
    assert found.metadata().configuration == {
        "delta.checkpointInterval": "3",
        "delta.enableChangeDataFeed": "true",
    }
    assert maintain(session, where).steps == ()
