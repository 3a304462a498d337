"""What the engine's tests share: sessions, and programs that run in interpreters of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Before any test module can import datafusion.
import codeanatomy_engine as _engine
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What warns is an error in the programs too, but for the warning that debug builds give on purpose.
WARNINGS = (
    "-Werror",
    "-Wignore:codeanatomy_engine is built in the debug profile:RuntimeWarning",
    "-Wignore:codeanatomy_portable is built in the debug profile:RuntimeWarning",
)


class Programs:
    """Runs programs in fresh interpreters, in an empty directory."""

    warnings = WARNINGS

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def start(
        self,
        program: str,
        *,
        path: Iterable[Path] = (),
        python: str = sys.executable,
        flags: Iterable[str] = WARNINGS,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, however it ends."""
        file = self.directory / "program.py"
        file.write_text(textwrap.dedent(program), encoding="utf-8")
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(str(entry) for entry in path)
        return subprocess.run(
            [python, *flags, str(file)],
            cwd=self.directory,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def __call__(self, program: str, **options: Any) -> Any:
        """Run a program that ends well, and return what it prints as JSON."""
        finished = self.start(program, **options)
        assert finished.returncode == 0, finished.stderr
        lines = finished.stdout.splitlines()
        return json.loads(lines[-1]) if lines else None


@pytest.fixture
def run(tmp_path: Path) -> Programs:
    """Run a program in a fresh interpreter; what it prints as JSON is returned."""
    return Programs(tmp_path)


@pytest.fixture
def session() -> Any:
    """A session of `datafusion` that runs on the engine."""
    from datafusion import SessionContext

    session = SessionContext()
    assert _engine.session_context_contract_probe(session)["ok"]
    return session


@pytest.fixture(scope="session")
def stock_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of an environment with a stock `datafusion` and the engine's files."""
    directory = tmp_path_factory.mktemp("stock") / "environment"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", f"--python={sys.executable}", directory], check=True, timeout=300)
    python = str(directory / "bin" / "python")
    install = ["pip", "install", f"--python={python}", "datafusion==55.0.0"]
    subprocess.run([*uv, *install], check=True, timeout=300)
    (site,) = directory.glob("lib/python*/site-packages")
    packages = Path(_engine.__file__).parents[1]
    site.joinpath("engine.pth").write_text(f"{packages}\n", encoding="utf-8")
    return python


def leb128(number: int) -> bytes:
    """Write a number seven bits a byte, the lowest first, all but the last with the top bit."""
    *upper, last = (number >> shift & 0x7F for shift in range(0, number.bit_length(), 7))
    return bytes([*(byte | 0x80 for byte in upper), last])


@pytest.fixture(scope="session")
def message() -> Callable[..., bytes]:
    """What writes parts as `stable_id_parts` says: the length and one, the bytes; 0 for NULL."""

    def message(*parts: str | None) -> bytes:
        encoded = [None if part is None else part.encode() for part in parts]
        return b"".join(b"\0" if part is None else leb128(len(part) + 1) + part for part in encoded)

    return message
