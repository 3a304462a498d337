"""`codeanatomy datasets bootstrap`: empty tables for the datasets of a project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from codeanatomy import _native
from codeanatomy.cli.console import grid, line_console
from codeanatomy.cli.failure import FOUND_BROKEN
from codeanatomy.datasets import BootstrapReport
from codeanatomy.session import connect

if TYPE_CHECKING:
    from argparse import Namespace

    from codeanatomy.cli.datasets_catalog import Catalog


def bootstrap(options: Namespace, catalog: Catalog) -> int:
    """Make an empty table wherever a dataset has none, in a session of its own."""
    request = catalog.bootstrap_request(
        {
            "bootstrap_mode": options.mode,
            "seeded_datasets": options.seed,
            "strict": not options.no_strict,
            "include_internal_tables": not options.no_internal_tables,
            "artifacts_root": options.artifacts_root,
            "plan_only": options.plan,
        }
    )
    answer = _native.bootstrap_datasets(connect(), request)
    report = msgspec.convert(answer, BootstrapReport)
    if options.format == "json":
        record = {"schema": "codeanatomy.datasets.bootstrap/1", "bootstrap": answer}
        print(json.dumps(record, indent=2))
    elif options.plan:
        show_plan(report)
    else:
        show(report)
    return 0 if report.success else FOUND_BROKEN


def show_plan(report: BootstrapReport) -> None:
    """Print what would be looked at and made."""
    rows = [
        (
            plan.name,
            plan.role,
            "yes" if plan.required else "no",
            "yes" if plan.materialize else "no",
            "no" if plan.schema is None else "yes",
            "-" if plan.location is None else plan.location["path"],
        )
        for plan in report.plans
    ]
    header = ("name", "role", "required", "materialize", "declared", "path")
    line_console().print(grid(header, rows))


def show(report: BootstrapReport) -> None:
    """Print what became of each dataset, and what to do about those that failed."""
    rows = [
        (
            event.name,
            event.role,
            event.status,
            "new" if event.created else "was there" if event.existed else "-",
            "-" if event.version is None else event.version,
        )
        for event in report.events
    ]
    line_console().print(grid(("name", "role", "status", "table", "version"), rows))
    for event in report.events:
        if event.problem is not None:
            print(f"\n{event.name}: {event.problem.message}")
            if event.problem.hint:
                print(f"  hint: {event.problem.hint}")
