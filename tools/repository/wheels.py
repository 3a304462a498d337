"""`tools/wheels`: builds each package alone into `dist/`, checks the archives, tries the wheels."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from repository.linked_crates import LicenceError
from repository.requirements import MissingRequirementError, find_uv, require_compilers
from repository.root import ROOT
from repository.step import Step, run, table
from repository.target import claim_target_directory
from repository.wheel_audit import audit, source_problems
from repository.wheel_contents import problems
from repository.wheel_licences import licences_in_place
from repository.wheel_verify import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

ENGINE_PACKAGE = "codeanatomy-engine"
PACKAGES = (ENGINE_PACKAGE, "codeanatomy", "codeanatomy-testkit")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when all is right, 1 when something is wrong with an archive or a crate has no licence,
        2 when something is missing on the machine.
    """
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except MissingRequirementError as missing:
        print(missing, file=sys.stderr)
        return 2
    except LicenceError as error:
        return report([str(error)])


def run_build(options: argparse.Namespace) -> int:
    """Build packages and check what is in their archives."""
    packages: list[str] = options.package or list(PACKAGES)
    uv = find_uv()
    if ENGINE_PACKAGE in packages:
        require_compilers()
    with licences_in_place() if ENGINE_PACKAGE in packages else nullcontext():
        if ENGINE_PACKAGE in packages:
            claim_target_directory()
        results = [
            run(build(uv, name, options.output), verbose=options.verbose) for name in packages
        ]
    found = [problem for name in packages for problem in built_problems(options.output, name)]
    print(f"\n{table(results)}", flush=True)
    failed = any(result.outcome == "failed" for result in results)
    return report(found) or int(failed)


def run_check(options: argparse.Namespace) -> int:
    """Check the contents of wheels that are there."""
    return report([problem for wheel in options.wheels for problem in problems(wheel)])


def run_verify(options: argparse.Namespace) -> int:
    """Audit the newest wheel of each package and try all three together."""
    wheels = [newest(options.directory, name) for name in PACKAGES]
    absent = [name for name, wheel in zip(PACKAGES, wheels, strict=True) if wheel is None]
    if absent:
        return report([f"{name}: no wheel in {options.directory}" for name in absent])
    chosen = [wheel for wheel in wheels if wheel is not None]
    found: list[str] = []
    for wheel in chosen:
        print(f"{wheel.name}: {wheel.stat().st_size / (1 << 20):.1f} MiB", flush=True)
        found += problems(wheel, development=options.allow_debug)
        found += audit(wheel, development=options.allow_debug)
    for archive in sorted(options.directory.glob("*.tar.gz")):
        found += source_problems(archive)
    found += verify(find_uv(), chosen, python=options.python, development=options.allow_debug)
    return report(found)


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
        # Without it maturin leaves a plain linux tag, which no package index takes: this one says
        # the oldest manylinux that has what the library needs.
        command += ["--config-setting", "build-args=--compatibility pypi"]
    return Step(name, "wheel and source archive", tuple(command))


def built_problems(output: Path, name: str) -> list[str]:
    """Check the newest wheel of a package.

    Args:
        output: Where wheels are.
        name: The package.

    Returns:
        One line a problem; a wheel that is not there is one.
    """
    wheel = newest(output, name)
    return [f"{name}: no wheel in {output}"] if wheel is None else problems(wheel)


def newest(directory: Path, name: str) -> Path | None:
    """Return the wheel of a package that was built last, or None if there is none."""
    wheels = directory.glob(f"{name.replace('-', '_')}-*.whl")
    return max(wheels, key=lambda path: path.stat().st_mtime, default=None)


def report(found: list[str]) -> int:
    """Print problems and return the exit code."""
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/wheels",
        description="Build the wheel and source archive of each package, check and try them.",
        epilog="Exit codes: 0 all is right, 1 something is wrong with an archive, 2 something is"
        " missing here.",
    )
    commands = result.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("build", help="build packages and check what is in their wheels")
    one.set_defaults(run=run_build)
    one.add_argument("--package", action="append", choices=PACKAGES, help="build this one alone")
    one.add_argument("--output", type=Path, default=ROOT / "dist", help="by default `dist`")
    one.add_argument("--verbose", action="store_true", help="show what the builds print")
    check = commands.add_parser("check", help="check what is in wheels that are there")
    check.set_defaults(run=run_check)
    check.add_argument("wheels", nargs="+", type=Path, metavar="WHEEL")
    tried = commands.add_parser(
        "verify",
        help="audit the newest wheels, install them into an empty environment and try them there",
    )
    tried.set_defaults(run=run_verify)
    tried.add_argument(
        "directory", nargs="?", type=Path, default=ROOT / "dist", help="by default `dist`"
    )
    tried.add_argument("--python", metavar="VERSION", help="by default the running Python")
    tried.add_argument(
        "--allow-debug",
        action="store_true",
        help="take an engine of the dev profile, whose wheel no package index would",
    )
    return result
