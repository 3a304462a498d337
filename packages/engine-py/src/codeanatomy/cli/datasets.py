"""`codeanatomy datasets`: the datasets of a project, and why each is read as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from codeanatomy import _native
from codeanatomy.cli.console import grid, line_console
from codeanatomy.cli.datasets_bootstrap import bootstrap
from codeanatomy.cli.datasets_catalog import Catalog
from codeanatomy.cli.datasets_writes import maintain, validate_rows, write
from codeanatomy.cli.failure import FOUND_BROKEN, UsageError
from codeanatomy.datasets import ResolutionReport
from codeanatomy.errors import DatasetResolutionError, DatasetSpecError
from codeanatomy.session import connect

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable

    from codeanatomy.datasets import ResolvedOption


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: `action`, `catalog`, `format`, and what the action takes.

    Returns:
        The exit code.
    """
    return ACTIONS[options.action](options, Catalog(Path(options.catalog)))


def list_datasets(options: Namespace, catalog: Catalog) -> int:
    """Print the datasets without opening them."""
    rows = [
        {"name": name, "format": location.get("format", "delta"), "path": location.get("path")}
        for name, location in sorted(catalog.datasets.items())
    ]
    if options.format == "json":
        print(json.dumps({"schema": "codeanatomy.datasets.list/1", "datasets": rows}, indent=2))
    elif rows:
        line_console().print(grid(("name", "format", "path"), (row.values() for row in rows)))
    else:
        print(f"{catalog.path} has no datasets; 'codeanatomy datasets register NAME PATH' adds one")
    return 0


def register(options: Namespace, catalog: Catalog) -> int:
    """Add a dataset that can be opened.

    Raises:
        UsageError: The name is taken.
    """
    if options.name in catalog.datasets and not options.overwrite:
        raise UsageError(
            f"{catalog.path} has a dataset '{options.name}' already", "pass --overwrite"
        )
    location: dict[str, Any] = {"path": options.path, "format": options.file_format}
    if options.read_option:
        location["read_options"] = dict(options.read_option)
    catalog.datasets[options.name] = location
    report = resolved(catalog.request(options.name))
    catalog.write()
    if options.format == "json":
        print(json.dumps(record("register", report), indent=2))
    else:
        columns = len(report.schema) + len(report.undescribed_columns)
        print(f"registered {options.name} in {catalog.path}: {columns} columns")
    return 0


def validate(options: Namespace, catalog: Catalog) -> int:
    """Open datasets, and tell which can't be."""
    if options.rows:
        return validate_rows(options, catalog)
    answers: dict[str, dict[str, str | None]] = {}
    for name in options.names or sorted(catalog.datasets):
        request = catalog.request(name)
        try:
            resolved(request)
        except (DatasetResolutionError, DatasetSpecError) as error:
            answers[name] = {"error": error.message, "code": error.code, "hint": error.hint}
        else:
            answers[name] = {"error": None, "code": None, "hint": None}
    broken = [name for name, answer in answers.items() if answer["error"]]
    if options.format == "json":
        answer = {"schema": "codeanatomy.datasets.validate/1", "datasets": answers}
        print(json.dumps(answer, indent=2))
    else:
        for name, answer in answers.items():
            print(f"{name}: {answer['error'] or 'ok'}")
            if answer["hint"]:
                print(f"  hint: {answer['hint']}")
    return FOUND_BROKEN if broken else 0


def explain(options: Namespace, catalog: Catalog) -> int:
    """Open a dataset, and tell every decision about it."""
    report = resolved(catalog.request(options.name, options.predicate))
    if options.format == "json":
        print(json.dumps(record("explain", report), indent=2))
        return 0
    show(report)
    return 0


ACTIONS: dict[str, Callable[[Namespace, Catalog], int]] = {
    "bootstrap": bootstrap,
    "explain": explain,
    "list": list_datasets,
    "maintain": maintain,
    "register": register,
    "validate": validate,
    "write": write,
}


def resolved(request: str) -> ResolutionReport:
    """Open a dataset in a session of its own."""
    report, _ = _native.resolve_dataset_provider(connect(), request)
    return msgspec.convert(report, ResolutionReport)


def record(action: str, report: ResolutionReport) -> dict[str, Any]:
    """Return a report as it is printed for programs."""
    # Not side by side: a report has the columns of its dataset as `schema`.
    tag = f"codeanatomy.datasets.{action}/1"
    return {"schema": tag, "dataset": msgspec.to_builtins(report)}


def show(report: ResolutionReport) -> None:
    """Print an explanation."""
    out = line_console()
    facts = [("dataset", report.name), ("path", report.location["path"])]
    facts.append(("provider", f"{report.provider_kind} ({report.options.provider.origin})"))
    if report.scan_policy is not None:
        facts.append(("scan policy", report.scan_policy))
    if report.delta_snapshot is not None:
        facts.append(("version", str(report.delta_snapshot["version"])))
    if report.files is not None:
        files = report.files
        facts.append(("files", f"{files.total}, of which {files.pruned} need not be opened"))
    if report.predicate_error is not None:
        facts.append(("predicate", f"can't be planned: {report.predicate_error}"))
    out.print(grid(None, facts))
    if report.filters:
        rows = [(part.filter, part.pushdown) for part in report.filters]
        out.print("", grid(("filter", "pushdown"), rows), sep="\n")
    columns = [
        (field.name, field.type, "yes" if field.nullable is not False else "no")
        for field in report.schema
    ]
    columns += [(name, "-", "-") for name in report.undescribed_columns]
    origin = report.schema_origin.replace("_", " ")
    out.print("", grid((f"column (from the {origin})", "type", "nullable"), columns), sep="\n")
    out.print("", grid(("option", "value", "from"), decided(report)), sep="\n")


def decided(report: ResolutionReport) -> Iterable[tuple[str, str, str]]:
    """Give the options that the dataset is read by."""
    groups: list[tuple[str, dict[str, ResolvedOption]]] = []
    if report.provider_kind == "listing":
        groups.append(("datafusion_scan", report.options.datafusion_scan))
    elif report.provider_kind == "delta":
        groups.append(("delta_scan", report.options.delta_scan))
        groups.append(("feature_gate", report.options.feature_gate))
    else:
        groups.append(("cdf_policy", report.options.cdf_policy))
    for group, options in groups:
        for name, option in options.items():
            yield f"{group}.{name}", json.dumps(option.value, ensure_ascii=False), option.origin
