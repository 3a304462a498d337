"""`tools/gate`: the whole gate, or what a change could have broken, in one command."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from repository import steps
from repository.changes import NoBaseError, changed_files, steps_of, suites_of
from repository.gates import add_running_options, conduct, every_step, list_steps, prepare
from repository.requirements import MissingRequirementError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repository.step import Step

# `--changed` without a base.
USUAL = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when every step passed or none is concerned, 1 when one failed, 2 when something is
        missing on the machine or there is nothing to compare with.
    """
    options = parser().parse_args(arguments)
    only: list[str] = []
    about: dict[str, object] = {"mode": "full"}
    files: list[str] = []
    try:
        if options.changed is not None:
            base, files = changed_files(options.changed or None)
            only = concerned(files)
            about = {"mode": "changed", "base": base, "changed_files": len(files)}
            print(
                f"{len(files)} files changed since {base[:12]}:"
                f" {len(only)} of {len(every_step('uv'))} steps",
                flush=True,
            )
        if options.changed is not None and not only:
            chosen: list[Step] = []
        elif options.list:
            chosen = [step for step in every_step("uv") if not only or step.name in only]
        else:
            chosen = prepare(only)
    except (NoBaseError, MissingRequirementError) as error:
        print(error, file=sys.stderr)
        return 2
    chosen = [narrowed(step, files) for step in chosen]
    if options.list:
        list_steps(chosen)
        return 0
    return conduct(chosen, options, about)


def concerned(files: Sequence[str]) -> list[str]:
    """Return the names of the steps for changed files, with what has to be installed for them.

    Args:
        files: Paths from the root of the repository.

    Returns:
        Names in the order of the steps; none where no step is about what was changed.
    """
    every = [step.name for step in every_step("uv")]
    names = steps_of(files, every)
    if names:
        names.add("tools")
    if not names.isdisjoint(step.name for step in steps.gates()):
        names.add("install")
    return [name for name in every if name in names]


def narrowed(step: Step, files: Sequence[str]) -> Step:
    """Return the step, that of the tests with the directories that changed files concern."""
    if step.name != "test" or not files:
        return step
    return replace(step, command=(*step.command, *suites_of(files)))


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/gate",
        description="Run the whole gate, or with --changed what a change could have broken.",
        epilog="Exit codes: 0 passed, 1 a step failed, 2 something is missing here."
        " Single steps: tools/test --only STEP.",
    )
    result.add_argument(
        "--changed",
        nargs="?",
        const=USUAL,
        metavar="BASE",
        help="run what the files changed since BASE concern, committed or not;"
        " by default since the branch left the main one",
    )
    add_running_options(result)
    return result
