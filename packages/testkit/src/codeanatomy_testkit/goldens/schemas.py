"""Types of records as JSON Schema, and what a changed schema means for payloads."""

# JSON may hold anything.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import msgspec

from codeanatomy_testkit.goldens.changes import Change, brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codeanatomy_testkit.goldens.changes import Effect, Json

DOCUMENTATION = ("title", "description", "examples")
LOWER, UPPER = "lower", "upper"
BOUNDS = {
    "minimum": LOWER,
    "exclusiveMinimum": LOWER,
    "minLength": LOWER,
    "minItems": LOWER,
    "minProperties": LOWER,
    "maximum": UPPER,
    "exclusiveMaximum": UPPER,
    "maxLength": UPPER,
    "maxItems": UPPER,
    "maxProperties": UPPER,
}
EXACT = ("const", "pattern", "format", "contentEncoding", "multipleOf")


def describe_type(record: type) -> tuple[Json, dict[str, Json]]:
    """Describe a record as JSON Schema (2020-12).

    Args:
        record: A `msgspec.Struct`, a dataclass or whatever else msgspec knows.

    Returns:
        The schema of the record alone, and the schemas by name that it and they refer to by
        `$ref`. Texts are without indentation, which differs between versions of Python.

    Raises:
        TypeError: msgspec can't describe it.
    """
    (own,), components = msgspec.json.schema_components(
        [record], schema_hook=anything, ref_template="{name}"
    )
    # As JSON: defaults may be of other types, such as tuples.
    own, components = tidied(msgspec.json.decode(msgspec.json.encode([own, components])))
    return components[own["$ref"]] if "$ref" in own else own, components


def anything(type_: type) -> dict[str, Json]:
    """Describe `object`, which takes anything; a type that msgspec does not know is refused."""
    if type_ is object:
        # An empty schema would be taken for none.
        return {"$comment": "anything"}
    raise NotImplementedError


