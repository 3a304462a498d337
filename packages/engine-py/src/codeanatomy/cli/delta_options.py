"""What `codeanatomy delta` accepts: one command an operation."""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

DESCRIPTION = """\
Look at Delta tables and keep them in order.

What rewrites or removes something (optimize, z-order, vacuum, restore, cleanup-log) only tells what
it would do, until --apply is given. LOCATION is a directory, or a URL of an object store, whose
credentials come from the environment."""

EXAMPLES = """\
examples:
  codeanatomy delta history graph/py_calls
  codeanatomy delta vacuum graph/py_calls --retention-hours 240
  codeanatomy delta vacuum graph/py_calls --retention-hours 240 --apply
  codeanatomy delta restore graph/py_calls --version 3 --apply
  codeanatomy delta properties graph/py_calls --set "delta.logRetentionDuration=interval 7 days\""""


def add_delta_options(delta: ArgumentParser, number: Callable[[str], int]) -> list[ArgumentParser]:
    """Add the operations, and return the parser of each.

    Args:
        delta: The parser of `codeanatomy delta`.
        number: Reads a number of at least zero.
    """
    actions = delta.add_subparsers(
        dest="action", metavar="OPERATION", title="operations", required=True
    )

    def action(name: str, text: str, *, applies: bool = False) -> ArgumentParser:
        parser = actions.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        parser.add_argument("location", metavar="LOCATION", help="the table")
        if applies:
            parser.add_argument(
                "--apply", action="store_true", help="do it, instead of telling what it would do"
            )
        parser.add_argument(
            "--storage-option",
            action="append",
            default=[],
            type=pair,
            metavar="NAME=VALUE",
            help="a setting of the object store; may be given several times",
        )
        return parser

    history = action("history", "list the commits, the latest first")
    history.add_argument("--limit", type=number, metavar="N", help="at most N; 0 means all")
    snapshot = action("snapshot", "describe the table: columns, size, properties, protocol")
    files = action("files", "list the data files")
    for looking in (snapshot, files):
        add_version(looking, number)
    optimize = action("optimize", "make few files of many small ones", applies=True)
    z_order = action("z-order", "put rows that are near to each other together", applies=True)
    z_order.add_argument("columns", metavar="COLUMN", nargs="+", help="in which they are near")
    for rewriting in (optimize, z_order):
        rewriting.add_argument(
            "--target-size", type=number, metavar="BYTES", help="the size that files should have"
        )
    vacuum = action("vacuum", "remove files that only old versions need", applies=True)
    vacuum.add_argument(
        "--retention-hours",
        type=number,
        metavar="N",
        help="keep what was removed less than N hours ago (default: the table's own retention)",
    )
    vacuum.add_argument(
        "--no-enforce-retention",
        action="store_true",
        help="allow a shorter retention than the table's; nobody may read old versions or write",
    )
    vacuum.add_argument(
        "--full",
        action="store_true",
        help="also remove files that no commit names, such as those of a killed write",
    )
    restore = action("restore", "make the table what it was at a version", applies=True)
    add_version(restore, number)
    restore.add_argument(
        "--ignore-missing-files",
        action="store_true",
        help="restore also if files are gone, without their rows",
    )
    checkpoint = action("checkpoint", "write the state of the table into one file")
    cleanup = action("cleanup-log", "remove commits older than the log retention", applies=True)
    constraints = action("constraints", "list, add or drop the conditions of rows")
    constraints.add_argument(
        "--add", action="append", default=[], type=pair, metavar="NAME=SQL", help="add one"
    )
    constraints.add_argument("--drop", action="append", default=[], metavar="NAME", help="drop one")
    properties = action("properties", "list or set the properties")
    properties.add_argument(
        "--set", action="append", default=[], type=pair, metavar="NAME=VALUE", help="set one"
    )
    properties.add_argument(
        "--allow-unknown",
        action="store_true",
        help="also set what Delta does not know or understand",
    )
    return [
        history,
        snapshot,
        files,
        optimize,
        z_order,
        vacuum,
        restore,
        checkpoint,
        cleanup,
        constraints,
        properties,
    ]


def add_version(parser: ArgumentParser, number: Callable[[str], int]) -> None:
    """Add which version of the table is meant."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--version", type=number, metavar="N", help="the version of that number")
    chosen.add_argument(
        "--timestamp", metavar="TIME", help="the version at that time, as 2026-01-31T12:00:00Z"
    )


def pair(text: str) -> tuple[str, str]:
    """Read `NAME=VALUE`.

    Examples:
        >>> pair("positive=id >= 0")
        ('positive', 'id >= 0')
    """
    name, equals, value = text.partition("=")
    if not name or not equals:
        # The text may be a secret: it is not repeated.
        raise ArgumentTypeError("it has to be NAME=VALUE")
    return name, value
