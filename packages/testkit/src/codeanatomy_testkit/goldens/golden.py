"""The fixture `golden`: a value, a text, a plan or a type of records is what its file says."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from codeanatomy_testkit.goldens.changes import Change, compare_values, listed
from codeanatomy_testkit.goldens.files import GoldenFiles, read_json, write_json, write_text
from codeanatomy_testkit.goldens.samples import sample
from codeanatomy_testkit.goldens.schemas import compare_schemas, describe_type, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from datafusion import SessionContext

    from codeanatomy_testkit.goldens.changes import Json
    from codeanatomy_testkit.plans import PlanKind

HINT = "hint: if this is meant, run the test with --update-goldens and look at the difference"


@dataclass(frozen=True)
class Golden:
    """Compares with golden files, or writes them.

    Attributes:
        files: Where the files are.
        update: Whether they are written.
        banned: Words that no description of a record may have.
        notes: What a run says at its end: changed descriptions and written files.
    """

    files: GoldenFiles
    update: bool = False
    banned: Sequence[str] = ()
    notes: list[str] = field(default_factory=list[str])

    def __call__(self, name: str, value: object) -> None:
        """Fail unless a value is that of its file, `goldens/<name>.json`.

        Args:
            name: Name of the golden.
            value: Whatever msgspec writes as JSON: records, dicts, lists, numbers, texts.

        Raises:
            AssertionError: It differs; the text says where and how.
        """
        path = self.files.path(name, ".json")
        new = msgspec.json.decode(msgspec.json.encode(value))
        old = self._old(path)
        changes: list[Change] = [] if old is None else compare_values(old, new)
        if old is None or (changes and self.update):
            self._write(path, new)
        elif changes:
            raise AssertionError(f"{path} says something else\n{listed(changes)}\n{HINT}")

    def text(self, name: str, text: str, *, suffix: str = ".txt") -> None:
        """Fail unless a text is that of its file, `goldens/<name>.txt`; spaces at its end are not.

        Args:
            name: Name of the golden.
            text: The text.
            suffix: What the file's name ends with.

        Raises:
            AssertionError: It differs; the text has the differing lines.
        """
        path = self.files.path(name, suffix)
        new = f"{text.rstrip()}\n"
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if old == new:
            return
        if self.update:
            write_text(path, new)
            self.notes.append(f"wrote {path}")
            return
        if old is None:
            raise AssertionError(missing(path))
        lines = difflib.unified_diff(
            old.splitlines(), new.splitlines(), "the golden", "now", lineterm=""
        )
        raise AssertionError(f"{path} says something else\n" + "\n".join([*lines, HINT]))

    def plan(
        self, name: str, session: SessionContext, sql: str, *, plan: PlanKind = "physical"
    ) -> None:
        """Fail unless the normalised plan of a query is that of its file, `goldens/<name>.plan`.

        Args:
            name: Name of the golden.
            session: What plans the query; it should have a number of target partitions of its own,
                which decides on operators.
            sql: The query, without `EXPLAIN`.
            plan: Which plan.

        Raises:
            AssertionError: It differs; the text has the differing lines.
        """
        from codeanatomy_testkit.plans import normalise_plan, plan_text  # noqa: PLC0415 - few tests need it

        self.text(
            name, f"{normalise_plan(sql)}\n\n{plan_text(session, sql, plan=plan)}", suffix=".plan"
        )

    def record(
        self, record: type, *examples: object, version: str, name: str | None = None
    ) -> list[Change]:
        """Fail unless a type of records is what the golden of its version says.

        The golden, `goldens/<version>/<name>.json`, has the type's schema and payloads. The
        payloads of every version have to be read by the type of today.

        Args:
            record: A `msgspec.Struct`, or what else msgspec describes.
            examples: Payloads to keep: records, or what a peer really sent. The type has to read
                them, whether or not they are kept. Beside them stand the least and the fullest
                payload that the schema takes.
            version: The version that the project is at. The goldens of others are never written.
            name: Name of the golden; by default module and name of the type.

        Returns:
            The changes that were only of documentation; they fail nothing, and are listed at the
            end of the run.

        Raises:
            AssertionError: The schema differs; the text says what changed and whether payloads of
                today's version are still read. Or a payload of some version is no longer read. Or a
                description has a banned word.
        """
        name = name or f"{record.__module__}.{record.__qualname__}"
        given = [msgspec.to_builtins(example) for example in examples]
        decode(given, record, "what the test passes")
        schema, components = describe_type(record)
        self._refuse_banned(schema, record.__name__)
        path = self.files.path(name, ".json", version)
        old = self._old(path)
        changes: list[Change] = []
        if old is not None:
            changes = compare_schemas(old["schema"], schema, record.__name__)
        real = [change for change in changes if change.effect != "documentation"]
        if old is None or (changes and self.update):
            payloads = [
                *given,
                *(sample(schema, components, full=full) for full in (False, True)),
            ]
            if old is not None:
                # What the version has written already stays valid, or is refused below.
                payloads = [*old["payloads"], *payloads] if not breaking(real) else payloads
            self._write(path, {"schema": schema, "payloads": without_repeats(payloads)})
        elif real:
            raise AssertionError(f"{path} says something else\n{listed(changes)}\n{HINT}")
        else:
            self.notes.extend(str(change) for change in changes)
        self._decode_all(record, name)
        return changes

    def _decode_all(self, record: type, name: str) -> None:
        for version in self.files.versions():
            path = self.files.path(name, ".json", version)
            if not path.exists():
                continue
            payloads = read_json(path)["payloads"]
            decode(payloads, record, f"what version {version} wrote, the payloads of {path}")

    def _old(self, path: Path) -> Json:
        if path.exists():
            return read_json(path)
        if not self.update:
            raise AssertionError(missing(path))
        return None

    def _write(self, path: Path, value: Json) -> None:
        write_json(path, value)
        self.notes.append(f"wrote {path}")

    def _refuse_banned(self, schema: Json, name: str) -> None:
        for word in self.banned:
            for place, text in texts_of(schema, name):
                if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
                    raise AssertionError(
                        f"the description of {place} has the word {word!r}, which"
                        f" golden_banned_words bans: {text.splitlines()[0]!r}\n"
                        "hint: describe it in today's words"
                    )


def decode(payloads: list[Json], record: type, what: str) -> None:
    """Fail unless a type reads payloads."""
    try:
        msgspec.convert(payloads, list[record])
    except ValueError as error:
        raise AssertionError(
            f"{record.__name__} does not read {what}: {error}\nhint: give new fields a default, and"
            " keep reading what was written"
        ) from error


def missing(path: Path) -> str:
    """Say that there is no golden."""
    return f"there is no golden {path}\nhint: run the test with --update-goldens to make it"


def breaking(changes: Sequence[Change]) -> bool:
    """Tell whether some change breaks readers."""
    return any(change.effect == "breaking" for change in changes)


def without_repeats(values: Sequence[Json]) -> list[Json]:
    """Give values in their order, each once."""
    result: list[Json] = []
    for value in values:
        if value not in result:
            result.append(value)
    return result
