"""Files that are hard to read: each is a row with what is wrong, and no other file suffers."""

from __future__ import annotations

import codecs
import os
import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Sandbox

GOOD = {"good.py": "def good():\n    return good()\n"}
MEGABYTE = 1024 * 1024


def build_beside_good(sandbox: Sandbox, files: dict[str, str | bytes]) -> dict[str, str]:
    """Build with one good file beside the bad ones, check that nothing is lost, give statuses."""
    sandbox.write({**GOOD, **files})
    report = sandbox.build()
    statuses = sandbox.statuses()
    assert statuses["good.py"] == "parsed"
    assert set(files) <= set(statuses)
    assert report.files.total == len(statuses)
    calls = sandbox.rows(
        "select target_qualified_name as name from py_calls where path = 'good.py'"
    )
    assert calls == [{"name": "good.good"}]
    return statuses


def diagnostics(sandbox: Sandbox, path: str) -> list[dict[str, object]]:
    return sandbox.rows(f"select * from py_diagnostics where path = '{path}' order by bstart")


def file_row(sandbox: Sandbox, path: str) -> dict[str, object]:
    (row,) = sandbox.rows(f"select * from repo_files where path = '{path}'")
    return row


class TestEncodings:
    def test_invalid_utf_8(self, sandbox: Sandbox) -> None:
        content = b"x = 1\ny = '\xff'\n"
        assert build_beside_good(sandbox, {"bad.py": content})["bad.py"] == "decode_error"
        row = file_row(sandbox, "bad.py")
        assert row["size_bytes"] == len(content)
        assert "0xff" in str(row["error"])
        (diagnostic,) = diagnostics(sandbox, "bad.py")
        assert (diagnostic["code"], diagnostic["bstart"]) == (
            "decode-error",
            content.index(b"\xff"),
        )

    @pytest.mark.parametrize(
        ("declared", "name"),
        [
            ("latin-1", "größe"),
            ("Latin_1", "größe"),
            ("iso-8859-2", "wielkość"),
            ("iso-8859-15", "œuvre"),
            ("koi8-r", "размер"),
            ("cp1251", "размер"),
            ("cp1252", "œuvre"),
            ("utf8", "größe"),
            ("UTF_8", "größe"),
            ("shift_jis", "大きさ"),
            ("euc_jp", "大きさ"),
            ("euc_kr", "크기"),
            ("gbk", "尺寸"),
            ("gb18030", "尺寸"),
            ("big5", "尺寸"),
        ],
    )
    def test_declared(self, sandbox: Sandbox, declared: str, name: str) -> None:
        text = f"#!/usr/bin/python\n# -*- coding: {declared} -*-\ndef {name}():\n    pass\n"
        # Python itself reads it the same way.
        names = compile(text.encode(declared), "oracle", "exec").co_names
        assert names == (name,)
        statuses = build_beside_good(sandbox, {"other.py": text.encode(declared)})
        assert statuses["other.py"] == "parsed"
        row = file_row(sandbox, "other.py")
        assert codecs.lookup(str(row["encoding"])).name == codecs.lookup(declared).name
        assert row["text_bytes"] == len(text.encode())
        query = "select name, name_bstart, name_bend from py_defs where path = 'other.py'"
        (function,) = sandbox.rows(f"{query} and def_kind = 'function'")
        assert function["name"] == name
        # Offsets are those of the UTF-8 text, whatever is on the disk.
        start, end = function["name_bstart"], function["name_bend"]
        assert text.encode()[start:end].decode() == name

    def test_byte_order_mark(self, sandbox: Sandbox) -> None:
        content = b"\xef\xbb\xbfdef marked():\n    pass\n"
        assert build_beside_good(sandbox, {"mark.py": content})["mark.py"] == "parsed"
        (function,) = sandbox.rows(
            "select bstart, bend, line from py_defs"
            " where path = 'mark.py' and def_kind = 'function'"
        )
        assert function == {"bstart": 3, "bend": len(content) - 1, "line": 1}

    def test_byte_order_mark_and_another_encoding(self, sandbox: Sandbox) -> None:
        content = b"\xef\xbb\xbf# coding: latin-1\nx = 1\n"
        assert build_beside_good(sandbox, {"mark.py": content})["mark.py"] == "decode_error"

    def test_unknown_encoding(self, sandbox: Sandbox) -> None:
        content = b"# coding: klingon\nx = 1\n"
        assert build_beside_good(sandbox, {"k.py": content})["k.py"] == "decode_error"
        assert "klingon" in str(file_row(sandbox, "k.py")["error"])

    def test_utf_16(self, sandbox: Sandbox) -> None:
        content = "x = 1\n".encode("utf-16")
        assert build_beside_good(sandbox, {"wide.py": content})["wide.py"] == "decode_error"

    def test_null_byte(self, sandbox: Sandbox) -> None:
        content = b"x = 1\ny = '\x00'\ndef after():\n    pass\n"
        statuses = build_beside_good(sandbox, {"null.py": content})
        assert statuses["null.py"] in {"parsed", "parsed_with_errors"}
        assert sandbox.rows("select 1 from py_defs where path = 'null.py' and name = 'after'")

    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_line_ends(self, sandbox: Sandbox, newline: str) -> None:
        text = newline.join(["x = 1", "def f():", "    return x", ""])
        build_beside_good(sandbox, {"lines.py": text})
        (function,) = sandbox.rows(
            "select line, end_line, bstart from py_defs"
            " where path = 'lines.py' and def_kind = 'function'"
        )
        assert function == {"line": 2, "end_line": 3, "bstart": 5 + len(newline)}
        assert file_row(sandbox, "lines.py")["lines"] == 3


