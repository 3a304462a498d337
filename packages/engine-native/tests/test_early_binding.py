"""Early binding: off unless turned on, and then independent of the order of imports."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import codeanatomy_engine
import pytest

ORDER = """
    import json
    import datafusion
    stock = "codeanatomy_engine" not in datafusion._internal.__file__
    import codeanatomy_engine
    session = datafusion.SessionContext()
    ok = codeanatomy_engine.session_context_contract_probe(session)["ok"]
    print(json.dumps([stock, ok]))
"""


class Environment:
    """A virtual environment that sees the packages of this one."""

    def __init__(self, directory: Path) -> None:
        venv.create(directory, with_pip=False, symlinks=True)
        self.python = str(directory / "bin" / "python")
        self.site = Path(
            self.read("import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        )
        packages = [
            sysconfig.get_path("purelib"),
            str(Path(codeanatomy_engine.__file__).parents[1]),
        ]
        self.site.joinpath("parent.pth").write_text("\n".join(packages), encoding="utf-8")

    def read(self, program: str, *flags: str) -> str:
        """Run a program and return what it prints."""
        return subprocess.run(
            [self.python, *flags, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        ).stdout

    def command(self, option: str) -> subprocess.CompletedProcess[str]:
        """Run the command line of early binding."""
        return subprocess.run(
            [self.python, "-Wignore", "-m", "codeanatomy_engine.early_binding", option],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "environment")


def test_early_binding_is_off_by_default(environment: Environment, run: Any) -> None:
    status = environment.command("--status")
    assert (status.returncode, status.stdout) == (1, "off\n"), status.stderr
    assert list(environment.site.glob("codeanatomy*")) == []
    finished = run.start(ORDER, python=environment.python)
    assert "SessionContextContractError" in finished.stderr


def test_early_binding_makes_the_order_of_imports_irrelevant(
    environment: Environment, run: Any
) -> None:
    enabled = environment.command("--enable")
    assert enabled.returncode == 0, enabled.stderr
    file = environment.site / "codeanatomy_engine_early_binding.pth"
    assert enabled.stdout == f"on: {file}\n"
    assert file.exists()
    assert environment.command("--status").stdout == "on\n"
    assert run(ORDER, python=environment.python) == [False, True]

    disabled = environment.command("--disable")
    assert (disabled.returncode, disabled.stdout) == (0, f"off: {file}\n")
    assert not file.exists()
    assert environment.command("--disable").returncode == 0
    assert "SessionContextContractError" in run.start(ORDER, python=environment.python).stderr


def test_early_binding_loads_nothing_by_itself(environment: Environment) -> None:
    environment.command("--enable")
    loaded = environment.read(
        "import sys\nprint([name for name in sys.modules if name[:7] in {'codeana', 'datafus'}])",
        "-Werror",
    )
    assert loaded.strip() == "['codeanatomy_engine_binding']"


def test_early_binding_survives_the_removal_of_the_engine(environment: Environment) -> None:
    environment.command("--enable")
    file = environment.site / "codeanatomy_engine_early_binding.pth"
    line = file.read_text(encoding="utf-8")
    file.write_text(line.replace("__init__.py", "gone.py"), encoding="utf-8")
    finished = subprocess.run(
        [environment.python, "-c", "print(1)"], capture_output=True, text=True, check=True
    )
    assert (finished.stdout, finished.stderr) == ("1\n", "")


def test_one_of_the_actions_is_needed() -> None:
    finished = subprocess.run(
        [sys.executable, "-Wignore", "-m", "codeanatomy_engine.early_binding"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert finished.returncode == 2
    assert "--enable" in finished.stderr
