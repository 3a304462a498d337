"""Records: where a dataset is, and the layers around it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from codeanatomy.datasets._record import Record
from codeanatomy.datasets.delta import DeltaPolicyBundle
from codeanatomy.datasets.scan import DataFusionScanOptions, DeltaScanOptions, ScanPolicyConfig
from codeanatomy.datasets.specs import DatasetSpec, TableSpec
from codeanatomy.datasets.validation import ValidationPolicySpec

__all__ = [
    "DatasetLocation",
    "DatasetLocationOverrides",
    "DeltaCdfOptions",
    "LocationRequest",
    "SessionOptions",
]


class DeltaCdfOptions(Record, frozen=True, kw_only=True):
    """Which changes of a Delta table are read.

    Attributes:
        allow_out_of_range: Whether versions that the table does not have give no rows:
            `CdfLoadBuilder::with_allow_out_of_range`, over the policy's.
        ending_timestamp: Until when: `CdfLoadBuilder::with_ending_timestamp`.
        ending_version: The last version, inclusive: `CdfLoadBuilder::with_ending_version`.
        starting_timestamp: From when on: `CdfLoadBuilder::with_starting_timestamp`.
        starting_version: The first version, inclusive: `CdfLoadBuilder::with_starting_version`.
    """

    allow_out_of_range: bool | UnsetType | None = UNSET
    ending_timestamp: str | UnsetType | None = UNSET
    ending_version: int | UnsetType | None = UNSET
    starting_timestamp: str | UnsetType | None = UNSET
    starting_version: int | UnsetType | None = UNSET


class DatasetLocationOverrides(Record, frozen=True, kw_only=True):
    """What a location states over the spec of its dataset.

    Attributes:
        datafusion_scan: How its files are scanned.
        delta: What concerns Delta tables.
        table_spec: The declared table, instead of the spec's.
        validation: What its rows are checked for.
    """

    datafusion_scan: DataFusionScanOptions | UnsetType = UNSET
    delta: DeltaPolicyBundle | UnsetType = UNSET
    table_spec: TableSpec | UnsetType | None = UNSET
    validation: ValidationPolicySpec | UnsetType = UNSET


class DatasetLocation(Record, frozen=True, kw_only=True):
    """Where a dataset is, and what this location states over the dataset's spec.

    Attributes:
        path: A path or URL of a file, a directory or a Delta table: `ListingTableUrl` or
            `DeltaTableBuilder::from_url`.
        datafusion_provider: How the rows are provided; by default the format and the spec decide.
        dataset_spec: What the dataset is.
        delta_cdf_options: Which changes of a Delta table are read.
        delta_timestamp: When a Delta table was as it is read: `DeltaTableBuilder::with_timestamp`.
        delta_version: The version of a Delta table: `DeltaTableBuilder::with_version`.
        files: The files to read, relative to `path`: `ListingTableConfig::new_with_multi_paths` or
            `TableProviderBuilder::with_file_paths`.
        format: The format of the files.
        overrides: What this location states over the spec.
        partitioning: What the paths of the files tell.
        read_options: Options of CSV or JSON by their names in DataFusion without `format.`:
            `TableOptions::alter_with_string_hash_map`.
        storage_options: What the store is opened with: `DeltaTableBuilder::with_storage_options`,
            or the store that a listing registers.
    """

    path: str
    datafusion_provider: Literal["listing", "delta", "delta_cdf"] | UnsetType | None = UNSET
    dataset_spec: DatasetSpec | UnsetType | None = UNSET
    delta_cdf_options: DeltaCdfOptions | UnsetType | None = UNSET
    delta_timestamp: str | UnsetType | None = UNSET
    delta_version: int | UnsetType | None = UNSET
    files: tuple[str, ...] | UnsetType = UNSET
    format: Literal["delta", "parquet", "csv", "json", "arrow", "avro"] | UnsetType = UNSET
    overrides: DatasetLocationOverrides | UnsetType = UNSET
    partitioning: Literal["hive", "none"] | UnsetType = UNSET
    read_options: dict[str, str] | UnsetType = UNSET
    storage_options: dict[str, str] | UnsetType = UNSET

    def __repr__(self) -> str:
        """Show the names of `storage_options` without their values, which are secrets."""
        return msgspec.Struct.__repr__(self._masked())

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show the same to `rich`."""
        return msgspec.Struct.__rich_repr__(self._masked())

    def _masked(self) -> DatasetLocation:
        if not self.storage_options:
            return self
        masked = dict.fromkeys(self.storage_options, "…")
        return msgspec.structs.replace(self, storage_options=masked)


class SessionOptions(Record, frozen=True, kw_only=True):
    """What a session's settings say about scans.

    Attributes:
        datafusion_scan: About scans of files.
        delta_scan: About scans of Delta tables.
    """

    datafusion_scan: DataFusionScanOptions | UnsetType = UNSET
    delta_scan: DeltaScanOptions | UnsetType = UNSET


class LocationRequest(Record, frozen=True, kw_only=True):
    """A location with the layers around it.

    Attributes:
        location: The location, with its overrides and the spec of its dataset.
        call: What the caller states with the call.
        policy: The scan policy of the profile.
        session: What the session's settings say.
    """

    location: DatasetLocation
    call: DatasetLocationOverrides | UnsetType = UNSET
    policy: ScanPolicyConfig | UnsetType = UNSET
    session: SessionOptions | UnsetType = UNSET
