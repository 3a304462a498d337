"""The hooks that pytest loads through the entry point `codeanatomy-testkit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy_testkit import (
    goldens_plugin,
    native_plugin,
    no_skip,
    sqllogictest_plugin,
    triage_plugin,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

pytest_plugins = ["codeanatomy_testkit.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and settings of every part."""
    group = parser.getgroup("codeanatomy")
    triage_plugin.add_option(group)
    native_plugin.add_options(parser, group)
    no_skip.add_option(group)
    goldens_plugin.add_options(parser, group)


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Check the engine before any `conftest.py` is read, but with the `pythonpath` of the project.

    The setting `pythonpath` takes effect in an earlier hook of this kind, so that a project's own
    probe is found.
    """
    native_plugin.check_early(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Set every part up."""
    native_plugin.check(config)
    no_skip.register(config)
    goldens_plugin.register(config)
    triage_plugin.register(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect files of golden SQL."""
    return sqllogictest_plugin.collect(file_path, parent)


def pytest_report_header(config: pytest.Config) -> str:
    """Name the engine's versions in the head of the report."""
    return f"codeanatomy: {native_plugin.runtime_of(config)}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test that is marked `native` where the engine is broken."""
    if item.get_closest_marker("native") is not None:
        native_plugin.demand(item.config)
