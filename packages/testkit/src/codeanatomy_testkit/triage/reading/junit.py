"""Reads JUnit XML of any size as a stream, with the standard library's expat.

Neither `junitparser` nor `defusedxml` streams: both build the whole document. What makes XML from
strangers dangerous is declared in a DTD, and no runner writes one, so a document that declares an
entity is refused before the entity is used.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from codeanatomy_testkit.triage.errors import TriageError
from codeanatomy_testkit.triage.paths import module_of_class
from codeanatomy_testkit.triage.reading.dialect import LONGEST_TEXT, make_failure, shortened
from codeanatomy_testkit.triage.reading.source import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codeanatomy_testkit.triage.evidence import Failure, Phase
    from codeanatomy_testkit.triage.reading.tally import Tally

_ROOTS = frozenset({"testsuites", "testsuite", "testrun"})
_OUTCOMES = frozenset({"failure", "error"})
_PHASES: dict[str, Phase] = {
    "failed on setup with ": "setup",
    "failed on teardown with ": "teardown",
    "collection failure": "collect",
}


class _Refused(Exception):  # noqa: N818 - leaves expat with what is refused, never this module
    pass


class _Handler:
    """Collects the failures between two calls of the parser."""

    def __init__(self, tally: Tally, root: str) -> None:
        self.tally = tally
        self.root = root
        self.found: list[Failure] = []
        self.case: dict[str, str] | None = None
        self.outcome: tuple[str, dict[str, str]] | None = None
        self.text: list[str] = []
        self.length = 0
        self.worst = ""
        self.seen_root = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.seen_root:
            self.seen_root = True
            if name not in _ROOTS:
                raise _Refused(
                    f"is no JUnit XML: its root is <{name}>, not <testsuites> or <testsuite>"
                )
        if name == "testcase":
            self.case, self.worst = attributes, "passed"
        elif self.case is not None and self.outcome is None:
            if name in _OUTCOMES:
                self.outcome, self.length, self.worst = (name, attributes), 0, "failed"
            elif name == "skipped":
                self.worst = "skipped"

    def data(self, text: str) -> None:
        if self.outcome is None:
            return
        # What is over the limit is cut out of the middle: here when it is much, else at the end.
        self.text.append(text)
        self.length += len(text)
        if self.length > 4 * LONGEST_TEXT:
            self.text = [shortened("".join(self.text))]
            self.length = len(self.text[0])

    def end(self, name: str) -> None:
        if self.case is None:
            return
        if self.outcome is not None and name == self.outcome[0]:
            self.found.append(self.failure(self.case, *self.outcome))
            self.outcome = None
            self.text.clear()
        elif name == "testcase":
            self.tally.add(self.worst, name_of(self.case))
            self.case = None

    def failure(self, case: dict[str, str], name: str, attributes: dict[str, str]) -> Failure:
        summary = attributes.get("message", "")
        phase: Phase = "call"
        if name == "error":
            for beginning, meant in _PHASES.items():
                if summary.startswith(beginning):
                    phase = meant
            if phase == "collect":
                summary = ""
            elif phase != "call":
                summary = summary.partition('"')[2].removesuffix('"')
        return make_failure(
            name_of(case),
            module_of_class(case.get("classname") or case.get("name", "")),
            case.get("file", ""),
            phase,
            shortened("".join(self.text)),
            summary=summary,
            kind=attributes.get("type", ""),
            root=self.root,
        )


def name_of(case: dict[str, str]) -> str:
    """Return the full name of a test: its class and its own."""
    owner, title = case.get("classname", ""), case.get("name", "")
    return f"{owner}::{title}" if owner else title


def read_junit(stream: IO[bytes], source: str, tally: Tally, root: str = "") -> Iterator[Failure]:
    """Read the failures of a JUnit XML file.

    Args:
        stream: Its bytes.
        source: Its name, for errors.
        tally: What counts the tests, the passed ones too.
        root: The project's directory with a `/` at its end, which is taken off the paths.

    Yields:
        A failure after the other. At most one chunk of the file is in memory.

    Raises:
        TriageError: If it is no JUnit XML, is truncated or declares entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    handler = _Handler(tally, root)

    def refuse(*_: object) -> None:
        raise _Refused("declares XML entities, which no test runner does")

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.data
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
            yield from handler.found
            handler.found = []
        parser.Parse(b"", True)  # noqa: FBT003
    except _Refused as refused:
        raise TriageError(
            source, str(refused), "give the file that the test runner wrote"
        ) from None
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        what = expat.ErrorString(error.code)
        raise TriageError(
            source,
            f"is broken or truncated XML at {place}: {what}",
            "a run that was stopped leaves such a file; encodings are UTF-8, UTF-16 and Latin-1",
        ) from None
    except (LookupError, ValueError) as error:
        # Python looks up what expat does not know: there is no such encoding, or none for XML.
        hint = "write the file as UTF-8"
        raise TriageError(source, f"cannot be decoded ({error})", hint) from None
    yield from handler.found
