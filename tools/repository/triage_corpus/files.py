"""The corpus on disk: a gzip'd document a run, and one file with the labels of all of them."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from repository.root import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from repository.triage_corpus.labelling import Labels
    from repository.triage_corpus.runs import Run

CORPUS = ROOT / "packages" / "testkit" / "tests" / "corpus"
LABELS = "labels.json"
# A run that fails in thousands of parametrised cases would outweigh the others, and the repository.
MOST_FAILURES = 250


def thin(document: ET.Element) -> None:
    """Keep at most `MOST_FAILURES` cases, chosen by the hash of their names."""
    cases = [case for suite in document.iter("testsuite") for case in suite]
    if len(cases) <= MOST_FAILURES:
        return
    chosen = sorted(cases, key=rank)[:MOST_FAILURES]
    kept = {id(case) for case in chosen}
    for suite in document.iter("testsuite"):
        for case in list(suite):
            if id(case) not in kept:
                suite.remove(case)


def rank(case: ET.Element) -> str:
    """Return a number that says nothing about a case but is always the same."""
    name = f"{case.get('classname')}::{case.get('name')}"
    return hashlib.sha256(name.encode()).hexdigest()


def write_run(directory: Path, run: Run, document: ET.Element) -> None:
    """Write the document of a run; the same run gives the same bytes."""
    text = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    (directory / f"{run.name}.xml.gz").write_bytes(gzip.compress(text, 9, mtime=0))


def entry(run: Run, labels: Labels) -> dict[str, object]:
    """Return what the file of labels says about a run; equal neighbours are counted."""
    return {
        "project": run.project,
        "split": run.split,
        "style": run.style,
        "mutations": {mutation.name: mutation.kind for mutation in run.mutations},
        "ambiguous": labels.ambiguous,
        "labels": [[name, len(list(same))] for name, same in itertools.groupby(labels.names)],
    }


def read_labels(directory: Path) -> dict[str, dict[str, object]]:
    """Read the file of labels, by run; there are none in a directory without it."""
    path = directory / LABELS
    if not path.exists():
        return {}
    entries: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def drop_runs(directory: Path, project: str) -> None:
    """Remove the runs of a project, of which others may have been planned when they were made."""
    entries = read_labels(directory)
    kept = {name: value for name, value in entries.items() if value["project"] != project}
    for name in entries.keys() - kept.keys():
        (directory / f"{name}.xml.gz").unlink(missing_ok=True)
    replace_labels(directory, kept)


def write_labels(directory: Path, entries: dict[str, dict[str, object]]) -> None:
    """Add runs to the file of labels, or replace them there."""
    replace_labels(directory, {**read_labels(directory), **entries})


def replace_labels(directory: Path, entries: dict[str, dict[str, object]]) -> None:
    """Write the file of labels, a run a line."""
    lines = (
        f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(entries.items())
    )
    (directory / LABELS).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
