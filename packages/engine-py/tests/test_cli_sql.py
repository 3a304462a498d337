"""`codeanatomy sql`: where the query comes from, how rows are written, what goes wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conftest import Sandbox

CLASSES = "select name, line from py_defs where def_kind in ('class', 'function') order by name"
EXPECTED = [
    {"name": "Cart", "line": 3},
    {"name": "__init__", "line": 4},
    {"name": "half", "line": 1},
    {"name": "total", "line": 7},
    {"name": "total", "line": 1},
]


def as_set(rows: Sequence[Mapping[str, object]]) -> set[tuple[object, ...]]:
    return {tuple(row.values()) for row in rows}


def test_table_for_people(built: Sandbox) -> None:
    done = built.command("sql", "graph", "select path, 1 as one from repo_files order by path")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[1].split() == ["|", "path", "|", "one", "|"]
    assert [line.split()[1] for line in lines[3:-1]] == [
        "README.md",
        "shop/__init__.py",
        "shop/broken.py",
        "shop/cart.py",
        "shop/price.py",
    ]


def test_json(built: Sandbox) -> None:
    done = built.command("sql", "graph", CLASSES, "--format", "json")
    assert as_set(json.loads(done.stdout)) == as_set(EXPECTED)


def test_ndjson(built: Sandbox) -> None:
    done = built.command("sql", "graph", CLASSES, "--format", "ndjson")
    assert as_set([json.loads(line) for line in done.stdout.splitlines()]) == as_set(EXPECTED)


def test_csv(built: Sandbox) -> None:
    done = built.command("sql", "graph", CLASSES, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {(row["name"], int(row["line"])) for row in rows} == as_set(EXPECTED)


@pytest.mark.parametrize("target", ["stdout", "file"])
def test_parquet(built: Sandbox, tmp_path_factory: pytest.TempPathFactory, target: str) -> None:
    file = tmp_path_factory.mktemp("parquet") / "rows.parquet"
    options = ["--format", "parquet"]
    if target == "file":
        done = built.command("sql", "graph", CLASSES, *options, "--output", file)
        assert (done.stdout, done.stderr) == ("", f"wrote 5 rows to {file}\n")
    else:
        done = built.command("sql", "graph", CLASSES, *options)
        file.write_bytes(done.stdout.encode("utf-8", "surrogateescape"))
    assert done.returncode == 0
    assert as_set(pl.read_parquet(file).to_dicts()) == as_set(EXPECTED)


@pytest.mark.parametrize("output_format", ["json", "ndjson", "csv", "table", "parquet"])
def test_no_rows(
    built: Sandbox, tmp_path_factory: pytest.TempPathFactory, output_format: str
) -> None:
    file = tmp_path_factory.mktemp("empty") / "rows"
    query = "select name, line from py_defs where false"
    done = built.command("sql", "graph", query, "--format", output_format, "--output", file)
    assert done.returncode == 0, done.stderr
    if output_format == "parquet":
        assert pl.read_parquet(file).shape == (0, 2)
    else:
        text = file.read_text()
        expected = {"json": "[]", "ndjson": "", "csv": "name,line"}
        if output_format == "table":
            assert "name" in text
        else:
            assert text.strip() == expected[output_format]


def test_null_and_text_that_needs_escapes(built: Sandbox) -> None:
    query = """select 'a "b", c' as text, cast(null as int) as nothing, 'ärger ☃' as letters"""
    done = built.command("sql", "graph", query, "--format", "json")
    expected = {"text": 'a "b", c', "nothing": None, "letters": "ärger ☃"}
    assert json.loads(done.stdout) == [expected]
    done = built.command("sql", "graph", query, "--format", "csv")
    assert list(csv.reader(io.StringIO(done.stdout)))[1] == ['a "b", c', "", "ärger ☃"]


class TestQuery:
    def test_from_a_file(self, built: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
        file = tmp_path_factory.mktemp("query") / "query.sql"
        # With a byte order mark, as some editors write it, comments and a final semicolon.
        file.write_text("\ufeff-- one\nselect 1 as one;\n", encoding="utf-8")
        done = built.command("sql", "graph", "-f", file, "--format", "csv")
        assert (done.returncode, done.stdout) == (0, "one\n1\n"), done.stderr

    @pytest.mark.parametrize("arguments", [[], ["-f", "-"]])
    def test_from_stdin(self, built: Sandbox, arguments: list[str]) -> None:
        done = built.command("sql", "graph", *arguments, "--format", "csv", stdin="select 2 as two")
        assert (done.returncode, done.stdout) == (0, "two\n2\n")

    def test_two_queries(self, built: Sandbox) -> None:
        done = built.command("sql", "graph", "select 1", "-f", "query.sql")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: there are two queries")

    def test_missing_file(self, built: Sandbox) -> None:
        done = built.command("sql", "graph", "-f", "nowhere.sql")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "error: no such file or directory: 'nowhere.sql'\n"

    def test_not_utf_8(self, built: Sandbox) -> None:
        done = built.command("sql", "graph", stdin=b"select '\xff'")
        assert (done.returncode, done.stdout) == (2, "")
        assert "the query in stdin is not UTF-8" in done.stderr

    @pytest.mark.parametrize("query", ["", "  ", "-- nothing\n"])
    def test_empty(self, built: Sandbox, query: str) -> None:
        done = built.command("sql", "graph", stdin=query)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: ")


class TestRows:
    def test_a_table_stops_at_a_hundred(self, built: Sandbox) -> None:
        query = "select value from range(250)"
        done = built.command("sql", "graph", query)
        assert len(done.stdout.splitlines()) == 100 + 4
        assert done.stderr == "showing the first 100 rows; --max-rows 0 shows all\n"
        done = built.command("sql", "graph", query, "--max-rows", "0")
        assert (len(done.stdout.splitlines()), done.stderr) == (250 + 4, "")

    def test_other_formats_have_all(self, built: Sandbox) -> None:
        done = built.command("sql", "graph", "select value from range(30000)", "--format", "ndjson")
        assert (len(done.stdout.splitlines()), done.stderr) == (30000, "")

    @pytest.mark.parametrize(("limit", "truncated"), [(1, True), (249, True), (250, False)])
    def test_limit(self, built: Sandbox, limit: int, *, truncated: bool) -> None:
        query = "select value from range(250)"
        arguments = ["--format", "csv", "--max-rows", str(limit)]
        done = built.command("sql", "graph", query, *arguments)
        assert len(done.stdout.splitlines()) == limit + 1
        assert ("showing the first" in done.stderr) is truncated


class TestErrors:
    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("selct 1", "selct"),
            ("select nothing from py_defs", "nothing"),
            ("select * from py_deffs", "py_deffs"),
            ("select stable_id(1, 2, 3)", "stable_id"),
            ("drop table py_defs", "DROP"),
            ("create table t as select 1", "CREATE"),
            ("set datafusion.execution.batch_size = 1", "SET"),
        ],
    )
    def test_invalid_query(self, built: Sandbox, query: str, message: str) -> None:
        done = built.command("sql", "graph", query)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: ")
        assert message.lower() in done.stderr.lower()
        assert "\nhint: " in done.stderr

    def test_a_query_that_fails_as_it_runs(self, built: Sandbox) -> None:
        done = built.command("sql", "graph", "select 1 / (line - line) from py_defs")
        assert done.returncode == 2
        assert "divide by zero" in done.stderr.lower()

    def test_output_that_can_not_be_written(self, built: Sandbox) -> None:
        done = built.command("sql", "graph", "select 1", "--output", "nowhere/rows.csv")
        assert done.returncode == 2
        assert "can't be written" in done.stderr

    def test_a_failed_query_keeps_the_old_file(
        self, built: Sandbox, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        file = tmp_path_factory.mktemp("old") / "rows.csv"
        file.write_text("old\n")
        query = "select 1 / (line - line) from py_defs"
        done = built.command("sql", "graph", query, "--format", "csv", "--output", file)
        assert done.returncode == 2
        assert file.read_text() == "old\n"
        assert [entry.name for entry in file.parent.iterdir()] == ["rows.csv"]

    def test_damaged_manifest(self, sandbox: Sandbox) -> None:
        sandbox.output.mkdir()
        (sandbox.output / "manifest.json").write_text('{"schema": ')
        done = sandbox.command("sql", "graph", "select 1")
        assert done.returncode == 2
        assert "manifest.json is damaged" in done.stderr

    def test_a_table_that_is_gone(self, sandbox: Sandbox) -> None:
        sandbox.write({"a.py": "x = 1\n"})
        sandbox.build()
        (sandbox.output / "py_defs").rename(sandbox.root / "moved")
        done = sandbox.command("sql", "graph", "select 1")
        assert done.returncode == 2
        assert "py_defs" in done.stderr
        assert "codeanatomy build" in done.stderr


def test_a_reader_that_went_away(
    built: Sandbox, start_command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    # Far more than a pipe holds, so that the command must notice that nobody reads.
    query = "select value, 'some text to fill the pipe' as text from range(3000000)"
    process = start_command(
        "sql",
        built.output,
        query,
        "--format",
        "csv",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert os.read(process.stdout.fileno(), 10).startswith(b"value,text")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=120) == 141