class TestSyntax:
    @pytest.mark.parametrize(
        "text",
        [
            "def f(:\n    pass\nafter = 1\n",
            "print 'two'\nafter = 1\n",
            "if True:\nafter = 1\n",
            "after = 1\nx = (1,\n",
            "class\nafter = 1\n",
            "after = 1\n\tx = 2\n",
            "x = 'open\nafter = 1\n",
            "after = 1\n'''open",
            "after = 1\nx = 0777\n",
            "after = 1\n?",
        ],
    )
    def test_an_error_is_a_diagnostic_and_the_rest_is_kept(
        self, sandbox: Sandbox, text: str
    ) -> None:
        with pytest.raises(SyntaxError) as caught:
            compile(text, "oracle", "exec")
        assert caught.value.lineno is not None
        assert build_beside_good(sandbox, {"bad.py": text})["bad.py"] == "parsed_with_errors"
        found = diagnostics(sandbox, "bad.py")
        assert {diagnostic["code"] for diagnostic in found} == {"syntax-error"}
        assert {diagnostic["severity"] for diagnostic in found} == {"error"}
        for diagnostic in found:
            assert diagnostic["message"]
            assert 0 <= int(str(diagnostic["bstart"])) <= int(str(diagnostic["bend"])) <= len(text)
        assert sandbox.rows("select 1 from py_defs where path = 'bad.py' and name = 'after'")

    @pytest.mark.parametrize("text", ["", "\n", "# only a comment", "\x0c\n", "'''doc'''"])
    def test_files_with_next_to_nothing(self, sandbox: Sandbox, text: str) -> None:
        compile(text, "oracle", "exec")
        assert build_beside_good(sandbox, {"nothing.py": text})["nothing.py"] == "parsed"
        assert diagnostics(sandbox, "nothing.py") == []


class TestSize:
    def test_ten_megabytes_in_one_line_of_numbers(self, sandbox: Sandbox) -> None:
        text = "x = [" + "1," * (5 * MEGABYTE) + "]\n"
        assert build_beside_good(sandbox, {"long.py": text})["long.py"] == "parsed"
        assert file_row(sandbox, "long.py")["lines"] == 1

    def test_ten_megabytes_in_one_sum(self, sandbox: Sandbox) -> None:
        # Five million operators, each nested in the next: CPython refuses it.
        text = "x = 1" + "+1" * (5 * MEGABYTE) + "\n"
        status = build_beside_good(sandbox, {"sum.py": text})["sum.py"]
        assert status in {"parsed", "parsed_with_errors", "too_large"}
        if status != "parsed":
            assert diagnostics(sandbox, "sum.py")

    @pytest.mark.parametrize(
        ("opening", "middle", "closing"),
        [("(", "1", ")"), ("[", "", "]"), ("f(", "", ")"), ("-", "1", ""), ("lambda: ", "1", "")],
    )
    def test_five_thousand_levels(
        self, sandbox: Sandbox, opening: str, middle: str, closing: str
    ) -> None:
        text = f"x = {opening * 5000}{middle}{closing * 5000}\nafter = 1\n"
        status = build_beside_good(sandbox, {"deep.py": text})["deep.py"]
        assert status in {"parsed", "parsed_with_errors"}
        if status == "parsed":
            calls = sandbox.rows("select count(*) as n from py_calls where path = 'deep.py'")
            assert calls == [{"n": text.count("f(")}]
        else:
            assert diagnostics(sandbox, "deep.py")
        assert sandbox.rows("select 1 from py_defs where path = 'deep.py' and name = 'after'")

    def test_five_thousand_nested_blocks(self, sandbox: Sandbox) -> None:
        depth = 5000
        text = "".join(f"{' ' * level}if x:\n" for level in range(depth)) + " " * depth + "y = 1\n"
        status = build_beside_good(sandbox, {"deep.py": text})["deep.py"]
        assert status in {"parsed", "parsed_with_errors"}
        if status != "parsed":
            assert diagnostics(sandbox, "deep.py")

    def test_a_name_of_a_megabyte(self, sandbox: Sandbox) -> None:
        name = "n" * MEGABYTE
        build_beside_good(sandbox, {"name.py": f"{name}()\n"})
        (call,) = sandbox.rows(
            "select length(callee_name) as size, callee_text, reason"
            " from py_calls where path = 'name.py'"
        )
        assert call["size"] == MEGABYTE
        assert call["callee_text"] is None
        assert call["reason"] is not None


