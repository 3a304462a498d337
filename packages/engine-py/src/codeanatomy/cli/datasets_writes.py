"""`codeanatomy datasets write`, `maintain` and `validate --rows`: the rows of datasets."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from codeanatomy.cli.failure import FOUND_BROKEN, UsageError
from codeanatomy.datasets import (
    DatasetResolutionRequest,
    register_datasets,
    validate_dataset,
)
from codeanatomy.datasets import (
    maintain as maintain_dataset,
)
from codeanatomy.datasets import (
    write as write_dataset,
)
from codeanatomy.errors import DatasetResolutionError
from codeanatomy.session import connect

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable

    from datafusion import SessionContext

    from codeanatomy.cli.datasets_catalog import Catalog
    from codeanatomy.datasets import MaintenanceStep, RuleReport

# By the ending of a file, the method of a session that reads it.
READERS = {
    ".arrow": "read_arrow",
    ".csv": "read_csv",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".parquet": "read_parquet",
}


def write(options: Namespace, catalog: Catalog) -> int:
    """Write rows into a dataset."""
    dataset = request(catalog, options.name)
    session = connect()
    if options.sql is None:
        data = rows_of(session, Path(options.source))
    else:
        register_others(session, catalog, options.name)
        data = options.sql
    report = write_dataset(
        session,
        dataset,
        data,
        mode=options.mode,
        on_violation=options.on_violation,
    )
    if options.format == "json":
        print_json("write", report)
        return 0
    commit = report.commit
    print(f"wrote {count(commit.rows, 'row')} into {options.name}: version {commit.version}")
    if report.rows_dropped:
        print(f"  left out because of rules: {count(report.rows_dropped, 'row')}")
    for change in report.columns:
        print(f"  {change.column}: {change.change.replace('_', ' ')}")
    if report.validation is not None:
        show_rules(report.validation.rules)
    show_steps(report.maintenance)
    return 0


def maintain(options: Namespace, catalog: Catalog) -> int:
    """Tell, or do, what the maintenance policy of a dataset makes due."""
    dataset = request(catalog, options.name)
    report = maintain_dataset(connect(), dataset, dry_run=not options.run)
    if options.format == "json":
        print_json("maintain", report)
    elif report.steps:
        show_steps(report.steps)
        if report.dry_run:
            print("--run does it")
    else:
        print(f"{options.name}: nothing is due")
    return FOUND_BROKEN if any(step.error for step in report.steps) else 0


def validate_rows(options: Namespace, catalog: Catalog) -> int:
    """Check the rows of datasets by their contracts and policies."""
    session = connect()
    names = options.names or sorted(catalog.datasets)
    reports = {name: validate_dataset(session, request(catalog, name)) for name in names}
    if options.format == "json":
        tag = "codeanatomy.datasets.validate-rows/1"
        print(json.dumps({"schema": tag, "datasets": msgspec.to_builtins(reports)}, indent=2))
    else:
        for name, report in reports.items():
            state = "ok" if report.passed else "rules are violated"
            print(f"{name}: {state} ({count(report.rows_checked, 'row')})")
            show_rules(report.rules)
    return 0 if all(report.passed for report in reports.values()) else FOUND_BROKEN


def request(catalog: Catalog, name: str) -> DatasetResolutionRequest:
    """Return what the engine is asked about a dataset of the catalog."""
    # The engine tells what is wrong in a record, with its path: here, it is taken as it stands.
    return msgspec.json.decode(catalog.request(name), type=DatasetResolutionRequest)


def rows_of(session: SessionContext, path: Path) -> object:
    """Return the rows of a file.

    Raises:
        UsageError: There is no such file, or its ending does not say what it is.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}", "check the path given with --from")
    reader = READERS.get(path.suffix)
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UsageError(f"the ending of {path} does not say what it is", f"rename it; {known}")
    options = {"file_extension": path.suffix} if reader == "read_json" else {}
    read: Callable[..., object] = getattr(session, reader)
    return read(path, **options)


def register_others(session: SessionContext, catalog: Catalog, name: str) -> None:
    """Let a query read the datasets; the written one is no table of the query until it is there."""
    others = [other for other in sorted(catalog.datasets) if other != name]
    register_datasets(session, [request(catalog, other) for other in others])
    with suppress(DatasetResolutionError):
        register_datasets(session, [request(catalog, name)])


def show_rules(rules: Iterable[RuleReport]) -> None:
    """Print the rules that are violated."""
    for rule in rules:
        if rule.status == "failed":
            what = rule.message or count(rule.violations, "row")
            print(f"  {rule.severity}: {rule.rule}: {what}")


def show_steps(steps: Iterable[MaintenanceStep]) -> None:
    """Print steps of maintenance."""
    for step in steps:
        state = "done" if step.done else "due"
        if step.error is not None:
            state = f"failed: {step.error.message}"
        print(f"  {step.step} ({step.reason}): {state}")


def print_json(action: str, report: msgspec.Struct) -> None:
    """Print a report for programs."""
    answer: dict[str, Any] = {"schema": f"codeanatomy.datasets.{action}/1"}
    answer["report"] = msgspec.to_builtins(report)
    print(json.dumps(answer, indent=2))


def count(number: int, what: str) -> str:
    """Name a number of things."""
    return f"1 {what}" if number == 1 else f"{number} {what}s"
