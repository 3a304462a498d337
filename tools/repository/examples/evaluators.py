"""How a block of a page is run, by its language: as its reader would run it."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from repository.examples.given import make_orders
from repository.root import SCRIPTS, script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datafusion import SessionContext
    from sybil import Example
    from sybil.typing import Evaluator

# The engine of a clone is a debug one, which warns that it is not to be measured. Nothing is here.
SILENCED = ",".join(
    f"ignore:{name} is built in the debug profile:RuntimeWarning"
    for name in ("codeanatomy_engine", "codeanatomy_portable")
)
TEST = re.compile(r"^def test_", re.MULTILINE)
# A query after its prompt, to its semicolon, and what it prints.
QUERY = re.compile(r"^> (?P<query>.*?;)\n(?P<result>(?:[+|][^\n]*\n)*)", re.MULTILINE | re.DOTALL)
# A command after its prompt, with the lines that go on with it, and what it prints.
COMMAND = re.compile(r"^\$ (?P<command>.*\n(?:> .*\n)*)(?P<result>(?:(?!\$ ).*\n)*)", re.MULTILINE)


def run_python(example: Example) -> str | None:
    """Run a script, or a file of tests, in a process of its own."""
    if TEST.search(example.parsed):
        Path("test_page.py").write_text(example.parsed, encoding="utf-8")
        return failure([script("pytest"), "-q", "-p", "no:cacheprovider", "test_page.py"])
    return failure([sys.executable, "-c", example.parsed])


def run_shell(example: Example) -> str | None:
    """Run a script of a shell; each of its commands has to succeed."""
    return failure(["bash", "-euo", "pipefail", "-c", example.parsed])


def run_console(example: Example) -> str | None:
    """Run commands after prompts and compare what each prints, whatever its exit code."""
    compare = doctest.OutputChecker()
    found = list(COMMAND.finditer(example.parsed))
    if not found:
        return "no line starts with the prompt $"
    for each in found:
        command = re.sub(r"^> ", "", each["command"], flags=re.MULTILINE)
        shown = trimmed(run(["bash", "-c", command]).stdout)
        if not compare.check_output(each["result"], shown, doctest.ELLIPSIS):
            return f"$ {command}expected:\n{each['result']}\ngot:\n{shown}"
    return None


def trimmed(text: str) -> str:
    """Take the spaces off the ends of lines, which editors do to pages."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def run_settings(example: Example) -> str | None:
    """Check a `codeanatomy.toml` as the command line does."""
    Path("codeanatomy.toml").write_text(example.parsed, encoding="utf-8")
    return failure(["codeanatomy", "config", "validate"])


def run_catalog(example: Example) -> str | None:
    """Plan the datasets of a `codeanatomy.datasets.json` as the command line does."""
    Path("codeanatomy.datasets.json").write_text(example.parsed, encoding="utf-8")
    return failure(["codeanatomy", "datasets", "bootstrap", "--plan"])


def run_sql(example: Example) -> str | None:
    """Run queries after prompts and compare the tables that they print."""
    import codeanatomy  # noqa: PLC0415 - the pages of other languages run without

    if not Path("orders").exists() and "'orders'" in example.parsed:
        make_orders(Path())
    found = list(QUERY.finditer(example.parsed))
    if not found:
        return "no line starts with the prompt >"
    session = codeanatomy.connect()
    for each in found:
        query = each["query"].replace("\n> ", "\n")
        shown = table(session, query)
        if shown != each["result"]:
            return f"> {query}\nexpected:\n{each['result']}\ngot:\n{shown}"
    return None


def table(session: SessionContext, query: str) -> str:
    """Give the rows of a query as DataFusion draws them."""
    head, _, drawn = str(session.sql(query)).partition("\n")
    if head != "DataFrame()":
        raise ValueError(f"a drawn table starts with other words than before: {head}")
    return f"{drawn}\n"


def failure(command: Sequence[str]) -> str | None:
    """Run a program that has to succeed, and give what it says where it does not."""
    done = run(command)
    return None if done.returncode == 0 else f"exit code {done.returncode}\n{done.stdout}"


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment, with both of its outputs in one."""
    variables = {
        **os.environ,
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "PYTHONWARNINGS": SILENCED,
        "COLUMNS": "100",
    }
    return subprocess.run(
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


EVALUATORS: dict[str, Evaluator] = {
    "console": run_console,
    "json": run_catalog,
    "python": run_python,
    "sh": run_shell,
    "sql": run_sql,
    "toml": run_settings,
}
