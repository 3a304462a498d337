"""Arrow schemas as records."""

# pyarrow has no types of its own.
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownParameterType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from codeanatomy.datasets._record import Record
from codeanatomy.datasets.runtime import load_schema_runtime

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "FieldDescription",
    "SchemaDescription",
]


class FieldDescription(Record, frozen=True, kw_only=True):
    """A field of a schema.

    Attributes:
        name: The name.
        type: The type in Arrow's text form, such as `Int64`, `Timestamp(µs, "UTC")` or
            `List(non-null Utf8)`.
        metadata: Metadata of the field.
        nullable: Whether the column may hold NULL.
    """

    name: str
    type: str
    metadata: dict[str, str] | UnsetType = UNSET
    nullable: bool | UnsetType = UNSET


class SchemaDescription(Record, frozen=True, kw_only=True):
    """The two forms as they are written.

    Attributes:
        fields: The fields in their order; not beside `ipc`.
        ipc: The schema as a message of Arrow's IPC format, in base64.
        metadata: Metadata of the schema; not beside `ipc`, which has its own.
    """

    fields: tuple[FieldDescription, ...] | UnsetType | None = UNSET
    ipc: str | UnsetType | None = UNSET
    metadata: dict[str, str] | UnsetType = UNSET

    @classmethod
    def of(cls, schema: pa.Schema) -> SchemaDescription:
        """Describe a schema of pyarrow."""
        return cls(ipc=base64.b64encode(schema.serialize()).decode())

    def to_arrow(self) -> pa.Schema:
        """Return the schema as pyarrow has it.

        Raises:
            DatasetSpecError: The engine does not accept the description.
        """
        import pyarrow as pa  # noqa: PLC0415

        message = load_schema_runtime().schema_message(self.to_json())
        return pa.ipc.read_schema(pa.py_buffer(message))
