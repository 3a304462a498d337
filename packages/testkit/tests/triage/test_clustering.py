"""What is one cause and what is not, on failures made for the purpose and on a real run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from codeanatomy_testkit.triage.build import build_report
from codeanatomy_testkit.triage.evidence import Failure, Frame, Raised
from codeanatomy_testkit.triage.explain import explain
from codeanatomy_testkit.triage.fingerprint import ALGORITHM, sign
from codeanatomy_testkit.triage.groups import Groups
from codeanatomy_testkit.triage.reading.tally import Tally
from codeanatomy_testkit.triage.run import triage
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    from codeanatomy_testkit.triage.records import Report


def failed(test: str, kind: str, message: str, *frames: Frame, phase: str = "call") -> Failure:
    module = test.partition("::")[0]
    return Failure(test, module, phase, (Raised(kind, message, frames),))  # type: ignore[arg-type]


def report_of(*failures: Failure) -> Report:
    groups = Groups()
    for failure in failures:
        groups.add(failure)
    return build_report(groups, Tally(), ["run"])


WEIGH = Frame("src/kitchen.py", 3, "weigh", "return egg.grams")


def test_fingerprint_is_pinned() -> None:
    # A change of this value is a new version of the algorithm.
    failure = failed(
        "tests/test_egg.py::test_boil[1]", "ValueError", "egg 3 of 'box' is bad", WEIGH
    )
    assert (ALGORITHM, sign(failure).digest()) == (1, "69e72aa396274b8d")


def test_line_numbers_and_values_do_not_matter() -> None:
    moved = Frame("src/kitchen.py", 99, "weigh")
    one = failed("test_a::test_x", "ValueError", "egg 3 is bad", WEIGH)
    other = failed("test_b::test_y", "ValueError", "egg 4 is bad", moved)
    assert sign(one).digest() == sign(other).digest()


def test_missing_name_is_one_cause_wherever_it_is_missed() -> None:
    failures = [
        failed(
            f"test_{n}::test_it",
            "AttributeError",
            "module 'kitchen' has no attribute 'whisk'",
            Frame(f"src/part{n}.py", n + 1, f"step{n}"),
        )
        for n in range(5)
    ]
    other = failed(
        "test_9::test_it", "AttributeError", "module 'kitchen' has no attribute 'bake'", WEIGH
    )
    assert [cluster.size for cluster in report_of(*failures, other).clusters] == [5, 1]


def test_one_place_with_other_words_is_another_cause() -> None:
    one = failed("test_a::test_x", "ValueError", "the oven is far too cold today", WEIGH)
    other = failed(
        "test_b::test_y",
        "ValueError",
        "no salt left in any cupboard",
        Frame("src/kitchen.py", 50, "weigh"),
    )
    assert len(report_of(one, other).clusters) == 2


def test_library_frames_are_no_origin() -> None:
    inside = Frame("/usr/lib/python3.12/json/decoder.py", 355, "raw_decode")
    (cluster,) = report_of(
        failed("test_a::test_x", "JSONDecodeError", "Expecting value", WEIGH, inside)
    ).clusters
    assert str(cluster.origin) == "src/kitchen.py:3 in weigh"


def test_fan_out_is_what_all_failures_passed() -> None:
    def through(name: str) -> tuple[Frame, ...]:
        return (
            Frame("tests/test_a.py", 1, f"test_{name}"),
            Frame("src/kitchen.py", 9, name),
            Frame("src/kitchen.py", 5, "boil"),
            WEIGH,
        )

    failures = [
        failed(f"tests/test_a.py::test_{name}", "KeyError", "'grams'", *through(name))
        for name in ("fry", "bake")
    ]
    (cluster,) = report_of(*failures).clusters
    assert cluster.fan_out == ("boil()", "weigh()")


def test_swallowed_exception_belongs_to_the_one_that_was_raised() -> None:
    raised = failed(
        "test_a::test_x", "AttributeError", "'Egg' object has no attribute 'grams'", WEIGH
    )
    told = (
        "assert 1 == 0\n +  where 1 = "
        "<Result AttributeError(\"'Egg' object has no attribute 'grams'\")>.exit_code"
    )
    met = failed(
        "test_b::test_command", "AssertionError", told, Frame("tests/test_b.py", 4, "test_command")
    )
    (cluster,) = report_of(raised, met).clusters
    assert cluster.reasons == {"the same exception within": 1}


def test_set_up_that_failed_is_told_from_what_followed() -> None:
    setup = [
        failed(
            f"tests/test_db.py::test_{n}",
            "OSError",
            "no socket",
            Frame("tests/conftest.py", 3, "database"),
            phase="setup",
        )
        for n in range(3)
    ]
    follows = failed(
        "tests/test_db.py::test_late",
        "KeyError",
        "'rows'",
        Frame("tests/test_db.py", 9, "test_late", "database.rows()"),
    )
    alone = failed(
        "tests/test_other.py::test_sum",
        "ZeroDivisionError",
        "division by zero",
        Frame("src/total.py", 2, "mean", "a / 0"),
    )
    report = report_of(*setup, follows, alone)
    roles = {cluster.type: (cluster.role, cluster.cascade_of) for cluster in report.clusters}
    assert roles["OSError"] == ("cause", None)
    assert roles["KeyError"] == ("cascade", report.clusters[0].label)
    assert roles["ZeroDivisionError"][1] is None
    assert report.explanation.clusters[0] == "A"


def test_use_before_the_set_up_failed_is_no_cascade() -> None:
    before = failed(
        "tests/test_db.py::test_early",
        "KeyError",
        "'rows'",
        Frame("tests/test_db.py", 9, "test_early", "database.rows()"),
    )
    setup = [
        failed(
            f"tests/test_db.py::test_{n}",
            "OSError",
            "no socket",
            Frame("tests/conftest.py", 3, "database"),
            phase="setup",
        )
        for n in range(3)
    ]
    assert {
        cluster.role for cluster in report_of(before, *setup).clusters if cluster.type == "KeyError"
    } <= {"cause", "edge"}


def test_clusters_of_a_real_run(results: Path) -> None:
    report = triage([results / "junit.xml"], root=str(results))
    found = {cluster.type: cluster for cluster in report.clusters}
    assert found["AttributeError"].size == 4, "boiling and packing both weigh"
    assert found["AttributeError"].fan_out == ("weigh()",)
    assert found["FileNotFoundError"].phases == {"setup": 4}
    assert found["ImportError"].size == 2
    assert found["FixtureLookupError"].message == "fixture 'pepper' not found"
    assert found["ZeroDivisionError"].role == "cascade"
    stove = report.cluster(found["ZeroDivisionError"].cascade_of or "")
    assert "test_eggs::test_stove" in stove.tests
    prices = [
        cluster for cluster in report.clusters if any("price" in test for test in cluster.tests)
    ]
    assert [len(cluster.tests) for cluster in prices] == [2], "one wrong constant"
    assert sum(cluster.size for cluster in report.clusters) == report.totals.failures
    assert sum(cluster.share for cluster in report.clusters) == pytest.approx(1, abs=0.01)


def test_same_input_gives_the_same_report(results: Path) -> None:
    assert triage([results / "junit.xml"]) == triage([results / "junit.xml"])


@given(st.lists(st.frozensets(st.integers(0, 30).map(str), min_size=1), min_size=1, max_size=8))
def test_explanation_covers_enough_and_wastes_nothing(sets: list[frozenset[str]]) -> None:
    covered = dict(enumerate(sets))
    everything = {test for tests in sets for test in tests}
    chosen = explain(covered, len(everything))
    reached = {test for number in chosen for test in covered[number]}
    assert len(reached) >= 0.95 * len(everything)
    assert len(set(chosen)) == len(chosen)
    gains: list[int] = []
    seen: frozenset[str] = frozenset()
    for number in chosen:
        gains.append(len(covered[number] - seen))
        seen |= covered[number]
    assert gains == sorted(gains, reverse=True)
    assert all(gains)


def test_explanation_leaves_the_last_few_out() -> None:
    sets = {
        0: frozenset(map(str, range(97))),
        1: frozenset({"x"}),
        2: frozenset({"y"}),
        3: frozenset({"z"}),
    }
    assert explain(sets, 100) == [0]


def test_common_message_in_two_places_is_two_causes() -> None:
    said = "list index out of range"
    failures = [
        failed(f"test_{name}::test_it", "IndexError", said, Frame(f"src/{name}.py", 3, name))
        for name in ("boil", "fry")
    ]
    assert len(report_of(*failures).clusters) == 2


def test_test_function_does_not_bridge_places() -> None:
    failures = [
        failed(f"tests/test_egg.py::test_all[{name}]", kind, said, Frame(f"src/{name}.py", 3, name))
        for name, kind, said in (
            ("boil", "ValueError", "the water is cold"),
            ("fry", "KeyError", "'oil'"),
        )
    ]
    seen = Frame("tests/test_egg.py", 9, "test_all", "assert egg.done")
    noticed = failed("tests/test_egg.py::test_all[c]", "AssertionError", "assert False", seen)
    assert len(report_of(*failures, noticed).clusters) == 3


def noticed(test: str, message: str) -> Failure:
    seen = Frame(f"{test.partition('::')[0]}.py", 9, test.partition("::")[2], "assert menu == text")
    return failed(test, "AssertionError", message, seen)


def test_one_lost_text_is_one_cause_wherever_it_is_missed() -> None:
    (cluster,) = report_of(
        noticed("tests.test_egg::test_boil", "assert 'hot egg' == 'hot, egg'"),
        noticed("tests.test_pan::test_wash", "assert 'Sunday Monday' == 'Sunday, Monday'"),
        noticed("tests.test_pan::test_dry", "assert 'pan; lid' == 'pan; lid, knob'"),
    ).clusters[:1]
    assert cluster.size == 1, "a comma alone is in every second text"
    (joined,) = report_of(
        noticed("tests.test_egg::test_boil", "assert 'hot egg' == 'hot & egg'"),
        noticed(
            "tests.test_pan::test_wash",
            "assert 'Sunday...' == 'Sunday...'\n\n  - Sunday & Monday\n  + Sunday Monday",
        ),
    ).clusters
    assert joined.reasons == {"the same clues": 1}


def test_other_numbers_and_other_words_are_other_causes() -> None:
    for first, second in (
        ("assert 3 == 4", "assert 7 == 8"),
        ("assert 'salt' == 'pepper'", "assert 'lid' == 'knob'"),
    ):
        report = report_of(
            noticed("tests.test_egg::test_boil", first),
            noticed("tests.test_pan::test_wash", second),
        )
        assert len(report.clusters) == 2, first


def test_nothing_that_came_is_one_cause_whether_compared_or_used() -> None:
    (cluster,) = report_of(
        noticed("tests.test_egg::test_boil", "assert None == 'hot'"),
        failed(
            "tests.test_egg::test_peel",
            "TypeError",
            "'NoneType' object is not iterable",
            Frame("tests/test_egg.py", 20, "test_peel", "for shell in peel(egg):"),
        ),
        noticed(
            "tests.test_egg::test_crack", "assert False\n +  where False = isinstance(None, Egg)"
        ),
    ).clusters
    assert cluster.reasons == {"the same clues": 2}


def raised_in(place: str, kind: str, message: str, path: str = "src/kitchen.py") -> Failure:
    return failed(
        f"tests.test_{place}::test_{place}", kind, message, Frame(path, len(place), place)
    )


def test_own_exception_of_one_file_is_one_cause() -> None:
    cold = raised_in("boil", "ColdStoveError", "the water has no heat")
    gone = raised_in("toast", "ColdStoveError", "nothing burns below bread")
    (cluster,) = report_of(cold, gone).clusters
    assert cluster.reasons == {"the same kind of exception": 1}
    elsewhere = raised_in("toast", "ColdStoveError", "nothing burns below bread", "src/oven.py")
    assert len(report_of(cold, elsewhere).clusters) == 2
    same_words = raised_in("grill", "ColdStoveError", "the water has no heat", "src/oven.py")
    assert len(report_of(cold, same_words).clusters) == 1


def test_exception_of_everybody_in_one_file_is_not_one_cause() -> None:
    cold = raised_in("boil", "ValueError", "the water has no heat")
    gone = raised_in("toast", "ValueError", "nothing burns below bread")
    assert len(report_of(cold, gone).clusters) == 2


@pytest.mark.parametrize(("raised", "causes"), [(3, 1), (2, 2)])
def test_what_few_parameters_notice_is_what_most_raise(raised: int, causes: int) -> None:
    name = "tests.test_egg::test_all"
    failures = [
        failed(f"{name}[{number}]", "ValueError", "the water is cold", WEIGH)
        for number in range(raised)
    ]
    failures += [noticed(f"{name}[{letter}]", "assert 'soft' == 'hard'") for letter in "ab"]
    assert len(report_of(*failures).clusters) == causes


@pytest.mark.parametrize(
    ("owner", "causes"), [("TestBoiling", 1), ("TestWashing", 2)], ids=["one class", "two classes"]
)
def test_one_wrong_value_is_one_cause_within_a_class(owner: str, causes: int) -> None:
    one, other = (
        failed(
            f"tests.test_kitchen.{where}::{name}",
            "AssertionError",
            said,
            Frame("tests/test_kitchen.py", 9, name),
        )
        for where, name, said in (
            ("TestBoiling", "test_soft", "0 != 3"),
            (owner, "test_dry", "0 != 7"),
        )
    )
    assert len(report_of(one, other).clusters) == causes
