"""Result files of real pytest runs and of other runners, and files that are broken or hostile."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from codeanatomy_testkit.triage.errors import TriageError
from codeanatomy_testkit.triage.reading.files import read_file
from codeanatomy_testkit.triage.reading.tally import Tally
from codeanatomy_testkit.triage.run import triage

if TYPE_CHECKING:
    from codeanatomy_testkit.triage.evidence import Failure
    from conftest import Kitchen


SAMPLES = Path(__file__).with_name("samples")


def read(path: Path) -> list[Failure]:
    return list(read_file(path, Tally(), f"{path.parent}/"))


def written(directory: Path, text: str | bytes) -> Path:
    path = directory / "result.xml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("name", ["junit.xml", "log.jsonl"])
def test_chain_of_a_real_run(results: Path, name: str) -> None:
    failures = {failure.test.rpartition("::")[2]: failure for failure in read(results / name)}
    boil = failures["test_boil[1]"]
    assert [raised.type for raised in boil.chain] == ["AttributeError", "ValueError"]
    assert boil.cause.type == "AttributeError"
    assert str(boil.cause.frames[-1]) == "kitchen.py:3 in weigh"
    assert boil.cause.frames[-1].statement == "return egg.grams"
    assert failures["test_fry[0]"].phase == "setup"
    assert failures["test_spice"].cause.message == "fixture 'pepper' not found"
    collected = [failure for failure in failures.values() if failure.phase == "collect"]
    assert {failure.cause.type for failure in collected} == {"ImportError"}
    assert len(failures) == len(read(results / name)) - 1, "one test fails in call and teardown"


@pytest.mark.parametrize("style", ["auto", "long", "short", "native"])
def test_styles_say_the_same(kitchen: Kitchen, style: str) -> None:
    report = triage([kitchen.junit("styled.xml", f"--tb={style}")], root=str(kitchen.root))
    found = {
        (cluster.type, cluster.size, cluster.origin and cluster.origin.function)
        for cluster in report.clusters
    }
    assert ("AttributeError", 4, "weigh") in found
    assert ("FileNotFoundError", 4, "pan") in found
    assert ("ImportError", 2, None) in {(kind, size, None) for kind, size, _ in found}


def test_native_traceback_keeps_the_marks_of_a_difference(tmp_path: Path) -> None:
    traceback = """Traceback (most recent call last):
  File "tests/test_egg.py", line 3, in test_boil
    assert boil() == "hot egg"
AssertionError: assert 'egg' == 'hot egg'

  - hot egg
  ? ----
  + egg
