"""What the test kit's tests share: runs of pytest in processes of their own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

QUIET = ["-p", "no:cacheprovider", "-W", "error"]
# A real way to break the contract: the stock library is in the process before the engine.
BROKEN = "import datafusion, sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"


@pytest.fixture
def healthy(pytester: pytest.Pytester) -> Run:
    """Run pytest with a healthy engine."""
    return lambda *arguments: pytester.runpytest_subprocess(*QUIET, *arguments)


@pytest.fixture
def broken(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in a process whose engine is broken, as if this test were in no worker."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return lambda *arguments: pytester.run(sys.executable, "-c", BROKEN, *QUIET, *arguments)


@pytest.fixture
def probed(pytester: pytest.Pytester) -> Run:
    """Run pytest in a project with a native runtime and a probe of its own."""
    pytester.makepyfile(
        kitchen_probe="""
            import os

            def find_stove():
                if os.environ.get("STOVE") == "cold":
                    raise RuntimeError("the stove is cold")
                return f"stove {os.environ.get('STOVE', '1.0')}"

            def find_nothing():
                pass
        """
    )
    settings = ["-o", "pythonpath=.", "-o", "native_probe=kitchen_probe:find_stove"]
    return lambda *arguments: pytester.runpytest_subprocess(*QUIET, *settings, *arguments)
