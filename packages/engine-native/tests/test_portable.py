"""The portable tier: one call, for sessions of a stock `datafusion` and for nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import codeanatomy_engine
import pytest

ROOT = Path(__file__).resolve().parents[3]
CATCH = """
import json

def report(error):
    print(json.dumps({
        "class": type(error).__name__,
        "module": type(error).__module__,
        "text": str(error),
        "code": getattr(error, "code", None),
        "details": getattr(error, "details", None),
        "hint": getattr(error, "hint", None),
    }))
"""


def test_one_call_registers_the_library(run: Any, stock_python: str) -> None:
    found = run(
        """
        import json
        from datafusion import SessionContext
        import codeanatomy_portable
        session = SessionContext()
        report = codeanatomy_portable.register(session)
        again = codeanatomy_portable.register(session)
        print(json.dumps({
            "report": report,
            "same": again == report,
            "session_id": session.session_id(),
            "names": sorted(session.udfs() + session.udafs() + session.udwfs()),
            "stock": sorted(SessionContext().udfs() + SessionContext().udafs()
                            + SessionContext().udwfs()),
            "version": codeanatomy_portable.__version__,
        }))
        """,
        python=stock_python,
    )
    report = found["report"]
    assert found["same"]
    assert report["tier"] == "portable"
    assert report["session_id"] == found["session_id"]
    build = codeanatomy_engine.build_info()
    assert found["version"] == build["engine"]
    assert report["versions"] == {
        "engine": build["engine"],
        "datafusion": build["datafusion"],
        "capsules": 55,
        "host": "55.0.0",
    }
    native = codeanatomy_engine.extension_capabilities_report()["snapshot"]
    assert report["registry_hash"] == native["registry_hash"]
    registered = {
        name
        for function in report["functions"]
        for name in (function["name"], *function["aliases"])
    }
    assert set(found["names"]) - set(found["stock"]) == registered
    assert report["table_functions"] == ["udf_docs", "udf_registry"]


def test_every_name_of_the_native_tier_is_there(run: Any, stock_python: str, session: Any) -> None:
    snapshot = codeanatomy_engine.install_codeanatomy_runtime(session)["snapshot"]
    # Those on Delta tables read in the engine's session, and those on caches show that session's.
    left_out = {
        name for name in snapshot["table"] if {"cache", "delta"} & {*snapshot["rewrite_tags"][name]}
    }
    assert len(left_out) == 9
    native = {
        *({*snapshot["custom_udfs"]} - left_out),
        *(name for all_ in snapshot["aliases"].values() for name in all_),
    }
    report = run(
        """
        import json
        from datafusion import SessionContext
        import codeanatomy_portable
        print(json.dumps(codeanatomy_portable.register(SessionContext())))
        """,
        python=stock_python,
    )
    portable = {*report["table_functions"], *report["kept"]}
    for function in report["functions"]:
        portable |= {function["name"], *function["aliases"]}
    assert portable == native
    assert report["kept"] == ["first_value", "lag", "last_value", "lead", "row_number"]


def test_registering_repairs_what_was_dropped(run: Any, stock_python: str) -> None:
    answers = run(
        """
        import json
        from datafusion import SessionContext
        import codeanatomy_portable
        session = SessionContext()
        first = codeanatomy_portable.register(session)
        session.deregister_udf("stable_id")
        try:
            session.sql("select stable_id('a', 'b')")
        except Exception as error:
            gone = str(error)
        print(json.dumps([first == codeanatomy_portable.register(session), gone]))
        """,
        python=stock_python,
    )
    assert answers[0]
    assert "stable_id" in answers[1]


def test_function_of_the_user_is_not_replaced(run: Any, stock_python: str) -> None:
    error = run(
        CATCH
        + """
import pyarrow as pa
from datafusion import SessionContext, udf
import codeanatomy_portable
session = SessionContext()
session.register_udf(udf(lambda a: a, [pa.int64()], pa.int64(), "immutable", name="hash64"))
try:
    codeanatomy_portable.register(session)
except codeanatomy_portable.errors.RuntimeInstallError as error:
    assert session.sql("select hash64(41) as kept").to_pylist() == [{"kept": 41}]
    assert "stable_id" not in session.udfs()
    report(error)
""",
        python=stock_python,
    )
    assert error["code"] == "function-name-taken"
    assert error["details"] == {"function": "hash64"}


@pytest.mark.parametrize(
    ("argument", "named"),
    [
        ("None", "NoneType"),
        ("'session'", "str"),
        ("datafusion.SessionContext", "type"),
        ("datafusion.SessionContext().ctx", "SessionContext"),
        ("datafusion.SessionConfig()", "SessionConfig"),
    ],
)
def test_what_is_no_session_is_a_type_error(
    run: Any, stock_python: str, argument: str, named: str
) -> None:
    error = run(
        CATCH
        + f"""
import datafusion
import codeanatomy_portable
try:
    codeanatomy_portable.register({argument})
except TypeError as error:
    report(error)
""",
        python=stock_python,
    )
    assert re.fullmatch(
        rf"ctx must be a datafusion\.SessionContext, got [\w.]*{named}", error["text"]
    )


def test_without_datafusion_nothing_is_a_session(run: Any, stock_python: str) -> None:
    error = run(
        CATCH
        + """
import sys
import codeanatomy_portable
assert "datafusion" not in sys.modules
assert "codeanatomy_engine" not in sys.modules
try:
    codeanatomy_portable.register(object())
except TypeError as error:
    assert "datafusion" not in sys.modules
    report(error)
