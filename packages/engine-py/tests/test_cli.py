"""The command line as a whole: help, usage errors, versions, colours, internal errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import codeanatomy
import pytest
from codeanatomy import cli
from codeanatomy._native import build_info, plugin_abi
from codeanatomy.cli import failure

if TYPE_CHECKING:
    from conftest import Sandbox

COMMANDS = ("build", "sql", "doctor", "version")
# What has options: an action of `datasets` and `delta` has its own.
WITH_OPTIONS = (
    *COMMANDS,
    "config",
    *(f"datasets {name}" for name in ("list", "explain", "register", "validate", "write")),
    "datasets maintain",
    "datasets bootstrap",
    "delta history",
    "delta constraints",
)
ESCAPE = "\x1b["


def test_help_lists_every_command(sandbox: Sandbox) -> None:
    done = sandbox.command("--help")
    assert done.returncode == 0
    assert done.stderr == ""
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\s", done.stdout, re.MULTILINE), done.stdout
    assert "exit codes:" in done.stdout


@pytest.mark.parametrize("command", WITH_OPTIONS)
def test_each_command_has_help(sandbox: Sandbox, command: str) -> None:
    done = sandbox.command(*command.split(), "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: codeanatomy {command}")
    assert "--debug" in done.stdout


def test_no_command_shows_the_help_and_fails(sandbox: Sandbox) -> None:
    done = sandbox.command()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: codeanatomy")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["biuld"], "invalid choice: 'biuld' (choose from"),
        (["build", "."], "the following arguments are required: -o/--output"),
        (["build", ".", "--output", "g", "--threads", "0"], "0 is not a number of at least 1"),
        (["build", ".", "--output", "g", "--threads", "two"], "'two' is not a number from 0 to"),
        (["build", ".", "--output", "g", "--verfy"], "unrecognized arguments: --verfy"),
        # Options are not abbreviated: a new option must not change what an old script means.
        (["build", ".", "--output", "g", "--verif"], "unrecognized arguments: --verif"),
        (["sql", "g", "select 1", "--format", "xml"], "invalid choice: 'xml' (choose from"),
        (["sql", "g", "select 1", "--max-rows", "-1"], "'-1' is not a number from 0 to"),
    ],
)
def test_wrong_usage_is_two(sandbox: Sandbox, arguments: list[str], message: str) -> None:
    done = sandbox.command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "usage: codeanatomy" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["version"], ["--version"]])
def test_version_says_what_is_running(sandbox: Sandbox, arguments: list[str]) -> None:
    done = sandbox.command(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    lines = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert lines["codeanatomy"] == codeanatomy.__version__
    assert lines["engine"] == build_info()["engine"]
    assert lines["datafusion-python"] == build_info()["datafusion_python"]


def test_version_as_json(sandbox: Sandbox) -> None:
    versions = json.loads(sandbox.command("version", "--format", "json").stdout)
    assert versions == {
        "schema": "codeanatomy.version/1",
        "codeanatomy": codeanatomy.__version__,
        "plugin_abi": plugin_abi(),
        "engine": build_info(),
    }


def test_an_error_is_one_message_with_a_hint(sandbox: Sandbox) -> None:
    done = sandbox.command("sql", "nowhere", "select 1")
    assert (done.returncode, done.stdout) == (2, "")
    message, empty, hint = done.stderr.splitlines()
    assert message.startswith("error: nowhere")
    assert empty == ""
    assert hint.startswith("hint: ")


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--debug"], {}), ([], {"CODEANATOMY_DEBUG": "1"})],
)
def test_debug_shows_the_traceback(
    sandbox: Sandbox, arguments: list[str], environment: dict[str, str]
) -> None:
    done = sandbox.command("sql", "nowhere", "select 1", *arguments, environment=environment)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "GraphNotFoundError" in done.stderr


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_of_a_pipe(sandbox: Sandbox, environment: dict[str, str], *, coloured: bool) -> None:
    for arguments in (["sql", "nowhere", "select 1"], ["doctor"]):
        done = sandbox.command(*arguments, environment=environment)
        assert (ESCAPE in done.stdout + done.stderr) is coloured


@pytest.mark.parametrize(("variable", "coloured"), [("UNSET", True), ("NO_COLOR", False)])
def test_colour_of_a_terminal(sandbox: Sandbox, variable: str, *, coloured: bool) -> None:
    shown = sandbox.terminal("sql", "nowhere", "select 1", environment={variable: "1"})
    assert (ESCAPE in shown) is coloured
    assert "error" in shown


class TestReport:
    def test_an_unexpected_error_is_three(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert failure.report(ZeroDivisionError("division by zero")) == 3
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.startswith("error: internal error: ZeroDivisionError: division by zero")
        assert "--debug" in shown.err

    def test_an_error_of_the_system_names_the_file(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        error = FileNotFoundError(2, "No such file or directory", "query.sql")
        assert failure.report(error) == 2
        assert capsys.readouterr().err == "error: no such file or directory: 'query.sql'\n"

    @pytest.mark.parametrize(
        ("code", "exit_code"),
        [
            ("repository-not-found", 2),
            ("session-contract-broken", 2),
            ("invariant-broken", 1),
            ("internal-error", 3),
        ],
    )
    def test_codes_decide(self, code: str, exit_code: int) -> None:
        error = codeanatomy.errors.CodeAnatomyError("no", code=code, stage="build")
        assert failure.report(error) == exit_code


def test_main_runs_in_process(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["version"]) == 0
    assert capsys.readouterr().out.startswith("codeanatomy ")
