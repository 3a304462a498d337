"""Each option of maintenance in each state, by the files that a write leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow.parquet as pq
import pytest
from codeanatomy.datasets import (
    DeltaMaintenancePolicy,
    DeltaWritePolicy,
    ParquetWriterPolicy,
    maintain,
    write,
)
from datasets_support import dataset, table
from options_support import Case, Cases, Run, declared, matrix, seen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def session() -> Any:
    return codeanatomy.connect()


def after_writes(run: Run) -> Run:
    """The table after two commits of another writer and one of the dataset."""
    for score in (30, 10):
        deltalake.write_deltalake(run.path, table((score, score, "a")), mode="append")
    run.write(table((20, 20, "a")))
    return run


def files(run: Run) -> int:
    return len(after_writes(run).found.file_uris())


def order(run: Run) -> list[int]:
    """The scores in the order of the one file that there is."""
    (file,) = after_writes(run).found.file_uris()
    return pq.ParquetFile(file).read()["score"].to_pylist()


def checkpoint(run: Run) -> bool:
    return "_last_checkpoint" in after_writes(run).log()


def checkpoint_version(run: Run) -> tuple[str | None, bool]:
    """The property, and whether the checkpoint has the metadata that those of version 2 have."""
    after_writes(run)
    (file,) = (run.path / "_delta_log").glob("*.checkpoint*.parquet")
    names = pq.ParquetFile(file).schema_arrow.names
    policy = run.found.metadata().configuration.get("delta.checkpointPolicy")
    return policy, "checkpointMetadata" in names


def compacted(run: Run) -> bool:
    return any(".compacted." in name for name in after_writes(run).log())


def removed_file_is_there(run: Run) -> tuple[bool, list[str | None]]:
    """Whether a file that an overwrite removed is still stored, and what steps went wrong."""
    deltalake.write_deltalake(run.path, table((1, 1, "a")))
    (old,) = run.path.glob("*.parquet")
    deltalake.write_deltalake(run.path, table((2, 2, "b")), mode="overwrite")
    steps = run.write(table((3, 3, "c"))).maintenance
    return old.exists(), [step.error.code for step in steps if step.error]


def vectors(run: Run) -> tuple[str | None, bool]:
    run.write()
    value = run.found.metadata().configuration.get("delta.enableDeletionVectors")
    return value, "deletionVectors" in (run.found.protocol().reader_features or ())


IS_THERE, IS_GONE = (True, []), (False, [])
AT_ONCE = {"vacuum_retention_hours": 0, "enforce_retention_duration": False}
VACUUM = {"vacuum_on_write": True, **AT_ONCE}
COMPACT = {"optimize_on_write": True}
CASES: Cases = {
    ("DeltaMaintenancePolicy", field): case
    for field, case in {
        "optimize_on_write": Case(explicit=True, look=files, seen=1, otherwise=3),
        # No two of the files fit into one.
        "optimize_target_size": Case(
            explicit=1000, look=files, seen=3, otherwise=1, beside=COMPACT
        ),
        "z_order_cols": Case(
            explicit=["score"],
            look=order,
            seen=[10, 20, 30],
            otherwise=[20, 10, 30],
            beside={"z_order_when": "after_partition_complete", **COMPACT},
        ),
        "z_order_when": Case(
            explicit="after_partition_complete",
            look=order,
            seen=[10, 20, 30],
            otherwise=[20, 10, 30],
            beside={"z_order_cols": ["score"], **COMPACT},
        ),
        "vacuum_on_write": Case(
            explicit=True,
            look=removed_file_is_there,
            seen=IS_GONE,
            otherwise=IS_THERE,
            beside=AT_ONCE,
        ),
        "vacuum_retention_hours": Case(
            explicit=0,
            look=removed_file_is_there,
            seen=IS_GONE,
            otherwise=IS_THERE,
            beside={"vacuum_on_write": True, "enforce_retention_duration": False},
        ),
        "vacuum_dry_run": Case(
            explicit=True,
            look=removed_file_is_there,
            seen=IS_THERE,
            otherwise=IS_GONE,
            beside=VACUUM,
        ),
        "enforce_retention_duration": Case(
            explicit=False,
            look=removed_file_is_there,
            seen=IS_GONE,
            otherwise=(True, ["delta-retention-too-short"]),
            beside={"vacuum_on_write": True, "vacuum_retention_hours": 0},
        ),
        "checkpoint_on_write": Case(explicit=True, look=checkpoint, seen=True, otherwise=False),
        "enable_deletion_vectors": Case(
            explicit=True,
            look=vectors,
            seen=("true", True),
            otherwise=(None, False),
            default=("false", False),
        ),
        "enable_v2_checkpoints": Case(
            explicit=True,
            look=checkpoint_version,
            seen=("v2", True),
            otherwise=(None, False),
            default=("classic", False),
            beside={"checkpoint_on_write": True},
        ),
        "enable_log_compaction": Case(explicit=True, look=compacted, seen=True, otherwise=False),
        "optimize_file_threshold": Case(explicit=1, look=files, seen=1, otherwise=3),
        "total_file_threshold": Case(explicit=3, look=files, seen=1, otherwise=3),
        "vacuum_version_threshold": Case(
            explicit=3, look=removed_file_is_there, seen=IS_GONE, otherwise=IS_THERE, beside=AT_ONCE
        ),
        "checkpoint_version_interval": Case(
            explicit=3, look=checkpoint, seen=True, otherwise=False
        ),
    }.items()
}


def test_every_option_has_its_case() -> None:
    assert declared({"DeltaMaintenancePolicy"}) == set(CASES)


@pytest.mark.parametrize(("record", "field", "layer", "state"), matrix(CASES))
def test_an_option_does_what_it_says(
    session: Any, tmp_path: Path, record: str, field: str, layer: str, state: str
) -> None:
    case = CASES[record, field]
    assert case.expected("explicit") != case.expected("unset")
    found = seen(session, tmp_path / "t", (record, field), case, (layer, state))
    assert found == case.expected(state)


def maintained(session: Any, path: Path, **policy: Any) -> Any:
    for score in (30, 10, 20):
        deltalake.write_deltalake(path, table((score, score, "a")), mode="append")
    delta = {
        "maintenance_policy": DeltaMaintenancePolicy(**policy),
        "write_policy": DeltaWritePolicy(
            parquet_writer_policy=ParquetWriterPolicy(compression="gzip(5)")
        ),
    }
    return maintain(session, dataset(path, delta=delta), dry_run=False).steps


def test_files_are_ordered_periodically_where_a_threshold_calls(
    session: Any, tmp_path: Path
) -> None:
    ordered = {"z_order_cols": ("score",), "z_order_when": "periodic"}
    (step,) = maintained(session, tmp_path / "t", total_file_threshold=3, **ordered)
    assert (step.done, step.reason) == (True, "total_file_threshold: the table has 3 files")
    (file,) = deltalake.DeltaTable(tmp_path / "t").file_uris()
    assert pq.ParquetFile(file).read()["score"].to_pylist() == [10, 20, 30]
    # Files that are made anew are as the write policy has them.
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "GZIP"


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({"z_order_cols": ("score",)}, "z_order_cols wait for another z_order_when"),
        ({"z_order_when": "periodic"}, "z_order_cols names no column to order by"),
        (
            {"z_order_cols": ("score",), "z_order_when": "periodic"},
            "z_order_cols wait for another z_order_when",
        ),
    ],
)
def test_an_order_that_does_not_come_to_pass_is_told(
    session: Any, tmp_path: Path, policy: Any, reason: str
) -> None:
    (step,) = maintained(session, tmp_path / "t", optimize_on_write=True, **policy)
    assert step.reason == f"optimize_on_write; {reason}"


def test_a_write_of_no_rows_is_maintained_too(session: Any, tmp_path: Path) -> None:
    policy = DeltaMaintenancePolicy(checkpoint_on_write=True)
    where = dataset(tmp_path / "t", delta={"maintenance_policy": policy})
    (step,) = write(session, where, table()).maintenance
    assert (step.step, step.done) == ("checkpoint", True)
