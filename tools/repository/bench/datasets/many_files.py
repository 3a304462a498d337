"""Writes a Delta table of very many small files, with a log as a long life leaves it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from repository.bench.datasets.workload import Sizes

COMMITS = 100
# The last commits come after the checkpoint, and are read one by one.
CHECKPOINT = 90
ROWS = 10
FIRST_DAY = date(2026, 1, 1)
COLUMNS = (("id", "long"), ("value", "long"), ("day", "date"))


def write_many_files(directory: Path, size: Sizes) -> None:
    """Write the table `files`: a day for each commit, ten rows in each file, statistics of all.

    Args:
        directory: Where to.
        size: How many files.
    """
    deltalake: Any = import_module("deltalake")
    table = directory / "files"
    log = table / "_delta_log"
    log.mkdir(parents=True)
    fields: list[dict[str, Any]] = [
        {"name": name, "type": kind, "nullable": True, "metadata": {}} for name, kind in COLUMNS
    ]
    metadata: dict[str, Any] = {
        "id": "00000000-0000-4000-8000-000000000000",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": fields}),
        "partitionColumns": ["day"],
        "configuration": {},
        "createdTime": 0,
    }
    first: list[dict[str, Any]] = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {"metaData": metadata},
    ]
    share = size.files // COMMITS
    for version in range(COMMITS):
        actions = first if version == 0 else []
        actions += [
            {"add": write_file(table, version * share + place, version)} for place in range(share)
        ]
        actions.append({"commitInfo": {"timestamp": version, "operation": "WRITE"}})
        lines = "\n".join(map(json.dumps, actions)) + "\n"
        (log / f"{version:020}.json").write_text(lines, encoding="utf-8")
        if version == CHECKPOINT:
            deltalake.DeltaTable(table).create_checkpoint()


def write_file(table: Path, number: int, version: int) -> dict[str, Any]:
    """Write one file, and return what the log says of it."""
    arrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    day = (FIRST_DAY + timedelta(days=version)).isoformat()
    path = f"day={day}/part-{number:05}.parquet"
    file = table / path
    file.parent.mkdir(exist_ok=True)
    ids = range(number * ROWS, (number + 1) * ROWS)
    values = [each * 7 % 1000 for each in ids]
    parquet.write_table(arrow.table({"id": list(ids), "value": values}), file)
    statistics = {
        "numRecords": ROWS,
        "minValues": {"id": ids[0], "value": min(values)},
        "maxValues": {"id": ids[-1], "value": max(values)},
        "nullCount": {"id": 0, "value": 0},
    }
    return {
        "path": path,
        "partitionValues": {"day": day},
        "size": file.stat().st_size,
        "modificationTime": version,
        "dataChange": True,
        "stats": json.dumps(statistics),
    }
