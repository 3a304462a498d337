"""The corpus and what is measured on it: quality of the clustering, labels, no machine's paths."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from repository.triage_corpus.files import CORPUS, LABELS
from repository.triage_corpus.labelling import label, texts
from repository.triage_corpus.mutation import Mutation, MutationError
from repository.triage_corpus.mutations import MUTATIONS
from repository.triage_corpus.project import PROJECTS
from repository.triage_corpus.runs import HELD_OUT, TUNING, runs_of
from repository.triage_corpus.scoring import METHODS, LabelledRun, load_corpus, measure, score

if TYPE_CHECKING:
    from pathlib import Path

# What is reached, so that nothing gets worse unseen; the aims are 0.98 and 0.95.
PRECISION, RECALL = 0.99, 0.95


@pytest.fixture(scope="module")
def corpus() -> list[LabelledRun]:
    return load_corpus()


def test_corpus_has_every_run(corpus: list[LabelledRun]) -> None:
    planned = {run.name for project in PROJECTS for run in runs_of(project)}
    made = {run.name for run in corpus}
    assert made <= planned
    assert len(made) >= len(planned) - 3
    assert len(corpus) >= 60
    assert sum(run.causes > 1 for run in corpus) >= 15
    assert {run.project for run in corpus} == set(PROJECTS)
    assert sum(label is None for run in corpus for label in run.labels) < 0.05 * sum(
        len(run.failures) for run in corpus
    )


def test_splits_share_no_mutation() -> None:
    entries = json.loads((CORPUS / LABELS).read_text(encoding="utf-8")).values()
    sides = {
        split: {
            (entry["project"], name)
            for entry in entries
            if entry["split"] == split
            for name in entry["mutations"]
        }
        for split in (TUNING, HELD_OUT)
    }
    assert all(len(side) > 15 for side in sides.values())
    assert not sides[TUNING] & sides[HELD_OUT]


def test_triage_keeps_its_quality_on_what_it_was_not_tuned_on(corpus: list[LabelledRun]) -> None:
    held_out = [run for run in corpus if run.split == HELD_OUT]
    found = {name: measure(method, held_out).pairs for name, method in METHODS.items()}
    assert found["triage"].precision >= PRECISION
    assert found["triage"].recall >= RECALL
    assert found["triage"].recall > found["raw message"].recall + 0.1
    assert found["triage"].precision > found["exception type"].precision


def test_scores_are_those_of_pairs() -> None:
    # A and B are together by right, C wrongly; D is apart from its like.
    result = score([1, 1, 1, 2, 3], ["x", "x", "y", "y", None])
    assert (result.right, result.together, result.of_one_cause) == (1, 3, 2)
    assert (result.precision, result.recall) == (1 / 3, 1 / 2)


def test_no_machine_is_in_the_corpus() -> None:
    places = re.compile(r"/(?:root|work|home|Users)/|hostname=\"(?!localhost)|triage-corpus-")
    seen = 0
    for path in CORPUS.glob("*.xml.gz"):
        text = gzip.decompress(path.read_bytes()).decode()
        assert not places.search(text), path.name
        seen += 1
    assert seen >= 60
    assert sum(path.stat().st_size for path in CORPUS.iterdir()) < 3_000_000


def test_a_machine_would_be_found() -> None:
    assert re.search(r"/(?:root|work|home|Users)/", "/home/me/spam.py")


def document(*failing: tuple[str, str]) -> ET.Element:
    root = ET.Element("testsuite")
    for name, text in failing:
        case = ET.SubElement(root, "testcase", classname="tests.test_a", name=name)
        ET.SubElement(case, "failure").text = text
    return root


def test_labels_come_from_the_runs_of_single_mutations() -> None:
    one = texts(document(("a", "E   x 1"), ("both", "E   x 1"), ("unlike", "E   x")))
    two = texts(
        document(("b", "E   y"), ("both", "E   x 2"), ("unlike", "E   y"), ("broken", "E   z"))
    )
    run = document(
        *((name, "E   y") for name in ("a", "b", "unlike", "together", "broken")),
        ("both", "E   x 3"),
    )
    labels = label(run, {"one": one, "two": two}, texts(document(("broken", "E   z"))))
    assert labels.names == ("one", "two", "two", None, None, None)
    assert labels.ambiguous == 3


SOURCE = '''"""Module."""


class Egg:
    def boil(self):
        """Boil it."""
        return 1
'''


def test_mutation_is_put_into_the_function(tmp_path: Path) -> None:
    (tmp_path / "egg.py").write_text(SOURCE, encoding="utf-8")
    Mutation("m", "egg.py", "value", "Egg.boil", "if self:\n    return 2").apply(tmp_path)
    program = "from egg import Egg; print(Egg().boil(), Egg.boil.__doc__)"
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout == "2 Boil it.\n"


@pytest.mark.parametrize(
    "mutation",
    [
        Mutation("m", "egg.py", "value", "Egg.fry", "return 2"),
        Mutation("m", "egg.py", "value", "return 3", "return 2", inserted=False),
        Mutation("m", "egg.py", "value", "o", "a", inserted=False),
    ],
)
def test_mutation_that_does_not_fit_is_an_error(tmp_path: Path, mutation: Mutation) -> None:
    (tmp_path / "egg.py").write_text(SOURCE, encoding="utf-8")
    with pytest.raises(MutationError, match=r"^m: "):
        mutation.apply(tmp_path)


def test_mutations_have_names_of_their_own() -> None:
    for project, mutations in MUTATIONS.items():
        assert len({mutation.name for mutation in mutations}) == len(mutations), project
    assert sum(map(len, MUTATIONS.values())) >= 50
    assert len({mutation.kind for mutations in MUTATIONS.values() for mutation in mutations}) >= 10
