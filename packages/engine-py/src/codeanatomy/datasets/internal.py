"""Internal tables: what is recorded about the work of a pipeline, in Delta tables that only grow.

docs/bootstrap.md lists the tables and their columns.

Examples:
    >>> import codeanatomy
    >>> entry = CacheInventoryEntry(view_name="v", cache_policy="delta", cache_path="cache/v")
    >>> context = codeanatomy.connect()
    >>> [record_cache_inventory_entry(context, entry, artifacts_root="inventory") for _ in range(2)]
    [0, 1]

    A call that is repeated with the same application and number writes once:

    >>> [
    ...     record_cache_inventory_entry(
    ...         context, entry, artifacts_root="inventory", app_id="run 7", app_version=1
    ...     )
    ...     for _ in range(2)
    ... ]
    [2, 2]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from codeanatomy import _native

if TYPE_CHECKING:
    import os

    from datafusion import SessionContext

ARTIFACTS_ROOT = ".artifacts"
"""Where the internal tables are unless something else is stated, from the current directory."""

__all__ = [
    "CacheInventoryEntry",
    "DeltaMaintenanceArtifact",
    "DeltaMutationArtifact",
    "DeltaScanPlanArtifact",
    "DeltaSnapshotArtifact",
    "record_cache_inventory_entry",
    "record_delta_maintenance",
    "record_delta_mutation",
    "record_delta_scan_plan",
    "record_delta_snapshot",
]


class Artifact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all events have in common.

    Attributes:
        event_time_unix_ms: When it happened, in milliseconds since 1970, UTC; by default now.
        run_id: The run that it belongs to.
    """

    event_time_unix_ms: int | None = None
    run_id: str | None = None


class CacheInventoryEntry(Artifact, frozen=True, kw_only=True):
    """A kept result of a view: a row of `datafusion_view_cache_inventory_v1`.

    Attributes:
        view_name: The view.
        cache_policy: By which policy it is kept.
        cache_path: Where it is kept.
        result: What came of it, for example `hit` or `write`.
        plan_fingerprint: Identifies the plan of the view.
        plan_identity_hash: Identifies the plan with its inputs.
        schema_identity_hash: Identifies the columns.
        snapshot_version: The version of the Delta table that it is kept in.
        snapshot_timestamp: When that version was written, as text.
        row_count: How many rows it has.
        file_count: How many files it has.
        partition_by: The columns that it is partitioned by.
    """

    view_name: str
    cache_policy: str
    cache_path: str
    result: str | None = None
    plan_fingerprint: str | None = None
    plan_identity_hash: str | None = None
    schema_identity_hash: str | None = None
    snapshot_version: int | None = None
    snapshot_timestamp: str | None = None
    row_count: int | None = None
    file_count: int | None = None
    partition_by: Sequence[str] | None = None


class TableArtifact(Artifact, frozen=True, kw_only=True):
    """What all events of Delta tables have in common.

    Attributes:
        table_uri: The URI of the table, without secrets.
        trace_id: The trace that it belongs to.
        span_id: The span that it belongs to.
    """

    table_uri: str
    trace_id: str | None = None
    span_id: str | None = None


class DeltaSnapshotArtifact(TableArtifact, frozen=True, kw_only=True):
    """A version of a Delta table: a row of `datafusion_delta_snapshots_v2`.

    Attributes:
        snapshot: What the table was, as `ResolutionReport.delta_snapshot` has it; `version` is all
            that must be there. The columns become the MessagePack of `schema_msgpack`.
        dataset_name: The dataset that it is the table of.
        snapshot_timestamp: When the version was written, in milliseconds since 1970, UTC.
        schema_identity_hash: Identifies the columns.
        ddl_fingerprint: Identifies the statement that would create the table.
    """

    snapshot: Mapping[str, Any]
    dataset_name: str | None = None
    snapshot_timestamp: int | None = None
    schema_identity_hash: str | None = None
    ddl_fingerprint: str | None = None


