"""Finds out whose traceback a failure has, and makes a failure of it."""

from __future__ import annotations

import re

from codeanatomy_testkit.triage.evidence import Failure, Phase, Raised
from codeanatomy_testkit.triage.reading.other_traceback import read_go, read_java, read_rust
from codeanatomy_testkit.triage.reading.python_traceback import (
    exception_of,
    is_crash,
    read_traceback,
)

_JAVA = re.compile(r"^\s+at [\w.$/@<>-]+\([^()]*\)$", re.MULTILINE)
_GO = re.compile(r"\.go:\d+")
_TIMEOUT = re.compile(
    r"^(?:Failed: )?Timeout (?:\(?>|\d)|timed out after|TestTimedOut", re.IGNORECASE
)
# What is read of one failure; a traceback that is longer loses its middle.
LONGEST_TEXT = 65_536


def make_failure(
    test: str,
    module: str,
    location: str,
    phase: Phase,
    text: str,
    *,
    summary: str = "",
    kind: str = "",
    root: str = "",
) -> Failure:
    """Make a failure of what a result file says.

    Args:
        test: The full name of the test.
        module: What holds it.
        location: Its file, if known.
        phase: When it failed, as far as the format tells.
        text: The traceback.
        summary: One line or more on what went wrong: the attribute `message` in JUnit XML.
        kind: The type of the exception, where the format has one.
        root: The project's directory with a `/` at its end.
    """
    if is_crash(text) or is_crash(summary):
        said = Raised("WorkerCrash", (summary or text).strip())
        return Failure(test, module, "crash", (said,), location)
    if "panicked at" in text or "panicked at" in summary:
        chain = read_rust(text, root) or read_rust(f"{summary}\n{text}", root)
    elif _JAVA.search(text):
        chain = read_java(text, root)
    elif _GO.search(text) and ".py" not in text:
        chain = read_go(text, root)
    else:
        chain = read_traceback(text, root)
    if not chain or (len(chain) == 1 and not chain[0].message and chain[0].type == "Error"):
        name, message = exception_of(
            (summary or text).strip().splitlines()[:40], kind.rpartition(".")[2]
        )
        chain = (Raised(name, message, chain[0].frames if chain else ()),)
    if phase in {"call", "setup"} and _TIMEOUT.search(chain[-1].message):
        phase = "timeout"
    return Failure(test, module, phase, chain, location)


def shortened(text: str) -> str:
    """Cut the middle out of a text that is too long to be read as a whole."""
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return f"{text[:half]}\n{text[-half:]}"
