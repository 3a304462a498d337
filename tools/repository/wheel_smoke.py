"""Runs in an environment that has nothing but the wheels: every door of the packages opens.

Takes the directory to work in and whether the engine may be of the dev profile. It is run by path
with Python's isolated mode, so that nothing of the repository can be imported.
"""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = {
    "codeanatomy-engine": "codeanatomy_engine",
    "codeanatomy": "codeanatomy",
    "codeanatomy-testkit": "codeanatomy_testkit",
}
SOURCE = "class Egg:\n    def crack(self): ...\n\ndef cook(): Egg().crack()\n"
TEST = "import pytest\n@pytest.mark.native\ndef test_engine(): ...\n"


class SmokeError(Exception):
    """A check found something else than it should; the text says what."""


def expect(*, holds: bool, otherwise: str) -> None:
    """Go on if something holds.

    Raises:
        SmokeError: If it does not.
    """
    if not holds:
        raise SmokeError(otherwise)


def packages(_: Path) -> str:
    """Import the packages; each comes from this environment and has the version of its wheel."""
    import codeanatomy  # noqa: PLC0415 - the check is that this works
    import codeanatomy_engine  # noqa: PLC0415
    import codeanatomy_testkit  # noqa: PLC0415

    for module in (codeanatomy, codeanatomy_engine, codeanatomy_testkit):
        place = Path(str(module.__file__)).resolve()
        inside = place.is_relative_to(Path(sys.prefix).resolve())
        expect(holds=inside, otherwise=f"{module.__name__} comes from {place}")
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)


def profile(_: Path) -> str:
    """Return the engine's profile and toolchain; a measured or published one is a release."""
    from codeanatomy._native import build_info  # noqa: PLC0415

    info = build_info()
    allowed = info["profile"] == "release" or sys.argv[2] == "debug"
    expect(holds=allowed, otherwise=f"the engine's profile is {info['profile']}")
    return f"{info['profile']}, {info['rustc']}"


def contract(_: Path) -> str:
    """Make a session; its contract holds and SQL has the engine's functions."""
    import codeanatomy  # noqa: PLC0415
    from codeanatomy._native import (  # noqa: PLC0415
        install_codeanatomy_runtime,
        session_context_contract_probe,
    )

    session = codeanatomy.connect()
    probe = session_context_contract_probe(session)
    expect(holds=probe["ok"] is True, otherwise=f"the contract does not hold: {probe}")
    snapshot = install_codeanatomy_runtime(session)["snapshot"]
    expect(holds=bool(snapshot), otherwise="installing returned no snapshot")
    rows = session.sql("SELECT stable_hash64('egg') AS a, stable_hash64('egg') AS b").to_pydict()
    expect(holds=rows["a"] == rows["b"] != [None], otherwise=f"stable_hash64 gave {rows}")
    return f"tier {probe['tier']}, plugin ABI {probe['plugin_abi']['major']}"


def schemas(_: Path) -> str:
    """Ask the schema runtime for its records."""
    from codeanatomy._native import SchemaRuntime  # noqa: PLC0415
    from codeanatomy.datasets import load_schema_runtime  # noqa: PLC0415

    runtime = load_schema_runtime()
    expect(holds=type(runtime) is SchemaRuntime, otherwise=f"{runtime!r} is no SchemaRuntime")
    names = runtime.record_names()
    expect(holds=len(names) > 0, otherwise="the schema runtime knows no record")
    return f"{len(names)} records"


def graph(directory: Path) -> str:
    """Build a graph with the command line and query it."""
    (directory / "repository").mkdir()
    (directory / "repository" / "egg.py").write_text(SOURCE, encoding="utf-8")
    run("codeanatomy", "build", str(directory / "repository"), "--output", str(directory / "graph"))
    query = "SELECT name FROM py_defs WHERE def_kind = 'class'"
    answer = run("codeanatomy", "sql", str(directory / "graph"), query)
    expect(holds="Egg" in answer, otherwise=f"the graph does not know the class:\n{answer}")
    return "built and queried"


def plugin(directory: Path) -> str:
    """Run pytest with the plugin, which names the engine and knows its marker."""
    (directory / "test_native.py").write_text(TEST, encoding="utf-8")
    answer = run("pytest", "--strict-markers", str(directory / "test_native.py"))
    expect(holds="codeanatomy: " in answer, otherwise=f"the plugin is silent:\n{answer}")
    return "1 test passed with the plugin"


def run(program: str, *arguments: str) -> str:
    """Run a program of this environment and return what it printed.

    Raises:
        SmokeError: If it fails.
    """
    path = shutil.which(program, path=str(Path(sys.executable).parent))
    if path is None:
        raise SmokeError(f"no program {program} was installed")
    result = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    text = f"{result.stdout}{result.stderr}"
    expect(holds=result.returncode == 0, otherwise=f"{program} failed:\n{text}")
    return text


CHECKS: tuple[Callable[[Path], str], ...] = (packages, profile, contract, schemas, graph, plugin)


def passed(check: Callable[[Path], str], directory: Path) -> bool:
    """Run a check, print a line on it, and tell whether it passed."""
    try:
        print(f"ok      {check.__name__}: {check(directory)}", flush=True)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the wheels, say it
        print(f"failed  {check.__name__}: {type(error).__name__}: {error}", flush=True)
        return False
    return True


def main() -> int:
    """Run every check and print a line for each.

    Returns:
        0 when all passed, otherwise 1.
    """
    outcomes = [passed(check, Path(sys.argv[1])) for check in CHECKS]
    print(f"{sum(outcomes)} of {len(outcomes)} checks passed")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