class TestNotFiles:
    def test_they_are_rows_with_a_reason(self, sandbox: Sandbox) -> None:
        sandbox.write(GOOD)
        root = sandbox.repository
        (root / "dangling.py").symlink_to("nowhere.py")
        (root / "link.py").symlink_to("good.py")
        (root / "directory.py").mkdir()
        (root / "directory.py" / "inside.py").write_text("x = 1\n")
        os.mkfifo(root / "pipe.py")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(root / "socket.py"))
            statuses = build_beside_good(sandbox, {})
        assert statuses == {
            "good.py": "parsed",
            "dangling.py": "unreadable",
            "link.py": "unreadable",
            "directory.py": "unreadable",
            "directory.py/inside.py": "parsed",
            "pipe.py": "unreadable",
            "socket.py": "unreadable",
        }
        for path, status in statuses.items():
            error = file_row(sandbox, path)["error"]
            assert (error is not None) is (status == "unreadable")
            codes = [diagnostic["code"] for diagnostic in diagnostics(sandbox, path)]
            assert codes == (["unreadable"] if status == "unreadable" else [])

    def test_a_loop_of_links(self, sandbox: Sandbox) -> None:
        sandbox.write({**GOOD, "package/__init__.py": ""})
        (sandbox.repository / "package" / "again").symlink_to("..", target_is_directory=True)
        (sandbox.repository / "self.py").symlink_to("self.py")
        statuses = build_beside_good(sandbox, {})
        assert statuses == {
            "good.py": "parsed",
            "package/__init__.py": "parsed",
            "self.py": "unreadable",
        }

    def test_without_permission(
        self, sandbox: Sandbox, obey_permissions: Callable[[], None]
    ) -> None:
        sandbox.write({**GOOD, "secret.py": "x = 1\n", "closed/inside.py": "x = 1\n"})
        (sandbox.repository / "secret.py").chmod(0)
        (sandbox.repository / "closed").chmod(0)
        done = sandbox.command(
            "build", "repository", "--output", "graph", "--format", "json", before=obey_permissions
        )
        (sandbox.repository / "closed").chmod(0o755)
        assert done.returncode == 0, done.stderr
        assert sandbox.statuses() == {
            "good.py": "parsed",
            "secret.py": "unreadable",
            "closed": "unreadable",
        }
        for path in ("secret.py", "closed"):
            assert "denied" in str(file_row(sandbox, path)["error"])
            assert [diagnostic["code"] for diagnostic in diagnostics(sandbox, path)] == [
                "unreadable"
            ]


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "with space.py",
            "größe.py",
            "大きさ.py",
            "☃ snow/man.py",
            "it's.py",
            'quo"te.py',
            "100%.py",
            "a#b?c=d&e.py",
            "back\\slash.py",
            "new\nline.py",
            "-dash.py",
            ".py",
        ],
    )
    def test_unusual_names(self, sandbox: Sandbox, name: str) -> None:
        sandbox.write({**GOOD, name: "def f():\n    return f()\n"})
        sandbox.build()
        statuses = sandbox.statuses()
        if name.startswith("."):
            assert name not in statuses  # hidden files are no part of a repository
        else:
            assert statuses[name] == "parsed"
            calls = sandbox.rows("select path, target_def_id from py_calls")
            assert {call["path"] for call in calls if call["target_def_id"]} == {"good.py", name}

    def test_names_that_are_not_unicode(self, sandbox: Sandbox) -> None:
        sandbox.write(GOOD)
        for name in (b"caf\xe9.py", b"caf\xe8.py"):
            (sandbox.repository / os.fsdecode(name)).write_text("x = 1\n")
        assert build_beside_good(sandbox, {}) == {
            "good.py": "parsed",
            "caf\\xe9.py": "parsed",
            "caf\\xe8.py": "parsed",
        }

    def test_a_repository_with_such_a_name(self, tmp_path: Path, sandbox: Sandbox) -> None:
        repository = tmp_path / os.fsdecode(b"r\xe9po")
        repository.mkdir()
        (repository / "a.py").write_text("x = 1\n")
        done = sandbox.command("build", repository, "--output", "graph", "--format", "json")
        assert done.returncode == 0, done.stderr
        assert sandbox.statuses() == {"a.py": "parsed"}

    def test_output_with_an_unusual_name(self, sandbox: Sandbox) -> None:
        sandbox.write(GOOD)
        output = "a graph #1 100% größe"
        assert sandbox.command("build", "repository", "--output", output).returncode == 0
        done = sandbox.command("sql", output, "select path from repo_files", "--format", "csv")
        assert (done.returncode, done.stdout) == (0, "path\ngood.py\n"), done.stderr