class ProtocolArtifact(TableArtifact, frozen=True, kw_only=True):
    """What events of Delta tables with their protocol have in common.

    Attributes:
        delta_version: The version of the table.
        min_reader_version: What its protocol asks of readers.
        min_writer_version: What its protocol asks of writers.
        reader_features: The features that it asks of readers.
        writer_features: The features that it asks of writers.
    """

    delta_version: int | None = None
    min_reader_version: int | None = None
    min_writer_version: int | None = None
    reader_features: Sequence[str] | None = None
    writer_features: Sequence[str] | None = None


class DeltaMutationArtifact(ProtocolArtifact, frozen=True, kw_only=True):
    """A write to a Delta table, or its refusal: a row of `datafusion_delta_mutations_v2`.

    Attributes:
        operation: What was done, for example `append`.
        dataset_name: The dataset that it is the table of.
        mode: How, for example `merge`.
        constraint_status: What the constraints said, for example `passed`.
        constraint_violations: The constraints that rows broke.
        commit_app_id: Who wrote: the `app_id` of the commit.
        commit_version: The writer's number of the write: the `app_version` of the commit.
        commit_run_id: The run that the commit names.
        commit_metadata: What the commit carries.
        metrics: What the operation measured; kept as the MessagePack of `metrics_msgpack`.
    """

    operation: str
    dataset_name: str | None = None
    mode: str | None = None
    constraint_status: str | None = None
    constraint_violations: Sequence[str] | None = None
    commit_app_id: str | None = None
    commit_version: int | None = None
    commit_run_id: str | None = None
    commit_metadata: Mapping[str, str] | None = None
    metrics: Any = None


class DeltaScanPlanArtifact(ProtocolArtifact, frozen=True, kw_only=True):
    """A planned scan of a Delta table: a row of `datafusion_delta_scan_plans_v2`.

    Attributes:
        dataset_name: The dataset that it is the table of.
        total_files: The files of the table.
        candidate_files: Those that the scan opens.
        pruned_files: Those that it need not open.
        pushed_filters: The conditions that the scan got, as SQL.
        projected_columns: The columns that it reads.
        delta_protocol: The protocol; kept as the MessagePack of `delta_protocol_msgpack`.
    """

    dataset_name: str
    total_files: int
    candidate_files: int
    pruned_files: int
    pushed_filters: Sequence[str] | None = None
    projected_columns: Sequence[str] | None = None
    delta_protocol: Any = None


class DeltaMaintenanceArtifact(ProtocolArtifact, frozen=True, kw_only=True):
    """An upkeep of a Delta table: a row of `datafusion_delta_maintenance_v2`.

    Attributes:
        operation: What was done, for example `vacuum`.
        dataset_name: The dataset that it is the table of.
        log_retention_duration: How long the log is kept, as the table's property has it.
        checkpoint_interval: After how many versions a checkpoint is written.
        checkpoint_retention_duration: How long checkpoints are kept, as the property has it.
        checkpoint_protection: Whether the clean-up of the log spares checkpoints.
        retention_hours: For how many hours removed files are kept.
        dry_run: Whether it was only told what would be done.
        metrics: What the operation measured; kept as the MessagePack of `metrics_msgpack`.
        commit_metadata: What the commit carries.
    """

    operation: str
    dataset_name: str | None = None
    log_retention_duration: str | None = None
    checkpoint_interval: int | None = None
    checkpoint_retention_duration: str | None = None
    checkpoint_protection: bool | None = None
    retention_hours: int | None = None
    dry_run: bool | None = None
    metrics: Any = None
    commit_metadata: Mapping[str, str] | None = None


