"""What triage hands out: frozen records, and with them the JSON that `--format json` prints.

`schemas.json` beside the tests is the JSON Schema of both documents; who changes it changes the
version.
"""

from __future__ import annotations

from typing import Literal

import msgspec

REPORT_SCHEMA = "codeanatomy.triage/1"
DIFFERENCE_SCHEMA = "codeanatomy.triage-diff/1"

Role = Literal["cause", "cascade", "edge"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of everything in a report."""


class Place(Record, frozen=True):
    """Where an exception was raised.

    Attributes:
        path: The file, relative to the project where the result says so.
        line: Its line, from 1 on; 0 if unknown.
        function: The function; empty if unknown.
    """

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        """Name the place as `path:line in function`."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place} in {self.function}" if self.function else place


class Surface(Record, frozen=True):
    """A module or a directory, and how many of a cluster's failures are there."""

    name: str
    failures: int


class Example(Record, frozen=True):
    """The failure that stands for a cluster: the first of its largest group.

    Attributes:
        test: The test that failed.
        type: What was raised in the end; the cluster has the type of the cause.
        message: What it said, unmasked, at most 2,000 characters of it.
        chain: The chained exceptions, the cause first.
        frames: The project's frames from the test to the place.
    """

    test: str
    type: str
    message: str
    chain: tuple[str, ...]
    frames: tuple[Place, ...]


class Cluster(Record, frozen=True):
    """Failures that have one cause.

    Attributes:
        label: `A`, `B`, …, by size; names the cluster within a report.
        id: The fingerprint of its largest group: names it across reports of one algorithm.
        fingerprints: Those of all its groups, sorted.
        role: `cause`; `cascade` if it follows from another cluster; `edge` if it is too small to
            tell a cause from a coincidence.
        cascade_of: The label of the cluster that it follows from, or None.
        size: How many failures it has.
        share: The part of all failures, from 0 to 1.
        type: The type of the exception that is the cause.
        message: What it says, masked.
        origin: The innermost place of the project, or None.
        fan_out: The functions that all its failures passed, outermost first.
        phases: How many failed in `setup`, `call`, `teardown`, `collect`, by `crash` or `timeout`.
        modules: Where its tests are, the most affected first.
        directories: The same by directory.
        reasons: The rules that joined its groups, by how often each did.
        first_seen: The earliest run that is known to have it: the name of a source.
        known: Whether the previous run had it; None when none was given.
        example: The failure that stands for it.
        tests: The tests that fail with it, in the order of the run.
    """

    label: str
    id: str
    fingerprints: tuple[str, ...]
    role: Role
    cascade_of: str | None
    size: int
    share: float
    type: str
    message: str
    origin: Place | None
    fan_out: tuple[str, ...]
    phases: dict[str, int]
    modules: tuple[Surface, ...]
    directories: tuple[Surface, ...]
    reasons: dict[str, int]
    first_seen: str
    known: bool | None
    example: Example
    tests: tuple[str, ...]


class Totals(Record, frozen=True):
    """Counts of a run.

    Attributes:
        tests: Tests that the results name.
        passed: Those that passed.
        skipped: Those that were skipped.
        failing: Different tests that failed, collection errors included.
        failures: Failures; a test that fails in its call and its teardown has two.
    """

    tests: int
    passed: int
    skipped: int
    failing: int
    failures: int


class Explanation(Record, frozen=True):
    """The smallest set of clusters that explains the run.

    Attributes:
        clusters: Their labels, the one that explains most first.
        covered: How many failing tests they explain, with the cascades that follow from them.
        share: The part of all failing tests.
    """

    clusters: tuple[str, ...]
    covered: int
    share: float


class Report(Record, frozen=True):
    """A triaged run.

    Attributes:
        schema: `codeanatomy.triage/1`.
        algorithm: The version of the fingerprints; only equal ones compare.
        sources: The files that were read.
        totals: Counts.
        explanation: The clusters that explain the run.
        clusters: All clusters, the largest first.
    """

    schema: str
    algorithm: int
    sources: tuple[str, ...]
    totals: Totals
    explanation: Explanation
    clusters: tuple[Cluster, ...]

    def cluster(self, label: str) -> Cluster:
        """Return the cluster with a label."""
        return next(cluster for cluster in self.clusters if cluster.label == label)


class Moved(Record, frozen=True):
    """A test that fails in both runs, but not for the same cause."""

    test: str
    old: str
    new: str


class ClusterChange(Record, frozen=True):
    """What became of a cause.

    Attributes:
        id: The cluster's id, of the new run if it is there.
        change: `gone`, `new` or `stays`.
        type: The exception.
        message: What it says, masked.
        old: How many failures it had; 0 if it is new.
        new: How many it has; 0 if it is gone.
    """

    id: str
    change: Literal["gone", "new", "stays"]
    type: str
    message: str
    old: int
    new: int


class Difference(Record, frozen=True):
    """Two runs, compared.

    Attributes:
        schema: `codeanatomy.triage-diff/1`.
        algorithm: The version of the fingerprints.
        old: The sources of the earlier run.
        new: Those of the later one.
        fixed: Tests that failed and pass now.
        gone: Tests that failed and that the later run does not name.
        broken: Tests that fail and did not fail before.
        failing: Tests that fail for the cause that they failed for.
        moved: Tests that fail in both runs, but for another cause.
        clusters: What became of each cause.
    """

    schema: str
    algorithm: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    fixed: tuple[str, ...]
    gone: tuple[str, ...]
    broken: tuple[str, ...]
    failing: tuple[str, ...]
    moved: tuple[Moved, ...]
    clusters: tuple[ClusterChange, ...]
