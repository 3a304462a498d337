"""Records: how the files and Delta tables of a dataset are scanned."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from codeanatomy.datasets._record import Record
from codeanatomy.datasets.schemas import FieldDescription, SchemaDescription

__all__ = [
    "DataFusionScanOptions",
    "DeltaScanOptions",
    "DeltaScanPolicyDefaults",
    "ScanPolicyConfig",
    "ScanPolicyDefaults",
    "SortKey",
    "TableSchemaContract",
]


class SortKey(Record, frozen=True, kw_only=True):
    """A column to sort by.

    Attributes:
        column: The column.
        nulls_first: Whether NULLs come first; by default they do when descending only, as in SQL
            without `NULLS FIRST`.
        order: The direction.
    """

    column: str
    nulls_first: bool | UnsetType | None = UNSET
    order: Literal["ascending", "descending"] | UnsetType = UNSET


class TableSchemaContract(Record, frozen=True, kw_only=True):
    """The schema of a listing: the columns in the files, and those in their paths.

    Attributes:
        file_schema: The columns in the files.
        partition_cols: The columns in the paths.
    """

    file_schema: SchemaDescription
    partition_cols: tuple[FieldDescription, ...] | UnsetType = UNSET


class DataFusionScanOptions(Record, frozen=True, kw_only=True):
    """How the files of a dataset are scanned.

    Attributes:
        binary_as_string: Whether binary columns are read as text.
        cache: Whether the dataset is read once and kept in memory.
        collect_statistics: Whether statistics of the files are collected when they are listed.
        file_extension: How the names of the files end; null is the format's own ending.
        file_sort_order: The order that the rows of every file have. It is believed, not checked: a
            wrong one gives wrong results.
        list_files_cache_limit: How much memory remembered listings take.
        list_files_cache_ttl: How long a listing is remembered; null is for ever.
        listing_mutable: Whether `INSERT INTO` may add files.
        listing_table_factory_infer_partitions: Whether partition columns are inferred from the
            paths where none are stated.
        listing_table_ignore_subdirectory: Whether files in sub-directories that are no partitions
            are left out.
        meta_fetch_concurrency: How many files' metadata are fetched at once.
        parquet_pruning: Whether row groups are skipped by their statistics.
        partition_cols: The partition columns in the order of the directories.
        projection_exprs: SQL expressions that the dataset consists of, such as `id` or `upper(name)
            as name`; null is all columns.
        pushdown_filters: Whether filters are evaluated while Parquet is decoded.
        schema_force_view_types: Whether text and binary columns are read as views.
        skip_metadata: Whether metadata of the files' own schemas are left out, so that files that
            differ only in them have one schema.
        table_schema_contract: The schema of the files and the partition columns, stated together.
    """

    binary_as_string: bool | UnsetType | None = UNSET
    cache: bool | UnsetType | None = UNSET
    collect_statistics: bool | UnsetType | None = UNSET
    file_extension: str | UnsetType | None = UNSET
    file_sort_order: tuple[SortKey, ...] | UnsetType | None = UNSET
    list_files_cache_limit: int | str | UnsetType | None = UNSET
    list_files_cache_ttl: str | UnsetType | None = UNSET
    listing_mutable: bool | UnsetType | None = UNSET
    listing_table_factory_infer_partitions: bool | UnsetType | None = UNSET
    listing_table_ignore_subdirectory: bool | UnsetType | None = UNSET
    meta_fetch_concurrency: int | UnsetType | None = UNSET
    parquet_pruning: bool | UnsetType | None = UNSET
    partition_cols: tuple[FieldDescription, ...] | UnsetType | None = UNSET
    projection_exprs: tuple[str, ...] | UnsetType | None = UNSET
    pushdown_filters: bool | UnsetType | None = UNSET
    schema_force_view_types: bool | UnsetType | None = UNSET
    skip_metadata: bool | UnsetType | None = UNSET
    table_schema_contract: TableSchemaContract | UnsetType | None = UNSET


class ScanPolicyDefaults(Record, frozen=True, kw_only=True):
    """What a scan policy states for all listings of a kind.

    These are the options that depend on the machine and the store, not on the dataset.

    Attributes:
        collect_statistics: Whether statistics of the files are collected when they are listed.
        list_files_cache_limit: How much memory remembered listings take.
        list_files_cache_ttl: How long a listing is remembered.
        meta_fetch_concurrency: How many files' metadata are fetched at once.
    """

    collect_statistics: bool | UnsetType | None = UNSET
    list_files_cache_limit: int | str | UnsetType | None = UNSET
    list_files_cache_ttl: str | UnsetType | None = UNSET
    meta_fetch_concurrency: int | UnsetType | None = UNSET


class DeltaScanOptions(Record, frozen=True, kw_only=True):
    """How a Delta table is scanned.

    Attributes:
        enable_parquet_pushdown: Whether filters are pushed into Parquet. Deltalake pushes none
            where a table has deletion vectors or row tracking.
        file_column_name: The column that tells the file a row is from; null, the default, is none.
        schema: The schema that the table is read with instead of its own.
        schema_force_view_types: Whether text and binary columns are read as views.
        wrap_partition_values: Whether partition values are dictionaries.
    """

    enable_parquet_pushdown: bool | UnsetType | None = UNSET
    file_column_name: str | UnsetType | None = UNSET
    schema: SchemaDescription | UnsetType | None = UNSET
    schema_force_view_types: bool | UnsetType | None = UNSET
    wrap_partition_values: bool | UnsetType | None = UNSET


class DeltaScanPolicyDefaults(Record, frozen=True, kw_only=True):
    """What a scan policy states for all Delta tables.

    Attributes:
        enable_parquet_pushdown: Whether filters are pushed into Parquet.
        file_column_name: The column that tells the file a row is from.
        schema_force_view_types: Whether text and binary columns are read as views.
        wrap_partition_values: Whether partition values are dictionaries.
    """

    enable_parquet_pushdown: bool | UnsetType | None = UNSET
    file_column_name: str | UnsetType | None = UNSET
    schema_force_view_types: bool | UnsetType | None = UNSET
    wrap_partition_values: bool | UnsetType | None = UNSET


class ScanPolicyConfig(Record, frozen=True, kw_only=True):
    """The scan policy of a profile.

    Attributes:
        delta_listing: For the files of Delta tables.
        delta_scan: For scans of Delta tables.
        listing: For datasets that are no Delta tables.
    """

    delta_listing: ScanPolicyDefaults | UnsetType = UNSET
    delta_scan: DeltaScanPolicyDefaults | UnsetType = UNSET
    listing: ScanPolicyDefaults | UnsetType = UNSET
