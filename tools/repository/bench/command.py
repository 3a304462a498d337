"""The command line of `tools/bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repository.bench.comparisons import COMPARISONS, standard_library
from repository.bench.datasets import contest as datasets_contest
from repository.bench.datasets.report import report as report_datasets
from repository.bench.datasets.workloads import WORKLOADS as CONTESTS
from repository.bench.engine import build_information, scripts_of_installed, scripts_of_release
from repository.bench.functions import contest
from repository.bench.functions.report import report
from repository.bench.functions.workloads import TOPICS, WORKLOADS
from repository.bench.process import BenchError
from repository.bench.series import Series, table
from repository.requirements import MissingRequirementError, find_uv, require_compilers
from repository.target import claim_target_directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SCHEMA = "codeanatomy.bench/1"
PROGRAMS, FUNCTIONS, DATASETS = "programs", "functions", "datasets"
# What `--only` says about each; functions are also chosen one by one.
SUBJECTS = {PROGRAMS: tuple(COMPARISONS), FUNCTIONS: TOPICS, DATASETS: tuple(CONTESTS)}
RELEASE = "release"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when everything was measured, 1 when a measured program failed, 2 when something is
        missing or the engine is not one to measure.
    """
    options = read(arguments)
    try:
        scripts = environment_of(options.engine, peers=options.subject != PROGRAMS)
        built = build_information(scripts)
    except (MissingRequirementError, BenchError) as error:
        print(error, file=sys.stderr)
        return 2
    if built["profile"] != RELEASE and not options.allow_debug:
        print(
            f"the engine was built in the {built['profile']} profile: its figures mean nothing."
            " hint: --engine release builds one to measure, --allow-debug tries the bench itself",
            file=sys.stderr,
        )
        return 2
    try:
        if options.subject == FUNCTIONS:
            tables, figures = compare_functions(
                scripts, options.only, options.scale, options.rounds
            )
        elif options.subject == DATASETS:
            tables, figures = compare_datasets(
                scripts, options.only, options.rounds, small=options.small
            )
        else:
            series = compare(scripts, options.source, options.only, options.rounds)
            tables, figures = map(table, series), {"series": [asdict(entry) for entry in series]}
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    publish(tables, figures, built, options.json)
    return 0


def read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line. What belongs to the other subject is an error."""
    definition = parser()
    options = definition.parse_args(arguments)
    for name in options.only:
        single = WORKLOADS if options.subject == FUNCTIONS else ()
        if name not in {*SUBJECTS[options.subject], *single}:
            valid = ", ".join(SUBJECTS[options.subject])
            definition.error(f"--only {name}: {options.subject} are compared by {valid}")
    if options.subject != PROGRAMS and options.source:
        definition.error(f"--source: {options.subject} read what the bench generates")
    if options.subject != FUNCTIONS and options.scale != 1:
        definition.error("--scale: only the inputs of functions have one")
    if options.subject != DATASETS and options.small:
        definition.error("--small: only datasets have a small size")
    return options


def environment_of(engine: str, *, peers: bool) -> Path:
    """Return where the programs of the chosen environment are, and build it first if asked to.

    Args:
        engine: What was chosen.
        peers: Whether one that is built also gets the engines that others are measured against.
    """
    if engine != RELEASE:
        return scripts_of_installed()
    require_compilers()
    claim_target_directory()
    return scripts_of_release(find_uv(), peers=peers)


def compare(scripts: Path, source: Path | None, only: list[str], rounds: int) -> list[Series]:
    """Make the chosen comparisons in a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="codeanatomy-bench-") as name:
        directory = Path(name)
        repository = source or standard_library(directory)
        return [
            COMPARISONS[comparison](scripts, repository, directory, rounds)
            for comparison in only or list(COMPARISONS)
        ]


def compare_functions(
    scripts: Path, only: list[str], scale: float, rounds: int
) -> tuple[list[str], dict[str, Any]]:
    """Make the chosen comparisons of functions; return their tables and their figures."""
    chosen = [
        each for each in WORKLOADS.values() if {each.topic, each.name}.intersection(only or TOPICS)
    ]
    with tempfile.TemporaryDirectory(prefix="codeanatomy-bench-") as name:
        outcome, versions = contest.hold(scripts / "python", chosen, Path(name), scale, rounds)
    figures = {"versions": versions, "functions": [asdict(entry) for entry in outcome]}
    return list(report(outcome)), figures


def compare_datasets(
    scripts: Path, only: list[str], rounds: int, *, small: bool
) -> tuple[list[str], dict[str, Any]]:
    """Hold the chosen contests of datasets; return their tables and their figures."""
    chosen = [CONTESTS[name] for name in CONTESTS if name in (only or CONTESTS)]
    with tempfile.TemporaryDirectory(prefix="codeanatomy-bench-") as name:
        outcome, versions = datasets_contest.hold(
            scripts / "python", chosen, Path(name), rounds, small=small
        )
    figures = {"versions": versions, "datasets": [asdict(entry) for entry in outcome]}
    return list(report_datasets(outcome)), figures


def publish(
    tables: Iterable[str], figures: dict[str, Any], built: dict[str, Any], target: Path | None
) -> None:
    """Print the tables, and write the same as JSON if asked to.

    Args:
        tables: One a comparison.
        figures: What they are made of.
        built: How the engine was built.
        target: The JSON file, or None.
    """
    if built["profile"] != RELEASE:
        print(f"NOT FOR USE: {built['profile']} profile. These figures mean nothing.\n")
    for entry in tables:
        print(f"{entry}\n")
    if target is not None:
        machine = {
            "cores": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "system": platform.system(),
        }
        record = {
            "schema": SCHEMA,
            "engine": built,
            "machine": machine,
            **figures,
        }
        target.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/bench",
        description="Measure against others, interleaved: builds, imports and start-up against"
        " CPython, or the function library or datasets against other engines.",
        epilog="Exit codes: 0 measured, 1 a measured program failed, 2 nothing to measure here.",
    )
    result.add_argument(
        "subject", nargs="?", choices=list(SUBJECTS), default=PROGRAMS, help="default programs"
    )
    result.add_argument(
        "--engine",
        choices=("installed", RELEASE),
        default="installed",
        help="the one of .venv, or one built in the release profile into build/bench (slow once)",
    )
    result.add_argument(
        "--source", type=Path, help="what programs read, by default the standard library"
    )
    result.add_argument("--rounds", type=positive, default=5, help="of each comparison, default 5")
    result.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="; ".join(f"{key}: {', '.join(names)}" for key, names in SUBJECTS.items()),
    )
    result.add_argument(
        "--scale", type=fraction, default=1.0, help="of the functions' inputs; below 1 for a try"
    )
    result.add_argument("--small", action="store_true", help="a try of datasets that takes seconds")
    result.add_argument("--json", type=Path, metavar="FILE", help="write every figure as JSON")
    result.add_argument(
        "--allow-debug", action="store_true", help="measure a debug engine, to try the bench itself"
    )
    return result


def positive(text: str) -> int:
    """Read a whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number


def fraction(text: str) -> float:
    """Read a number above 0, at most 1."""
    number = float(text)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return number