""",
        python=stock_python,
    )
    assert error["text"] == "ctx must be a datafusion.SessionContext, got object"


@pytest.fixture
def older_datafusion(tmp_path: Path) -> Path:
    """A directory with the wheel of the major version before."""
    target = tmp_path / "other"
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
    arguments = [f"--python={sys.executable}", f"--target={target}", "datafusion==54.0.0"]
    subprocess.run([*command, *arguments], check=True, timeout=300)
    return target


@pytest.mark.parametrize(
    "call", ["register(datafusion.SessionContext())", "with_settings(datafusion.SessionConfig())"]
)
def test_another_major_version_is_refused_before_any_capsule(
    run: Any, stock_python: str, older_datafusion: Path, call: str
) -> None:
    error = run(
        CATCH
        + f"""
import datafusion
assert datafusion.__version__ == "54.0.0"
import codeanatomy_portable
try:
    codeanatomy_portable.{call}
except RuntimeError as error:
    report(error)
""",
        python=stock_python,
        path=[older_datafusion],
    )
    assert error["class"] == "SessionContextContractError"
    assert error["module"] == "codeanatomy_portable.errors"
    assert error["code"] == "session-contract-broken"
    assert error["details"] == {"expected": "55.x", "loaded": "54.0.0"}
    assert error["hint"] == "pip install 'datafusion>=55,<56'"
    assert "datafusion 54.0.0" in error["text"]


def test_a_library_that_is_not_of_the_version_it_tells_is_found_out(
    run: Any, stock_python: str, older_datafusion: Path
) -> None:
    metadata = older_datafusion / "datafusion-54.0.0.dist-info"
    metadata = metadata.rename(older_datafusion / "datafusion-55.0.0.dist-info") / "METADATA"
    told = metadata.read_text(encoding="utf-8").replace("\nVersion: 54.0.0", "\nVersion: 55.0.0")
    # What is there is a link to uv's cache, which stays as it is.
    metadata.unlink()
    metadata.write_text(told, encoding="utf-8")
    error = run(
        CATCH
        + """
import datafusion
assert datafusion.__version__ == "55.0.0"
import codeanatomy_portable
session = datafusion.SessionContext()
try:
    codeanatomy_portable.register(session)
except RuntimeError as error:
    assert session.sql("select 1 as one").to_pydict() == {"one": [1]}
    report(error)
""",
        python=stock_python,
        path=[older_datafusion],
    )
    assert error["class"] == "SessionContextContractError"
    assert "major version 54; expected 55" in error["text"]
    assert error["hint"] == "install a wheel of datafusion 55.0.0 as it is on PyPI"


def test_version_that_changed_under_the_process_is_refused(run: Any, stock_python: str) -> None:
    error = run(
        CATCH
        + """
import datafusion
import codeanatomy_portable
datafusion.__version__ = "56.0.0"
try:
    codeanatomy_portable.register(datafusion.SessionContext())
except RuntimeError as error:
    report(error)
""",
        python=stock_python,
    )
    assert error["details"] == {"expected": "55.x", "loaded": "56.0.0"}


ORDERS = {
    "engine first": "import codeanatomy_engine\nimport datafusion\nimport codeanatomy_portable\n",
    "portable first": "import codeanatomy_portable\nimport codeanatomy_engine\nimport datafusion\n",
}


@pytest.mark.parametrize("order", ORDERS)
def test_native_session_is_refused(run: Any, stock_python: str, order: str) -> None:
    error = run(
        CATCH
        + ORDERS[order]
        + """
session = datafusion.SessionContext()
assert codeanatomy_engine.install_codeanatomy_runtime(session)["udf_installed"]
try:
    codeanatomy_portable.register(session)
except RuntimeError as error:
    report(error)
""",
        python=stock_python,
    )
    assert error["class"] == "SessionContextContractError"
    assert "the session is native" in error["text"]
    assert "install_codeanatomy_runtime" in error["hint"]


def test_engine_is_refused_where_the_portable_tier_is_in_use(run: Any, stock_python: str) -> None:
    error = run(
        CATCH
        + """
import datafusion
import codeanatomy_portable
session = datafusion.SessionContext()
codeanatomy_portable.register(session)
try:
    import codeanatomy_engine
except RuntimeError as error:
    assert session.sql("select hash64('a') = stable_hash64('a') as same").to_pylist() == [
        {"same": True}
    ]
    report(error)
""",
        python=stock_python,
    )
    assert error["module"] == "codeanatomy_engine.errors"
    assert "imported before the engine" in error["text"]


def test_errors_travel_between_processes(run: Any, stock_python: str) -> None:
    answers = run(
        """
        import json
        import multiprocessing
        from datafusion import SessionContext
        import codeanatomy_portable

        def work(value):
            session = SessionContext()
            codeanatomy_portable.register(session)
            (row,) = session.sql(f"select stable_id('p', '{value}') as id").to_pylist()
            return row["id"]

        def fail(value):
            raise codeanatomy_portable.errors.QueryError("no", code="spam", stage="query")

        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                ids = pool.map(work, ["a", "b", "c"])
                try:
                    pool.map(fail, [1])
                except codeanatomy_portable.errors.QueryError as error:
                    code = error.code
            print(json.dumps([ids, [work(value) for value in "abc"], code]))
        """,
        python=stock_python,
    )
    spawned, own, code = answers
    assert spawned == own
    assert len(set(own)) == 3
    assert code == "spam"


def test_examples_of_the_page_run(run: Any, stock_python: str) -> None:
    page = ROOT / "docs" / "portable.md"
    examples = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        finished = run.start(example, python=stock_python)
        assert finished.returncode == 0, finished.stderr
