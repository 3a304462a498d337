"""The command line of `tools/cq`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from repository.cq import output
from repository.cq.forbidden import ForbiddenListError, check, read_list
from repository.cq.search import PatternError, Query, search
from repository.root import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

EPILOG = """\
Kinds: definition, import, call, reference (any other code), comment, string, and unparsed in a
file that is not UTF-8 or has syntax errors, which is searched as text.
Findings go to stdout, what was read goes to stderr.
Exit codes: 0 searched, 1 with --expect-zero or `forbidden` something was found, 2 wrong
usage.

Examples:
  tools/cq search connect                       the name, not `reconnect`
  tools/cq search 'no snapshot' --in packages   a text
  tools/cq search --regex 'fn \\w+_json' --lang rust --format summary
  tools/cq search old_name --in packages --expect-zero
"""


class UsageError(Exception):
    """The arguments cannot be followed; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the program's name, by default those of the process.

    Returns:
        0 when it searched, 1 when something was found that must not be there, 2 for wrong usage.
    """
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except (PatternError, ForbiddenListError, UsageError, OSError) as error:
        print(f"tools/cq: {error}", file=sys.stderr)
        return 2


def run_search(options: argparse.Namespace) -> int:
    """Search for one pattern and print what was found."""
    paths: list[Path] = options.paths or [Path()]
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist. hint: give a file or a directory")
    report = search(Query.of(options.pattern, options.mode), paths, options.lang)
    if not report.seen:
        # Having looked at nothing must not pass for having found nothing.
        kind = (options.lang or "Python or Rust").capitalize()
        raise UsageError(
            f"no {kind} sources in {', '.join(map(str, paths))}. hint: --in another path"
        )
    if options.format == "json":
        print(output.as_json(report))
    else:
        if options.format == "table":
            for row in output.rows(report.findings, colours=output.has_colours(sys.stdout)):
                print(row)
        print(output.summary(report))
        print(output.scope(report), file=sys.stderr)
    return 1 if options.expect_zero and report.findings else 0


def run_forbidden(options: argparse.Namespace) -> int:
    """Search for everything that is forbidden and print where it is, why not, and what instead."""
    root: Path = options.root.resolve()
    verdict = check(read_list(options.list or root / "tools" / "forbidden.toml"), root)
    for forbidden, findings in verdict.violations:
        print(f"{forbidden.pattern}: {forbidden.reason}; use {forbidden.instead}")
        for row in output.rows(findings, colours=output.has_colours(sys.stdout)):
            print(f"  {row}")
    print(
        f"{output.counted(verdict.entries, 'forbidden pattern')} searched for"
        f" in up to {output.counted(verdict.files, 'file')}: {len(verdict.violations)} found"
    )
    return 1 if verdict.violations else 0


def parser() -> argparse.ArgumentParser:
    """Return the command line's definition."""
    result = argparse.ArgumentParser(
        prog="tools/cq",
        description="Search Python and Rust sources; say of each match what it is.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = result.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser(
        "search",
        help="search for a name, a text or a regular expression",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.set_defaults(run=run_search)
    one.add_argument(
        "pattern", metavar="PATTERN", help="a name is found as a whole, anything else as text"
    )
    one.add_argument(
        "--in",
        dest="paths",
        action="append",
        type=Path,
        metavar="PATH",
        help="file or directory, by default the current directory; may be given several times",
    )
    mode = one.add_mutually_exclusive_group()
    mode.add_argument(
        "--regex",
        dest="mode",
        action="store_const",
        const="regex",
        help="read the pattern as a regular expression of Python",
    )
    mode.add_argument(
        "--literal",
        dest="mode",
        action="store_const",
        const="literal",
        help="find a name inside longer names as well",
    )
    one.add_argument("--lang", choices=["python", "rust"], help="by default both")
    one.add_argument(
        "--format",
        choices=["table", "json", "summary"],
        default="table",
        help="by default a table; `summary` is one line",
    )
    one.add_argument(
        "--expect-zero", action="store_true", help="fail with exit code 1 if something is found"
    )
    ban = commands.add_parser("forbidden", help="search for all that `tools/forbidden.toml` lists")
    ban.set_defaults(run=run_forbidden)
    ban.add_argument("--root", type=Path, default=ROOT, help="by default this repository")
    ban.add_argument(
        "--list", type=Path, metavar="FILE", help="by default `tools/forbidden.toml` of the root"
    )
    return result
