"""`tools/try`: from a fresh clone to a graph that answers SQL, in one command."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from repository.requirements import MissingRequirementError, find_uv, require_compilers
from repository.root import ROOT, environment, script
from repository.target import claim_target_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

# The engine of a clone is a debug one, which warns that it is not to be measured. Nothing is here.
SILENCED = "ignore:codeanatomy_engine is built in the debug profile:RuntimeWarning"
QUESTION = """\
SELECT target_qualified_name AS function, count(*) AS calls, count(DISTINCT path) AS files
FROM py_calls
WHERE target_def_id IS NOT NULL
GROUP BY target_qualified_name
ORDER BY calls DESC, function
LIMIT 10"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when the graph was built and answered, 2 when something is missing on the machine,
        otherwise the exit code of what failed.
    """
    options = parser().parse_args(arguments)
    if not options.repository.is_dir():
        # Said now, and not after the engine has been compiled.
        print(f"{options.repository} is not a directory", file=sys.stderr)
        return 2
    try:
        require_compilers()
        uv = find_uv()
    except MissingRequirementError as missing:
        print(missing, file=sys.stderr)
        return 2
    claim_target_directory()
    install = [uv, "sync", "--locked", "--package", "codeanatomy", "--no-default-groups"]
    # The development tools, if they are there already, stay: `tools/test` shares this environment.
    install.append("--inexact")
    print(
        "installing CodeAnatomy into .venv; the first time compiles some 400 Rust crates,"
        " about 20 minutes on two cores",
        flush=True,
    )
    codeanatomy = script("codeanatomy")
    if code := subprocess.run(install, cwd=ROOT, env=environment(), check=False).returncode:
        return code
    commands = (
        [codeanatomy, "build", str(options.repository), "--output", str(options.output)],
        [codeanatomy, "sql", str(options.output), QUESTION],
    )
    for command in commands:
        print(f"\n$ {shlex.join(command)}", flush=True)
        silenced = {**os.environ, "PYTHONWARNINGS": SILENCED}
        if code := subprocess.run(command, env=silenced, check=False).returncode:
            return code
    print(f"\nNow ask your own question:\n  {codeanatomy} sql {options.output} 'SELECT …'")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/try",
        description="Install CodeAnatomy, build the graph of a Python repository, query it.",
    )
    result.add_argument(
        "repository",
        nargs="?",
        type=Path,
        default=Path(sysconfig.get_path("stdlib")),
        help="the repository to read, by default the running Python's standard library",
    )
    result.add_argument(
        "--output",
        type=Path,
        default=ROOT / "graph",
        help="the directory to write the graph to, by default `graph` in this clone",
    )
    return result
