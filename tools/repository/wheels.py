"""`tools/wheels`: builds each package alone into `dist/` and checks what is in the wheels."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from repository.requirements import MissingRequirementError, find_uv, require_compilers
from repository.root import ROOT
from repository.step import Step, run, table
from repository.target import claim_target_directory
from repository.wheel_contents import problems

if TYPE_CHECKING:
    from collections.abc import Sequence

ENGINE_PACKAGE = "codeanatomy-engine"
PACKAGES = (ENGINE_PACKAGE, "codeanatomy", "codeanatomy-testkit")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when every wheel was built and is right, 1 when not, 2 when something is missing on the
        machine.
    """
    options = parser().parse_args(arguments)
    if options.check:
        return report([problem for wheel in options.check for problem in problems(wheel)])
    packages = options.package or list(PACKAGES)
    try:
        uv = find_uv()
        if ENGINE_PACKAGE in packages:
            require_compilers()
            claim_target_directory()
    except MissingRequirementError as missing:
        print(missing, file=sys.stderr)
        return 2
    results = [run(build(uv, name, options.output), verbose=options.verbose) for name in packages]
    found = [problem for name in packages for problem in built_problems(options.output, name)]
    print(f"\n{table(results)}", flush=True)
    failed = any(result.outcome == "failed" for result in results)
    return report(found) or int(failed)


def build(uv: str, name: str, output: Path) -> Step:
    """Return the step that builds one package.

    Args:
        uv: The program to run.
        name: The package.
        output: The directory for the wheel and the source archive. The engine is compiled in the
            release profile.
    """
    command = [uv, "build", "--package", name, "--out-dir", str(output.resolve())]
    if name == ENGINE_PACKAGE:
        # Both from the tree: an unpacked archive has old file times, by which cargo would take what
        # an earlier state of the sources left in the target directory for current.
        command += ["--sdist", "--wheel"]
    return Step(name, "wheel and source archive", tuple(command))


def built_problems(output: Path, name: str) -> list[str]:
    """Check the newest wheel of a package.

    Args:
        output: Where wheels are.
        name: The package.

    Returns:
        One line a problem; a wheel that is not there is one.
    """
    wheels = sorted(
        output.glob(f"{name.replace('-', '_')}-*.whl"), key=lambda path: path.stat().st_mtime
    )
    if not wheels:
        return [f"{name}: no wheel in {output}"]
    return problems(wheels[-1])


def report(found: list[str]) -> int:
    """Print problems and return the exit code."""
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/wheels",
        description="Build the wheel and source archive of each package, check the wheels.",
    )
    result.add_argument("--package", action="append", choices=PACKAGES, help="build this one alone")
    result.add_argument("--output", type=Path, default=ROOT / "dist", help="by default `dist`")
    result.add_argument(
        "--check",
        nargs="+",
        type=Path,
        metavar="WHEEL",
        help="check wheels that are there, build none",
    )
    result.add_argument("--verbose", action="store_true", help="show what the builds print")
    return result
