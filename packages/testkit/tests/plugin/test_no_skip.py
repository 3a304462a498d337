"""`--strict-no-skip`: every way to skip is a failure, expected failures are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

pytest_plugins = ["pytester"]

SKIPS = """
    import unittest
    import pytest

    @pytest.mark.skip(reason="no eggs")
    def test_marked(): pass

    @pytest.mark.skipif(True, reason="no stove")
    def test_condition(): pass

    def test_called(): pytest.skip("no pan")

    def test_import(): pytest.importorskip("kitchen_that_nobody_has")

    @pytest.fixture
    def salt(): pytest.skip("no salt")

    def test_fixture(salt): pass

    class TestOld(unittest.TestCase):
        def test_old(self): self.skipTest("no spoon")

    def test_part(subtests):
        with subtests.test("part"): pytest.skip("no fork")

    @pytest.mark.xfail(reason="burnt")
    def test_expected(): assert False

    @pytest.mark.xfail(run=False, reason="burning")
    def test_not_run(): pass

    def test_cooked(): pass
"""


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_every_skip_of_a_test_is_a_failure(
    arguments: tuple[str, ...], pytester: pytest.Pytester, probed: Run
) -> None:
    pytester.makepyfile(SKIPS)
    result = probed("--strict-no-skip", *arguments)
    assert result.ret == 1
    outcomes = result.parseoutcomes()
    # What is skipped before a test runs is an error of its preparation; a part fails its test, too.
    assert (outcomes.pop("failed"), outcomes.pop("errors")) == (5, 3)
    assert outcomes == {"passed": 1, "xfailed": 2}
    for reason in (
        "no eggs",
        "no stove",
        "no pan",
        "no salt",
        "no spoon",
        "no fork",
        "kitchen_that_nobody",
    ):
        result.stdout.fnmatch_lines_random([f"*.py:*: *{reason}*"])
    result.stdout.fnmatch_lines(["hint: this run takes no skips (--strict-no-skip)*"])


def test_without_it_they_are_skips(pytester: pytest.Pytester, probed: Run) -> None:
    pytester.makepyfile(SKIPS)
    result = probed()
    assert result.ret == 0
    result.assert_outcomes(passed=2, skipped=6, xfailed=2)


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_module_that_skips_itself_is_a_failure(
    arguments: tuple[str, ...],
    pytester: pytest.Pytester,
    probed: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CODEANATOMY_NO_SKIP", "1")
    pytester.makepyfile(
        test_import="import pytest\npytest.importorskip('kitchen_that_nobody_has')",
        test_whole="import pytest\npytest.skip('no kitchen', allow_module_level=True)",
        test_fine="def test_fine(): pass",
    )
    result = probed(*arguments)
    assert result.ret != 0
    assert result.parseoutcomes()["errors"] == 2
    result.stdout.fnmatch_lines_random(["*no kitchen*", "*kitchen_that_nobody_has*"])


def test_variable_that_says_no_is_none(
    pytester: pytest.Pytester, probed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEANATOMY_NO_SKIP", "0")
    pytester.makepyfile("import pytest\ndef test_called(): pytest.skip('no pan')")
    probed().assert_outcomes(skipped=1)
