"""The command line of `tools/examples`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repository.root import ROOT, VIRTUAL_ENVIRONMENT, script

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING = "the packages are not installed. hint: python3 tools/test --only install"
SOURCES = (
    "packages/engine-native/python",
    "packages/engine-py/src",
    "packages/testkit/src",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when every example ran as it says, 2 when the packages are not installed, otherwise the
        exit code of pytest.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(given)
    if not VIRTUAL_ENVIRONMENT.exists():
        print(MISSING, file=sys.stderr)
        return 2
    if Path(sys.prefix).resolve() != VIRTUAL_ENVIRONMENT.resolve():
        command = [script("python"), str(ROOT / "tools" / "examples"), *given]
        return subprocess.run(command, check=False).returncode
    return run(options.file)


def run(files: Sequence[Path]) -> int:
    """Run the examples of some files.

    Args:
        files: Pages and Python files; nothing for all pages and the sources of the packages.

    Returns:
        The exit code of pytest.
    """
    import pytest  # noqa: PLC0415 - the environment's own, which another interpreter lacks

    from repository.examples.pages import pages, sybil  # noqa: PLC0415

    class Pages:
        """The plugin that collects pages."""

        pytest_collect_file: Any = staticmethod(sybil().pytest())

    chosen = files or [*(ROOT / source for source in SOURCES), *pages(ROOT)]
    command = [f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}", "--doctest-modules"]
    # A text file that is named is a doctest to pytest, unless no name is one.
    command.append("--doctest-glob=none")
    return int(pytest.main([*command, *map(str, chosen)], plugins=[Pages()]))


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/examples",
        description="Run the examples of the pages and of the docstrings.",
        epilog="Exit codes: 0 all run, 1 one fails, 2 the packages are not installed.",
    )
    result.add_argument(
        "file",
        nargs="*",
        type=Path,
        help="a page or a Python file; by default all pages and the sources of the packages",
    )
    return result
