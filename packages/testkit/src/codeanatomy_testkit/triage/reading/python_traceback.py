"""Reads Python tracebacks in every form that pytest and the interpreter write."""

from __future__ import annotations

import re

from codeanatomy_testkit.triage.evidence import Frame, Raised
from codeanatomy_testkit.triage.paths import short

_PLACE = re.compile(r"([^\s:][^:\n]*|[A-Za-z]:[\\/][^:\n]*):(\d+): ?(.*)")
_FILE = re.compile(r'\s*File "([^"]+)", line (\d+)(?:, in (.+))?')
_DEFINITION = re.compile(r"\s*(?:async\s+)?def\s+(\w+)")
_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*)(?:: ?(.*))?$")
_LINK = {
    "The above exception was the direct cause of the following exception:": True,
    "During handling of the above exception, another exception occurred:": False,
}
_CRASH = re.compile(r"worker '[^']*' crashed while running")
_FIXTURE = re.compile(r"(?:fixture '[^']+' not found|recursive dependency involving fixture .*)")
# A traceback may be as deep as the interpreter lets it; both of its ends tell the most.
MOST_FRAMES = 60
MOST_LINES_OF_A_MESSAGE = 40


class _Reader:
    """The state while the lines of one traceback are read."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.chain: list[Raised] = []
        self.frames: list[Frame] = []
        self.said: list[str] = []
        self.type = ""
        self.function = ""
        self.statement = ""
        self.wraps = False
        self.native = False
        # Whether it is that of a group of exceptions, whose lines begin with `|` or `+`.
        self.group = False
        # The source line of the frame before is still to come.
        self.pending = False

    def frame(self, path: str, line: str, function: str, statement: str) -> None:
        self.frames.append(Frame(short(path, self.root), int(line), function, statement))
        self.function = self.statement = ""

    def describe(self, statement: str) -> None:
        last = self.frames[-1]
        self.frames[-1] = Frame(last.path, last.line, last.function, statement)
        self.pending = False

    def finish(self, *, wraps: bool) -> None:
        if self.said or self.frames:
            name, message = exception_of(self.said, self.type)
            frames = self.frames
            if len(frames) > MOST_FRAMES:
                frames = frames[: MOST_FRAMES // 2] + frames[-MOST_FRAMES // 2 :]
            self.chain.append(Raised(name, message, tuple(frames), self.wraps))
        self.frames.clear()
        self.said.clear()
        self.type = self.function = self.statement = ""
        self.wraps, self.native, self.group, self.pending = wraps, False, False, False

    def take(self, line: str) -> None:
        """Take the next line; what it begins with says what it is."""
        first = line[:1]
        if not first:
            self.pending = False
        elif first == "E" and (len(line) == 1 or line[1] == " "):
            self.said.append(line[4:])
        elif first == ">":
            self.statement = line[1:].strip()
            if not self.function and (match := _DEFINITION.match(self.statement)):
                self.function = match[1]
        elif first == "_" and line.startswith("_ _ _"):
            self.function = self.statement = ""
        elif first in " \t+|":
            self.inner(line)
        elif line in _LINK:
            self.finish(wraps=_LINK[line])
        elif line.startswith("Traceback (most"):
            self.native = True
        else:
            self.outer(line)

    def inner(self, line: str) -> None:
        """Take a line that is indented or belongs to a group of exceptions."""
        text = line.lstrip(" +|")
        if text.startswith("Traceback (most"):
            self.native = True
        elif text.startswith("Exception Group Traceback"):
            self.native = self.group = True
        elif self.group and line.lstrip()[:1] in {"|", "+"}:
            grouped(self, line.lstrip(" |+-"))
        else:
            self.indented(line)

    def indented(self, line: str) -> None:
        if self.native and (match := _FILE.match(line)):
            self.frame(match[1], match[2], match[3] or "", "")
            self.pending = True
        elif self.pending:
            self.describe(line.strip())
        elif self.native and self.said:
            self.said.append(line.strip())
        elif not self.function and "def " in line and (match := _DEFINITION.match(line)):
            self.function = match[1]

    def outer(self, line: str) -> None:
        match = _PLACE.match(line)
        if match and not (self.native and self.said):
            path, number, rest = match.groups()
            if rest.startswith("in "):
                self.frame(path, number, rest[3:], "")
                self.pending = True
            else:
                self.frame(path, number, self.function, self.statement)
                self.type = rest
        elif self.native and (self.said or _EXCEPTION.match(line)):
            self.said.append(line)
        elif not self.function and "def " in line and (match := _DEFINITION.match(line)):
            self.function = match[1]


def read_traceback(text: str, root: str = "") -> tuple[Raised, ...]:
    """Read what pytest shows of a failure, in any of its styles, or an interpreter's traceback.

    Args:
        text: The text of a failure in JUnit XML.
        root: The project's directory with a `/` at its end, which is taken off the paths.

    Returns:
        The chain of exceptions, the first that was raised first; empty when the text has neither a
        traceback nor an exception.
    """
    reader = _Reader(root)
    for line in text.splitlines():
        reader.take(line)
    reader.finish(wraps=False)
    return tuple(reader.chain)


def grouped(reader: _Reader, line: str) -> None:
    """Take a line of an exception group: its first exception stands for the group."""
    if _FILE.match(line):
        reader.indented(line)
    elif reader.pending:
        reader.describe(line)
    elif line.strip("^~ ") and not line[0].isdigit() and len(reader.said) < MOST_LINES_OF_A_MESSAGE:
        reader.said.append(line)


def exception_of(said: list[str], shown: str) -> tuple[str, str]:
    """Return type and message of an exception.

    Args:
        said: The lines that name it.
        shown: The type that stands after the place where it was raised, if one does.
    """
    lines = [line.rstrip() for line in said[:MOST_LINES_OF_A_MESSAGE]]
    while lines and not lines[0].strip():
        del lines[0]
    # The lines of a message have the indentation of the statement that raised it.
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    lines = [line[indent:] if line[:indent].isspace() else line for line in lines]
    first = lines[0] if lines else ""
    if fixture := _FIXTURE.search(first):
        return "FixtureLookupError", fixture[0]
    match = _EXCEPTION.match(first)
    name = shown if shown.isidentifier() else ""
    if match and (not name or match[1].rpartition(".")[2] == name):
        kind = match[1].rpartition(".")[2]
        if name or looks_like_exception(kind):
            return kind, "\n".join([match[2] or "", *lines[1:]]).strip()
    if not name:
        name = "AssertionError" if first.startswith("assert ") else "Error"
    return name, "\n".join(lines).strip()


def looks_like_exception(name: str) -> bool:
    """Tell whether a word can be the type of an exception: types begin with a capital letter.

    >>> looks_like_exception("KeyError"), looks_like_exception("assert")
    (True, False)
    """
    return name[:1].isupper() or name.endswith(("Error", "Exception", "error"))


def is_crash(text: str) -> bool:
    """Tell whether pytest-xdist says that the worker died that ran the test."""
    return _CRASH.search(text) is not None
