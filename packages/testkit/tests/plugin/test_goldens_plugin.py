"""`--update-goldens` and what a run says at its end, on one process and on several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

pytest_plugins = ["pytester"]

TEST = '''
import msgspec

class Egg(msgspec.Struct):
    """{}."""

    grams: int

def test_egg(golden):
    golden.record(Egg, version="1.0.0")

def test_value(golden):
    golden("value", [1, 2])

def test_plan(golden, tmp_path):
    golden.text("text", "one\\ntwo")
'''


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_goldens_are_written_and_kept(
    arguments: tuple[str, ...],
    pytester: pytest.Pytester,
    probed: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile(test_egg=TEST.format("An egg"))
    result = probed(*arguments)
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*there is no golden *", "*run the test with --update-goldens*"])
    result = probed("--update-goldens", *arguments)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*= goldens =*", "wrote *1.0.0*Egg.json", "wrote *text.txt"])
    assert sorted(path.name for path in (pytester.path / "goldens").iterdir()) == [
        "1.0.0",
        "text.txt",
        "value.json",
    ]
    pytester.makepyfile(test_egg=TEST.format("The egg"))
    result = probed(*arguments)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "*= goldens =*",
            "documentation: Egg: changed description",
            "hint: take new descriptions in with --update-goldens",
        ]
    )
    pytester.makepyfile(test_egg=TEST.format("The egg").replace("grams: int", "grams: str"))
    result = probed(*arguments)
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(["*breaking: Egg.grams: changed type: integer is now string*"])


def test_continuous_integration_writes_nothing(
    pytester: pytest.Pytester, probed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(test_egg=TEST.format("An egg"))
    result = probed("--update-goldens")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--update-goldens is refused where CI is set*"])
    assert not (pytester.path / "goldens").exists()


def test_words_are_banned_by_configuration(pytester: pytest.Pytester, probed: Run) -> None:
    pytester.makepyfile(test_egg=TEST.format("An egg of Pandera"))
    pytester.makepyprojecttoml("[tool.pytest]\ngolden_banned_words = ['Pandera']\n")
    result = probed("-k", "test_egg")
    result.stdout.fnmatch_lines(["*description of Egg has the word 'Pandera'*"])
