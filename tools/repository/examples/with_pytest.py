"""How blocks about tests are run: test files, a `conftest.py`, golden SQL, settings of pytest."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from repository.examples.programs import failure

TEST = re.compile(r"^def test_", re.MULTILINE)
FIXTURE = re.compile(r"^@pytest\.fixture", re.MULTILINE)
GOLDEN = re.compile(r"^def test_\w+\([^)]*\bgolden\b", re.MULTILINE)
# The first record of a file of sqllogictest, which no query starts with.
RECORD = re.compile(r"(?:statement|query) ")
SETTINGS = re.compile(r"^\[tool\.pytest\]$", re.MULTILINE)

TESTS = "test_page.py"
GOLDEN_SQL = "page.slt"


def run_tests(text: str) -> str | None:
    """Run a file of tests. Goldens are written by a first run, and compared by a second."""
    Path(TESTS).write_text(text, encoding="utf-8")
    written = pytest(TESTS, "--update-goldens") if GOLDEN.search(text) else None
    return written or pytest(TESTS)


def run_golden_sql(text: str) -> str | None:
    """Run a file of golden SQL."""
    Path(GOLDEN_SQL).write_text(text, encoding="utf-8")
    return pytest(GOLDEN_SQL)


def run_fixtures(text: str) -> str | None:
    """Run the tests of the blocks above with a `conftest.py`."""
    Path("conftest.py").write_text(text, encoding="utf-8")
    above = [name for name in (TESTS, GOLDEN_SQL) if Path(name).exists()]
    return pytest(*above) if above else "no block above has a test that takes the fixture"


def run_settings(text: str) -> str | None:
    """Run a test with the settings of a `pyproject.toml`, which other blocks go without."""
    settings, test = Path("pyproject.toml"), Path("test_settings.py")
    settings.write_text(text, encoding="utf-8")
    test.write_text("def test_settings():\n    pass\n", encoding="utf-8")
    try:
        return pytest("--strict-config", test.name)
    finally:
        settings.unlink()
        test.unlink()


def pytest(*arguments: str) -> str | None:
    """Run pytest with the current directory on its search path, and give what fails."""
    return failure([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments])
