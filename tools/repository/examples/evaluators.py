"""How a block of a page is run, by its language: as its reader would run it."""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from repository.examples import with_pytest
from repository.examples.given import make_orders
from repository.examples.programs import failure, run

if TYPE_CHECKING:
    from datafusion import SessionContext
    from sybil import Example
    from sybil.typing import Evaluator

# A query after its prompt, to its semicolon, and what it prints.
QUERY = re.compile(r"^> (?P<query>.*?;)\n(?P<result>(?:[+|][^\n]*\n)*)", re.MULTILINE | re.DOTALL)
# A command after its prompt, with the lines that go on with it, and what it prints.
COMMAND = re.compile(r"^\$ (?P<command>.*\n(?:> .*\n)*)(?P<result>(?:(?!\$ ).*\n)*)", re.MULTILINE)


def run_python(example: Example) -> str | None:
    """Run a script, a file of tests, or a file of fixtures, in a process of its own."""
    if with_pytest.TEST.search(example.parsed):
        return with_pytest.run_tests(example.parsed)
    if with_pytest.FIXTURE.search(example.parsed):
        return with_pytest.run_fixtures(example.parsed)
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
    """Check a `codeanatomy.toml` as the command line does, or settings of pytest as it does."""
    if with_pytest.SETTINGS.search(example.parsed):
        return with_pytest.run_settings(example.parsed)
    Path("codeanatomy.toml").write_text(example.parsed, encoding="utf-8")
    return failure(["codeanatomy", "config", "validate"])


def run_catalog(example: Example) -> str | None:
    """Plan the datasets of a `codeanatomy.datasets.json` as the command line does."""
    Path("codeanatomy.datasets.json").write_text(example.parsed, encoding="utf-8")
    return failure(["codeanatomy", "datasets", "bootstrap", "--plan"])


def run_sql(example: Example) -> str | None:
    """Run queries after prompts and compare the tables that they print, or golden SQL."""
    if with_pytest.RECORD.match(example.parsed):
        return with_pytest.run_golden_sql(example.parsed)
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


EVALUATORS: dict[str, Evaluator] = {
    "console": run_console,
    "json": run_catalog,
    "python": run_python,
    "sh": run_shell,
    "sql": run_sql,
    "toml": run_settings,
}
