"""Payloads that a schema takes, made of the schema: what old releases could have written."""

# JSON may hold anything.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeanatomy_testkit.goldens.changes import Json

SIMPLE = {"boolean": True, "number": 1.5, "null": None}


def sample(schema: Json, components: dict[str, Json], *, full: bool) -> Json:
    """Make a payload.

    Args:
        schema: A schema as msgspec writes it.
        components: The schemas that it refers to, by name.
        full: Whether it has the optional fields, too, and one item in each list.

    Returns:
        The payload; the same for the same schema.

    Examples:
        >>> schema = {"type": "array", "items": {"type": "integer", "minimum": 3}}
        >>> sample(schema, {}, full=True)
        [3]
    """
    if "$ref" in schema:
        return sample(components[schema["$ref"]], components, full=full)
    if "anyOf" in schema:
        return _any_of(schema["anyOf"], components, full=full)
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = str(schema.get("type"))
    if kind == "object":
        return _object(schema, components, full=full)
    if kind == "array":
        return _array(schema, components, full=full)
    return _simple(schema, kind)


def _simple(schema: Json, kind: str) -> Json:
    if kind == "integer":
        return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    if kind == "string":
        return "text".ljust(schema.get("minLength", 0), "t")[: schema.get("maxLength")]
    return SIMPLE.get(kind)


def _any_of(parts: Json, components: dict[str, Json], *, full: bool) -> Json:
    nulls = [part for part in parts if part.get("type") == "null"]
    others = [part for part in parts if part.get("type") != "null"]
    return sample(((others or nulls) if full else (nulls or others))[0], components, full=full)


def _object(schema: Json, components: dict[str, Json], *, full: bool) -> Json:
    required = schema.get("required", ())
    result = {
        name: sample(part, components, full=full)
        for name, part in schema.get("properties", {}).items()
        if full or name in required
    }
    more = schema.get("additionalProperties")
    if full and isinstance(more, dict):
        result["key"] = sample(more, components, full=full)
    return result


def _array(schema: Json, components: dict[str, Json], *, full: bool) -> Json:
    items = [sample(part, components, full=full) for part in schema.get("prefixItems", ())]
    wanted = max(schema.get("minItems", 0), 1 if full else 0)
    rest = schema.get("items")
    while isinstance(rest, dict) and len(items) < wanted:
        items.append(sample(rest, components, full=full))
    return items
