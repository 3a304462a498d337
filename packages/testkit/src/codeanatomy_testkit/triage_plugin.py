"""The pytest option `--triage`: the clusters of a run at its end, also under pytest-xdist.

What it needs is imported when a test has failed, so that it costs a run nothing to have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from codeanatomy_testkit.triage.groups import Groups
    from codeanatomy_testkit.triage.reading.tally import Tally

NAME = "codeanatomy-triage"


def add_option(group: pytest.OptionGroup) -> None:
    """Add `--triage`.

    Args:
        group: The options of the test kit.
    """
    group.addoption(
        "--triage",
        action="store_true",
        help="cluster what failed by cause, at the end of the run",
    )


def register(config: pytest.Config) -> None:
    """Collect failures if the option is given; a worker's come to the controller as reports."""
    if config.getoption("triage") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(TriagePlugin(config), NAME)


class TriagePlugin:
    """Collects the failures of a run."""

    def __init__(self, config: pytest.Config) -> None:
        """Start with a run in which nothing has failed."""
        self.root = f"{config.rootpath.as_posix()}/"
        self.groups: Groups | None = None
        self.tally: Tally | None = None
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result of a phase of a test."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes.setdefault(report.nodeid, report.outcome)
        if report.failed:
            self.add(report, report.when or "call")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take what could not be collected."""
        if report.failed:
            self.add(report, "collect")

    def add(self, report: pytest.TestReport | pytest.CollectReport, phase: str) -> None:
        """Take a failure in."""
        from codeanatomy_testkit.triage.groups import Groups  # noqa: PLC0415
        from codeanatomy_testkit.triage.reading.dialect import (  # noqa: PLC0415
            make_failure,
            shortened,
        )
        from codeanatomy_testkit.triage.reading.reportlog import PHASES  # noqa: PLC0415

        if self.groups is None:
            self.groups = Groups()
        file = report.nodeid.partition("::")[0]
        text = shortened(report.longreprtext)
        name = report.nodeid
        self.groups.add(
            make_failure(name, file, file, PHASES.get(phase, "collect"), text, root=self.root)
        )

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the clusters."""
        if self.groups is None:
            return
        from rich.console import Console  # noqa: PLC0415

        from codeanatomy_testkit.triage.build import build_report  # noqa: PLC0415
        from codeanatomy_testkit.triage.reading.tally import Tally  # noqa: PLC0415
        from codeanatomy_testkit.triage.render.table import print_report  # noqa: PLC0415

        tally = Tally()
        for test, outcome in self.outcomes.items():
            tally.add(outcome, test)
        report = build_report(self.groups, tally, ["this run"])
        writer = terminalreporter.config.get_terminal_writer()
        console = Console(width=writer.fullwidth, force_terminal=writer.hasmarkup, highlight=False)
        with console.capture() as capture:
            print_report(report, console)
        terminalreporter.section("failures by cause")
        terminalreporter.write(capture.get())