"""
    (failure,) = read(
        written(
            tmp_path,
            "<testsuite><testcase classname='tests.test_egg' name='test_boil'>"
            f"<failure>{traceback}</failure></testcase></testsuite>",
        )
    )
    assert failure.cause.message.splitlines()[-3:] == ["- hot egg", "? ----", "+ egg"]
    assert failure.cause.frames[-1].function == "test_boil"


def test_both_formats_give_the_same_clusters(results: Path) -> None:
    one, other = (
        triage([results / name], root=str(results)) for name in ("junit.xml", "log.jsonl")
    )
    assert [cluster.fingerprints for cluster in one.clusters] == [
        cluster.fingerprints for cluster in other.clusters
    ]
    assert one.totals.failures == other.totals.failures == 15
    assert (one.totals.passed, one.totals.skipped) == (1, 1)
    assert (other.totals.passed, other.totals.skipped) == (1, 1)


def test_zipped_file_is_the_same(results: Path, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml.gz"
    path.write_bytes(gzip.compress((results / "junit.xml").read_bytes()))
    assert read(path) == read_of(results, tmp_path)


def read_of(results: Path, directory: Path) -> list[Failure]:
    copy = directory / "junit.xml"
    copy.write_bytes((results / "junit.xml").read_bytes())
    return read(copy)


def test_surefire() -> None:
    boils, fries = read(SAMPLES / "surefire.xml")
    assert boils.cause.type == "java.lang.NullPointerException"
    assert str(boils.cause.frames[-1]) == "org/spam/Scale.java:9 in org.spam.Scale.weigh"
    assert fries.cause.message == "expected: <3> but was: <4>"
    report = triage([SAMPLES / "surefire.xml"])
    assert {str(cluster.origin) for cluster in report.clusters} == {
        "org/spam/Scale.java:9 in org.spam.Scale.weigh",
        "org/spam/EggTest.java:20 in org.spam.EggTest.fries",
    }


def test_nextest() -> None:
    (failure,) = read(SAMPLES / "nextest.xml")
    assert failure.cause.type == "panic"
    assert failure.cause.message.startswith("assertion `left == right` failed")
    (cluster,) = triage([SAMPLES / "nextest.xml"]).clusters
    assert str(cluster.origin) == "src/lib.rs:14 in kitchen::boil"


def test_go() -> None:
    boil, fry = read(SAMPLES / "go.xml")
    assert boil.cause.message == "boil(3): got 4 minutes, want 3"
    assert fry.cause.message == "runtime error: index out of range [3] with length 3"
    origins = {str(cluster.origin) for cluster in triage([SAMPLES / "go.xml"]).clusters}
    assert "/home/me/spam/kitchen/egg.go:31 in spam/kitchen.Fry" in origins


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)).replace("&a0;", "&a;")
    + "]><testsuite><testcase name='t'><failure>&a11;</failure></testcase></testsuite>"
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"<testsuites><testsuite><testcase name='t'><failure>x", "truncated XML at line 1"),
        (b"<testsuites></testsuite>", "broken or truncated XML"),
        (b"<html><body/></html>", "its root is <html>"),
        (BOMB.encode(), "declares XML entities"),
        (b"<testsuite><testcase name='\xe9'/></testsuite>", "broken or truncated XML"),
        (b'<?xml version="1.0" encoding="x-klingon"?><testsuite/>', "unknown encoding"),
        (b"plain text", "neither JUnit XML nor a report log"),
        (b'{"$report_type": "TestReport", "nodeid": "t"', "line 1 is no report"),
        (b'{"a": 1}\n', "no line has a $report_type"),
        (b'{"$report_type": 3}\n', "line 1 is no report"),
        (gzip.compress(b"<testsuite/>", mtime=0)[:-9], "gzip stream ends early"),
        (b"\x1f\x8bnonsense that is no gzip", "gzip stream is broken"),
        (gzip.compress(b"", mtime=0), "is empty"),
    ],
)
def test_unusable_file_is_a_clear_error(tmp_path: Path, content: bytes, problem: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(TriageError) as raised:
        triage([path])
    assert str(path) in str(raised.value)
    assert problem in str(raised.value)
    assert "hint: " in str(raised.value)


def test_missing_file_and_directory_are_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xml", tmp_path):
        with pytest.raises(TriageError, match="cannot be read"):
            triage([path])


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_declared_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = (
        f"<?xml version='1.0' encoding='{encoding}'?><testsuite><testcase name='\xe9'>"
        "<failure>E   ValueError: \xfc</failure></testcase></testsuite>"
    )
    (failure,) = read(written(tmp_path, text.encode(encoding)))
    assert (failure.test, failure.cause.message) == ("\xe9", "\xfc")


def test_suite_without_failures(tmp_path: Path) -> None:
    report = triage(
        [written(tmp_path, "<testsuites><testsuite><testcase name='t'/></testsuite></testsuites>")]
    )
    assert (report.totals.tests, report.clusters, report.explanation.share) == (1, (), 1.0)


def test_failure_that_says_nothing(tmp_path: Path) -> None:
    (cluster,) = triage(
        [written(tmp_path, "<testsuite><testcase><failure/></testcase></testsuite>")]
    ).clusters
    assert (cluster.size, cluster.type, cluster.origin) == (1, "Error", None)


def test_one_failure_of_many_megabytes(tmp_path: Path) -> None:
    text = "E   ValueError: spam\n" + "x" * 3_000_000 + "\nspam.py:3: ValueError"
    (failure,) = read(
        written(
            tmp_path,
            f"<testsuite><testcase name='t'><failure>{text}</failure></testcase></testsuite>",
        )
    )
    assert failure.cause.type == "ValueError"
    assert len(failure.cause.message) < 100
