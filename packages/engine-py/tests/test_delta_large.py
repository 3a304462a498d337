"""A Delta table of ten thousand files: read, pruned, resolved and explained."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import pyarrow as pa
import pytest
from codeanatomy.datasets import (
    DatasetLocation,
    DatasetResolutionRequest,
    FileCounts,
    register_datasets,
    resolve_dataset_provider,
)
from codeanatomy.delta import DeltaTable
from msgspec import UNSET
from pyarrow import parquet

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Lake

FILES = 10_000
COMMITS = 100
ROWS = 3
DAY = dt.date(2026, 1, 1)
MEGABYTE = 1 << 20


def write(table: Path, files: int) -> Path:
    """Write a table of many commits, a day each, with a checkpoint before the last ten."""
    log = table / "_delta_log"
    log.mkdir(parents=True)
    fields = [
        {"name": name, "type": kind, "nullable": True, "metadata": {}}
        for name, kind in (("id", "long"), ("day", "date"))
    ]
    metadata = {
        "id": "00000000-0000-4000-8000-000000000000",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": fields}),
        "partitionColumns": ["day"],
        "configuration": {},
        "createdTime": 0,
    }
    actions: list[dict[str, Any]] = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {"metaData": metadata},
    ]
    share = files // COMMITS
    for version in range(COMMITS):
        day = (DAY + dt.timedelta(days=version)).isoformat()
        (table / f"day={day}").mkdir()
        for number in range(version * share, (version + 1) * share):
            ids = range(number * ROWS, (number + 1) * ROWS)
            path = f"day={day}/{number}.parquet"
            parquet.write_table(pa.table({"id": ids}), table / path)
            statistics = {
                "numRecords": ROWS,
                "minValues": {"id": ids[0]},
                "maxValues": {"id": ids[-1]},
                "nullCount": {"id": 0},
            }
            added = {
                "path": path,
                "partitionValues": {"day": day},
                "size": (table / path).stat().st_size,
                "modificationTime": 0,
                "dataChange": True,
                "stats": json.dumps(statistics),
            }
            actions.append({"add": added})
        actions.append({"commitInfo": {"timestamp": version, "operation": "WRITE"}})
        (log / f"{version:020}.json").write_text("\n".join(map(json.dumps, actions)) + "\n")
        actions = []
        if version == COMMITS - 11:
            deltalake.DeltaTable(table).create_checkpoint()
    return table


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("large") / "t", FILES)


def test_every_row_is_read(lake: Lake, large: Path) -> None:
    count = FILES * ROWS
    query = (
        f"select count(*) as n, sum(id) as s, count(distinct day) as d from read_delta({{}}{'{}'})"
    )
    location = lake.quoted(large)
    assert lake.rows(query.format(location, "")) == [
        {"n": count, "s": count * (count - 1) // 2, "d": COMMITS}
    ]
    some = count // COMMITS * 8
    assert lake.rows(query.format(location, ", 7")) == [
        {"n": some, "s": some * (some - 1) // 2, "d": 8}
    ]


def test_a_query_opens_the_files_it_needs(lake: Lake, large: Path) -> None:
    """One of them: by its directory, by its statistics, or by both."""
    lake.rows(f"create external table t stored as delta location {lake.quoted(large)}")
    number = 4321
    day = DAY + dt.timedelta(days=number // (FILES // COMMITS))
    for condition in (
        f"id = {number * ROWS + 1}",
        f"day = date '{day}' and id = {number * ROWS + 1}",
    ):
        query = f"select id, day from t where {condition}"
        assert lake.rows(query) == [{"id": number * ROWS + 1, "day": day}]
        (plan,) = (
            row["plan"]
            for row in lake.rows(f"explain {query}")
            if row["plan_type"] == "physical_plan"
        )
        assert plan.count(".parquet") == 1
        assert f"day={day}/{number}.parquet" in plan
    assert lake.rows("select id from t where day > date '2030-01-01'") == []
    query = "select count(*) as n from t join (values (5), (29999)) as v(id) using (id)"
    assert lake.rows(query) == [{"n": 2}]


@pytest.mark.parametrize(
    ("predicate", "selected"),
    [
        (None, FILES),
        ("day = date '2026-01-05'", FILES // COMMITS),
        ("id >= 12 and id < 18", 2),
        ("day = date '2026-01-05' and id = 1200", 1),
        ("id < 0", 0),
    ],
)
def test_files_that_a_predicate_leaves_are_counted(
    large: Path, predicate: str | None, selected: int
) -> None:
    location = DatasetLocation(path=str(large))
    request = DatasetResolutionRequest(
        name="d", location=location, predicate=UNSET if predicate is None else predicate
    )
    report = resolve_dataset_provider(codeanatomy.connect(), request).report
    assert report.files == FileCounts(FILES, selected, FILES - selected)
    assert report.delta_snapshot is not None
    assert report.delta_snapshot["version"] == COMMITS - 1
    assert report.delta_snapshot["files"] == FILES


def test_what_the_log_says_is_told(lake: Lake, large: Path) -> None:
    location = lake.quoted(large)
    query = "select count(*) as n, count(distinct path) as d, sum(num_records) as r"
    size = sum(file.stat().st_size for file in large.rglob("day=*/*.parquet"))
    assert lake.rows(f"{query}, sum(size_bytes) as s from delta_add_actions({location})") == [
        {"n": FILES, "d": FILES, "r": FILES * ROWS, "s": size}
    ]
    (snapshot,) = lake.rows(f"select * from delta_snapshot({location})")
    assert (snapshot["num_files"], snapshot["num_rows"]) == (FILES, FILES * ROWS)
    assert lake.rows(f"select count(*) as n from delta_history({location})") == [{"n": COMMITS}]


def test_new_commits_are_seen(tmp_path: Path) -> None:
    """Of a table that stays registered, also when its log is cleaned up behind it."""
    path = write(tmp_path / "t", COMMITS)
    session = codeanatomy.connect()
    register_datasets(
        session,
        [DatasetResolutionRequest(name="d", location=DatasetLocation(path=str(path)))],
    )
    query = "select count(*) as n, max(day) as day from d"
    last = DAY + dt.timedelta(days=COMMITS - 1)
    assert session.sql(query).to_pylist() == [{"n": COMMITS * ROWS, "day": last}]
    later = dt.date(2027, 1, 1)
    deltalake.write_deltalake(path, pa.table({"id": [1], "day": [later]}), mode="append")
    assert session.sql(query).to_pylist() == [{"n": COMMITS * ROWS + 1, "day": later}]
    DeltaTable(path).checkpoint()
    for version in range(COMMITS):
        (path / "_delta_log" / f"{version:020}.json").unlink()
    deltalake.write_deltalake(path, pa.table({"id": [2], "day": [last]}), mode="append")
    assert session.sql(query).to_pylist() == [{"n": COMMITS * ROWS + 2, "day": later}]


PEAK = """
import sys
from pathlib import Path
import codeanatomy
session = codeanatomy.connect()
session.sql(f"create external table t stored as delta location '{sys.argv[1]}'").collect()
for _ in range(3):
    session.sql("select sum(id) from t").collect()
    session.sql("select sum(id) from t where id = 7").collect()
status = Path("/proc/self/status").read_text().splitlines()
print(next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")))
"""


def test_memory_is_bounded(tmp_path: Path, large: Path) -> None:
    """A hundred times the files cost a few kilobytes each."""

    def peak(table: Path) -> int:
        program = [sys.executable, "-W", "ignore::RuntimeWarning", "-c", PEAK, str(table)]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    less, more = peak(write(tmp_path / "t", COMMITS)), peak(large)
    assert more - less < 200 * MEGABYTE, f"{less / MEGABYTE:.0f} MB, {more / MEGABYTE:.0f} MB"
