"""Datasets that tests write: their columns, their records, and what deltalake reads of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import deltalake
import pyarrow as pa
from codeanatomy.datasets import (
    ContractSpec,
    DatasetLocation,
    DatasetLocationOverrides,
    DatasetResolutionRequest,
    DatasetSpec,
    DeltaPolicyBundle,
    SchemaDescription,
    TableSpec,
    ValidationPolicySpec,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


SCHEMA = pa.schema([("id", pa.int64()), ("score", pa.int64()), ("name", pa.string())])


def dataset(path: Path, *, delta: Any = None, validation: Any = None, **spec: Any) -> Any:
    """A dataset with what a test states about it; `schema` declares its columns."""
    schema = spec.pop("schema", None)
    if schema is not None:
        spec["table_spec"] = TableSpec(schema=SchemaDescription.of(schema), **spec.pop("table", {}))
    overrides: dict[str, Any] = {}
    if delta is not None:
        overrides["delta"] = DeltaPolicyBundle(**delta)
    if validation is not None:
        overrides["validation"] = ValidationPolicySpec(**validation)
    return DatasetResolutionRequest(
        name="d",
        location=DatasetLocation(
            path=str(path),
            dataset_spec=DatasetSpec(name="d", **spec),
            overrides=DatasetLocationOverrides(**overrides),
        ),
    )


def stored(path: Path) -> list[dict[str, Any]]:
    return deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()


def table(*rows: tuple[Any, ...]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)


def by_id(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["id"] is None, row["id"] or 0, str(row)))


def contract(**fields: Any) -> ContractSpec:
    schema = fields.pop("schema", SCHEMA)
    return ContractSpec(name="c", table_schema=SchemaDescription.of(schema), **fields)
