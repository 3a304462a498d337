"""`codeanatomy doctor` on a healthy and on broken installations, in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from codeanatomy import _native

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

NAMES = ["python", "engine", "profile", "datafusion", "session"]


def run_after(statement: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in an interpreter that did something first."""
    code = (
        f"{statement}\nimport sys\nfrom codeanatomy.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def checks(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    diagnosis = json.loads(done.stdout)
    assert diagnosis["schema"] == "codeanatomy.doctor/1"
    return {check["name"]: check for check in diagnosis["checks"]}


def test_healthy(sandbox: Sandbox) -> None:
    done = sandbox.command("doctor", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = checks(done)
    assert list(found) == NAMES
    assert {name: found[name]["status"] for name in NAMES if name != "profile"} == dict.fromkeys(
        ["python", "engine", "datafusion", "session"], "ok"
    )
    assert found["profile"]["status"] in {"ok", "warning"}
    assert json.loads(done.stdout)["ok"] is True


def test_healthy_for_people(sandbox: Sandbox) -> None:
    done = sandbox.command("doctor")
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("Nothing is broken")
    for name in NAMES:
        assert name in done.stdout


@pytest.fixture
def other_datafusion(tmp_path: Path) -> str:
    """Put a datafusion of another version, as pip installs it, before the real one."""
    (tmp_path / "datafusion").mkdir()
    (tmp_path / "datafusion" / "__init__.py").write_text("")
    metadata = tmp_path / "datafusion-54.0.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: datafusion\nVersion: 54.0.0\n")
    return f"import sys; sys.path.insert(0, {str(tmp_path)!r})"


def test_datafusion_of_another_version(other_datafusion: str) -> None:
    done = run_after(other_datafusion, "doctor")
    assert done.returncode == 1
    assert "datafusion 54.0.0 is installed" in done.stdout
    assert "hint: pip install datafusion==55.0.0" in done.stdout
    assert "The installation is broken" in done.stdout


def test_what_depends_on_a_broken_check_is_not_checked(other_datafusion: str) -> None:
    done = run_after(other_datafusion, "doctor", "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
    statuses = {name: check["status"] for name, check in checks(done).items()}
    assert statuses == {
        "python": "ok",
        "engine": "broken",
        "profile": "not checked",
        "datafusion": "not checked",
        "session": "not checked",
    }


def test_other_commands_say_the_same_and_exit_with_two(other_datafusion: str) -> None:
    done = run_after(other_datafusion, "sql", "graph", "select 1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: datafusion 54.0.0 is installed")
    assert done.stderr.endswith("\nhint: pip install datafusion==55.0.0\n")


def test_an_engine_of_another_release() -> None:
    other = "import codeanatomy_engine; codeanatomy_engine.__version__ = '0.0.7'"
    done = run_after(f"{other}; import codeanatomy; codeanatomy.__version__ = '0.0.8'", "doctor")
    assert done.returncode == 1
    needed = _native.ENGINE_VERSION
    assert f"codeanatomy 0.0.8 needs codeanatomy-engine {needed}" in done.stdout
    assert f"hint: pip install codeanatomy==0.0.8 codeanatomy-engine=={needed}" in done.stdout


def test_debug_lets_the_error_through(other_datafusion: str) -> None:
    done = run_after(other_datafusion, "doctor", "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "SessionContextContractError" in done.stderr
