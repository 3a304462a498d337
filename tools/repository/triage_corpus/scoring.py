"""Measures clusterings against the labels: how many of the pairs put together belong together."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeanatomy_testkit.triage.build import build_report
from codeanatomy_testkit.triage.fingerprint import sign
from codeanatomy_testkit.triage.groups import Groups
from codeanatomy_testkit.triage.reading.files import read_file
from codeanatomy_testkit.triage.reading.tally import Tally

from repository.triage_corpus.files import CORPUS, LABELS
from repository.triage_corpus.running import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

    from codeanatomy_testkit.triage.evidence import Failure

    Method = Callable[[Sequence[Failure]], Sequence[Hashable]]


@dataclass(frozen=True)
class LabelledRun:
    """A run of the corpus.

    Attributes:
        name: Its file without suffixes.
        project: What was broken.
        split: `tuning` or `held-out`.
        failures: What failed.
        labels: The mutation behind each failure, or None where the runs do not tell.
    """

    name: str
    project: str
    split: str
    failures: tuple[Failure, ...]
    labels: tuple[str | None, ...]

    @property
    def causes(self) -> int:
        """How many mutations show in it."""
        return len(set(self.labels) - {None})


@dataclass(frozen=True)
class Score:
    """Pairs of failures with labels.

    Attributes:
        right: Put together, and of one cause.
        together: Put together.
        of_one_cause: Of one cause.
    """

    right: int
    together: int
    of_one_cause: int

    @property
    def precision(self) -> float:
        """Of the pairs that are put together, the part that belongs together."""
        return self.right / self.together if self.together else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that belong together, the part that is put together."""
        return self.right / self.of_one_cause if self.of_one_cause else 1.0


@dataclass(frozen=True)
class Quality:
    """How good a method is.

    Attributes:
        pairs: Over the pairs of all runs; large runs count most.
        precision: Mean over the runs; each counts the same.
        recall: The same.
    """

    pairs: Score
    precision: float
    recall: float


def load_corpus(directory: Path = CORPUS) -> list[LabelledRun]:
    """Read the corpus."""
    entries = json.loads((directory / LABELS).read_text(encoding="utf-8"))
    runs: list[LabelledRun] = []
    for name, entry in entries.items():
        failures = tuple(
            read_file(directory / f"{name}.xml.gz", Tally(), f"{ANYWHERE['project']}/")
        )
        labels = tuple(label for label, times in entry["labels"] for _ in range(times))
        if len(labels) != len(failures):
            raise ValueError(f"{name}: {len(labels)} labels for {len(failures)} failures")
        runs.append(LabelledRun(name, entry["project"], entry["split"], failures, labels))
    return runs


def pairs(count: int) -> int:
    """Return how many pairs some things make."""
    return count * (count - 1) // 2


def score(assigned: Sequence[Hashable], labels: Sequence[str | None]) -> Score:
    """Compare a clustering with labels; failures without a label count nowhere."""
    both = [
        (cluster, label)
        for cluster, label in zip(assigned, labels, strict=True)
        if label is not None
    ]
    return Score(
        right=sum(map(pairs, Counter(both).values())),
        together=sum(map(pairs, Counter(cluster for cluster, _ in both).values())),
        of_one_cause=sum(map(pairs, Counter(label for _, label in both).values())),
    )


def measure(method: Method, runs: Sequence[LabelledRun]) -> Quality:
    """Measure a method on runs."""
    scores = [score(method(run.failures), run.labels) for run in runs]
    return Quality(
        Score(
            sum(entry.right for entry in scores),
            sum(entry.together for entry in scores),
            sum(entry.of_one_cause for entry in scores),
        ),
        sum(entry.precision for entry in scores) / len(scores),
        sum(entry.recall for entry in scores) / len(scores),
    )


def by_message(failures: Sequence[Failure]) -> list[Hashable]:
    """Put together what says the same, as it stands."""
    return [(failure.chain[-1].type, failure.chain[-1].message) for failure in failures]


def by_type(failures: Sequence[Failure]) -> list[Hashable]:
    """Put together what raised the same exception."""
    return [failure.chain[-1].type for failure in failures]


def by_fingerprint(failures: Sequence[Failure]) -> list[Hashable]:
    """Put together what has one fingerprint, and join nothing."""
    return [sign(failure) for failure in failures]


def by_triage(failures: Sequence[Failure]) -> list[Hashable]:
    """Put together what triage does; what follows from another cluster has that one's cause."""
    groups = Groups()
    signatures = [groups.add(failure).signature.digest() for failure in failures]
    report = build_report(groups, Tally(), ["corpus"])
    owner = {
        fingerprint: cluster.cascade_of or cluster.label
        for cluster in report.clusters
        for fingerprint in cluster.fingerprints
    }
    return [owner[signature] for signature in signatures]


METHODS: dict[str, Method] = {
    "raw message": by_message,
    "exception type": by_type,
    "fingerprint": by_fingerprint,
    "triage": by_triage,
}


def table(runs: Sequence[LabelledRun]) -> str:
    """Return a Markdown table of all methods."""
    lines = [
        "| clustered by | precision | recall | precision, mean of runs | recall, mean of runs |",
        "|---|---|---|---|---|",
    ]
    for name, method in METHODS.items():
        quality = measure(method, runs)
        figures = (quality.pairs.precision, quality.pairs.recall, quality.precision, quality.recall)
        lines.append(f"| {name} | {' | '.join(f'{figure:.4f}' for figure in figures)} |")
    return "\n".join(lines)
