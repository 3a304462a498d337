"""The engine serves `datafusion._internal`, or says at import why it can't."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CATCH = """
import json
import sys

def report(error):
    print(json.dumps({
        "class": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__],
        "text": str(error),
        "code": error.code,
        "details": error.details,
        "hint": error.hint,
    }))
"""


def test_engine_serves_the_native_part_of_datafusion(run: Any) -> None:
    found = run("""
        import json
        import sys
        import codeanatomy_engine
        assert "datafusion" not in sys.modules
        import datafusion
        from codeanatomy_engine import _engine
        print(json.dumps({
            "internal": datafusion._internal.__file__,
            "engine": _engine.__file__,
            "spec": datafusion._internal.__spec__.name,
            "class": type(datafusion.SessionContext().ctx).__name__,
        }))
    """)
    assert found["internal"] == found["engine"]
    assert found["spec"] == "datafusion._internal"
    assert found["class"] == "SessionContext"


def test_datafusion_imported_first_is_refused(run: Any) -> None:
    error = run(
        CATCH
        + """
import datafusion
stock = datafusion._internal.__file__
try:
    import codeanatomy_engine
except RuntimeError as error:
    assert error.details["loaded"] == stock
    report(error)
"""
    )
    assert error["class"] == "SessionContextContractError"
    assert error["code"] == "session-contract-broken"
    assert "imported before the engine" in error["text"]
    assert "import codeanatomy before datafusion" in error["hint"]
    assert "early_binding --enable" in error["hint"]


def test_refusal_is_repeated_and_leaves_datafusion_alone(run: Any) -> None:
    answers = run("""
        import json
        import datafusion
        answers = []
        for attempt in range(2):
            try:
                import codeanatomy_engine
            except RuntimeError as error:
                answers.append(type(error).__name__)
        answers.append(datafusion.SessionContext().sql("select 1 as one").to_pylist())
        print(json.dumps(answers))
    """)
    assert answers == [
        "SessionContextContractError",
        "SessionContextContractError",
        [{"one": 1}],
    ]


@pytest.fixture
def other_datafusion(tmp_path: Path) -> Path:
    """A directory with the wheel of another version of `datafusion`."""
    target = tmp_path / "other"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            f"--python={sys.executable}",
            f"--target={target}",
            "--no-deps",
            "datafusion==54.0.0",
        ],
        check=True,
        timeout=300,
    )
    return target


def test_another_version_of_datafusion_is_refused(run: Any, other_datafusion: Path) -> None:
    error = run(
        CATCH
        + """
try:
    import codeanatomy_engine
except RuntimeError as error:
    report(error)
assert "datafusion" not in sys.modules
""",
        path=[other_datafusion],
    )
    assert error["class"] == "SessionContextContractError"
    assert error["details"] == {"expected": "55.0.0", "installed": "54.0.0"}
    assert error["hint"] == "pip install datafusion==55.0.0"
    assert "datafusion 54.0.0 is installed" in error["text"]


def test_missing_datafusion_is_refused(run: Any) -> None:
    import codeanatomy_engine

    # Without site-packages there is no datafusion; the engine itself needs nothing else.
    package = Path(codeanatomy_engine.__file__).parents[1]
    error = run(
        CATCH
        + f"""
sys.path.insert(0, {str(package)!r})
try:
    import codeanatomy_engine
except RuntimeError as error:
    report(error)
""",
        flags=["-S", "-Werror"],
    )
    assert "is not installed" in error["text"]
    assert error["hint"] == "pip install datafusion==55.0.0"


def test_refusal_reads_well_without_being_caught(run: Any) -> None:
    finished = run.start("import datafusion, codeanatomy_engine")
    assert finished.returncode == 1
    lines = finished.stderr.strip().splitlines()
    assert any(
        line.startswith("codeanatomy_engine.errors.SessionContextContractError: datafusion was")
        for line in lines
    )
    assert lines[-1].startswith("hint: import codeanatomy before datafusion")


def test_importing_the_engine_loads_little(run: Any) -> None:
    loaded = run("""
        import json
        import sys
        import codeanatomy_engine
        heavy = ["datafusion", "pyarrow", "importlib.metadata", "email", "typing", "asyncio"]
        print(json.dumps([name for name in heavy if name in sys.modules]))
    """)
    assert loaded == []


def test_debug_build_warns_once(run: Any) -> None:
    program = """
        import json
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            import codeanatomy_engine
            import codeanatomy_engine.errors
        print(json.dumps([
            codeanatomy_engine.build_info()["profile"],
            [str(warning.message) for warning in caught if warning.category is RuntimeWarning],
        ]))
    """
    profile, messages = run(program, flags=[])
    if profile == "release":
        assert messages == []
    else:
        (message,) = messages
        assert "debug profile" in message
        assert "hint: " in message
