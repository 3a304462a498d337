"""What operations on Delta tables take beside rows, and what they report."""

from __future__ import annotations

from typing import Any

import msgspec

from codeanatomy.contracts import Committed, WriteReport

__all__ = [
    "CheckpointReport",
    "CleanupLogReport",
    "Column",
    "Commit",
    "Committed",
    "ConstraintsReport",
    "DataFile",
    "DeleteReport",
    "HistoryEntry",
    "MergeReport",
    "NewTable",
    "OptimizeReport",
    "PropertiesReport",
    "ProtocolReport",
    "RestoreReport",
    "Snapshot",
    "UpdateReport",
    "VacuumReport",
    "WriteReport",
]


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all records have in common."""


class Commit(_Record, frozen=True, omit_defaults=True):
    """What an operation adds to its commit.

    Attributes:
        metadata: Fields of the commit in the table's history.
        app_id: Who writes. Together with `app_version` it makes a write that is tried again happen
            once.
        app_version: The writer's own number of this write, which grows from one to the next.
        max_retries: How often the commit is tried again after others that it does not conflict
            with; 15 times by default.
    """

    metadata: dict[str, Any] = {}
    app_id: str | None = None
    app_version: int | None = None
    max_retries: int | None = None


class NewTable(_Record, frozen=True):
    """What a table that a write creates says about itself.

    Attributes:
        properties: Its properties, for example `delta.enableChangeDataFeed`.
        name: Its name.
        description: Anything else.
    """

    properties: dict[str, str] = {}
    name: str | None = None
    description: str | None = None


class DeleteReport(Committed, frozen=True):
    """What a delete did.

    Attributes:
        skipped: Whether the table had this delete of this application already.
        rows_deleted: How many rows went; `None` if a file that went whole does not say how many it
            had.
        rows_copied: How many rows were written again because they stood in a file with others that
            went.
    """

    skipped: bool
    rows_deleted: int | None
    rows_copied: int


class UpdateReport(Committed, frozen=True):
    """What an update did.

    Attributes:
        skipped: Whether the table had this update of this application already.
        rows_updated: How many rows were selected, also if their values were the same before.
        rows_copied: How many rows were written again because they stood in a file with others that
            changed.
    """

    skipped: bool
    rows_updated: int
    rows_copied: int


class MergeReport(Committed, frozen=True):
    """What a merge did.

    Attributes:
        skipped: Whether the table had this merge of this application already.
        rows_source: How many rows the source had.
        rows_inserted: How many rows were added.
        rows_updated: How many rows of the table were changed.
        rows_deleted: How many rows of the table went.
        rows_copied: How many rows were written again because they stood in a file with others that
            changed.
    """

    skipped: bool
    rows_source: int
    rows_inserted: int
    rows_updated: int
    rows_deleted: int
    rows_copied: int


class OptimizeReport(Committed, frozen=True):
    """What an optimize did, or could do.

    Attributes:
        dry_run: Whether nothing was changed. Then the removed files are those that would be looked
            at, and what would be added is not known.
        partitions: How many partitions were rewritten.
        files_considered: How many files the table had.
    """

    dry_run: bool
    partitions: int
    files_considered: int


class VacuumReport(_Record, frozen=True):
    """Which files a vacuum removed, or would remove.

    Attributes:
        dry_run: Whether nothing was removed.
        version: The version of the table after the operation: a vacuum commits its start and its
            end.
        retention_hours: The retention that held.
        files: The files, relative to the table, sorted.
        bytes: Their size.
        duration_ms: How long it took.
    """

    dry_run: bool
    version: int
    retention_hours: int
    files: tuple[str, ...]
    bytes: int
    duration_ms: int


class RestoreReport(Committed, frozen=True):
    """What a restore did, or would do.

    Attributes:
        dry_run: Whether nothing was changed.
        restored_version: The version whose content the table has, or would have.
        files_restored: How many files come back into the table.
        files_missing: The files that would have to come back, but are gone from the storage.
    """

    dry_run: bool
    restored_version: int
    files_restored: int
    files_missing: tuple[str, ...]


class CheckpointReport(_Record, frozen=True):
    """What a checkpoint holds.

    Attributes:
        version: The version whose state it holds.
        duration_ms: How long it took.
    """

    version: int
    duration_ms: int


class CleanupLogReport(_Record, frozen=True):
    """What was removed from a log, or would be.

    Attributes:
        dry_run: Whether nothing was removed.
        version: The version of the table, which does not change.
        retention_hours: The table's property `delta.logRetentionDuration`.
        files: How many files of the log.
        bytes: Their size.
        duration_ms: How long it took.
    """

    dry_run: bool
    version: int
    retention_hours: int
    files: int
    bytes: int
    duration_ms: int


class ConstraintsReport(_Record, frozen=True):
    """The constraints of a table after an operation.

    Attributes:
        version: The version of the table after the operation.
        constraints: Every constraint with its condition.
        duration_ms: How long it took.
    """

    version: int
    constraints: dict[str, str]
    duration_ms: int


class PropertiesReport(_Record, frozen=True):
    """The properties of a table after an operation.

    Attributes:
        version: The version of the table after the operation.
        properties: Every property that is set.
        duration_ms: How long it took.
    """

    version: int
    properties: dict[str, str]
    duration_ms: int


class ProtocolReport(_Record, frozen=True):
    """What a table asks of its readers and writers.

    Attributes:
        version: The version of the table.
        min_reader_version: The least version of the protocol that a reader needs.
        min_writer_version: The least version of the protocol that a writer needs.
        reader_features: The features that a reader needs, sorted.
        writer_features: The features that a writer needs, sorted.
    """

    version: int
    min_reader_version: int
    min_writer_version: int
    reader_features: tuple[str, ...]
    writer_features: tuple[str, ...]


class HistoryEntry(_Record, frozen=True):
    """One commit of a table.

    Attributes:
        version: The version that it made.
        timestamp: When, as RFC 3339.
        operation: What was done, as the writer calls it.
        parameters: With which parameters.
        metrics: What came of it, in the writer's own figures, if it says.
        engine: Which program wrote it.
        metadata: Anything else that the commit carries.
    """

    version: int
    timestamp: str | None
    operation: str | None
    parameters: dict[str, Any]
    metrics: dict[str, Any] | None
    engine: str | None
    metadata: dict[str, Any]


class Column(_Record, frozen=True):
    """One column of a table.

    Attributes:
        name: Its name.
        data_type: Its Arrow type.
        nullable: Whether it may be NULL.
    """

    name: str
    data_type: str
    nullable: bool


class Snapshot(ProtocolReport, frozen=True):
    """A table at a version.

    Attributes:
        location: Where it lies.
        id: The id that it was created with.
        name: Its name, if it has one.
        description: What it says about itself.
        columns: The columns in order.
        partition_by: The columns that it is partitioned by.
        properties: The properties that are set.
        constraints: The constraints by name.
        files: How many files it has.
        bytes: Their size.
        rows: How many rows they have; `None` if one does not say.
    """

    location: str
    id: str
    name: str | None
    description: str | None
    columns: tuple[Column, ...]
    partition_by: tuple[str, ...]
    properties: dict[str, str]
    constraints: dict[str, str]
    files: int
    bytes: int
    rows: int | None


class DataFile(_Record, frozen=True):
    """One file of a table.

    Attributes:
        path: Its path, relative to the table.
        bytes: Its size.
        rows: How many rows it has, if it says so.
        partition: The values of the partition columns.
        modification_time: When it was written, in milliseconds since 1970.
    """

    path: str
    bytes: int
    rows: int | None
    partition: dict[str, str | None]
    modification_time: int
