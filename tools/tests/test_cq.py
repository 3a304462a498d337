"""`tools/cq search`: what matches are, held against Python's own parser, and the command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from python_oracle import kinds_of_tokens
from repository.cq.classify import SyntaxTree
from repository.cq.output import has_colours
from repository.cq.search import PatternError, Query, search
from repository.cq.sources import source_files

PYTHON = '''"""Says what egg is."""
from nest import egg as other
import egg

def egg(size):  # an egg
    text = f"egg {egg(size)}"
    box.egg = egg
    box.egg()
    match size:
        case [egg, *rest]: ...
    return egg, text, "no egg"
'''
RUST = """//! Says what egg is.
use nest::egg as other;
/// An egg.
pub fn egg(size: u8) -> u8 { let text = "egg"; egg(size); println!("{}", egg(2)); box_of.egg }
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "b.rs").write_text(RUST, encoding="utf-8")
    (tmp_path / "notes.md").write_text("egg", encoding="utf-8")
    return tmp_path


def run(*arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run `tools/cq` in a directory, as from a terminal without colours."""
    program = Path(__file__).resolve().parents[1] / "cq"
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def kinds(tree: Path, pattern: str, **arguments: str) -> list[tuple[str, int, str]]:
    report = search(Query.of(pattern, **arguments), [tree])  # pyright: ignore[reportArgumentType]
    return [(finding.path.name, finding.line, finding.kind) for finding in report.findings]


def test_every_kind_of_both_languages(tree: Path) -> None:
    assert kinds(tree, "egg") == [
        ("a.py", 1, "string"),
        ("a.py", 2, "import"),
        ("a.py", 3, "import"),
        ("a.py", 5, "definition"),
        ("a.py", 5, "comment"),
        ("a.py", 6, "string"),
        ("a.py", 6, "call"),
        ("a.py", 7, "definition"),
        ("a.py", 7, "reference"),
        ("a.py", 8, "call"),
        ("a.py", 10, "definition"),
        ("a.py", 11, "reference"),
        ("a.py", 11, "string"),
        ("b.rs", 1, "comment"),
        ("b.rs", 2, "import"),
        ("b.rs", 3, "comment"),
        ("b.rs", 4, "definition"),
        ("b.rs", 4, "string"),
        ("b.rs", 4, "call"),
        ("b.rs", 4, "call"),
        ("b.rs", 4, "reference"),
    ]


def test_a_match_of_several_names_is_its_strongest(tree: Path) -> None:
    assert kinds(tree, "def egg") == [("a.py", 5, "definition")]
    assert kinds(tree, "egg(size)")[0] == ("a.py", 5, "definition")
    assert kinds(tree, r"^use .*;$", mode="regex") == [("b.rs", 2, "import")]
    assert kinds(tree, "->") == [("b.rs", 4, "reference")]


def test_every_token_of_the_repository_is_what_python_says(repository_root: Path) -> None:
    seen: dict[str, int] = {}
    wrong: list[str] = []
    for path, language in source_files([repository_root / "packages", repository_root / "tools"]):
        if language != "python":
            continue
        text = path.read_text(encoding="utf-8")
        syntax = SyntaxTree.parse(text.encode(), "python")
        assert syntax is not None, path
        lines = text.split("\n")
        for (line, column), token, kind in kinds_of_tokens(text):
            seen[kind] = seen.get(kind, 0) + 1
            found = syntax.kind(line - 1, lines[line - 1], column, token)
            if found != kind:
                wrong.append(f"{path}:{line}:{column}: {token} is a {kind}, not a {found}")
    assert wrong == []
    assert set(seen) == {"definition", "import", "call", "reference", "comment", "string"}
    assert min(seen.values()) >= 300, seen


def test_patterns_of_python_bind_as_python_says() -> None:
    source = (
        "match x:\n"
        "    case {'k': v, **more}: pass\n"
        "    case Point(x=px, y=0) as whole: pass\n"
        "    case (b.c | d.e): pass\n"
        "    case [first, *rest]: pass\n"
        "    case other: pass\n"
        "with open(a) as é, b: é = [*range(3)]\n"
        "for i, (j, *k) in z: w[i] = (n := 1)\n"
        "total += lambda q, *r, s=1, **t: q\n"
    )
    syntax = SyntaxTree.parse(source.encode(), "python")
    assert syntax is not None
    lines = source.split("\n")
    tokens = list(kinds_of_tokens(source))
    assert len(tokens) >= 40
    for (line, column), token, kind in tokens:
        assert (token, syntax.kind(line - 1, lines[line - 1], column, token)) == (token, kind)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("struct Egg<T> { egg: T }", "ref def def def ref"),
        ("macro_rules! egg { () => {} }", "ref def"),
        ("fn f(Egg { a, b: c }: Egg) {}", "ref def ref def ref def ref"),
        ("fn f() { a::b::<C>(d) }", "ref def ref cal ref ref"),
        ("const A: u8 = match b { c @ 1 => c };", "ref def ref ref ref def ref"),
        ("fn f() { |a: u8, (b, c)| a }", "ref def def ref def def ref"),
        ("fn f() { vec![fn_(2), other] }", "ref def cal cal ref"),
    ],
)
def test_names_of_rust(source: str, expected: str) -> None:
    syntax = SyntaxTree.parse(source.encode(), "rust")
    assert syntax is not None
    spans = [
        match.span() for match in Query.of(r"\b[A-Za-z_]\w*", "regex").compile().finditer(source)
    ]
    found = [syntax.kind(0, source, begin, source[begin:end]) for begin, end in spans]
    assert " ".join(kind[:3] for kind in found) == expected


def test_modes(tree: Path) -> None:
    (tree / "c.py").write_text("eggs = reegg = égg = 1\n", encoding="utf-8")
    names = [place for place in kinds(tree, "egg") if place[0] == "c.py"]
    inside = [place for place in kinds(tree, "egg", mode="literal") if place[0] == "c.py"]
    assert (len(names), len(inside)) == (0, 2)
    assert len([place for place in kinds(tree, "gg", mode="literal") if place[0] == "c.py"]) == 3
    with pytest.raises(PatternError, match="no regular expression"):
        Query.of("(", "regex").compile()
    assert kinds(tree, "(size)") != []


def test_columns_count_characters(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("é = 'é'; egg()\n", encoding="utf-8")
    (finding,) = search(Query.of("egg"), [tmp_path]).findings
    assert (finding.line, finding.column, finding.kind) == (1, 10, "call")


def test_invalid_files_are_searched_as_text(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def egg(:\n", encoding="utf-8")
    (tmp_path / "latin.py").write_bytes("# é egg\n".encode("latin-1"))
    (tmp_path / "whole.py").write_text("egg = 1\n", encoding="utf-8")
    report = search(Query.of("egg"), [tmp_path])
    assert report.kinds == {"definition": 1, "unparsed": 2}
    assert [path.name for path in report.unparsed] == ["broken.py", "latin.py"]
    result = run("search", "egg", directory=tmp_path)
    assert "2 of them as text alone: broken.py, latin.py" in result.stderr


def test_sources_are_those_that_people_write(tree: Path) -> None:
    for place in (".venv/lib/a.py", "target/b.rs", "build/c.py", ".git/d.py", "sub/e.pyi"):
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        (tree / place).write_text("", encoding="utf-8")
    (tree / "program").write_text("#!/usr/bin/env python3\n", encoding="utf-8")
    (tree / "script").write_text("#!/bin/sh\n", encoding="utf-8")
    names = [path.name for path, _ in source_files([tree])]
    assert names == ["a.py", "b.rs", "program", "e.pyi"]
    assert [path.name for path, _ in source_files([tree], "rust")] == ["b.rs"]


def test_table_and_what_was_read(tree: Path) -> None:
    result = run("search", "size", "--lang", "python", directory=tree)
    assert result.returncode == 0
    assert result.stdout.splitlines()[0].split() == [
        "a.py:5:9", "definition", "def", "egg(size):", "#", "an", "egg",
    ]  # fmt: skip
    assert (
        result.stdout.splitlines()[-1] == "size: 3 findings in 1 file (1 definition, 2 reference)"
    )
    assert result.stderr == "1 file searched: 1 Python\n"


def test_nothing_found_is_said(tree: Path) -> None:
    for layout in ("table", "summary"):
        result = run("search", "spam", "--format", layout, "--expect-zero", directory=tree)
        assert (result.returncode, result.stdout) == (0, "spam: no findings\n")
        assert result.stderr == "2 files searched: 1 Python, 1 Rust\n"


def test_json_says_everything(tree: Path) -> None:
    result = run("search", "nest", "--format", "json", "--in", "b.rs", directory=tree)
    assert json.loads(result.stdout) == {
        "schema": "codeanatomy-tools/cq-search/1",
        "pattern": "nest",
        "mode": "name",
        "files": {"seen": 1, "by_language": {"rust": 1}, "unparsed": []},
        "kinds": {"import": 1},
        "findings": [
            {
                "path": "b.rs",
                "line": 2,
                "column": 5,
                "kind": "import",
                "text": "use nest::egg as other;",
            }
        ],
    }


def test_what_must_not_be_there_fails(tree: Path) -> None:
    result = run("search", "rest", "--expect-zero", directory=tree)
    assert result.returncode == 1
    assert "a.py:10:21" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search"], "required: PATTERN"),
        (["search", ""], "the pattern is empty"),
        (["search", "(", "--regex"], "no regular expression"),
        (["search", "a", "--regex", "--literal"], "not allowed with"),
        (["search", "a", "--in", "absent"], "absent does not exist"),
        (["search", "a", "--in", "notes.md"], "no Python or rust sources in notes.md"),
        (["search", "a", "--lang", "perl"], "invalid choice"),
        ([], "required: COMMAND"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, tree: Path) -> None:
    result = run(*arguments, directory=tree)
    assert result.returncode == 2
    assert result.stdout == ""
    assert message.lower() in result.stderr.lower()


def test_colours_only_where_they_are_seen(tree: Path) -> None:
    assert "\033" not in run("search", "egg", directory=tree).stdout
    assert has_colours(sys.stdout, {"FORCE_COLOR": "1"})
    assert not has_colours(sys.stdout, {"FORCE_COLOR": "1", "NO_COLOR": "1"})
    with Path(os.devnull).open(encoding="utf-8") as stream:
        assert not has_colours(stream, {})


def test_the_whole_repository_takes_less_than_two_seconds(repository_root: Path) -> None:
    begin = time.process_time()
    report = search(Query.of("session"), [repository_root])
    assert time.process_time() - begin < 2
    assert sum(report.seen.values()) >= 600
    assert len(report.findings) >= 1000
