"""The Python interface: build, open, query."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import codeanatomy
import deltalake
import msgspec
import pytest
from codeanatomy import errors
from codeanatomy._native import error_codes, graph_manifest
from codeanatomy.datasets import registered_datasets
from codeanatomy.graph import Manifest, TableEntry

if TYPE_CHECKING:
    from conftest import Sandbox

TABLES = [
    "cpg_edges",
    "cpg_nodes",
    "py_calls",
    "py_defs",
    "py_diagnostics",
    "py_imports",
    "py_refs",
    "repo_files",
]
PAGES = Path(__file__).resolve().parents[3] / "docs"


def test_three_lines(sandbox: Sandbox) -> None:
    sandbox.write({"a.py": "def f():\n    return f()\n"})
    graph = codeanatomy.build(sandbox.repository, sandbox.output)
    rows = graph.sql(
        "select target_qualified_name as callee, count(*) as calls from py_calls group by 1"
    )
    assert rows.to_pydict() == {"callee": ["a.f"], "calls": [1]}


class TestOpened:
    def test_tables_are_those_of_the_manifest(self, built: Sandbox) -> None:
        graph = codeanatomy.open_graph(built.output)
        assert set(TABLES) <= set(graph.tables)
        for name, entry in graph.tables.items():
            assert graph.table(name).count() == entry.rows
        assert graph.manifest == msgspec.convert(graph_manifest(built.output), Manifest)

    def test_the_report_counts_what_is_in_the_tables(self, built: Sandbox) -> None:
        graph = codeanatomy.open_graph(str(built.output))
        report = graph.report

        def one(sql: str) -> Any:
            return graph.sql(sql).to_pydict()["value"][0]

        def counts(column: str, table: str) -> dict[str, int]:
            rows = graph.sql(
                f"select {column} as name, count(*) as n from {table}"
                f" where {column} is not null group by 1"
            )
            return {row["name"]: row["n"] for row in rows.to_pylist()}

        assert report.files.total == one("select count(*) as value from repo_files") == 5
        assert report.files.by_status == counts("status", "repo_files")
        assert report.files.by_status == {"parsed": 3, "parsed_with_errors": 1, "not_python": 1}
        assert report.calls.total == one("select count(*) as value from py_calls")
        assert report.calls.by_resolution == counts("resolution", "py_calls")
        assert report.calls.by_reason == counts("reason", "py_calls")
        assert report.calls.resolved + sum(report.calls.by_reason.values()) == report.calls.total
        assert sum(report.calls.by_resolution.values()) == report.calls.resolved
        assert report.diagnostics == one("select count(*) as value from py_diagnostics") > 0
        assert report.text_bytes == one("select sum(text_bytes) as value from repo_files")
        assert report.verified

    def test_records_are_frozen_and_pickle(self, built: Sandbox) -> None:
        manifest = codeanatomy.open_graph(built.output).manifest
        with pytest.raises(AttributeError):
            manifest.engine = "2"  # type: ignore[misc]
        assert pickle.loads(pickle.dumps(manifest)) == manifest  # noqa: S301
        assert msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest) == manifest

    def test_an_unknown_field_is_refused(self) -> None:
        entry = {"version": 0, "rows": 1, "bytes": 2, "files": 1, "more": 0}
        with pytest.raises(msgspec.ValidationError, match="unknown field `more`"):
            msgspec.convert(entry, TableEntry)

    def test_representations(self, built: Sandbox) -> None:
        graph = codeanatomy.open_graph(built.output)
        assert repr(graph) == (
            f"<Graph '{built.output}': {len(graph.tables)} tables, 5 files, "
            f"{graph.report.calls.total} calls>"
        )
        html = graph._repr_html_()
        for name, entry in graph.tables.items():
            assert f"<td>{name}</td>" in html
            assert f">{entry.rows:,}</td>" in html

    def test_html_is_escaped(self, tmp_path: Path) -> None:
        repository = tmp_path / "<b>&"
        repository.mkdir()
        (repository / "a.py").write_text("x = 1\n")
        html = codeanatomy.build(repository, tmp_path / "graph")._repr_html_()
        assert "&lt;b&gt;&amp;" in html
        assert "<b>" not in html

    def test_a_session_of_your_own(self, built: Sandbox) -> None:
        session = codeanatomy.connect()
        session.from_pydict({"name": ["Cart"], "owner": ["sales"]}, name="owners")
        graph = codeanatomy.open_graph(built.output, session=session)
        assert graph.session is session
        query = "select d.name, owner from py_defs d join owners o on d.name = o.name"
        assert session.sql(query).to_pylist() == [{"name": "Cart", "owner": "sales"}]

    def test_an_open_graph_stays_at_its_versions(self, sandbox: Sandbox) -> None:
        sandbox.write({"a.py": "x = 1\n"})
        first = codeanatomy.build(sandbox.repository, sandbox.output)
        sandbox.write({"b.py": "y = 1\n"})
        second = codeanatomy.build(sandbox.repository, sandbox.output)
        assert first.table("repo_files").count() == first.report.files.total == 1
        assert second.table("repo_files").count() == second.report.files.total == 2
        assert second.tables["repo_files"].version == first.tables["repo_files"].version + 1

    def test_two_graphs_in_two_sessions(self, built: Sandbox, sandbox: Sandbox) -> None:
        sandbox.write({"a.py": "x = 1\n"})
        other = codeanatomy.build(sandbox.repository, sandbox.output)
        graph = codeanatomy.open_graph(built.output)
        assert (graph.table("repo_files").count(), other.table("repo_files").count()) == (5, 1)


class TestProgress:
    def test_stages_come_in_order_and_finish(self, sandbox: Sandbox) -> None:
        sandbox.write({f"m{number}.py": f"x = {number}\n" for number in range(7)})
        seen: list[tuple[str, int, int | None]] = []

        def watch(stage: str, done: int, total: int | None) -> None:
            seen.append((stage, done, total))

        sandbox.build(progress=watch)
        stages = list(dict.fromkeys(stage for stage, _, _ in seen))
        order = ["scan", "extract", "link", "write", "verify", "publish"]
        assert stages == [stage for stage in order if stage in stages]
        assert {"scan", "extract", "write", "publish"} <= set(stages)
        last = {stage: (done, total) for stage, done, total in seen}
        assert last["extract"] == (7, 7)
        for done, total in last.values():
            assert total is None or done == total

    def test_an_error_in_the_callback_ends_the_build(self, sandbox: Sandbox) -> None:
        sandbox.write({"a.py": "x = 1\n"})

        def fail(*_: object) -> None:
            raise ZeroDivisionError("from the callback")

        with pytest.raises(ZeroDivisionError, match="from the callback"):
            sandbox.build(progress=fail)
        assert not (sandbox.output / "manifest.json").exists()


class TestErrors:
    def test_open_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(errors.GraphNotFoundError) as caught:
            codeanatomy.open_graph(tmp_path)
        assert isinstance(caught.value, FileNotFoundError)
        assert (caught.value.code, caught.value.stage) == ("graph-unreadable", "storage")
        assert caught.value.hint is not None
        assert str(caught.value).endswith(f"\nhint: {caught.value.hint}")

    def test_no_such_table(self, built: Sandbox) -> None:
        with pytest.raises(KeyError, match="nothing"):
            codeanatomy.open_graph(built.output).table("nothing")

    @pytest.mark.parametrize("repository", [None, 1, b"\xff"])
    def test_a_path_of_a_wrong_type(self, sandbox: Sandbox, repository: Any) -> None:
        with pytest.raises(TypeError):
            codeanatomy.build(repository, sandbox.output)

    @pytest.mark.parametrize("threads", [0, -1])
    def test_threads(self, sandbox: Sandbox, threads: int) -> None:
        sandbox.write({"a.py": "x = 1\n"})
        with pytest.raises((errors.InvalidOptionError, OverflowError)):
            sandbox.build(threads=threads)

    @pytest.mark.parametrize("option", ["include", "exclude"])
    def test_globs(self, sandbox: Sandbox, option: str) -> None:
        sandbox.write({"a.py": "x = 1\n"})
        with pytest.raises(errors.InvalidOptionError, match=r"'a\[' is not a glob"):
            sandbox.build(**{option: ["a["]})

    def test_every_code_has_its_class_and_its_page_section(self) -> None:
        registry = error_codes()
        headings = [
            line.removeprefix("## ").strip("`")
            for line in (PAGES / "errors.md").read_text().splitlines()
            if line.startswith("## ")
        ]
        assert headings == [entry["code"] for entry in registry]
        classes = {entry["python_class"] for entry in registry}
        assert classes == set(errors.__all__) - {"CodeAnatomyError"}
        for name in classes:
            kind = getattr(errors, name)
            builtins = [base for base in kind.__mro__ if base.__module__ == "builtins"]
            assert issubclass(kind, errors.CodeAnatomyError)
            assert len(builtins) > len(errors.CodeAnatomyError.__mro__) - 1, name


class TestOptions:
    FILES: ClassVar = {
        "app/a.py": "import app.b\n",
        "app/b.py": "",
        "tests/test_a.py": "import app.a\n",
        "setup.py": "",
        "note.txt": "no Python",
    }

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({}, {"app/a.py", "app/b.py", "tests/test_a.py", "setup.py", "note.txt"}),
            ({"include": ["app/**"]}, {"app/a.py", "app/b.py"}),
            ({"exclude": ["tests/**", "*.txt"]}, {"app/a.py", "app/b.py", "setup.py"}),
            ({"include": ["*.py"], "exclude": ["app/**"]}, {"tests/test_a.py", "setup.py"}),
        ],
    )
    def test_include_and_exclude(
        self, sandbox: Sandbox, options: dict[str, list[str]], expected: set[str]
    ) -> None:
        sandbox.write(self.FILES)
        sandbox.build(**options)
        assert set(sandbox.statuses()) == expected

    def test_any_number_of_threads_gives_the_same_graph(self, sandbox: Sandbox) -> None:
        sandbox.write({f"p{n}/m.py": f"from p{n - 1}.m import x\ny = x({n})\n" for n in range(9)})
        contents = []
        for threads in (1, 3, 8):
            sandbox.build(threads=threads)
            keys = {"cpg_edges": "edge_id", "cpg_nodes": "node_id", "py_calls": "call_id"}
            contents.append(
                [
                    sandbox.rows(f"select * from {table} order by {key}")
                    for table, key in keys.items()
                ]
            )
        assert contents[0] == contents[1] == contents[2]


def test_paths_are_path_like_or_text(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.write({"a.py": "x = 1\n"})
    monkeypatch.chdir(sandbox.root)
    graph = codeanatomy.build("repository" + os.sep, Path("graph"))
    assert graph.report.repository == os.path.realpath(sandbox.repository)
    assert graph.report.output == os.path.realpath(sandbox.output)
    assert graph.directory == Path("graph")


def test_the_tables_are_datasets_at_their_versions(built: Sandbox) -> None:
    graph = codeanatomy.open_graph(built.output)
    versions = {
        entry.table_name: entry.delta_version for entry in registered_datasets(graph.session)
    }
    assert versions == {name: entry.version for name, entry in graph.tables.items()}


def test_every_build_is_recorded(sandbox: Sandbox) -> None:
    sandbox.write({"a.py": "def f():\n    return f()\n"})
    reports = [sandbox.build(), sandbox.build()]
    path = sandbox.output / ".artifacts/delta_observability/datafusion_delta_mutations_v2"
    events = deltalake.DeltaTable(path).to_pyarrow_table().to_pylist()
    assert len({event["run_id"] for event in events}) == len(reports)
    assert {
        (event["dataset_name"], event["delta_version"], event["operation"]) for event in events
    } == {
        (name, entry.version, "overwrite")
        for report in reports
        for name, entry in report.tables.items()
    }
    for event in events:
        entry = reports[event["delta_version"]].tables[event["dataset_name"]]
        assert msgspec.msgpack.decode(event["metrics_msgpack"]) == {
            "rows": entry.rows,
            "bytes": entry.bytes,
            "files": entry.files,
        }
        assert event["table_uri"] == f"{(sandbox.output / event['dataset_name']).as_uri()}/"
