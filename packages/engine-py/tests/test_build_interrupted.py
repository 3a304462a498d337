"""A build that is stopped: by Ctrl-C, by a signal that can't be caught, by the caller."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Sandbox

    Start = Callable[..., subprocess.Popen[bytes]]

BEFORE = {"before.py": "def before():\n    return before()\n"}


def many(files: int = 400) -> dict[str, str]:
    """Return enough work for a signal to arrive in the middle of it."""
    body = "".join(
        f"def f{line}(a, b):\n    c = a.x(b)[f{line}(b, a)]\n    return g(c, {line})\n\n"
        for line in range(300)
    )
    return {f"m{number}.py": body for number in range(files)}


def wait_for_stage(output: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a build has begun to write its extracted rows."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if list(output.glob(".codeanatomy-stage-*/*.arrow")):
            return
        assert process.poll() is None, "the build ended before it could be stopped"
        time.sleep(0.005)
    pytest.fail("the build did not start")


@pytest.fixture
def stopped(sandbox: Sandbox) -> Sandbox:
    """Give a finished graph, and a repository that has grown a lot since."""
    sandbox.write(BEFORE)
    sandbox.build()
    sandbox.write(many())
    return sandbox


def assert_previous_graph(sandbox: Sandbox) -> None:
    assert sandbox.statuses() == {"before.py": "parsed"}
    (call,) = sandbox.rows("select target_qualified_name as name from py_calls")
    assert call == {"name": "before.before"}


def start_build(start_command: Start, sandbox: Sandbox) -> subprocess.Popen[bytes]:
    return start_command(
        "build",
        sandbox.repository,
        "--output",
        sandbox.output,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_control_c(stopped: Sandbox, start_command: Start) -> None:
    process = start_build(start_command, stopped)
    wait_for_stage(stopped.output, process)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert time.monotonic() - pressed < 10
    assert process.returncode == 130
    assert stdout == b""
    assert b"is whole" in stderr
    assert b"Traceback" not in stderr
    assert_previous_graph(stopped)
    assert not list(stopped.output.glob(".codeanatomy-stage-*"))


def test_control_c_on_the_first_build(sandbox: Sandbox, start_command: Start) -> None:
    sandbox.write(many())
    process = start_build(start_command, sandbox)
    wait_for_stage(sandbox.output, process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    done = sandbox.command("sql", "graph", "select 1")
    assert done.returncode == 2
    assert "is not a graph directory" in done.stderr
    # The directory is not spoilt for the next build.
    sandbox.write({"only.py": "x = 1\n"})
    sandbox.build(include=["only.py"])
    assert sandbox.statuses() == {"only.py": "parsed"}


def test_killed(stopped: Sandbox, start_command: Start) -> None:
    process = start_build(start_command, stopped)
    wait_for_stage(stopped.output, process)
    process.kill()
    process.communicate(timeout=60)
    assert_previous_graph(stopped)
    # The next build clears up after it.
    stopped.build(include=["before.py", "m1.py"])
    assert stopped.statuses() == {"before.py": "parsed", "m1.py": "parsed"}
    assert not list(stopped.output.glob(".codeanatomy-stage-*"))


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8])
def test_control_c_at_any_time(stopped: Sandbox, start_command: Start, delay: float) -> None:
    process = start_build(start_command, stopped)
    wait_for_stage(stopped.output, process)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode in {0, 130}, stderr
    if process.returncode == 130:
        assert_previous_graph(stopped)
    else:
        assert len(stopped.statuses()) == 401


def test_the_caller_is_interrupted_too(stopped: Sandbox) -> None:
    stages: list[str] = []

    def press(stage: str, done: int, total: int | None) -> None:
        del done, total
        stages.append(stage)
        if stage == "extract":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped.build(progress=press)
    assert "extract" in stages
    assert "publish" not in stages
    assert_previous_graph(stopped)
