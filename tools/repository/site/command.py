"""The command line of `tools/docs`."""

from __future__ import annotations

import argparse
import http.server
import shutil
import subprocess
import sys
import webbrowser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from repository.root import ROOT, script

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILD = ROOT / "build" / "docs"
MISSING = "the tools are not installed. hint: python3 tools/test --only tools"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when the site was built, 2 when Sphinx is not installed, otherwise the exit code of
        Sphinx, which ends with 1 where it has anything to complain about.
    """
    options = parser().parse_args(arguments)
    output: Path = options.output.resolve()
    if not Path(script("sphinx-build")).exists():
        print(MISSING, file=sys.stderr)
        return 2
    site = output / "html"
    if code := build(site, output):
        return code
    pages = sum(1 for _ in site.rglob("*.html"))
    print(f"{pages} pages are in {site}")
    if options.open:
        serve(site)
    return 0


def build(site: Path, work: Path) -> int:
    """Build the site; every warning is an error.

    Args:
        site: Where it is written.
        work: Where the pages are copied to, and what is read of them is kept.

    Returns:
        The exit code of Sphinx.
    """
    # The reference is written beside the pages: in a copy, so that the clone stays as it is and
    # two builds do not meet.
    tree = work / "tree"
    if tree.exists():
        shutil.rmtree(tree)
    shutil.copytree(ROOT / "docs", tree / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("packages", "tools"):
        (tree / folder).symlink_to(ROOT / folder)
    # Pages that Sphinx remembers do not repeat their warnings: it reads all anew.
    flags = ["--fail-on-warning", "--fresh-env", "--quiet", "--jobs", "auto"]
    command = [script("sphinx-build"), *flags, "--doctree-dir", str(work / "doctrees")]
    return subprocess.run([*command, "docs", str(site)], cwd=tree, check=False).returncode


def serve(site: Path) -> None:
    """Show the site in the browser of this computer, until Ctrl-C.

    Args:
        site: The built site.
    """
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"{address} until Ctrl-C", flush=True)
        webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/docs",
        description="Build the documentation as a site. Every warning is an error.",
        epilog="Exit codes: 0 built, 1 something is wrong with a page, 2 Sphinx is not installed.",
    )
    result.add_argument(
        "--open", action="store_true", help="serve the site on this computer and show it"
    )
    result.add_argument(
        "--output",
        type=Path,
        default=BUILD,
        help="the directory to write to, by default `build/docs` in this clone",
    )
    return result
