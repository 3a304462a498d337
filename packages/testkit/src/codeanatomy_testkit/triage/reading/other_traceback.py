"""Reads what JUnit (Surefire), cargo nextest and converters of `go test` show of a failure."""

from __future__ import annotations

import re

from codeanatomy_testkit.triage.evidence import Frame, Raised
from codeanatomy_testkit.triage.paths import short

_JAVA_FRAME = re.compile(r"\s*at (?:[\w.@-]+/+)?([\w.$<>]+)\.([\w$<>]+)\(([^():]+)(?::(\d+))?\)")
_JAVA_RAISED = re.compile(
    r"(?:(Caused by|Suppressed): )?"
    r"((?:[a-z_]\w*\.)+[A-Z][\w$]*|[A-Z]\w*(?:Error|Exception))(?::\s?(.*))?$"
)
_PANIC = re.compile(
    r"thread '[^']*'(?: \(\d+\))? panicked at (?:'(.*)', )?([^\s,:'][^\n:]*):(\d+)(?::\d+)?:?"
)
_RUST_SYMBOL = re.compile(r"\s*\d+: (?:0x[0-9a-f]+ - )?(.+)")
_RUST_PLACE = re.compile(r"\s+at (.+?):(\d+)(?::\d+)?$")
_GO_PLACE = re.compile(r"\s*([^\s:]+\.go):(\d+)(?::\s?(.*)|\s+\+0x[0-9a-f]+)?$")
_GO_PANIC = re.compile(r"(?:panic|fatal error): (.*)")


def read_java(text: str, root: str = "") -> tuple[Raised, ...]:
    """Read a stack trace of the Java virtual machine: the innermost frame comes first there."""
    found: list[tuple[str, list[str], list[Frame]]] = []
    for line in text.splitlines():
        if frame := _JAVA_FRAME.match(line):
            if found:
                owner, method, file, number = frame.groups()
                # A frame names a class and a bare file; only the package says where that is.
                package = owner.rpartition(".")[0].replace(".", "/")
                path = f"{package}/{file}" if package else file
                found[-1][2].append(Frame(short(path, root), int(number or 0), f"{owner}.{method}"))
        elif raised := _JAVA_RAISED.match(line.strip()):
            if raised[1] != "Suppressed" and (raised[1] or not found):
                found.append((raised[2], [raised[3] or ""], []))
        elif found and not found[-1][2] and not line.lstrip().startswith("..."):
            found[-1][1].append(line)
    # Outermost first in the text, and each wraps the one after it.
    chain = [
        Raised(kind, "\n".join(said).strip(), tuple(reversed(frames)), wraps=number > 0)
        for number, (kind, said, frames) in enumerate(reversed(found))
    ]
    return tuple(chain)


def read_rust(text: str, root: str = "") -> tuple[Raised, ...]:
    """Read a panic, with its backtrace where there is one."""
    match = _PANIC.search(text)
    if match is None:
        return ()
    said, path, line = match.groups()
    rest = text[match.end() :].lstrip("\n")
    if said is None:
        end = re.search(r"\n(?:note: |stack backtrace:|\s*$)", rest)
        said = rest[: end.start()] if end else rest
    frames: list[Frame] = []
    symbol = ""
    for entry in rest.partition("stack backtrace:")[2].splitlines():
        if place := _RUST_PLACE.match(entry):
            frames.append(Frame(short(place[1], root), int(place[2]), symbol))
        elif name := _RUST_SYMBOL.match(entry):
            symbol = name[1]
    frames.reverse()
    origin = Frame(short(path, root), int(line))
    if not any(frame.path == origin.path and frame.line == origin.line for frame in frames):
        frames.append(origin)
    return (Raised("panic", said.strip(), tuple(frames)),)


def read_go(text: str, root: str = "") -> tuple[Raised, ...]:
    """Read what a Go test logged before it failed, or the stack of its panic."""
    panic = _GO_PANIC.search(text)
    if panic:
        frames: list[Frame] = []
        function = ""
        for line in text[panic.end() :].splitlines():
            place = _GO_PLACE.match(line)
            if place and line.startswith(("\t", " ")):
                frames.append(Frame(short(place[1], root), int(place[2]), function))
            elif "(" in line and not line.startswith(("\t", " ", "[")):
                function = line.rpartition("(")[0].removeprefix("created by ")
        frames.reverse()
        return (Raised("panic", panic[1].removesuffix(" [recovered]"), tuple(frames)),)
    said: list[str] = []
    origin: Frame | None = None
    for line in text.splitlines():
        place = _GO_PLACE.match(line)
        if place and origin is None:
            origin = Frame(short(place[1], root), int(place[2]))
            said.append(place[3] or "")
        elif origin is not None and not line.lstrip().startswith(("--- ", "=== ", "FAIL")):
            said.append(line.strip())
    if origin is None:
        return ()
    return (Raised("failure", "\n".join(said).strip(), (origin,)),)
