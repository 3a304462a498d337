"""The steps of the gate in their order: what needs no engine comes before it is compiled."""

from __future__ import annotations

from repository.root import ENGINE, script
from repository.step import Seen, Step

PATTERNS = "tools/patterns/sgconfig.yml"


def tools(uv: str) -> Step:
    """Return the step that installs what needs no compiler.

    Args:
        uv: The program to run.
    """
    command = (uv, "sync", "--locked", "--all-packages", "--no-install-workspace", "--inexact")
    return Step("tools", "every tool and dependency, as uv.lock says", command)


def install(uv: str) -> Step:
    """Return the step that installs the three packages, the engine in the dev profile.

    Args:
        uv: The program to run.
    """
    command = (uv, "sync", "--locked", "--all-packages")
    return Step("install", "the packages; compiles the engine if its sources changed", command)


def static_gates() -> list[Step]:
    """Return the gates that only read sources and take seconds."""
    return [
        Step(
            "format",
            "Python is formatted",
            (script("ruff"), "format", "--check", "."),
            seen=Seen(r"(\d+) files? already formatted", "files"),
        ),
        Step("lint", "Python lints clean", (script("ruff"), "check", ".")),
        Step(
            "patterns",
            "no code catches the engine's ImportError",
            (
                script("ast-grep"),
                "scan",
                "--config",
                PATTERNS,
                "--error",
                "--inspect",
                "summary",
                "packages",
                "tools",
            ),
            seen=Seen(r"scannedFileCount=(\d+)", "files"),
        ),
        Step(
            "patterns-test",
            "the pattern rules match what they should",
            (script("ast-grep"), "test", "--config", PATTERNS, "--skip-snapshot-tests"),
            seen=Seen(r"(\d+) passed", "rules"),
        ),
        Step(
            "forbidden",
            "nothing that tools/forbidden.toml lists is back",
            (script("python"), "tools/cq", "forbidden"),
            seen=Seen(r"in up to (\d+) files", "files"),
        ),
        Step(
            "releases",
            "the packages' versions agree, and their news is well-formed",
            (script("python"), "tools/releases"),
            seen=Seen(r"(\d+) files read", "files"),
        ),
        Step("rust-format", "Rust is formatted", ("cargo", "fmt", "--all", "--check"), ENGINE),
    ]


def gates() -> list[Step]:
    """Return the gates that need the packages installed."""
    return [
        Step(
            "functions",
            "the pages and accessors of the functions say what the engine says",
            (script("python"), "tools/functions", "--check"),
            seen=Seen(r"(\d+) files are current", "files"),
        ),
        Step(
            "types",
            "basedpyright, strict",
            (script("basedpyright"), "--stats"),
            seen=Seen(r"Total files checked: (\d+)", "files"),
        ),
        Step(
            "types-pyrefly",
            "pyrefly, strict",
            (script("pyrefly"), "check", "--summary"),
            seen=Seen(r"(\d+) modules", "modules"),
        ),
        Step(
            "imports",
            "layers, native gate, bans",
            (script("lint-imports"), "--no-cache"),
            seen=Seen(r"Analyzed (\d+) files", "files"),
        ),
        Step(
            "docs",
            "the site builds from the pages without a warning",
            (script("python"), "tools/docs"),
            seen=Seen(r"(\d+) pages are in", "pages"),
        ),
        Step(
            "clippy",
            "Rust lints clean",
            ("cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"),
            ENGINE,
        ),
        Step(
            "rust-test",
            "tests and documentation examples of the Rust crates",
            ("cargo", "test", "--workspace", "--locked"),
            ENGINE,
            Seen(r"(\d+) passed", "tests"),
        ),
        Step(
            "test",
            "every Python test",
            (script("pytest"), "-n", "auto"),
            seen=Seen(r"(\d+) passed", "tests"),
        ),
        Step(
            "doctest",
            "every example of the pages and docstrings runs and says what it gives",
            (script("python"), "tools/examples"),
            seen=Seen(r"(\d+) passed", "examples"),
        ),
        Step(
            "stubs",
            "the engine's stubs agree with the compiled modules",
            (
                script("python"),
                # The debug-profile engine warns when it is imported; a gate that reads names is not
                # misled by its speed.
                "-W",
                "ignore::RuntimeWarning",
                "-m",
                "mypy.stubtest",
                "codeanatomy_engine._engine",
                "codeanatomy_portable._portable",
                "--mypy-config-file",
                "pyproject.toml",
            ),
            seen=Seen(r"no issues found in (\d+) modules", "modules"),
        ),
    ]
