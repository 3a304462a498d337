"""The command line of `tools/functions`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from repository.functions.description import DescriptionError
from repository.functions.live import read
from repository.functions.outputs import outputs
from repository.root import ROOT, VIRTUAL_ENVIRONMENT, script

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING = (
    "the packages are not installed, so that there is no engine to ask."
    " hint: python3 tools/test --only install"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when everything is current or was made so, 1 when something is not current or the
        functions' own words disagree, 2 when the engine is not installed.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(given)
    if Path(sys.prefix).resolve() != VIRTUAL_ENVIRONMENT.resolve():
        return run_in_the_environment(given)
    # The debug-profile engine warns when it is imported; what it says of itself is the same.
    warnings.filterwarnings("ignore", "(?s).*debug profile", RuntimeWarning)
    try:
        current = outputs(*read())
    except ModuleNotFoundError:
        print(MISSING, file=sys.stderr)
        return 2
    except DescriptionError as error:
        print(error, file=sys.stderr)
        return 1
    if not options.check:
        changed = current.write(ROOT)
        print("\n".join([*changed, f"{len(changed)} of {len(current.files)} files written"]))
        return 0
    stale = current.stale(ROOT)
    if stale:
        print("\n".join([*stale, "hint: python3 tools/functions"]))
        return 1
    print(f"{len(current.files)} files are current")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/functions",
        description="Write the pages and accessors of the functions from what the engine says.",
        epilog="Exit codes: 0 current, 1 not current, 2 the engine is not installed.",
    )
    result.add_argument("--check", action="store_true", help="write nothing; name what is stale")
    return result


def run_in_the_environment(arguments: Sequence[str]) -> int:
    """Run the command again with the interpreter that has the engine."""
    if not VIRTUAL_ENVIRONMENT.exists():
        print(MISSING, file=sys.stderr)
        return 2
    command = [script("python"), str(ROOT / "tools" / "functions"), *arguments]
    return subprocess.run(command, check=False).returncode
