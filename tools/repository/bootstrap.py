"""`tools/bootstrap`: what the machine needs to work on the repository; gets what it can."""

from __future__ import annotations

import argparse
import subprocess
from typing import TYPE_CHECKING

from repository import requirements, steps
from repository.requirements import MissingRequirementError, State
from repository.root import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# In the order in which one is needed for the next.
CHECKS: tuple[Callable[[], State], ...] = (
    requirements.python_state,
    requirements.uv_state,
    requirements.rust_state,
    requirements.rust_tools_state,
    requirements.compiler_state,
    requirements.tools_state,
    requirements.browser_state,
    requirements.disk_state,
    requirements.memory_state,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when nothing is missing, 1 when something is.
    """
    options = parser().parse_args(arguments)
    states: list[State] = []
    for check in CHECKS:
        state = check()
        if state.problem and state.fixable and not options.check:
            state = fixed(state, check)
        states.append(state)
        print(line(state), flush=True)
    missing = sum(bool(state.problem) and state.level == "missing" for state in states)
    print(f"\n{len(states)} checked, {missing} missing")
    if not missing:
        print("next: python3 tools/gate, or python3 tools/try for a first graph")
    return 1 if missing else 0


def fixed(state: State, check: Callable[[], State]) -> State:
    """Get what is missing into the clone, or into the user's Rust.

    Args:
        state: What is missing and can be got.
        check: Looks again.

    Returns:
        How it stands afterwards.
    """
    try:
        command = command_of(state)
    except MissingRequirementError as error:
        problem, _, hint = str(error).partition(" hint: ")
        return State(state.name, state.found, problem, hint)
    if command:
        print(f"$ {' '.join(command)}", flush=True)
        subprocess.run(command, cwd=ROOT, env=environment(), check=False)
    return check()


def command_of(state: State) -> tuple[str, ...]:
    """Return the command that gets what is missing; none where finding it was getting it.

    Raises:
        MissingRequirementError: If uv is needed and cannot be installed.
    """
    match state.name:
        case "rust tools":
            return tuple(state.hint.split())
        case "tools":
            return steps.tools(requirements.find_uv()).command
        case _:
            requirements.find_uv()
            return ()


def line(state: State) -> str:
    """Write a state: `ok`, `low` or `missing`, what it is about, what was found or to do."""
    verdict = state.level if state.problem else "ok"
    text = f"{state.problem} hint: {state.hint}" if state.problem else state.found
    return f"{verdict:<7}  {state.name:<10}  {text}"


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/bootstrap",
        description="Check what the machine needs to work on the repository, and get into the clone"
        " what needs no rights of root: uv, and the tools with protoc.",
        epilog="Exit codes: 0 nothing is missing, 1 something is.",
    )
    result.add_argument("--check", action="store_true", help="only report, change nothing")
    return result
