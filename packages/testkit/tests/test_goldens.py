"""What changed schemas and values mean, and golden files of several versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import codeanatomy
import msgspec
import pytest
from codeanatomy_testkit.goldens import (
    Golden,
    GoldenFiles,
    compare_schemas,
    compare_values,
    describe_type,
    record_types,
)
from codeanatomy_testkit.goldens.samples import sample
from msgspec import UNSET, Meta, Struct, UnsetType, defstruct

if TYPE_CHECKING:
    from pathlib import Path


class Egg(Struct, forbid_unknown_fields=True):
    """An egg."""

    size: Literal["m", "l"]
    grams: Annotated[int, Meta(ge=10, le=99)]
    tags: tuple[str, ...] = ()
    farm: str | None = None


def effects(old: Any, new: Any) -> list[str]:
    """Compare two types by their schemas."""
    return [
        str(change)
        for change in compare_schemas(describe_type(old)[0], describe_type(new)[0], "Egg")
    ]


def egg(*fields: Any, **options: Any) -> type:
    """Make a record with these fields."""
    return defstruct("Egg", [*fields], namespace={"__doc__": "An egg."}, **options)


class Yolk(Struct):
    """A yolk."""

    grams: int


CHANGES = [
    (("a", int), ("a", int), []),
    (("a", int), ("a", str), ["breaking: Egg.a: changed type: integer is now string"]),
    (("a", int), ("a", float), ["compatible: Egg.a: widened type: integer is now number"]),
    (("a", float), ("a", int), ["breaking: Egg.a: changed type: number is now integer"]),
    (
        ("a", int),
        ("a", int | None),
        ["compatible: Egg.a: widened type: integer is now integer or null"],
    ),
    (
        ("a", int | None),
        ("a", int),
        ["breaking: Egg.a: narrowed type: integer or null is now integer"],
    ),
    (("a", Any), ("a", int), ["breaking: Egg.a: narrowed type: anything is now integer"]),
    (("a", int), ("a", Any), ["compatible: Egg.a: widened type: integer is now anything"]),
    (
        ("a", Literal["x", "y"]),
        ("a", Literal["x", "z"]),
        [
            'breaking: Egg.a: narrowed type: no longer takes ["y"]',
            'compatible: Egg.a: widened type: now takes ["z"]',
        ],
    ),
    (
        ("a", int),
        ("a", int, 3),
        [
            "compatible: Egg.a: no longer required",
            "compatible: Egg.a: changed default: none is now 3",
        ],
    ),
    (
        ("a", int, 3),
        ("a", int),
        ["breaking: Egg.a: now required", "breaking: Egg.a: changed default: 3 is now none"],
    ),
    (("a", int, 3), ("a", int, 4), ["breaking: Egg.a: changed default: 3 is now 4"]),
    (
        ("a", Annotated[int, Meta(ge=1)]),
        ("a", Annotated[int, Meta(ge=2)]),
        ["breaking: Egg.a: changed minimum: 1 is now 2"],
    ),
    (
        ("a", Annotated[int, Meta(le=1)]),
        ("a", Annotated[int, Meta(le=2)]),
        ["compatible: Egg.a: changed maximum: 1 is now 2"],
    ),
    (
        ("a", Annotated[str, Meta(pattern="x")]),
        ("a", Annotated[str, Meta(pattern="y")]),
        ['breaking: Egg.a: changed pattern: "x" is now "y"'],
    ),
    (
        ("a", list[int]),
        ("a", list[str]),
        ["breaking: Egg.a[]: changed type: integer is now string"],
    ),
    (
        ("a", dict[str, int]),
        ("a", dict[str, int | None]),
        ["compatible: Egg.a.*: widened type: integer is now integer or null"],
    ),
    (
        ("a", Yolk),
        ("a", Yolk | None),
        ["compatible: Egg.a: widened type: Yolk is now Yolk or null"],
    ),
    (
        ("a", Annotated[int, Meta(description="old")]),
        ("a", Annotated[int, Meta(description="new")]),
        ["documentation: Egg.a: changed description"],
    ),
    (
        ("a", tuple[int, str]),
        ("a", tuple[int, int]),
        ["breaking: Egg.a[1]: changed type: string is now integer"],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_changes_of_a_field(old: Any, new: Any, expected: list[str]) -> None:
    assert sorted(effects(egg(old), egg(new))) == sorted(expected)


def test_changes_of_a_record() -> None:
    one, two = egg(("a", int)), egg(("a", int), ("b", int))
    assert effects(one, two) == ["breaking: Egg.b: added required field"]
    assert effects(two, one) == ["breaking: Egg.b: removed field"]
    optional = egg(("a", int), ("b", int | UnsetType, UNSET))
    assert effects(one, optional) == ["compatible: Egg.b: added optional field"]
    strict = egg(("a", int), forbid_unknown_fields=True)
    assert effects(one, strict) == ["breaking: Egg: no longer takes any other fields"]
    assert effects(strict, one) == ["compatible: Egg: takes any other fields now"]


def test_values_are_compared_place_by_place() -> None:
    old = {"a": [1, {"b": True}], "c": None}
    assert compare_values(old, old) == []
    assert [str(change) for change in compare_values(old, {"a": [1, {"b": 1}, 2], "d": ""})] == [
        "breaking: $.a[1].b: true is now 1",
        "breaking: $.a: 2 items are now 3",
        "breaking: $.c: removed null",
        'breaking: $.d: added ""',
    ]


def test_samples_are_read_by_their_types() -> None:
    types = record_types(codeanatomy)
    assert len(types) >= 80
    for record in [*types, Egg]:
        schema, components = describe_type(record)
        for full in (False, True):
            msgspec.convert(sample(schema, components, full=full), record)
    schema, components = describe_type(Egg)
    assert sample(schema, components, full=False) == {"size": "l", "grams": 10}
    assert sample(schema, components, full=True) == {
        "size": "l",
        "grams": 10,
        "tags": ["text"],
        "farm": "text",
    }


@pytest.fixture
def write(tmp_path: Path) -> Golden:
    """Goldens that are written."""
    return Golden(GoldenFiles(tmp_path / "goldens"), update=True)


@pytest.fixture
def check(write: Golden) -> Golden:
    """The same goldens, compared."""
    return Golden(write.files, banned=["Pandera"])


def test_values_and_texts(write: Golden, check: Golden) -> None:
    with pytest.raises(AssertionError, match=r"there is no golden .*\n.*--update-goldens"):
        check("order", {"id": 1})
    write("order", {"id": 1, "egg": Egg("m", 60)})
    write.text("receipt", "eggs 2.50\nspam 1.00\n\n")
    assert len(write.notes) == 2
    check("order", {"egg": {"size": "m", "grams": 60, "tags": [], "farm": None}, "id": 1})
    check.text("receipt", "eggs 2.50\nspam 1.00")
    with pytest.raises(AssertionError, match=r"breaking: \$\.egg: removed"):
        check("order", {"id": 1})
    with pytest.raises(AssertionError, match=r"-spam 1.00\n\+ham 3.00"):
        check.text("receipt", "eggs 2.50\nham 3.00")
    assert check.notes == []
    write("order", {"id": 1, "egg": Egg("m", 60)})
    assert len(write.notes) == 2


def test_records_of_several_versions(write: Golden, check: Golden) -> None:
    first = egg(("a", int), forbid_unknown_fields=True)
    write.record(first, {"a": 7}, version="0.9.0", name="Egg")
    second = egg(("a", int), ("b", int, 0), forbid_unknown_fields=True)
    with pytest.raises(AssertionError, match=r"compatible: Egg\.b: added optional field"):
        check.record(second, version="0.9.0", name="Egg")
    with pytest.raises(AssertionError, match=r"there is no golden"):
        check.record(second, version="0.10.0", name="Egg")
    write.record(second, version="0.10.0", name="Egg")
    check.record(second, version="0.10.0", name="Egg")
    assert check.files.versions() == ["0.9.0", "0.10.0"]
    assert check.files.names("0.9.0") == ["Egg"]
    # The golden of the released version is as it was, and its payloads have to be read for ever.
    with pytest.raises(AssertionError, match=r"Egg does not read what the test passes: .*`b`"):
        check.record(first, {"a": 1, "b": 2}, version="0.9.0", name="Egg")
    payloads = msgspec.json.decode(check.files.path("Egg", ".json", "0.9.0").read_bytes())
    assert payloads["payloads"] == [{"a": 7}, {"a": 1}]
    third = egg(("a", Annotated[int, Meta(le=5)]), ("b", int, 0))
    with pytest.raises(AssertionError, match=r"does not read what version 0\.9\.0 wrote, .*<= 5"):
        write.record(third, version="0.11.0", name="Egg")


def test_descriptions_fail_nothing_but_banned_words(write: Golden, check: Golden) -> None:
    def validator(text: str) -> type:
        return defstruct("Validator", [("a", int)], namespace={"__doc__": text})

    write.record(validator("Checks rows."), version="1.0", name="V")
    check.record(validator("Checks rows."), version="1.0", name="V")
    assert check.notes == []
    check.record(validator("Checks all rows."), version="1.0", name="V")
    assert check.notes == ["documentation: Validator: changed description"]
    with pytest.raises(AssertionError, match="word 'Pandera', which golden_banned_words bans"):
        check.record(validator("Checks rows (pandera)."), version="1.0", name="V")
    check.record(validator("Panderas check rows."), version="1.0", name="V")


@pytest.mark.parametrize("name", ["../up", "a b", "", "/root", "a//b"])
def test_names_are_those_of_files(check: Golden, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a golden"):
        check(name, 1)


def test_version_that_is_none_is_refused(check: Golden) -> None:
    with pytest.raises(ValueError, match="is no version"):
        check.record(Egg, version="latest")
