"""Broken engines end runs: broken files, another `datafusion`, other workers, own probes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import codeanatomy_engine
import pytest

if TYPE_CHECKING:
    from conftest import Run

pytest_plugins = ["pytester"]


@pytest.fixture
def truncated_engine(tmp_path: Path) -> Path:
    """A directory with the engine's Python files and the first page of its library."""
    original = Path(codeanatomy_engine.__file__).parent
    package = tmp_path / "truncated" / original.name
    package.mkdir(parents=True)
    for source in original.glob("*.py"):
        shutil.copy(source, package)
    (library,) = original.glob("_engine*.so")
    with library.open("rb") as file:
        (package / library.name).write_bytes(file.read(4096))
    return package.parent


@pytest.fixture
def other_datafusion(tmp_path: Path) -> Path:
    """A directory with the wheel of another version of `datafusion`."""
    target = tmp_path / "other"
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", f"--python={sys.executable}"]
    command = [*uv, f"--target={target}", "--no-deps", "datafusion==54.0.0"]
    subprocess.run(command, check=True, timeout=300)
    return target


@pytest.mark.parametrize(
    ("directory", "error", "words"),
    [
        ("truncated_engine", "ImportError", "*_engine*.so is cut off: it has 4096 of * bytes"),
        ("other_datafusion", "SessionContextContractError", "*54.0.0*"),
    ],
)
def test_broken_files_end_the_run_once(
    directory: str,
    error: str,
    words: str,
    pytester: pytest.Pytester,
    healthy: Run,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(request.getfixturevalue(directory)))
    pytester.makepyfile(
        "import pytest\n"
        "@pytest.mark.parametrize('n', range(80))\n"
        "def test_many(native_session, n): pass"
    )
    result = healthy()
    assert result.ret == 2
    assert result.outlines == []
    result.stderr.fnmatch_lines([f"the native engine is broken: {error}: {words}"])
    assert len(result.errlines) <= 3


def test_worker_with_another_engine_ends_the_run(pytester: pytest.Pytester, healthy: Run) -> None:
    # Only workers have the stock library in the process before the engine.
    early = pytester.mkdir("early")
    early.joinpath("sitecustomize.py").write_text("import datafusion\n", encoding="utf-8")
    python = pytester.path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{early}" exec "{sys.executable}" "$@"\n', "utf-8")
    python.chmod(0o755)
    pytester.makepyfile("def test_nothing(): pass")
    result = healthy("--dist=load", f"--tx=2*popen//python={python}")
    assert result.ret == 2
    result.stdout.fnmatch_lines(
        [
            "*Exit: the native runtime of worker gw* is not that of the run",
            "the run has: engine *",
            "the worker has: the native engine is broken: SessionContextContractError: *",
            "hint: start all workers with one interpreter*",
        ]
    )
    result.assert_outcomes()


def test_project_has_a_probe_of_its_own(pytester: pytest.Pytester, probed: Run) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_stove(require_native_runtime):
            assert require_native_runtime == "stove 1.0"
            assert "codeanatomy_engine" not in sys.modules
        """
    )
    result = probed("-n", "2")
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    assert "codeanatomy: stove 1.0" in result.outlines


def test_broken_probe_of_a_project_ends_the_run(
    pytester: pytest.Pytester, probed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setenv("STOVE", "cold")
    pytester.makepyfile("def test_nothing(): pass")
    result = probed()
    assert result.ret == 2
    assert result.outlines == []
    assert result.errlines == ["the native engine is broken: RuntimeError: the stove is cold"]


def test_healthy_workers_must_have_the_same_runtime(pytester: pytest.Pytester, probed: Run) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = probed("--dist=load", "--tx=popen//env:STOVE=1.0", "--tx=popen//env:STOVE=2.0")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["the run has: stove 1.0", "the worker has: stove 2.0"])


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        ("kitchen_probe", "*native_probe is 'kitchen_probe', and must be written as*"),
        ("kitchen_probe:find_nothing", "*kitchen_probe:find_nothing returned nothing*"),
    ],
)
def test_probe_that_is_none_is_a_usage_error(
    pytester: pytest.Pytester, probed: Run, probe: str, words: str
) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = probed("-o", f"native_probe={probe}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([words])


def test_message_has_the_report_of_the_contract(
    pytester: pytest.Pytester, healthy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    pytester.makepyfile(
        own_probe="""
            def check():
                import codeanatomy
                # What the session of another copy of the library looks like.
                foreign = type("SessionContext", (), {"__module__": "datafusion"})()
                codeanatomy.session.validate_extension_capabilities(ctx=foreign)
        """
    )
    pytester.makeini("[pytest]\nnative_probe = own_probe:check\npythonpath = .")
    result = healthy()
    assert result.ret == 2
    result.stderr.fnmatch_lines(
        [
            "the native engine is broken: SessionContextContractError: *another copy*",
            "its capabilities report:",
            '  "available": true,',
            '  "expected_plugin_abi": {',
        ],
    )
