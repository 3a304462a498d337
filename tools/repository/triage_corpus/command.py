"""The command line of `tools/triage-corpus`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from repository.requirements import find_uv
from repository.root import ROOT, script
from repository.triage_corpus import files, labelling, running
from repository.triage_corpus.project import PROJECTS, REQUIREMENTS
from repository.triage_corpus.runs import HELD_OUT, TUNING, Run, runs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repository.triage_corpus.project import Project


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when all was done, 1 when a project fails unbroken or nothing fails in a run.
    """
    options = parser().parse_args(arguments)
    return options.run(options)


def score(options: argparse.Namespace) -> int:
    """Measure the clustering on the corpus."""
    # The test kit is installed in the environment only, and making the corpus needs none of it.
    from repository.triage_corpus.scoring import load_corpus, table  # noqa: PLC0415

    runs = load_corpus(options.corpus)
    for split in (TUNING, HELD_OUT):
        chosen = [run for run in runs if run.split == split]
        several = [run for run in chosen if run.causes > 1]
        for name, subset in ((split, chosen), (f"{split}, runs with several causes", several)):
            print(
                f"{name}: {len(subset)} runs, {sum(len(run.failures) for run in subset)} failures"
            )
            print(f"\n{table(subset)}\n")
    return 0


def create(options: argparse.Namespace) -> int:
    """Make the corpus."""
    options.output.mkdir(parents=True, exist_ok=True)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="triage-corpus-") as name:
        python = environment(Path(name))
        for project in options.only or PROJECTS:
            problems += make(PROJECTS[project], Path(name), options, python)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def environment(directory: Path) -> str:
    """Make the environment of the packages' tests and return its interpreter."""
    uv, place = find_uv(), directory / "environment"
    subprocess.run([uv, "venv", "--quiet", str(place)], check=True)
    python = str(place / "bin" / "python")
    command = [uv, "pip", "install", "--quiet", "--python", python]
    subprocess.run([*command, *REQUIREMENTS], check=True)
    return python


def make(project: Project, directory: Path, options: argparse.Namespace, python: str) -> list[str]:
    """Make the runs of a project, and return what is wrong with them."""
    if not project.version:
        # The engine is installed there.
        python = options.python or script("python")
    prepared = project.prepare(directory)
    runs = runs_of(project.name)
    with ThreadPoolExecutor(options.jobs) as pool:
        unbroken = pool.submit(running.run_tests, project, prepared, (), (), python)
        making = partial(run_one, project, prepared, python, options.keep)
        made = dict(pool.map(making, runs))
        broken = labelling.texts(unbroken.result())
    problems = [f"{project.name}: {key} fails unbroken" for key in broken]
    problems += [
        f"{name}: pytest wrote nothing" for name, made_one in made.items() if made_one is None
    ]
    documents = {name: document for name, document in made.items() if document is not None}
    runs = [run for run in runs if run.name in documents]
    alone = {
        run.mutations[0].name: labelling.texts(documents[run.name])
        for run in runs
        if len(run.mutations) == 1
    }
    files.drop_runs(options.output, project.name)
    entries: dict[str, dict[str, object]] = {}
    for run in runs:
        document = documents[run.name]
        files.thin(document)
        suspects = {
            mutation.name: alone[mutation.name]
            for mutation in run.mutations
            if mutation.name in alone
        }
        labels = labelling.label(document, suspects, broken)
        if not labels.names:
            problems.append(f"{run.name}: nothing fails")
            continue
        files.write_run(options.output, run, document)
        entries[run.name] = files.entry(run, labels)
        print(f"{run.name}: {len(labels.names)} failures, {labels.ambiguous} without a label")
    files.write_labels(options.output, entries)
    return problems


def run_one(
    project: Project, prepared: Path, python: str, keep: Path | None, run: Run
) -> tuple[str, ET.Element | None]:
    """Make one run, or take it from where it was kept, and return it with its name."""
    kept = keep / f"{run.name}.xml" if keep else None
    if kept is not None and kept.exists():
        return run.name, ET.parse(kept).getroot()  # noqa: S314 - written by this function
    try:
        document = running.run_tests(project, prepared, run.mutations, run.options, python)
    except (running.NoResultError, subprocess.TimeoutExpired):
        return run.name, None
    if kept is not None:
        kept.write_bytes(ET.tostring(document))
    print(f"{run.name}: done", file=sys.stderr, flush=True)
    return run.name, document


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/triage-corpus",
        description="The corpus that the test kit's triage is measured on: failing runs of broken"
        " copies of projects, with the cause of each failure.",
        epilog="Exit codes: 0 done, 1 a project fails unbroken or a mutation breaks nothing.",
    )
    commands = result.add_subparsers(required=True, metavar="COMMAND")
    making = commands.add_parser("make", help="break copies, run their tests, label what fails")
    making.add_argument(
        "--only", action="append", choices=list(PROJECTS), help="make this project's runs"
    )
    making.add_argument("--jobs", type=int, default=2, help="runs at once, default 2")
    making.add_argument("--output", type=Path, default=files.CORPUS, help="default: the test kit's")
    making.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep whole runs there, and make only those missing",
    )
    making.add_argument(
        "--python", help=f"what runs {ROOT.name}'s own tests, default the one of .venv"
    )
    making.set_defaults(run=create)
    scoring = commands.add_parser("score", help="measure the clustering on the corpus")
    scoring.add_argument("--corpus", type=Path, default=files.CORPUS)
    scoring.set_defaults(run=score)
    return result