def record_cache_inventory_entry(
    ctx: SessionContext,
    *entries: CacheInventoryEntry,
    artifacts_root: str | os.PathLike[str] = ARTIFACTS_ROOT,
    app_id: str | None = None,
    app_version: int | None = None,
) -> int:
    """Append entries to `datafusion_view_cache_inventory_v1`, in one commit.

    Any number of threads and processes may append at once. The table is created if there is none;
    an older one gets the columns that it lacks, and keeps its rows.

    Args:
        ctx: A session of the engine.
        entries: What is recorded.
        artifacts_root: The directory or URL of the internal tables.
        app_id: Who writes. Together with `app_version` it makes a repeated call write once; each
            `app_id` belongs to one writer then, whose numbers grow.
        app_version: The writer's own number of the write.

    Returns:
        The version of the table.

    Raises:
        DatasetSpecError: A record is not valid.
        DeltaConflictError: Others wrote without a pause; the call can be repeated.
        DeltaRowsError: The table has columns of other types; it is left as it is.
        DeltaTableError: The table's log is damaged; it is left as it is.
        InvalidOptionError: Nothing is given, or `app_id` without `app_version`.
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.
    """
    table = "datafusion_view_cache_inventory_v1"
    return _record(ctx, table, entries, artifacts_root, app_id, app_version)


def record_delta_snapshot(
    ctx: SessionContext,
    *artifacts: DeltaSnapshotArtifact,
    artifacts_root: str | os.PathLike[str] = ARTIFACTS_ROOT,
    app_id: str | None = None,
    app_version: int | None = None,
) -> int:
    """Append to `datafusion_delta_snapshots_v2` as `record_cache_inventory_entry` does.

    Examples:
        >>> import codeanatomy
        >>> artifact = DeltaSnapshotArtifact(table_uri="data/refs", snapshot={"version": 0})
        >>> record_delta_snapshot(codeanatomy.connect(), artifact, artifacts_root="snapshots")
        0
    """
    table = "datafusion_delta_snapshots_v2"
    return _record(ctx, table, artifacts, artifacts_root, app_id, app_version)


def record_delta_mutation(
    ctx: SessionContext,
    *artifacts: DeltaMutationArtifact,
    artifacts_root: str | os.PathLike[str] = ARTIFACTS_ROOT,
    app_id: str | None = None,
    app_version: int | None = None,
) -> int:
    """Append to `datafusion_delta_mutations_v2` as `record_cache_inventory_entry` does."""
    table = "datafusion_delta_mutations_v2"
    return _record(ctx, table, artifacts, artifacts_root, app_id, app_version)


def record_delta_scan_plan(
    ctx: SessionContext,
    *artifacts: DeltaScanPlanArtifact,
    artifacts_root: str | os.PathLike[str] = ARTIFACTS_ROOT,
    app_id: str | None = None,
    app_version: int | None = None,
) -> int:
    """Append to `datafusion_delta_scan_plans_v2` as `record_cache_inventory_entry` does."""
    table = "datafusion_delta_scan_plans_v2"
    return _record(ctx, table, artifacts, artifacts_root, app_id, app_version)


def record_delta_maintenance(
    ctx: SessionContext,
    *artifacts: DeltaMaintenanceArtifact,
    artifacts_root: str | os.PathLike[str] = ARTIFACTS_ROOT,
    app_id: str | None = None,
    app_version: int | None = None,
) -> int:
    """Append to `datafusion_delta_maintenance_v2` as `record_cache_inventory_entry` does."""
    table = "datafusion_delta_maintenance_v2"
    return _record(ctx, table, artifacts, artifacts_root, app_id, app_version)


def _record(  # noqa: PLR0917
    ctx: SessionContext,
    table: str,
    artifacts: Sequence[Artifact],
    artifacts_root: str | os.PathLike[str],
    app_id: str | None,
    app_version: int | None,
) -> int:
    texts = [msgspec.json.encode(artifact).decode() for artifact in artifacts]
    report = _native.record_artifacts(
        ctx, str(artifacts_root), table, texts, app_id=app_id, app_version=app_version
    )
    return report["version"]