def tidied(schema: Json) -> Json:
    """Give a schema with tidy texts."""
    if isinstance(schema, list):
        return [tidied(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: inspect.cleandoc(part)
        if key == "description" and isinstance(part, str)
        else tidied(part)
        for key, part in schema.items()
    }


def compare_schemas(old: Json, new: Json, path: str) -> list[Change]:
    """Compare two schemas of one record.

    The question is whether payloads that were valid are still valid and mean the same.

    Args:
        old: The golden.
        new: What there is now.
        path: Name of the record.

    Returns:
        The changes, in order.

    Examples:
        >>> old = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
        >>> new = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {}}}
        >>> [str(change) for change in compare_schemas(old, new, "Egg")]
        ['compatible: Egg.b: added optional field', 'compatible: Egg.a: no longer required']
    """
    return list(_changes(old, new, path))


def _changes(old: Json, new: Json, path: str) -> Iterator[Change]:
    for key in DOCUMENTATION:
        if old.get(key) != new.get(key):
            yield Change(path, "documentation", f"changed {key}")
    if old.get("default", path) != new.get("default", path):
        yield from _default(old, new, path)
    mine, other = alternatives(old), alternatives(new)
    if not mine or not other:
        if mine != other:
            word, effect = ("narrowed", "breaking") if other else ("widened", "compatible")
            yield Change(path, effect, f"{word} type: {names(mine)} is now {names(other)}")
        return
    # Whoever takes any number takes integers.
    lost = [
        key for key in mine if key not in other and not (key == "integer" and "number" in other)
    ]
    gained = [key for key in other if key not in mine]
    if lost:
        word = "changed" if gained else "narrowed"
        yield Change(path, "breaking", f"{word} type: {names(mine)} is now {names(other)}")
    elif gained:
        yield Change(path, "compatible", f"widened type: {names(mine)} is now {names(other)}")
    for key in mine:
        if key in other:
            yield from _same_kind(mine[key], other[key], path)


def _default(old: Json, new: Json, path: str) -> Iterator[Change]:
    # A payload that leaves the field out means something else now.
    before = brief(old["default"]) if "default" in old else "none"
    after = brief(new["default"]) if "default" in new else "none"
    effect: Effect = "breaking" if "default" in old else "compatible"
    yield Change(path, effect, f"changed default: {before} is now {after}")


def _same_kind(old: Json, new: Json, path: str) -> Iterator[Change]:
    if "enum" in old or "enum" in new:
        yield from _enum(old, new, path)
    for key in EXACT:
        if old.get(key) != new.get(key):
            effect: Effect = "compatible" if key not in new else "breaking"
            what = f"changed {key}: {brief(old.get(key))} is now {brief(new.get(key))}"
            yield Change(path, effect, what)
    for key, side in BOUNDS.items():
        if old.get(key) != new.get(key):
            wider = key not in new or (
                key in old and (new[key] < old[key] if side == LOWER else new[key] > old[key])
            )
            word: Effect = "compatible" if wider else "breaking"
            what = f"changed {key}: {brief(old.get(key))} is now {brief(new.get(key))}"
            yield Change(path, word, what)
    if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
        yield from _changes(old["items"], new["items"], f"{path}[]")
    for place, (mine, other) in enumerate(
        zip(old.get("prefixItems", ()), new.get("prefixItems", ()), strict=False)
    ):
        yield from _changes(mine, other, f"{path}[{place}]")
    if "object" in {old.get("type"), new.get("type")}:
        yield from _object(old, new, path)


def _enum(old: Json, new: Json, path: str) -> Iterator[Change]:
    before, after = old.get("enum", []), new.get("enum", [])
    if lost := [value for value in before if value not in after]:
        yield Change(path, "breaking", f"narrowed type: no longer takes {brief(lost)}")
    if gained := [value for value in after if value not in before]:
        yield Change(path, "compatible", f"widened type: now takes {brief(gained)}")


def _object(old: Json, new: Json, path: str) -> Iterator[Change]:
    before, after = old.get("properties", {}), new.get("properties", {})
    were, are = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        if name not in after:
            yield Change(f"{path}.{name}", "breaking", "removed field")
    for name in after:
        if name not in before:
            effect: Effect = "breaking" if name in are else "compatible"
            word = "required" if name in are else "optional"
            yield Change(f"{path}.{name}", effect, f"added {word} field")
    for name in before:
        if name not in after:
            continue
        if name in were - are:
            yield Change(f"{path}.{name}", "compatible", "no longer required")
        if name in are - were:
            yield Change(f"{path}.{name}", "breaking", "now required")
        yield from _changes(before[name], after[name], f"{path}.{name}")
    yield from _other_fields(old, new, path)


def _other_fields(old: Json, new: Json, path: str) -> Iterator[Change]:
    mine, other = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if isinstance(mine, dict) and isinstance(other, dict):
        yield from _changes(mine, other, f"{path}.*")
    elif mine != other:
        if other is True:
            yield Change(path, "compatible", "takes any other fields now")
        else:
            yield Change(path, "breaking", "no longer takes any other fields")


def alternatives(schema: Json) -> dict[str, Json]:
    """Give what a schema takes, by kind; nothing if it takes anything."""
    if "anyOf" in schema:
        parts = [alternatives(part) for part in schema["anyOf"]]
        return {key: part for kinds in parts for key, part in kinds.items()}
    if "$ref" in schema:
        return {schema["$ref"]: {}}
    if "enum" in schema or "const" in schema:
        return {"literal": schema}
    return {schema["type"]: schema} if "type" in schema else {}


def names(kinds: dict[str, Json]) -> str:
    """Write what a schema takes."""
    return " or ".join(kinds) or "anything"


def texts_of(schema: Json, path: str) -> Iterator[tuple[str, str]]:
    """Give each text of a schema that people read, with its place."""
    if isinstance(schema, dict):
        for key, part in schema.items():
            if key in DOCUMENTATION and isinstance(part, str):
                yield path, part
            elif key == "properties":
                for name, field in part.items():
                    yield from texts_of(field, f"{path}.{name}")
            else:
                yield from texts_of(part, path)
    elif isinstance(schema, list):
        for part in schema:
            yield from texts_of(part, path)
