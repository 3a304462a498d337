"""The pages say what the graph and the command line really have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import codeanatomy
from codeanatomy.cli.parser import parser

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from conftest import Sandbox

PAGES = Path(__file__).resolve().parents[3] / "docs"
TYPES = {"string_view": "text"}


def sections(page: str) -> dict[str, list[list[str]]]:
    """Return the rows of the first table below each heading of a page, without its head."""
    found: dict[str, list[list[str]]] = {}
    for part in (PAGES / page).read_text().split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        rows: list[list[str]] = []
        for line in body.splitlines():
            if line.startswith("|"):
                rows.append([cell.strip() for cell in line.strip("|").split("|")])
            elif rows:
                break
        found[heading] = rows[2:]
    return found


def test_tables_are_described_column_by_column(built: Sandbox) -> None:
    graph = codeanatomy.open_graph(built.output)
    described = {
        table: [(name, kind) for name, kind, _ in rows]
        for table, rows in sections("tables.md").items()
    }
    real = {
        table: [
            (field.name, TYPES.get(str(field.type), str(field.type)))
            for field in graph.table(table).schema()
        ]
        for table in graph.tables
    }
    assert described == real


def test_columns_that_say_nothing_of_null_have_none(built: Sandbox) -> None:
    graph = codeanatomy.open_graph(built.output)
    for table, rows in sections("tables.md").items():
        for name, _, meaning in rows:
            if "or NULL" not in meaning:
                nulls = graph.sql(f"select 1 from {table} where {name} is null").count()
                assert nulls == 0, (table, name)


def test_every_value_of_a_kind_is_described(built: Sandbox) -> None:
    graph = codeanatomy.open_graph(built.output)
    page = (PAGES / "tables.md").read_text()
    queries = [
        "select distinct def_kind as value from py_defs",
        "select distinct reason from py_calls where reason is not null",
        "select distinct resolution from py_calls where resolution is not null",
        "select distinct node_kind from cpg_nodes",
        "select distinct edge_kind from cpg_edges",
        "select distinct status from repo_files",
    ]
    for query in queries:
        for row in graph.sql(query).to_pylist():
            (value,) = row.values()
            assert f"`{value}`" in page


def test_every_option_is_described() -> None:
    described = sections("command-line.md")
    commands = subcommands(parser())
    assert [f"codeanatomy {name}" for name in commands] == list(described)
    for name, command in commands.items():
        real = {
            option
            for action in command._actions
            for option in action.option_strings
            if option not in {"-h", "--help"}
        }
        cells = " ".join(row[0] for row in described[f"codeanatomy {name}"])
        assert set(re.findall(r"`(-[^`]+)`", cells)) == real


def subcommands(definition: ArgumentParser) -> dict[str, ArgumentParser]:
    """Return the parser of each command."""
    choices: Any = next(action.choices for action in definition._actions if action.choices)
    return dict(choices)
