"""The records of Python against the engine's JSON Schemas: the same fields, types and names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from codeanatomy import datasets
from codeanatomy.datasets import load_schema_runtime

Schema = dict[str, Any]


def canonical(schema: Schema, definitions: Schema) -> object:
    """Return what a schema accepts, whatever the dialect: unions become sets of their members."""
    if "$ref" in schema:
        return canonical(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return union(canonical(member, definitions) for member in schema[key])
    if "enum" in schema:
        return frozenset(repr(value) for value in schema["enum"])
    kind = schema["type"]
    if isinstance(kind, list):
        return union(canonical({**schema, "type": one}, definitions) for one in kind)
    return frozenset({plain(schema, definitions)})


def plain(schema: Schema, definitions: Schema) -> object:
    """Return what a schema of one type accepts."""
    kind = schema["type"]
    if kind == "array":
        return ("array", canonical(schema["items"], definitions))
    if kind == "object" and "properties" in schema:
        properties = {
            name: canonical(value, definitions) for name, value in schema["properties"].items()
        }
        required = frozenset(schema.get("required", ()))
        return ("object", required, frozenset(properties.items()))
    if kind == "object":
        values = schema.get("additionalProperties")
        return ("map", canonical(values, definitions) if values else None)
    return kind


def union(members: Any) -> frozenset[object]:
    return frozenset().union(*members)


def of_engine(name: str) -> object:
    schema = load_schema_runtime().json_schema(name)
    return canonical(schema, schema.get("definitions", {}))


def of_python(record: type[msgspec.Struct]) -> object:
    schema = msgspec.json.schema(record)
    return canonical(schema, schema["$defs"])


def test_every_record_of_the_engine_is_one_of_python() -> None:
    names = load_schema_runtime().record_names()
    assert len(names) >= 25
    assert set(names) <= set(datasets.__all__)


@pytest.mark.parametrize("name", load_schema_runtime().record_names())
def test_a_record_is_the_engines(name: str) -> None:
    record = getattr(datasets, name)
    assert of_python(record) == of_engine(name)
    assert record.__struct_config__.frozen
    assert record.__struct_config__.forbid_unknown_fields
    # Unset is the only default: what is stated is always told to the engine.
    for field in msgspec.structs.fields(record):
        assert field.required or field.default is msgspec.UNSET, field.name
        assert f"        {field.name}: " in record.__doc__, field.name


@pytest.mark.parametrize(
    "fields",
    [
        [("required", bool)],
        [("required", bool | None), ("allow_out_of_range", bool | None)],
        [
            ("required", bool | msgspec.UnsetType | None, msgspec.UNSET),
            ("allow_out_of_range", int | msgspec.UnsetType | None, msgspec.UNSET),
        ],
        [
            ("required", bool | msgspec.UnsetType, msgspec.UNSET),
            ("allow_out_of_range", bool | msgspec.UnsetType | None, msgspec.UNSET),
        ],
    ],
)
def test_a_drifted_record_is_noticed(fields: list[Any]) -> None:
    drifted = msgspec.defstruct("DeltaCdfPolicy", fields)
    assert of_python(drifted) != of_engine("DeltaCdfPolicy")


def test_options_are_documented_with_their_targets() -> None:
    fields = load_schema_runtime().fields("DataFusionScanOptions")
    names = {field.name for field in msgspec.structs.fields(datasets.DataFusionScanOptions)}
    assert {option["name"] for option in fields["options"]} == names
    assert all(option["applied_to"] for option in fields["options"])
    refused = {field["name"] for field in fields["refused"]}
    assert {"skip_arrow_metadata", "unbounded", "expr_adapter_factory"} <= refused
    assert not refused & names
