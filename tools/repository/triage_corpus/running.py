"""Breaks a copy of a project, runs its tests and takes what JUnit XML says, without the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from repository.root import ROOT, SCRIPTS
from repository.triage_corpus.project import directory_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repository.triage_corpus.mutation import Mutation
    from repository.triage_corpus.project import Project

# Everybody's root of a project, an environment and a standard library.
ANYWHERE = {
    "project": "/project",
    "environment": "/environment",
    "python": "/python",
    "repository": "/repository",
}
LIMIT_SECONDS = 240


class NoResultError(Exception):
    """A run ended before pytest wrote its result: what is broken breaks pytest's configuration."""


def run_tests(
    project: Project,
    prepared: Path,
    mutations: Sequence[Mutation],
    options: Sequence[str],
    python: str,
) -> ET.Element:
    """Run a broken copy.

    Args:
        project: What is tested.
        prepared: Its sources, which are copied.
        mutations: What is broken in the copy; nothing gives the run that has to pass.
        options: Further ones for pytest.
        python: The interpreter whose environment has the tests' needs.

    Returns:
        The document that pytest wrote, with failing cases only.

    Raises:
        NoResultError: If it wrote none.
    """
    with tempfile.TemporaryDirectory(prefix="triage-corpus-") as name:
        root = Path(name) / "project"
        shutil.copytree(prepared, root)
        for mutation in mutations:
            mutation.apply(root)
        document = Path(name) / "junit.xml"
        command = [python, "-P", "-m", "pytest", "-p", "no:cacheprovider", "-q"]
        command += ["--continue-on-collection-errors", f"--junitxml={document}"]
        command += [*project.options, *options, *project.tests]
        variables = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, directory_of(root, project))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PATH": os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")]),
        }
        subprocess.run(
            command,
            cwd=root,
            env=variables,
            timeout=LIMIT_SECONDS,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if not document.exists():
            raise NoResultError(
                f"{[mutation.name for mutation in mutations]}: pytest wrote nothing"
            )
        text = document.read_text(encoding="utf-8")
    return failing(ET.fromstring(anywhere(text, root, python)))  # noqa: S314 - written just now


def anywhere(text: str, root: Path, python: str) -> str:
    """Replace the machine's directories by ones that could be anybody's."""
    environment = Path(python).parents[1]
    places = [
        (str(root), ANYWHERE["project"]),
        (str(environment), ANYWHERE["environment"]),
        (str(SCRIPTS.parent), ANYWHERE["environment"]),
        # The native engine of this repository's environment is installed from its sources.
        (str(environment.parent), ANYWHERE["repository"]),
        (str(ROOT), ANYWHERE["repository"]),
        (sys.base_prefix, ANYWHERE["python"]),
        (str(root.parent), "/tmp/tests"),  # noqa: S108 - a name, not a file
    ]
    for place, name in places:
        text = text.replace(place, name)
    # pytest shows files outside the project relative to it.
    outside = r"(?:\.\./)+[^\s:\"',]*?/(?=lib/python3)"
    text = re.sub(outside, f"{ANYWHERE['environment']}/", text)
    text = re.sub(r"/pytest-of-[^/\s]+/", "/pytest-of-user/", text)
    text = re.sub(r'hostname="[^"]*"', 'hostname="localhost"', text)
    return re.sub(r'timestamp="[^"]*"', 'timestamp="2026-01-01T00:00:00+00:00"', text)


def failing(document: ET.Element) -> ET.Element:
    """Drop the cases that did not fail, and what was captured of the others."""
    for suite in document.iter("testsuite"):
        for case in list(suite):
            if not outcomes(case):
                suite.remove(case)
            for child in list(case):
                if child.tag not in {"failure", "error"}:
                    case.remove(child)
    return document


def outcomes(case: ET.Element) -> list[ET.Element]:
    """Return what went wrong in a case."""
    return [child for child in case if child.tag in {"failure", "error"}]
