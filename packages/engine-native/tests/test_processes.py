"""The engine in processes of other kinds: spawned ones, and the workers of pytest-xdist."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def test_spawned_processes_have_sessions_of_the_engine(run: Any) -> None:
    answers = run("""
        import json
        import multiprocessing

        import codeanatomy_engine
        from datafusion import SessionContext

        def work(value):
            session = SessionContext()
            codeanatomy_engine.install_codeanatomy_runtime(session)
            (row,) = session.sql(f"select stable_id('p', '{value}') as id").to_pylist()
            return row["id"]

        def fail(value):
            codeanatomy_engine.install_codeanatomy_runtime(SessionContext(), True)

        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                ids = pool.map(work, ["a", "b", "c"])
                try:
                    pool.map(fail, [1])
                except codeanatomy_engine.errors.InvalidOptionError as error:
                    handed_over = [error.code, error.hint, error.details]
            print(json.dumps([ids, [work(value) for value in "abc"], handed_over]))
    """)
    spawned, own, handed_over = answers
    assert spawned == own
    assert len(set(own)) == 3
    assert handed_over == [
        "invalid-option",
        "state async_udf_timeout_ms, for example 1000",
        {"option": "async_udf_timeout_ms"},
    ]


def test_workers_of_xdist_have_sessions_of_the_engine(run: Any, tmp_path: Path) -> None:
    tmp_path.joinpath("test_worker.py").write_text(
        textwrap.dedent("""
            import os

            import codeanatomy_engine
            import pytest
            from datafusion import SessionContext

            @pytest.mark.parametrize("number", range(6))
            def test_session(number):
                assert "PYTEST_XDIST_WORKER" in os.environ
                session = SessionContext()
                assert codeanatomy_engine.install_codeanatomy_runtime(session)["udf_installed"]
                query = "select hash128('a') = stable_hash128('a') as same"
                (row,) = session.sql(query).to_pylist()
                assert row["same"]
        """),
        encoding="utf-8",
    )
    finished = subprocess.run(
        [sys.executable, *run.warnings, "-m", "pytest", "-n2", "-pno:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "6 passed" in finished.stdout, finished.stdout + finished.stderr


def test_threads_share_the_engine(session: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    import codeanatomy_engine

    with ThreadPoolExecutor(8) as pool:
        futures = [
            pool.submit(codeanatomy_engine.install_codeanatomy_runtime, session) for _ in range(16)
        ]
        reports = [future.result() for future in futures]
    assert all(report == reports[0] for report in reports)
