"""The option `--strict-no-skip`: a test, module or package that skips itself has failed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

VARIABLE = "CODEANATOMY_NO_SKIP"
OFF = {"", "0", "false", "no"}


def add_option(group: pytest.OptionGroup) -> None:
    """Add `--strict-no-skip`."""
    group.addoption(
        "--strict-no-skip",
        action="store_true",
        help="whatever skips has failed: skips, skipif, importorskip, whole modules; also with the "
        f"environment variable {VARIABLE}=1",
    )


def register(config: pytest.Config) -> None:
    """Turn skips into failures if the option or the variable says so.

    Reports are made where tests run, so that workers do it and the controller need not.
    """
    asked = os.environ.get(VARIABLE, "").lower() not in OFF
    if asked or config.getoption("strict_no_skip"):
        config.pluginmanager.register(NoSkip(), "codeanatomy-no-skip")


class NoSkip:
    """Turns the reports of skips into those of failures; expected failures stay as they are."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Look at the report of a phase of a test."""
        report = yield
        if report.skipped and not hasattr(report, "wasxfail"):
            refuse(report, item.nodeid)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Look at the report of a module or package."""
        report = yield
        if report.skipped:
            refuse(report, collector.nodeid)
        return report


def refuse(report: pytest.TestReport | pytest.CollectReport, name: str) -> None:
    """Make a failure of the report of a skip."""
    place, reason = name, report.longreprtext
    if isinstance(report.longrepr, tuple):
        path, line, reason = report.longrepr
        place = f"{path}:{line}"
    report.outcome = "failed"
    report.longrepr = (
        f"{place}: {reason.removeprefix('Skipped: ')}\n"
        "hint: this run takes no skips (--strict-no-skip); provide what the test needs, or"
        " deselect it"
    )
