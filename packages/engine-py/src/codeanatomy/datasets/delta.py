"""Records: policies of Delta tables beside their scan."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from codeanatomy.datasets._record import Record
from codeanatomy.datasets.scan import DeltaScanOptions

__all__ = [
    "DeltaCdfPolicy",
    "DeltaFeatureGate",
    "DeltaMaintenancePolicy",
    "DeltaPolicyBundle",
    "DeltaSchemaPolicy",
    "DeltaWritePolicy",
    "ParquetWriterPolicy",
    "SqlConstraint",
]


class SqlConstraint(Record, frozen=True, kw_only=True):
    """A condition that holds for every row, checked by each write.

    Attributes:
        name: The name: `ConstraintBuilder::with_constraint`.
        sql: The condition: `ConstraintBuilder::with_constraint`.
    """

    name: str
    sql: str


class DeltaCdfPolicy(Record, frozen=True, kw_only=True):
    """What is asked of the change data feed of a table.

    Attributes:
        allow_out_of_range: Whether versions that the table does not have give no rows instead of an
            error.
        required: Whether the dataset is the table's changes, so that a table without a feed is an
            error.
    """

    allow_out_of_range: bool | UnsetType | None = UNSET
    required: bool | UnsetType | None = UNSET


class DeltaMaintenancePolicy(Record, frozen=True, kw_only=True):
    """What is done to a table after it was written.

    Attributes:
        checkpoint_on_write: Whether every write is followed by a checkpoint.
        checkpoint_version_interval: After how many versions a checkpoint follows.
        enable_deletion_vectors: Whether the table may have deletion vectors.
        enable_log_compaction: Whether the log is compacted after a write.
        enable_v2_checkpoints: Whether checkpoints are of version 2.
        enforce_retention_duration: Whether a retention below the table's is refused.
        optimize_file_threshold: From how many files that one write added an optimisation follows.
        optimize_on_write: Whether every write is followed by an optimisation.
        optimize_target_size: How large optimised files become.
        total_file_threshold: From how many files of the table an optimisation follows.
        vacuum_dry_run: Whether a vacuum only tells what it would delete.
        vacuum_on_write: Whether every write is followed by a vacuum.
        vacuum_retention_hours: How many hours removed files are kept.
        vacuum_version_threshold: After how many versions a vacuum follows.
        z_order_cols: The columns that files are ordered by.
        z_order_when: When files are ordered.
    """

    checkpoint_on_write: bool | UnsetType | None = UNSET
    checkpoint_version_interval: int | UnsetType | None = UNSET
    enable_deletion_vectors: bool | UnsetType | None = UNSET
    enable_log_compaction: bool | UnsetType | None = UNSET
    enable_v2_checkpoints: bool | UnsetType | None = UNSET
    enforce_retention_duration: bool | UnsetType | None = UNSET
    optimize_file_threshold: int | UnsetType | None = UNSET
    optimize_on_write: bool | UnsetType | None = UNSET
    optimize_target_size: int | str | UnsetType | None = UNSET
    total_file_threshold: int | UnsetType | None = UNSET
    vacuum_dry_run: bool | UnsetType | None = UNSET
    vacuum_on_write: bool | UnsetType | None = UNSET
    vacuum_retention_hours: int | UnsetType | None = UNSET
    vacuum_version_threshold: int | UnsetType | None = UNSET
    z_order_cols: tuple[str, ...] | UnsetType | None = UNSET
    z_order_when: Literal["never", "periodic", "after_partition_complete"] | UnsetType | None = (
        UNSET
    )


class ParquetWriterPolicy(Record, frozen=True, kw_only=True):
    """How Parquet files are written.

    Attributes:
        bloom_filter_enabled: Columns with a Bloom filter: `set_column_bloom_filter_enabled`.
        compression: The codec, such as `snappy` or `zstd(3)`:
            `WriterPropertiesBuilder::set_compression`.
        dictionary_enabled: Columns encoded as dictionaries: `set_column_dictionary_enabled`.
        max_row_group_size: How many rows a row group has at most:
            `WriterPropertiesBuilder::set_max_row_group_row_count`.
        statistics_enabled: Columns with statistics in each page: `set_column_statistics_enabled`.
    """

    bloom_filter_enabled: tuple[str, ...] | UnsetType = UNSET
    compression: str | UnsetType | None = UNSET
    dictionary_enabled: tuple[str, ...] | UnsetType = UNSET
    max_row_group_size: int | UnsetType | None = UNSET
    statistics_enabled: tuple[str, ...] | UnsetType = UNSET


class DeltaWritePolicy(Record, frozen=True, kw_only=True):
    """How a table is written.

    Attributes:
        enable_features: Features of Delta's protocol that are switched on.
        parquet_writer_policy: How Parquet files are written; null is as deltalake writes them.
        partition_by: The partition columns of a table that the write makes.
        stats_columns: The columns of `explicit` statistics.
        stats_max_columns: The number of columns of `auto` statistics.
        stats_policy: Of which columns statistics are recorded.
        target_file_size: How large the files of a write become.
    """

    enable_features: (
        tuple[
            Literal[
                "append_only",
                "change_data_feed",
                "column_mapping",
                "deletion_vectors",
                "v2_checkpoints",
            ],
            ...,
        ]
        | UnsetType
        | None
    ) = UNSET
    parquet_writer_policy: ParquetWriterPolicy | UnsetType | None = UNSET
    partition_by: tuple[str, ...] | UnsetType | None = UNSET
    stats_columns: tuple[str, ...] | UnsetType | None = UNSET
    stats_max_columns: int | UnsetType | None = UNSET
    stats_policy: Literal["off", "explicit", "auto"] | UnsetType | None = UNSET
    target_file_size: int | str | UnsetType | None = UNSET


class DeltaSchemaPolicy(Record, frozen=True, kw_only=True):
    """How the schema of a table may change.

    Attributes:
        column_mapping_mode: How names of columns are mapped; null is not at all.
        schema_mode: What a write does to columns that the table does not have; null refuses them.
    """

    column_mapping_mode: Literal["id", "name"] | UnsetType | None = UNSET
    schema_mode: Literal["merge", "overwrite"] | UnsetType | None = UNSET


class DeltaFeatureGate(Record, frozen=True, kw_only=True):
    """What a table's protocol must have, or the table is not opened.

    Attributes:
        min_reader_version: The least version of readers.
        min_writer_version: The least version of writers.
        required_reader_features: Features of readers by their names in Delta's protocol, such as
            `deletionVectors`.
        required_writer_features: Features of writers by their names in Delta's protocol, such as
            `changeDataFeed`.
    """

    min_reader_version: int | UnsetType | None = UNSET
    min_writer_version: int | UnsetType | None = UNSET
    required_reader_features: tuple[str, ...] | UnsetType | None = UNSET
    required_writer_features: tuple[str, ...] | UnsetType | None = UNSET


class DeltaPolicyBundle(Record, frozen=True, kw_only=True):
    """What concerns Delta tables.

    Attributes:
        cdf_policy: What is asked of its change data feed.
        constraints: Conditions that hold for every row: `DeltaTable::add_constraint`. A layer that
            states them states all.
        feature_gate: What its protocol must have.
        maintenance_policy: What is done to it after a write.
        scan: How a table is scanned.
        schema_policy: How its schema may change.
        write_policy: How it is written.
    """

    cdf_policy: DeltaCdfPolicy | UnsetType = UNSET
    constraints: tuple[SqlConstraint, ...] | UnsetType | None = UNSET
    feature_gate: DeltaFeatureGate | UnsetType = UNSET
    maintenance_policy: DeltaMaintenancePolicy | UnsetType = UNSET
    scan: DeltaScanOptions | UnsetType = UNSET
    schema_policy: DeltaSchemaPolicy | UnsetType = UNSET
    write_policy: DeltaWritePolicy | UnsetType = UNSET
