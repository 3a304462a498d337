"""What is compared with what, and why the comparison is fair."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from repository.bench.process import BenchError
from repository.bench.series import Program, Series, measure

if TYPE_CHECKING:
    from collections.abc import Callable

BASELINE = Path(__file__).with_name("parse_baseline.py")
LIST_FILES = "SELECT path FROM repo_files WHERE language IN ('python', 'stub') ORDER BY path"


def standard_library(directory: Path) -> Path:
    """Copy the standard library of the Python that runs this, without what is installed into it.

    Args:
        directory: Where to put the copy.

    Returns:
        The copy. It is the same for every program and has nothing but the library's own files.
    """
    target = directory / "standard-library"
    shutil.copytree(
        sysconfig.get_path("stdlib"),
        target,
        ignore=shutil.ignore_patterns(
            "site-packages", "dist-packages", "__pycache__", "*.so", "*.a"
        ),
    )
    return target


def build_command(scripts: Path, source: Path, graph: Path) -> tuple[str, ...]:
    """Return the command that builds a graph without a word on stderr."""
    return (str(scripts / "codeanatomy"), "build", str(source), "--output", str(graph), "--quiet")


def query(scripts: Path, graph: Path, sql: str) -> tuple[str, ...]:
    """Return the command that asks a graph."""
    return (str(scripts / "codeanatomy"), "sql", str(graph), sql, "--format", "ndjson")


def compare_build(scripts: Path, source: Path, directory: Path, rounds: int) -> Series:
    """Compare the whole build, graph written, with CPython's parser over the same files.

    Args:
        scripts: Where the environment's programs are.
        source: The repository.
        directory: For the graph and the list of files.
        rounds: How many.

    Returns:
        The reference is the process pool: every core parses, nothing is kept. The build reads the
        same files, and beside them lists, resolves, relates and writes; it has to beat parsing
        alone.
    """
    graph = directory / "graph"
    build = build_command(scripts, source, graph)
    run(build)
    answer = run(query(scripts, graph, LIST_FILES))
    paths = [str(source / json.loads(line)["path"]) for line in answer.splitlines()]
    if not paths:
        raise BenchError(f"the graph of {source} has no Python file")
    file_list = directory / "files.txt"
    file_list.write_text("\n".join(paths), encoding="utf-8")
    cores = os.cpu_count() or 1
    python = str(scripts / "python")
    return measure(
        f"graph of {len(paths)} files",
        [
            Program(
                f"ast.parse, pool of {cores}", (python, str(BASELINE), str(file_list), str(cores))
            ),
            Program("ast.parse, one process", (python, str(BASELINE), str(file_list), "1")),
            Program("codeanatomy build", build),
        ],
        rounds=rounds,
        memory=True,
    )


def compare_import(scripts: Path, _source: Path, _directory: Path, rounds: int) -> Series:
    """Compare import times in fresh processes.

    Returns:
        The reference is `import datafusion` in a process that never meets CodeAnatomy: it loads the
        native library of the stock package. The start of the interpreter is part of every figure
        and shown by itself.
    """
    python = str(scripts / "python")
    warm = "import codeanatomy; import datafusion"
    ready = "import codeanatomy; codeanatomy.connect()"
    return measure(
        "import",
        [
            Program("import datafusion", (python, "-c", "import datafusion")),
            Program("no import", (python, "-c", "pass")),
            Program("import codeanatomy", (python, "-W", "ignore", "-c", "import codeanatomy")),
            Program("import codeanatomy, datafusion", (python, "-W", "ignore", "-c", warm)),
            Program("codeanatomy.connect()", (python, "-W", "ignore", "-c", ready)),
        ],
        rounds=rounds * 3,
    )


def compare_start(scripts: Path, source: Path, directory: Path, rounds: int) -> Series:
    """Measure how long a person waits for the smallest answer of the command line.

    Returns:
        The reference is an interpreter that does nothing: what is above it is ours.
    """
    graph = directory / "graph"
    if not graph.exists():
        run(build_command(scripts, source, graph))
    return measure(
        "start of the command line",
        [
            Program("python -c pass", (str(scripts / "python"), "-c", "pass")),
            Program("codeanatomy sql 'select 1'", query(scripts, graph, "select 1")),
            Program("codeanatomy version", (str(scripts / "codeanatomy"), "version")),
        ],
        rounds=rounds * 3,
    )


def run(command: tuple[str, ...]) -> str:
    """Run a command and return what it printed.

    Raises:
        BenchError: If it fails.
    """
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise BenchError(f"{' '.join(command)} failed:\n{finished.stderr.strip()}")
    return finished.stdout


COMPARISONS: dict[str, Callable[[Path, Path, Path, int], Series]] = {
    "build": compare_build,
    "import": compare_import,
    "start": compare_start,
}
