"""What the command line accepts: the one definition of its commands and options.

It uses `argparse` for its start-up time. Beyond the interpreter's own 10 ms, importing `argparse`
takes 6 ms of processor time, `click` 63 ms and `cyclopts` 132 ms, which is due at the first import
of any module of that package. `codeanatomy sql` has 200 ms for everything, and a second, leaner
definition of the same options would drift from the first.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter

from codeanatomy.cli.datasets_options import (
    DATASETS_EXAMPLES,
    DATASETS_HELP,
    add_datasets_options,
)
from codeanatomy.cli.delta_options import DESCRIPTION, EXAMPLES, add_delta_options

USAGE_ERROR = 2
TABLE_ROWS = 100
"""How many rows `codeanatomy sql` shows as a table unless told otherwise."""

BUILD_HELP = """\
Build the code graph of a Python repository as Delta tables.

Files that can't be read, decoded or parsed are recorded in the graph (repo_files.status,
py_diagnostics) and never end a build. The output directory keeps its previous graph until the
new one is complete."""

BUILD_EXAMPLES = """\
examples:
  codeanatomy build . --output graph
  codeanatomy build . --output graph --include 'src/**' --exclude '**/migrations/**'
  codeanatomy build . --output graph --format json | jq .calls"""

SQL_HELP = """\
Query the tables of a graph in SQL.

The query is the SQL argument, or the text of a file (-f), or what stands on stdin."""

SQL_EXAMPLES = """\
examples:
  codeanatomy sql graph "select path, count(*) as calls from py_calls group by path"
  codeanatomy sql graph -f query.sql --format csv --output calls.csv
  echo "show tables" | codeanatomy sql graph

A table on stdout shows 100 rows unless --max-rows says otherwise; other formats show all."""

CONFIG_HELP = """\
Show every setting with its value and where it came from (show), check them (validate), or write a
codeanatomy.toml with every setting as a comment (init).

A setting comes from the first that states it: an environment variable CODEANATOMY_…, the nearest
codeanatomy.toml, [tool.codeanatomy] in the nearest pyproject.toml, the defaults."""

EXIT_CODES = """\
exit codes:
  0 done, 1 something was found to be broken, 2 wrong usage, input or environment,
  3 internal error, 130 stopped by Ctrl-C"""


def parser() -> ArgumentParser:
    """Return the definition of the command line.

    Examples:
        >>> from codeanatomy.cli.parser import parser
        >>> options = parser().parse_args(["sql", "graph", "select 1", "--format", "csv"])
        >>> options.query, options.format
        ('select 1', 'csv')
    """
    result = ArgumentParser(
        prog="codeanatomy",
        description="Python repositories as a code property graph that SQL can query.",
        epilog=EXIT_CODES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument("--version", action="store_true", help="print versions and stop")
    result.set_defaults(debug=False, format="table")
    commands = result.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    build = commands.add_parser(
        "build",
        help="build the code graph of a repository",
        description=BUILD_HELP,
        epilog=BUILD_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_build_options(build)

    sql = commands.add_parser(
        "sql",
        help="query a graph",
        description=SQL_HELP,
        epilog=SQL_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_sql_options(sql)

    config = commands.add_parser(
        "config",
        help="show, check or start the settings",
        description=CONFIG_HELP,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    config.add_argument("action", choices=("show", "validate", "init"), help="what to do")
    config.add_argument(
        "directory",
        metavar="DIR",
        nargs="?",
        default=".",
        help="where the files are looked for, and above it (default: the current directory)",
    )
    datasets = commands.add_parser(
        "datasets",
        help="keep datasets in a file, and see why each is read as it is",
        description=DATASETS_HELP,
        epilog=DATASETS_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    described = add_datasets_options(datasets)
    delta = commands.add_parser(
        "delta",
        help="look at Delta tables and keep them in order",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    deltas = add_delta_options(delta, natural)
    doctor = commands.add_parser(
        "doctor",
        help="say what is wrong with the installation and how to fix it",
        description="Check the installation. Exits with 1 when something is broken.",
        allow_abbrev=False,
    )
    version = commands.add_parser(
        "version",
        help="print versions",
        description="Print the versions of CodeAnatomy, its engine and what the engine is made of.",
        allow_abbrev=False,
    )
    for command in (build, config, *described, *deltas, doctor, version):
        command.add_argument(
            "--format",
            choices=("table", "json"),
            default="table",
            help="what to print on stdout (default: table)",
        )
    for command in (build, sql, config, *described, *deltas, doctor, version):
        command.add_argument(
            "--debug",
            action="store_true",
            help="show the traceback of an error; so does CODEANATOMY_DEBUG=1",
        )
    return result


def add_build_options(build: ArgumentParser) -> None:
    """Add what `build` takes."""
    build.add_argument("repository", metavar="REPO", help="the root directory of the repository")
    build.add_argument(
        "-o", "--output", metavar="DIR", required=True, help="where the graph is written"
    )
    build.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="GLOB",
        help="take only paths that match; may be given several times",
    )
    build.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="GLOB",
        help="leave out paths that match; may be given several times",
    )
    build.add_argument(
        "--threads",
        type=positive,
        metavar="N",
        help="how many threads read files (default: one a core)",
    )
    build.add_argument(
        "--verify",
        action="store_true",
        help="check every invariant of the graph before it is published",
    )
    build.add_argument("--quiet", action="store_true", help="show no progress")


def add_sql_options(sql: ArgumentParser) -> None:
    """Add what `sql` takes."""
    sql.add_argument("directory", metavar="DIR", help="a directory that `build` wrote")
    sql.add_argument("query", metavar="SQL", nargs="?", help="the query")
    sql.add_argument("-f", "--file", metavar="FILE", help="read the query from a file")
    sql.add_argument(
        "--format",
        choices=("table", "json", "ndjson", "csv", "parquet"),
        default="table",
        help="how the rows are written (default: table)",
    )
    sql.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of stdout")
    sql.add_argument(
        "--max-rows",
        type=natural,
        metavar="N",
        help="write at most N rows; 0 means all",
    )


def positive(text: str) -> int:
    """Read a number of at least one."""
    number = natural(text)
    if number == 0:
        raise ArgumentTypeError("0 is not a number of at least 1")
    return number


def natural(text: str) -> int:
    """Read a number of at least zero that fits 32 bits."""
    if not (text.isascii() and text.isdigit()) or int(text) >= 1 << 32:
        raise ArgumentTypeError(f"'{text}' is not a number from 0 to {(1 << 32) - 1}")
    return int(text)
