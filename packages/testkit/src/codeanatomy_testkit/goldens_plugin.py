"""The pytest side of goldens: `--update-goldens`, banned words, and what a run says at its end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from codeanatomy_testkit.goldens import Golden

NOTES = pytest.StashKey[list[str]]()
ATTRIBUTE = "codeanatomy_golden_notes"


def add_options(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    """Add `--update-goldens` and the setting `golden_banned_words`."""
    group.addoption(
        "--update-goldens",
        action="store_true",
        help="write golden files and the expected results of .slt files, instead of comparing; "
        "refused where the environment variable CI is set",
    )
    parser.addini(
        "golden_banned_words",
        "words that no description of a record may have, in any case",
        type="linelist",
        default=[],
    )


def register(config: pytest.Config) -> None:
    """Refuse to write in continuous integration, and collect what is to be said.

    Raises:
        pytest.UsageError: Goldens are to be written where nobody looks at them.
    """
    if config.getoption("update_goldens") and os.environ.get("CI", "") not in {"", "0", "false"}:
        raise pytest.UsageError(
            "--update-goldens is refused where CI is set: a golden is a decision; write it on your"
            " machine, look at the difference, and commit it"
        )
    config.pluginmanager.register(GoldenNotes(), "codeanatomy-goldens")


class GoldenNotes:
    """Brings notes from the tests, also those in workers, to the end of the run."""

    def __init__(self) -> None:
        """Start without a note."""
        self.notes: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the notes of a test on the report of its end."""
        report = yield
        if report.when == "teardown" and NOTES in item.stash:
            # What is on a report comes from a worker to the controller.
            setattr(report, ATTRIBUTE, item.stash[NOTES])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the notes of a report."""
        self.notes.extend(getattr(report, ATTRIBUTE, ()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the notes."""
        if not self.notes:
            return
        terminalreporter.section("goldens")
        for note in sorted(set(self.notes)):
            terminalreporter.write_line(note)
        if not terminalreporter.config.getoption("update_goldens"):
            terminalreporter.write_line("hint: take new descriptions in with --update-goldens")


def make_golden(request: pytest.FixtureRequest) -> Golden:
    """Make the fixture `golden` of a test."""
    from codeanatomy_testkit.goldens import Golden, GoldenFiles  # noqa: PLC0415 - few tests need it

    return Golden(
        GoldenFiles(request.path.parent / "goldens"),
        update=bool(request.config.getoption("update_goldens")),
        banned=request.config.getini("golden_banned_words"),
        notes=request.node.stash.setdefault(NOTES, []),
    )
