"""The projects that are broken: those of PyPI, taken as source archives, and this repository."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from repository.root import PYTHON, ROOT

# What runs the packages' tests; the repository's run in its own environment.
REQUIREMENTS = (
    "hypothesis==6.170.15",
    "markupsafe==3.0.4",
    "pretend==1.0.9",
    "pytest==9.2.0",
    "pytest-reportlog==1.0.0",
    "pytest-timeout==2.4.0",
    "pytest-xdist==3.8.0",
    "trio==0.35.0",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "target", "*.so", ".*", "crates")


@dataclass(frozen=True)
class Project:
    """Sources with tests that pass.

    Attributes:
        name: Its name on PyPI, or `codeanatomy`.
        version: Of the source archive; empty for this repository.
        sha256: Of the source archive.
        sources: The directories that are put on the import path.
        tests: What pytest is given.
        options: What else it is given: what is slow, or fails unbroken, is left out.
        thinned: Texts of files and what stands for them, where tests go over tens of thousands of
            values: a cause shows in the first hundreds.
    """

    name: str
    version: str
    sha256: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    options: tuple[str, ...] = ()
    thinned: tuple[tuple[str, str, str], ...] = ()

    def prepare(self, directory: Path) -> Path:
        """Put the sources into a directory and return where they are.

        Raises:
            ValueError: If the archive is another one than the corpus was made of.
        """
        target = directory / self.name
        if not self.version:
            for part in ("packages/engine-py", "packages/testkit", "docs", "tools"):
                shutil.copytree(ROOT / part, target / part, ignore=LEFT_OUT)
            shutil.copy(ROOT / "pyproject.toml", target)
            return target
        command = [PYTHON, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-binary", ":all:", "--dest", str(directory)]
        subprocess.run([*command, f"{self.name}=={self.version}"], check=True)
        # A source archive is named as an import is, whatever its project's name.
        stem = f"{self.name.replace('-', '_')}-{self.version}"
        archive = directory / f"{stem}.tar.gz"
        if hashlib.sha256(archive.read_bytes()).hexdigest() != self.sha256:
            raise ValueError(f"{archive.name} is not the archive that the corpus was made of")
        with tarfile.open(archive) as tar:
            tar.extractall(directory, filter="data")
        (directory / stem).rename(target)
        for name, old, new in self.thinned:
            path = target / name
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        return target


PROJECTS = {
    project.name: project
    for project in (
        Project(
            "packaging",
            "25.0",
            "d443872c98d677bf60f6a1f2f8c1cb748e8fe762d2bf9d3148b5599295b0fc4f",
            ("src",),
            ("tests",),
            (),
            (
                (
                    "tests/test_version.py",
                    "class TestVersion:",
                    "VERSIONS = VERSIONS[::8]\n\n\nclass TestVersion:",
                ),
            ),
        ),
        Project(
            "click",
            "8.1.8",
            "ed53c9d8990d83c2a27deae68e4ee337473f6330c040a31d4225c9574d16096a",
            ("src",),
            ("tests",),
            ("-W", "ignore::pytest.PytestRemovedIn10Warning"),
        ),
        Project(
            "attrs",
            "25.3.0",
            "75d7cefc7fb576747b2c81b4442d4d4a1ce0900973527c011d1030fd3bf4af1b",
            ("src",),
            ("tests",),
            (
                "--ignore=tests/test_packaging.py",
                "--ignore=tests/test_mypy.yml",
                "--deselect=tests/test_converters.py::TestPipe::test_wrapped_annotation",
            ),
            (("conftest.py", "suppress_health_check=", "max_examples=5, suppress_health_check="),),
        ),
        Project(
            "jinja2",
            "3.1.6",
            "0137fb05990d35f1275a587e9aee6d56da821fc83491a0fb838183be43f66d6d",
            ("src",),
            ("tests",),
        ),
        Project(
            "more-itertools",
            "10.7.0",
            "9fddd5403be01a94b204faadcff459ec3568cf110265d3c54323e1e866ad29d3",
            (".",),
            ("tests",),
        ),
        Project(
            "codeanatomy",
            "",
            "",
            ("packages/engine-py/src", "packages/testkit/src"),
            tuple(
                f"packages/engine-py/tests/test_{name}.py"
                for name in ("contracts", "cli_config", "user_functions")
            )
            + tuple(f"tools/tests/test_{name}.py" for name in ("layout", "step", "target")),
            (
                "-k",
                "not (program_ends or interrupt or repository_holds or become_records)",
            ),
        ),
    )
}


def directory_of(root: Path, project: Project) -> list[Path]:
    """Return what goes on the import path of a copy."""
    return [Path(root, source) for source in project.sources]
