"""The steps of `tools/test` in their order: what needs no engine comes before it is compiled."""

from __future__ import annotations

from repository.root import ENGINE, script
from repository.step import Step

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
        Step("format", "Python is formatted", (script("ruff"), "format", "--check", ".")),
        Step("lint", "Python lints clean", (script("ruff"), "check", ".")),
        Step(
            "patterns",
            "no code catches the engine's ImportError",
            (script("ast-grep"), "scan", "--config", PATTERNS, "--error", "packages", "tools"),
        ),
        Step(
            "patterns-test",
            "the pattern rules match what they should",
            (script("ast-grep"), "test", "--config", PATTERNS, "--skip-snapshot-tests"),
        ),
        Step(
            "forbidden",
            "nothing that tools/forbidden.toml lists is back",
            (script("python"), "tools/cq", "forbidden"),
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
        ),
        Step(
            "docs",
            "the site builds from the pages without a warning",
            (script("python"), "tools/docs"),
        ),
        Step("types", "basedpyright, strict", (script("basedpyright"),)),
        Step("types-pyrefly", "pyrefly, strict", (script("pyrefly"), "check")),
        Step("imports", "layers, native gate, bans", (script("lint-imports"), "--no-cache")),
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
        ),
        Step("test", "every Python test", (script("pytest"), "-n", "auto")),
        Step(
            "doctest",
            "every example of the pages and docstrings runs and says what it gives",
            (script("python"), "tools/examples"),
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
        ),
    ]
