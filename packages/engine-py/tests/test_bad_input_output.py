"""Repositories and output directories that do not work: a clear error, and nothing lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from codeanatomy import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Sandbox

SMALL = {"a.py": "def f():\n    return f()\n"}
KIB = 1024


def large(files: int = 40) -> dict[str, str]:
    """Return files whose graph takes some hundred KiB even when compressed."""
    return {
        f"m{number}.py": "".join(
            f"def f{number}_{line}(a{line}, b{(line * 7919) % 997}):\n    return g{line}(a{line})\n"
            for line in range(400)
        )
        for number in range(files)
    }


def files_of(directory: Path) -> dict[str, bytes]:
    """Return the content of every file that is not a leftover of the lock."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name != ".codeanatomy-lock"
    }


class TestRepository:
    def test_missing(self, sandbox: Sandbox) -> None:
        with pytest.raises(errors.RepositoryNotFoundError) as caught:
            sandbox.build()
        assert caught.value.code == "repository-not-found"
        assert str(sandbox.repository) in str(caught.value)
        assert not sandbox.output.exists()

    def test_a_file(self, sandbox: Sandbox) -> None:
        sandbox.repository.write_text("x = 1\n")
        with pytest.raises(errors.RepositoryNotFoundError, match="is a file, not a directory"):
            sandbox.build()
        assert not sandbox.output.exists()

    def test_without_permission(
        self, sandbox: Sandbox, obey_permissions: Callable[[], None]
    ) -> None:
        sandbox.write(SMALL)
        sandbox.repository.chmod(0)
        done = sandbox.command("build", "repository", "-o", "graph", before=obey_permissions)
        sandbox.repository.chmod(0o755)
        assert (done.returncode, done.stdout) == (2, "")
        assert "can't be listed" in done.stderr
        assert not sandbox.output.exists()

    @pytest.mark.parametrize(
        "argument", ["repository/", "./repository", "repository/../repository/.", "link", "link/"]
    )
    def test_other_ways_to_write_it(self, sandbox: Sandbox, argument: str) -> None:
        sandbox.write(SMALL)
        (sandbox.root / "link").symlink_to("repository")
        done = sandbox.command("build", argument, "--output", "graph")
        assert done.returncode == 0, done.stderr
        assert f"Graph of {os.path.realpath(sandbox.repository)}" in done.stdout
        assert sandbox.statuses() == {"a.py": "parsed"}

    def test_the_working_directory(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        sandbox.write(SMALL)
        monkeypatch.chdir(sandbox.repository)
        done = subprocess.run(
            [Path(sys.executable).with_name("codeanatomy"), "build", ".", "-o", "../graph"],
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert sandbox.statuses() == {"a.py": "parsed"}


class TestOutput:
    def test_a_file(self, sandbox: Sandbox) -> None:
        sandbox.write(SMALL)
        sandbox.output.write_text("mine\n")
        with pytest.raises(errors.OutputError) as caught:
            sandbox.build()
        assert caught.value.code == "output-unusable"
        assert sandbox.output.read_text() == "mine\n"

    def test_below_a_file(self, sandbox: Sandbox) -> None:
        sandbox.write(SMALL)
        (sandbox.root / "file").write_text("mine\n")
        done = sandbox.command("build", "repository", "--output", "file/graph")
        assert done.returncode == 2
        assert "file/graph can't be used as the output" in done.stderr

    def test_other_peoples_files(self, sandbox: Sandbox) -> None:
        sandbox.write(SMALL)
        sandbox.output.mkdir()
        (sandbox.output / "thesis.txt").write_text("mine\n")
        with pytest.raises(errors.OutputError, match=r"thesis\.txt"):
            sandbox.build()
        assert files_of(sandbox.output) == {"thesis.txt": b"mine\n"}

    def test_it_is_made_with_its_parents(self, sandbox: Sandbox) -> None:
        sandbox.write(SMALL)
        assert sandbox.command("build", "repository", "-o", "a/b/graph").returncode == 0
        assert (sandbox.root / "a/b/graph/manifest.json").is_file()

    @pytest.mark.parametrize("earlier", [False, True])
    def test_read_only(
        self, sandbox: Sandbox, obey_permissions: Callable[[], None], *, earlier: bool
    ) -> None:
        sandbox.write(SMALL)
        sandbox.output.mkdir()
        if earlier:
            sandbox.build()
        before = files_of(sandbox.output)
        directories = [
            sandbox.output,
            *(path for path in sandbox.output.rglob("*") if path.is_dir()),
        ]
        for directory in directories:
            directory.chmod(0o555)
        (sandbox.output / ".codeanatomy-lock").chmod(0o444) if earlier else None
        done = sandbox.command("build", "repository", "-o", "graph", before=obey_permissions)
        for directory in directories:
            directory.chmod(0o755)
        assert (done.returncode, done.stdout) == (2, "")
        assert "can't be used as the output" in done.stderr
        assert "\nhint: " in done.stderr
        assert files_of(sandbox.output) == before

    @pytest.mark.parametrize("output", ["repository/graph", "repository/deep/er/graph"])
    def test_inside_the_repository(self, sandbox: Sandbox, output: str) -> None:
        sandbox.write(SMALL)
        first = sandbox.command("build", "repository", "-o", output, "--format", "json")
        assert first.returncode == 0, first.stderr
        # The second build must not take the first one's output for files of the repository.
        second = sandbox.command("build", "repository", "-o", output, "--format", "json")
        assert second.returncode == 0, second.stderr
        done = sandbox.command("sql", output, "select path from repo_files", "--format", "csv")
        assert done.stdout == "path\na.py\n"

    def test_the_repository_itself(self, sandbox: Sandbox) -> None:
        sandbox.write(SMALL)
        done = sandbox.command("build", "repository", "-o", "repository")
        assert done.returncode == 2
        assert "can't be used as the output" in done.stderr
        assert files_of(sandbox.repository) == {"a.py": SMALL["a.py"].encode()}

    def test_again(self, sandbox: Sandbox) -> None:
        sandbox.write(SMALL)
        first = sandbox.build()
        sandbox.write({"b.py": "import a\n\na.f()\n"})
        (sandbox.repository / "a.py").unlink()
        second = sandbox.build()
        assert sandbox.statuses() == {"b.py": "parsed"}
        # What had no rows and has none now is left alone.
        changed = {
            name for name, entry in first.tables.items() if entry.rows or second.tables[name].rows
        }
        assert len(changed) == 7
        assert {name: entry.version for name, entry in second.tables.items()} == {
            name: int(name in changed) for name in first.tables
        }


class TestFullDisk:
    def test_a_limit_of_file_size(self, sandbox: Sandbox) -> None:
        sandbox.write(SMALL)
        sandbox.build()
        before = sandbox.rows("select * from cpg_nodes order by node_id")
        sandbox.write(large())

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (64 * KIB, 64 * KIB))

        done = sandbox.command("build", "repository", "-o", "graph", before=limit)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert done.stderr.startswith("error: ")
        assert "\nhint: " in done.stderr
        assert sandbox.rows("select * from cpg_nodes order by node_id") == before
        # What the failed build wrote is gone, and the next one works.
        assert not list(sandbox.output.glob(".codeanatomy-stage-*"))
        sandbox.build()
        assert len(sandbox.statuses()) == 41

    def test_a_full_file_system(self, sandbox: Sandbox) -> None:
        namespace = ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine lets nobody mount a file system; the limit test runs")
        sandbox.write(SMALL)
        sandbox.output.mkdir()
        other = sandbox.root / "large"
        other.mkdir()
        for name, text in large().items():
            (other / name).write_text(text)
        script = """
            set -eu
            mount -t tmpfs -o size=700k tmpfs graph
            "$0" build repository -o graph
            status=0; "$0" build large -o graph || status=$?
            [ $status = 2 ]
            "$0" sql graph 'select path from repo_files' --format csv
            [ -z "$(find graph -name '.codeanatomy-stage-*')" ]
        """
        program = Path(sys.executable).with_name("codeanatomy")
        done = subprocess.run(
            [*namespace, "sh", "-c", script, str(program)],
            cwd=sandbox.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("path\na.py\n")
        assert "No space left on device" in done.stderr


class TestTwoBuilds:
    def test_at_once(
        self, sandbox: Sandbox, start_command: Callable[..., subprocess.Popen[bytes]]
    ) -> None:
        sandbox.write(large(60))
        arguments = ("build", sandbox.repository, "--output", sandbox.output, "--format", "json")
        builds = [
            start_command(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(3)
        ]
        results = [(build.communicate(timeout=300), build.returncode) for build in builds]
        assert [code for _, code in results].count(0) >= 1
        for (stdout, stderr), code in results:
            assert code in {0, 2}
            if code == 2:
                assert stdout == b""
                assert b"another build is writing to it" in stderr
        assert len(sandbox.statuses()) == 60

    def test_readers_see_one_build(
        self, sandbox: Sandbox, start_command: Callable[..., subprocess.Popen[bytes]]
    ) -> None:
        sandbox.write(SMALL)
        sandbox.build()
        sandbox.write(large(20))
        build = start_command(
            "build", sandbox.repository, "-o", sandbox.output, "--quiet", stdout=subprocess.DEVNULL
        )
        seen = set()
        query = """
            select (select count(*) from repo_files) as files,
                   (select count(distinct path) from py_calls) as called,
                   (select count(*) from cpg_nodes where node_kind = 'FILE') as nodes
        """
        while build.poll() is None:
            (row,) = sandbox.rows(query)
            seen.add(tuple(row.values()))
        (row,) = sandbox.rows(query)
        seen.add(tuple(row.values()))
        assert build.returncode == 0
        assert {(21, 21, 21)} <= seen <= {(1, 1, 1), (21, 21, 21)}
