"""What the tests of codeanatomy share: trees of files, graphs, and the installed command."""

from __future__ import annotations

import ctypes
import datetime as dt
import json
import os
import pty
import random
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pytest
from codeanatomy._native import query_graph
from codeanatomy.errors import CodeAnatomyError
from codeanatomy.graph import BuildReport, write_graph
from codeanatomy.session import run_sql
from codeanatomy_testkit.results import assert_same_result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codeanatomy import Graph
    from datafusion import DataFrame, SessionContext

# The debug-profile engine warns in every process that loads it.
QUIET_ENGINE = "ignore:codeanatomy_engine is built in the debug profile:RuntimeWarning"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the oracle tests."""
    parser.addoption(
        "--whole-stdlib",
        action="store_true",
        help="compare with CPython over its whole standard library instead of a sample",
    )
    parser.addoption(
        "--large",
        action="store_true",
        help="test limits of memory with 2 GB of rows instead of 256 MB",
    )


# How many files of the standard library the oracles look at by default.
SAMPLE = 200


@dataclass(frozen=True)
class Sandbox:
    """A directory with a repository and, once built, its graph.

    Attributes:
        root: The directory; commands run in it.
    """

    root: Path

    @property
    def repository(self) -> Path:
        """The repository; it exists once something is written."""
        return self.root / "repository"

    @property
    def output(self) -> Path:
        """Where the graph is built."""
        return self.root / "graph"

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files into the repository, with the folders above them."""
        self.repository.mkdir(exist_ok=True)
        for path, content in files.items():
            target = self.repository / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def build(self, **options: Any) -> BuildReport:
        """Build the graph in this process."""
        return write_graph(self.repository, self.output, verify=True, **options)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Query the graph."""
        text = query_graph(self.output, sql, format="json").text
        assert text is not None
        return json.loads(text)

    def statuses(self) -> dict[str, str]:
        """Return the status of each file by its path."""
        return {row["path"]: row["status"] for row in self.rows("select * from repo_files")}

    def command(
        self,
        *arguments: str | bytes | Path,
        stdin: str | bytes | None = None,
        environment: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the installed `codeanatomy` in a process of its own.

        Args:
            arguments: What follows the program's name.
            stdin: What it reads; nothing by default.
            environment: Variables to add.
            before: Called in the new process before the program starts.
        """
        text = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [program(), *arguments],
            cwd=self.root,
            env=command_environment(environment),
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            check=False,
            timeout=300,
            preexec_fn=before,
        )
        return subprocess.CompletedProcess(
            done.args,
            done.returncode,
            done.stdout.decode(errors="surrogateescape"),
            done.stderr.decode(errors="surrogateescape"),
        )

    def terminal(self, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> str:
        """Run the installed `codeanatomy` on a terminal and return what it shows."""
        terminal, theirs = pty.openpty()
        process = subprocess.Popen(
            [program(), *arguments],
            cwd=self.root,
            env=command_environment({"TERM": "xterm-256color", **(environment or {})}),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = bytearray()
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # Linux reports the end of a terminal as an error.
                break
            if not piece:
                break
            shown += piece
        os.close(terminal)
        process.wait(timeout=60)
        return shown.decode()


def program() -> str:
    """Return the installed command's path."""
    return str(Path(sys.executable).with_name("codeanatomy"))


def command_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment, without what changes how a command looks."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "CODEANATOMY_DEBUG"}
    }
    return {**plain, "PYTHONWARNINGS": QUIET_ENGINE, **(environment or {})}


@pytest.fixture(scope="session")
def obey_permissions() -> Callable[[], None]:
    """Give a function that makes the permissions of files count, also for root.

    It is called in a new process before its program starts. Without the two capabilities that let
    root pass, root is held to the permissions of the owner.
    """
    library = ctypes.CDLL(None, use_errno=True)
    drop_from_bounding_set = 24

    def drop() -> None:
        if os.geteuid() == 0:
            for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
                if library.prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
                    raise OSError(ctypes.get_errno(), "a capability can't be dropped")

    return drop


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Give an empty directory to build in."""
    return Sandbox(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Give the graph of a small repository; tests only read it."""
    result = Sandbox(tmp_path_factory.mktemp("built"))
    result.write(
        {
            "shop/__init__.py": "",
            "shop/cart.py": (
                "from shop.price import total as sum_up\n"
                "\n"
                "class Cart:\n"
                "    def __init__(self, items):\n"
                "        self.items = list(items)\n"
                "\n"
                "    def total(self):\n"
                "        return sum_up(self.items)\n"
            ),
            "shop/price.py": "def total(items):\n    return sum(item.price for item in items)\n",
            "shop/broken.py": "def half(:\n    pass\n\nafter = 1\n",
            "README.md": "# Shop\n",
        }
    )
    result.build()
    return result


@pytest.fixture(scope="session")
def stdlib(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Build the graph of the standard library, or of a fixed sample of it."""
    library = Path(sysconfig.get_path("stdlib"))
    paths = sorted(
        path.relative_to(library)
        for path in library.rglob("*.py")
        if not {"site-packages", "build", "dist", "__pycache__"}
        & set(path.parts[len(library.parts) :])
    )
    assert len(paths) > 1000
    if not request.config.getoption("--whole-stdlib", default=False):
        paths = sorted(random.Random(3112).sample(paths, SAMPLE))  # noqa: S311
    repository = tmp_path_factory.mktemp("stdlib")
    for path in paths:
        target = repository / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((library / path).read_bytes())
    graph = codeanatomy.build(repository, tmp_path_factory.mktemp("oracle") / "graph")
    assert graph.report.files.total == len(paths)
    return graph


@pytest.fixture(scope="session")
def start_command() -> Callable[..., subprocess.Popen[bytes]]:
    """Give a way to start `codeanatomy` and go on while it runs."""

    def start(
        *arguments: str | Path,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen[bytes](
            [program(), *arguments],
            env=command_environment(environment),
            stdin=subprocess.DEVNULL,
            **options,
        )

    return start


UTC = dt.timezone.utc


@dataclass(frozen=True)
class Lake:
    """A session and Delta tables that `deltalake` writes.

    Attributes:
        session: A session with the runtime.
    """

    session: SessionContext

    def query(self, sql: str) -> DataFrame:
        """Plan a statement."""
        return run_sql(self.session, sql)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Run a statement and give its rows."""
        return self.query(sql).to_pylist()

    def read(self, path: Path, pin: str = "") -> pa.Table:
        """Read a table; a pin starts with a comma."""
        return pa.table(self.query(f"select * from read_delta({self.quoted(path)}{pin})"))

    def same_as_deltalake(self, path: Path) -> pa.Table:
        """Read a table, and compare with what `deltalake` reads."""
        ours = self.read(path)
        theirs = pa.table(deltalake.DeltaTable(path).to_pyarrow_table())
        assert_same_result(ours, theirs)
        return ours

    def failure(self, sql: str) -> CodeAnatomyError:
        """Give the error of a statement."""
        with pytest.raises(CodeAnatomyError) as caught:
            self.rows(sql)
        assert caught.value.hint, caught.value
        return caught.value

    def late_failure(self, sql: str) -> str:
        """Give what is said when a query is run that could be planned: DataFusion raises it."""
        frame = self.query(sql)
        with pytest.raises(Exception, match=r"External error: ") as caught:
            frame.to_pylist()
        assert "hint: " in str(caught.value)
        return str(caught.value)

    @staticmethod
    def quoted(path: Path | str) -> str:
        """Write a path as a literal."""
        return "'" + str(path).replace("'", "''") + "'"

    @staticmethod
    def versions(path: Path, count: int) -> list[dt.datetime]:
        """Write a table whose version n has the rows 0 to n. Gives the time of each version."""
        times: list[dt.datetime] = []
        for version in range(count):
            deltalake.write_deltalake(path, pa.table({"a": [version]}), mode="append")
            commit = path / "_delta_log" / f"{version:020}.json"
            times.append(dt.datetime.fromtimestamp(commit.stat().st_mtime_ns / 1e9, UTC))
            time.sleep(0.02)
        return times


@pytest.fixture
def lake() -> Lake:
    """Give a session for Delta tables."""
    return Lake(codeanatomy.connect())
