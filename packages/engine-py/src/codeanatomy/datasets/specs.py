"""Records: what a dataset is."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from codeanatomy.datasets._record import Record
from codeanatomy.datasets.delta import DeltaPolicyBundle, SqlConstraint
from codeanatomy.datasets.scan import DataFusionScanOptions, SortKey
from codeanatomy.datasets.schemas import SchemaDescription
from codeanatomy.datasets.validation import ValidationPolicySpec

__all__ = [
    "ContractSpec",
    "DatasetPolicies",
    "DatasetSpec",
    "DedupeSpec",
    "DerivedField",
    "EvolutionSpec",
    "TableSpec",
    "ViewSpec",
]


class TableSpec(Record, frozen=True, kw_only=True):
    """The declared table of a dataset.

    Attributes:
        schema: The columns. Files and tables are read with this schema.
        key_fields: Columns that identify a row together: a rule `unique` of the dataset's
            validation.
        required_non_null: Columns without NULLs whatever the schema says: a rule `not_null` of the
            dataset's validation each.
    """

    schema: SchemaDescription
    key_fields: tuple[str, ...] | UnsetType = UNSET
    required_non_null: tuple[str, ...] | UnsetType = UNSET


class EvolutionSpec(Record, frozen=True, kw_only=True):
    """How the schema of files may differ from the declared one.

    Attributes:
        allow_casts: Whether types may differ where Arrow can cast.
        allow_extra: Whether there may be more columns; they are not read.
        allow_missing: Whether columns may be missing; they are NULL then, and must be nullable.
    """

    allow_casts: bool | UnsetType | None = UNSET
    allow_extra: bool | UnsetType | None = UNSET
    allow_missing: bool | UnsetType | None = UNSET


class DedupeSpec(Record, frozen=True, kw_only=True):
    """How rows with one key become one.

    Attributes:
        keys: The columns of the key.
        strategy: Which row stays.
        tie_breakers: What decides between rows with one key.
    """

    keys: tuple[str, ...]
    strategy: Literal[
        "keep_first_after_sort", "keep_best_by_score", "collapse_list", "keep_arbitrary"
    ]
    tie_breakers: tuple[SortKey, ...] | UnsetType = UNSET


class ContractSpec(Record, frozen=True, kw_only=True):
    """What a dataset promises.

    Whoever writes the dataset holds it.

    Attributes:
        name: The name, for reports.
        table_schema: The columns that are promised: a rule `required_columns` of the dataset's
            validation, with their types.
        canonical_sort: The order of the rows of every written file; scans of the dataset take it
            for their `file_sort_order`.
        constraints: Conditions that hold for every row: `DeltaTable::add_constraint`.
        dedupe: How rows with one key become one before they are written.
        validation: How the promise is checked; the layer below the validation of the dataset's
            policies.
        version: The version of the contract: the entry `codeanatomy.contract_version` of the
            metadata of commits.
    """

    name: str
    table_schema: SchemaDescription
    canonical_sort: tuple[SortKey, ...] | UnsetType = UNSET
    constraints: tuple[SqlConstraint, ...] | UnsetType = UNSET
    dedupe: DedupeSpec | UnsetType | None = UNSET
    validation: ValidationPolicySpec | UnsetType = UNSET
    version: int | UnsetType | None = UNSET


class DatasetPolicies(Record, frozen=True, kw_only=True):
    """The policies of a dataset's spec.

    Attributes:
        datafusion_scan: How its files are scanned.
        delta: What concerns Delta tables.
        validation: What its rows are checked for.
    """

    datafusion_scan: DataFusionScanOptions | UnsetType = UNSET
    delta: DeltaPolicyBundle | UnsetType = UNSET
    validation: ValidationPolicySpec | UnsetType = UNSET


class ViewSpec(Record, frozen=True, kw_only=True):
    """A view beside the dataset.

    Attributes:
        name: The name: `SessionContext::register_table`.
        sql: The query: `SessionContext::sql`.
    """

    name: str
    sql: str


class DerivedField(Record, frozen=True, kw_only=True):
    """A column computed from others: `DataFrame::with_column`.

    Attributes:
        name: The name.
        sql: The expression.
    """

    name: str
    sql: str


class DatasetSpec(Record, frozen=True, kw_only=True):
    """What a dataset is: its columns, what it promises, and the policies it is read and written by.

    Attributes:
        name: The name under which SQL finds the dataset.
        contract_spec: What the dataset promises.
        dataset_kind: What the rows are: `DeltaTable::scan_cdf` or `DeltaTable::table_provider`.
        derived_fields: Computed columns, in their order; each may use those before it.
        evolution_spec: How the schema of the files may differ from the declared one.
        policies: The policies.
        predicate: Which rows the dataset consists of: `DataFrame::filter` over the scan, which the
            optimizer pushes into it.
        table_spec: The declared table.
        view_specs: Views beside the dataset.
    """

    name: str
    contract_spec: ContractSpec | UnsetType | None = UNSET
    dataset_kind: Literal["primary", "delta_cdf"] | UnsetType = UNSET
    derived_fields: tuple[DerivedField, ...] | UnsetType = UNSET
    evolution_spec: EvolutionSpec | UnsetType = UNSET
    policies: DatasetPolicies | UnsetType = UNSET
    predicate: str | UnsetType | None = UNSET
    table_spec: TableSpec | UnsetType | None = UNSET
    view_specs: tuple[ViewSpec, ...] | UnsetType = UNSET
