"""Validation at sizes above the memory limit, its progress, and how it is interrupted."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import codeanatomy
import pyarrow as pa
import pytest
from codeanatomy.datasets import validate
from codeanatomy.errors import QueryExecutionError
from codeanatomy.profile import ExecutionProfile, RuntimeProfile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
import codeanatomy
from codeanatomy.datasets import validate
from codeanatomy.profile import ExecutionProfile, RuntimeProfile

rows, limit, spill = int(sys.argv[1]), sys.argv[2], sys.argv[3]
execution = ExecutionProfile(target_partitions=2, memory_limit=limit, spill_directory=spill)
ctx = codeanatomy.connect(RuntimeProfile(execution=execution))
data = ctx.sql(
    "select value as id, md5(cast(value as varchar)) as text, value % 1000 as code, "
    f"value / 7.0 as number from generate_series(1, {rows})"
)
policy = {
    "rules": [
        {"kind": "not_null", "column": "id"},
        {"kind": "range", "column": "code", "min": 0, "max": 998},
        {"kind": "range", "column": "number", "min": 0},
        {"kind": "allowed_values", "column": "code", "values": list(range(999))},
        {"kind": "predicate", "name": "long", "sql": "length(text) = 32"},
        {"kind": "unique", "columns": ["text"]},
        {"kind": "unique", "columns": ["id", "code"]},
    ]
}
report = validate(ctx, data, policy)
# What `getrusage` tells begins with the memory of the process that started this one.
peak = next(
    int(line.split()[1]) * 1024
    for line in Path("/proc/self/status").read_text().splitlines()
    if line.startswith("VmHWM")
)
print(report.rows_checked, *(rule.violations for rule in report.rules), peak)
"""


def test_memory_stays_flat_whatever_is_unique(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    rows, mebibytes = (20_000_000, 256) if request.config.getoption("--large") else (2_000_000, 12)
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore::RuntimeWarning",
            "-c",
            PROGRAM,
            str(rows),
            f"{mebibytes}MiB",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr
    checked, *violations, peak = map(int, done.stdout.split())
    assert checked == rows
    assert violations == [0, rows // 1000, 0, rows // 1000, 0, 0, 0]
    # The interpreter and the engine's own pages come on top of what is limited.
    assert peak < (mebibytes + 300) * 1024 * 1024


def test_many_equal_keys_above_the_limit_are_counted_on_disk(tmp_path: Path) -> None:
    execution = ExecutionProfile(
        target_partitions=2, memory_limit="24MiB", spill_directory=str(tmp_path)
    )
    ctx = codeanatomy.connect(RuntimeProfile(execution=execution))
    data = ctx.sql("select value / 2 as pair from generate_series(2, 2000001)")
    report = validate(ctx, data, {"rules": [{"kind": "unique", "columns": ["pair"]}]})
    assert report.rules[0].violations == 2_000_000
    examples = [(example.values["pair"], example.count) for example in report.rules[0].examples]
    assert examples == [(1, 2), (2, 2), (3, 2), (4, 2), (5, 2)]


def test_progress_is_told_and_an_exception_of_it_ends_the_validation() -> None:
    ctx = codeanatomy.connect()
    data = ctx.sql("select value as n from generate_series(1, 3000000)")
    policy = {"rules": [{"kind": "range", "column": "n", "min": 1}]}
    told: list[int] = []
    report = validate(ctx, data, policy, progress=told.append)
    assert report.rows_checked == 3_000_000
    assert told == sorted(set(told))
    assert told[-1] == 3_000_000

    def refuse(rows: int) -> None:
        raise LookupError(rows)

    with pytest.raises(LookupError):
        validate(ctx, data, policy, progress=refuse)


def test_ctrl_c_ends_a_validation() -> None:
    program = textwrap.dedent(
        """
        import signal, threading, os, time
        import codeanatomy
        from codeanatomy.datasets import validate

        ctx = codeanatomy.connect()
        data = ctx.sql("select value as n from generate_series(1, 1000000000000)")
        policy = {"rules": [{"kind": "range", "column": "n", "min": 1}]}
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            validate(ctx, data, policy)
        except KeyboardInterrupt:
            print("interrupted")
        """
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore::RuntimeWarning", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == "interrupted\n", done.stderr


STREAM = """
import sys
from pathlib import Path
import pyarrow as pa
import codeanatomy
from codeanatomy.datasets import validate

batches = int(sys.argv[1])
schema = pa.schema([("id", pa.int64()), ("text", pa.string())])


def rows():
    for number in range(batches):
        ids = range(number * 10_000, (number + 1) * 10_000)
        yield pa.record_batch([list(ids), [f"{n:0100}" for n in ids]], schema=schema)


reader = pa.RecordBatchReader.from_batches(schema, rows())
policy = {
    "rules": [
        {"kind": "range", "column": "id", "min": 1},
        {"kind": "predicate", "name": "long", "sql": "length(text) = 100"},
    ],
    "tail": 2,
    "head": 3,
}
report = validate(codeanatomy.connect(), reader, policy)
peak = next(
    int(line.split()[1]) * 1024
    for line in Path("/proc/self/status").read_text().splitlines()
    if line.startswith("VmHWM")
)
examples = [example.row for example in report.rules[0].examples]
print(report.rows_checked, *(rule.violations for rule in report.rules), examples[0], peak)
"""


def test_a_stream_is_not_collected() -> None:
    peaks = []
    for batches in (10, 400):
        done = subprocess.run(
            [sys.executable, "-W", "ignore::RuntimeWarning", "-c", STREAM, str(batches)],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        *said, peak = map(int, done.stdout.split())
        # The first three rows and the last two, of which the first has the id 0.
        assert said == [5, 1, 0, 0]
        peaks.append(peak)
    # 430 MB of rows come on top of 11 MB.
    assert peaks[1] - peaks[0] < 250 * 1024 * 1024


def test_an_error_of_a_stream_is_told() -> None:
    schema = pa.schema([("id", pa.int64())])

    def rows() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch([[1, 2]], schema=schema)
        message = "the spam is out"
        raise LookupError(message)

    reader = pa.RecordBatchReader.from_batches(schema, rows())
    with pytest.raises(QueryExecutionError, match="the spam is out"):
        validate(codeanatomy.connect(), reader, {"rules": [{"kind": "not_null", "column": "id"}]})
