"""Several writers of one Delta table at once, and writers that are killed: real processes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import deltalake
import pyarrow as pa
import pytest
from codeanatomy.delta import DeltaTable

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 8
# The debug-profile engine warns in every process that loads it.
QUIET = "ignore:codeanatomy_engine is built in the debug profile:RuntimeWarning"
ENVIRONMENT = {**os.environ, "PYTHONWARNINGS": QUIET}

# Each waits until all are ready, so that they really meet.
MEET = """
import sys, time
from pathlib import Path
import pyarrow as pa
from codeanatomy.delta import Commit, DeltaTable
from codeanatomy.errors import DeltaConflictError, DeltaRowsError

table, number, writers = DeltaTable(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

def meet(name):
    room = Path(sys.argv[4])
    (room / f"{name}-{number}").touch()
    while len(list(room.glob(f"{name}-*"))) < writers:
        time.sleep(0.001)
"""

APPEND = (
    MEET
    + """
for turn in range(8):
    meet(turn)
    print(table.append(pa.table({"writer": [number], "turn": [turn]})).version)
"""
)

SAME = (
    MEET
    + """
for turn in range(8):
    meet(turn)
    commit = Commit(app_id="nightly", app_version=turn)
    report = table.append(pa.table({"turn": [turn]}), commit=commit)
    print("skipped" if report.skipped else "written")
"""
)

UPDATE = (
    MEET
    + """
for turn in range(8):
    meet(turn)
    while True:
        try:
            table.update({"count": "count + 1"}, "id = 1")
            break
        except DeltaConflictError as error:
            assert error.code == "delta-commit-conflict" and "run the operation again" in error.hint
            print("conflict")
"""
)

CREATE = (
    MEET
    + """
for turn in range(40):
    meet(turn)
    try:
        DeltaTable(f"{sys.argv[1]}/{turn}").append(pa.table({f"c{number}": [number]}))
        print("created")
    except DeltaConflictError:
        print("conflict")
    except DeltaRowsError:
        print("too late for a race")
"""
)

OVERWRITE = """
import sys
import pyarrow as pa
from codeanatomy.delta import DeltaTable

size = int(sys.argv[2])
table = DeltaTable(sys.argv[1])
turn = 0
while True:
    turn += 1
    rows = pa.table({"turn": pa.array([turn] * size, pa.int64())})
    table.overwrite(rows, target_file_size=4096)
    if turn == 1:
        print("ready", flush=True)
"""


def together(program: str, table: Path, room: Path, writers: int = 2) -> list[list[str]]:
    """Run a program in several processes at once, and return the lines of each."""
    room.mkdir()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, table, str(number), str(writers), room],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(writers)
    ]
    outputs = [process.communicate(timeout=120)[0].split("\n")[:-1] for process in processes]
    assert [process.returncode for process in processes] == [0] * writers
    return outputs


@pytest.fixture
def location(tmp_path: Path) -> Path:
    return tmp_path / "table"


def test_appends_at_once_are_all_there(tmp_path: Path, location: Path) -> None:
    DeltaTable(location).append(pa.table({"writer": [9], "turn": [9]}))
    versions = together(APPEND, location, tmp_path / "room")
    rows = deltalake.DeltaTable(location).to_pyarrow_table()
    expected = [{"writer": writer, "turn": turn} for writer in (0, 1) for turn in range(8)]
    by_key = rows.sort_by([("writer", "ascending"), ("turn", "ascending")])
    assert by_key.to_pylist() == [*expected, {"writer": 9, "turn": 9}]
    assert sorted(int(version) for output in versions for version in output) == [*range(1, 17)]


@pytest.mark.parametrize("exists", [True, False])
def test_the_same_write_at_once_happens_once(
    tmp_path: Path, location: Path, *, exists: bool
) -> None:
    if exists:
        DeltaTable(location).append(pa.table({"turn": [99]}))
    outputs = together(SAME, location, tmp_path / "room", writers=3)
    for turn in range(8):
        assert sorted(output[turn] for output in outputs) == ["skipped", "skipped", "written"]
    turns = deltalake.DeltaTable(location).to_pyarrow_table()["turn"].to_pylist()
    assert sorted(turns) == [*range(8), *([99] if exists else [])]


def test_updates_at_once_conflict_and_none_is_lost(tmp_path: Path, location: Path) -> None:
    DeltaTable(location).append(pa.table({"id": [1], "count": [0]}))
    outputs = together(UPDATE, location, tmp_path / "room")
    rows = deltalake.DeltaTable(location).to_pyarrow_table().to_pylist()
    assert rows == [{"id": 1, "count": 16}]
    assert sum(map(len, outputs)) > 0, "the writers never met"


def test_of_two_that_create_a_table_one_does(tmp_path: Path, location: Path) -> None:
    """The other one's columns do not get into it."""
    outputs = together(CREATE, location, tmp_path / "room")
    for turn in range(40):
        first, second = (output[turn] for output in outputs)
        assert [first, second].count("created") == 1
        table = deltalake.DeltaTable(location / str(turn))
        (column,) = table.to_pyarrow_table().schema.names
        assert column == ("c0" if first == "created" else "c1")
        assert table.version() == 0
    assert any("conflict" in output for output in outputs), "the writers never met"


def test_a_killed_writer_leaves_a_whole_table(location: Path) -> None:
    size = 2000
    table = DeltaTable(location)
    table.append(pa.table({"turn": pa.array([0] * size, pa.int64())}))
    chance = random.Random(7)  # noqa: S311
    versions = [0]
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", OVERWRITE, location, str(size)],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.02 + chance.random() * 0.3)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        theirs = deltalake.DeltaTable(location)
        turns = theirs.to_pyarrow_table()["turn"].to_pylist()
        assert len(turns) == size
        assert len(set(turns)) == 1
        versions.append(theirs.version())
    assert versions == sorted(versions)
    assert versions[-1] > KILLS + KILLS // 2, "the writers were killed before they wrote"
    # What they left goes, and the table stays.
    named = {file.path for file in table.files()}
    table.vacuum(mode="full", retention_hours=0, enforce_retention=False, dry_run=False)
    there = {path.name for path in location.glob("*.parquet")}
    assert there == named
    assert table.append(pa.table({"turn": [1]})).committed


def test_ctrl_c_stops_a_write(location: Path) -> None:
    program = """
import sys, pyarrow as pa
from codeanatomy.delta import DeltaTable

def forever():
    while True:
        print("row", flush=True)
        yield pa.RecordBatch.from_pydict({"id": [1]})

schema = pa.schema({"id": pa.int64()})
DeltaTable(sys.argv[1]).append(pa.RecordBatchReader.from_batches(schema, forever()))
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, location],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"row\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert b"KeyboardInterrupt" in errors
    assert not (location / "_delta_log").exists() or not list((location / "_delta_log").iterdir())
