"""A file of 300 MB with 100,000 failures: memory is asserted, time only shown."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FAILURES, CAUSES = 100_000, 400
MOST_BYTES_OF_MEMORY = 500_000_000
FILLER = "".join(
    f"    line_{n} = compute({n}, argument)  # source that a traceback shows around a call\n"
    for n in range(28)
)
MEASURED = """
import json, sys, time
from pathlib import Path
from codeanatomy_testkit.triage.run import triage
started = time.perf_counter(), time.process_time()
report = triage([Path(sys.argv[1])])
spent = time.perf_counter() - started[0], time.process_time() - started[1]
# What getrusage tells begins with the memory of the process that started this one.
status = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps({"failures": report.totals.failures, "clusters": len(report.clusters),
    "largest": report.clusters[0].size, "peak": peak, "wall": spent[0], "cpu": spent[1]}))
"""


def write_run(path: Path) -> None:
    """Write failures of known causes whose messages and tests all differ."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write('<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite>')
        for number in range(FAILURES):
            cause = number % CAUSES
            kind = ("ValueError", "KeyError", "RuntimeError", "LookupError")[cause % 4]
            said = f"no entry {number} for table '{cause}-{number}'"
            module = f"tests/unit/test_module{number % 700}.py"
            stream.write(
                f'<testcase classname="tests.unit.test_module{number % 700}.TestThing"'
                f' name="test_{number % 5000}[{number}]" time="0.1">'
                f'<failure message="{kind}: {said}">self = &lt;object at 0x{number:012x}&gt;\n\n'
                f"    def test_{number % 5000}(self):\n{FILLER}"
                f"&gt;       act(self)\n\n{module}:{number % 90 + 1}: \n_ _ _ _ _ _ _ _ _ _\n\n"
                f"    def inner_{cause}(x):\n{FILLER[:500]}&gt;       raise {kind}(x)\n"
                f"E       {kind}: {said}\n\n"
                f"src/spam/deep{cause}.py:{cause + 9}: {kind}</failure></testcase>\n"
            )
        stream.write("</testsuite></testsuites>")


def test_large_run_fits_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    write_run(path)
    size = path.stat().st_size
    assert size > 300_000_000
    result = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True
    )
    path.unlink()
    measured = json.loads(result.stdout)
    print(f"{size / 1e6:.0f} MB: {measured}")  # noqa: T201 - shown with -rP
    assert (measured["failures"], measured["clusters"], measured["largest"]) == (
        FAILURES,
        CAUSES,
        FAILURES // CAUSES,
    )
    assert measured["peak"] < MOST_BYTES_OF_MEMORY
