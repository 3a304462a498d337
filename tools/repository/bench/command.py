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
from repository.bench.engine import build_information, scripts_of_installed, scripts_of_release
from repository.bench.process import BenchError
from repository.bench.series import Series, table
from repository.requirements import MissingRequirementError, find_uv, require_compilers
from repository.target import claim_target_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = "codeanatomy.bench/1"
RELEASE = "release"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when everything was measured, 1 when a measured program failed, 2 when something is
        missing or the engine is not one to measure.
    """
    options = parser().parse_args(arguments)
    try:
        scripts = environment_of(options.engine)
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
        series = compare(scripts, options.source, options.only, options.rounds)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    publish(series, built, options.json)
    return 0


def environment_of(engine: str) -> Path:
    """Return where the programs of the chosen environment are, and build it first if asked to."""
    if engine != RELEASE:
        return scripts_of_installed()
    require_compilers()
    claim_target_directory()
    return scripts_of_release(find_uv())


def compare(scripts: Path, source: Path | None, only: list[str], rounds: int) -> list[Series]:
    """Make the chosen comparisons in a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="codeanatomy-bench-") as name:
        directory = Path(name)
        repository = source or standard_library(directory)
        return [
            COMPARISONS[comparison](scripts, repository, directory, rounds)
            for comparison in only or list(COMPARISONS)
        ]


def publish(series: list[Series], built: dict[str, Any], target: Path | None) -> None:
    """Print the tables, and write the same as JSON if asked to.

    Args:
        series: The comparisons.
        built: How the engine was built.
        target: The JSON file, or None.
    """
    if built["profile"] != RELEASE:
        print(f"NOT FOR USE: {built['profile']} profile. These figures mean nothing.\n")
    for entry in series:
        print(f"{table(entry)}\n")
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
            "series": [asdict(entry) for entry in series],
        }
        target.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/bench",
        description="Measure builds, imports and start-up, interleaved, against CPython.",
        epilog="Exit codes: 0 measured, 1 a measured program failed, 2 nothing to measure here.",
    )
    result.add_argument(
        "--engine",
        choices=("installed", RELEASE),
        default="installed",
        help="the one of .venv, or one built in the release profile into build/bench (slow once)",
    )
    result.add_argument("--source", type=Path, help="a repository, by default the standard library")
    result.add_argument("--rounds", type=positive, default=5, help="of each comparison, default 5")
    result.add_argument(
        "--only", action="append", default=[], choices=list(COMPARISONS), help="this one alone"
    )
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
