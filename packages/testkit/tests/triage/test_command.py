"""The command in processes of its own: formats, exit codes, comparisons."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from codeanatomy_testkit.triage.diff import compare_files
from codeanatomy_testkit.triage.records import Difference, Report
from codeanatomy_testkit.triage.render.markdown import code
from codeanatomy_testkit.triage.run import triage

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Kitchen

    Command = Callable[..., subprocess.CompletedProcess[str]]

SCHEMAS = Path(__file__).with_name("schemas.json")


def test_table(triage_command: Command, results: Path) -> None:
    result = triage_command(results / "junit.xml", "--root", results)
    assert result.returncode == 1, result.stderr
    assert result.stdout.startswith("15 failures of")
    assert "kitchen.py:3 in weigh" in result.stdout
    assert "follows from" in result.stdout
    assert "\x1b" not in result.stdout


def test_json_has_the_schema(triage_command: Command, results: Path) -> None:
    result = triage_command(results / "junit.xml", "--format", "json")
    report = msgspec.json.decode(result.stdout, type=Report)
    assert report.schema == "codeanatomy.triage/1"
    assert report == triage([results / "junit.xml"])


def test_schema_is_the_golden_one() -> None:
    _, components = msgspec.json.schema_components([Report, Difference])
    # What a docstring says is no part of the contract.
    for component in components.values():
        component.pop("description", None)
    text = json.dumps(components, indent=2, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        SCHEMAS.write_text(text, encoding="utf-8")
    assert text == SCHEMAS.read_text(encoding="utf-8")


def test_markdown_is_a_plan(triage_command: Command, results: Path) -> None:
    plan = triage_command(results / "junit.xml", "--root", results, "--format", "markdown").stdout
    headings = re.findall(r"^(#+ .*)$", plan, re.MULTILINE)
    assert headings[0] == "# Failure Remediation Plan"
    assert "## 1) Failure Review" in headings
    report = triage([results / "junit.xml"], root=str(results))
    causes = [cluster for cluster in report.clusters if cluster.role == "cause"]
    assert len(causes) > 3
    for number, cluster in enumerate(causes, 1):
        assert any(heading.startswith(f"### Cluster {cluster.label}: ") for heading in headings)
        assert any(heading.startswith(f"### Scope {number}: ") for heading in headings)
    assert plan.count("- [ ] Correct it") == len(causes)


@pytest.mark.parametrize("text", ["plain", "a `b`", "``", "a\nb", "`` ` ```"])
def test_code_in_markdown_cannot_be_left(text: str) -> None:
    written = code(text)
    fence = re.match("`+", written)
    assert fence is not None
    inner = written[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)


def test_output_goes_to_a_file(triage_command: Command, results: Path, tmp_path: Path) -> None:
    for form in ("table", "json", "markdown", "html"):
        target = tmp_path / form
        result = triage_command(results / "junit.xml", "--format", form, "--output", target)
        assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
        assert "AttributeError" in target.read_text(encoding="utf-8")
    result = triage_command(results / "junit.xml", "--output", tmp_path)
    assert result.returncode == 2
    assert "cannot be written" in result.stderr


def test_nothing_failed(triage_command: Command, tmp_path: Path) -> None:
    path = tmp_path / "green.xml"
    path.write_text("<testsuite><testcase name='t'/></testsuite>", encoding="utf-8")
    for form in ("table", "json", "markdown", "html"):
        assert triage_command(path, "--format", form).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a.xml", "--diff", "a.xml", "b.xml"),
        ("--diff", "a.xml", "b.xml", "--format", "html"),
        ("--diff", "a.xml", "b.xml", "--previous", "c.xml"),
        ("a.xml", "--format", "yaml"),
        ("missing.xml",),
    ],
)
def test_wrong_usage(triage_command: Command, arguments: tuple[str, ...]) -> None:
    result = triage_command(*arguments)
    assert result.returncode == 2
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_reader_that_goes_away(results: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "codeanatomy_testkit",
        "triage",
        str(results / "junit.xml"),
        "--format",
        "json",
    ]
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (141, "")


def test_help_loads_little() -> None:
    program = (
        "import sys\nfrom codeanatomy_testkit.cli import main\n"
        "try: main(['triage', '--help'])\nexcept SystemExit: pass\n"
        "print({'msgspec', 'rich', 'pytest', 'codeanatomy', 'datafusion'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.endswith("set()\n")


def mend(kitchen: Kitchen) -> None:
    """Correct one cause, break a test anew, and let one fail for another reason."""
    library = (kitchen.root / "kitchen.py").read_text(encoding="utf-8")
    kitchen.write("kitchen.py", library.replace("return egg.grams", "return 1"))
    tests = (kitchen.root / "test_eggs.py").read_text(encoding="utf-8")
    tests = tests.replace(
        "def test_nothing_wrong():\n    pass", "def test_nothing_wrong():\n    [][1]"
    )
    kitchen.write(
        "test_eggs.py",
        tests.replace("def test_spice(pepper):\n    pass", "def test_spice():\n    {}['pepper']"),
    )
    (kitchen.root / "test_bowl.py").unlink()


def test_comparison(kitchen: Kitchen, triage_command: Command) -> None:
    old = kitchen.junit("old.xml")
    mend(kitchen)
    new = kitchen.junit("new.xml")
    found = compare_files(old, new)
    assert [test.partition("::")[2] for test in found.fixed] == [
        "test_boil[1]",
        "test_boil[2]",
        "test_boil[3]",
        "test_pack",
    ]
    assert found.broken == ("test_eggs::test_nothing_wrong",)
    assert [entry.test for entry in found.moved] == ["test_eggs::test_spice"]
    assert found.gone == ("test_bowl",)
    assert "test_whisk" in found.failing
    changes = {(change.type, change.change) for change in found.clusters}
    assert {("AttributeError", "gone"), ("IndexError", "new"), ("ImportError", "stays")} <= changes
    result = triage_command("--diff", old, new)
    assert result.returncode == 1
    assert "fixed: 4" in result.stdout
    assert triage_command("--diff", old, old).returncode == 0
    for form in ("json", "markdown"):
        assert triage_command("--diff", old, new, "--format", form).returncode == 1


def test_reports_compare_like_the_results(kitchen: Kitchen, triage_command: Command) -> None:
    old = kitchen.junit("old.xml")
    mend(kitchen)
    new = kitchen.junit("new.xml")
    saved = kitchen.root / "old.json"
    triage_command(old, "--format", "json", "--output", saved)
    assert msgspec.structs.replace(compare_files(saved, new), old=("old.xml",)) == compare_files(
        old, new
    )


def test_first_seen_is_carried_on(kitchen: Kitchen, triage_command: Command) -> None:
    first = kitchen.junit("monday.xml")
    monday, tuesday = kitchen.root / "monday.json", kitchen.root / "tuesday.json"
    triage_command(first, "--format", "json", "--output", monday)
    mend(kitchen)
    second = kitchen.junit("tuesday.xml")
    triage_command(second, "--previous", monday, "--format", "json", "--output", tuesday)
    kitchen.junit("wednesday.xml")
    result = triage_command(
        kitchen.root / "wednesday.xml", "--previous", tuesday, "--format", "json"
    )
    report = msgspec.json.decode(result.stdout, type=Report)
    seen = {cluster.type: (cluster.first_seen, cluster.known) for cluster in report.clusters}
    assert seen["ImportError"] == ("monday.xml", True)
    assert seen["IndexError"] == ("tuesday.xml", True)


@pytest.mark.parametrize(
    "change", [{"algorithm": 99}, {"schema": "codeanatomy.triage/9"}, {"totals": 3}]
)
def test_report_of_another_version_is_refused(
    triage_command: Command, results: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    saved = tmp_path / "report.json"
    triage_command(results / "junit.xml", "--format", "json", "--output", saved)
    saved.write_text(
        json.dumps({**json.loads(saved.read_text("utf-8")), **change}), encoding="utf-8"
    )
    result = triage_command(results / "junit.xml", "--previous", saved)
    assert result.returncode == 2
    assert "hint: " in result.stderr
