"""What `codeanatomy datasets` accepts."""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

FILE = "codeanatomy.datasets.json"

DATASETS_HELP = """\
Keep the datasets of a project in a file, and see why each is read as it is.

codeanatomy.datasets.json has `datasets`, a DatasetLocation by name, and may have `scan_policy`, a
ScanPolicyConfig, and `bootstrap`, by name what a ZeroRowDataset states beside its location. What a
dataset states beyond its path is written into the file."""

DATASETS_EXAMPLES = """\
examples:
  codeanatomy datasets register orders data/orders
  codeanatomy datasets register rates rates.csv --file-format csv --read-option delimiter=;
  codeanatomy datasets explain orders --predicate "day = '2026-01-31'"
  codeanatomy datasets validate
  codeanatomy datasets bootstrap --mode seeded_minimal_rows --seed orders
  codeanatomy datasets validate orders --rows
  codeanatomy datasets write orders --from today.parquet
  codeanatomy datasets maintain orders --run"""

FORMATS = ("delta", "parquet", "csv", "json", "arrow", "avro")


def add_datasets_options(datasets: ArgumentParser) -> list[ArgumentParser]:
    """Add the actions, and return the parser of each.

    Args:
        datasets: The parser of `codeanatomy datasets`.
    """
    actions = datasets.add_subparsers(
        dest="action", metavar="ACTION", title="actions", required=True
    )

    def action(name: str, text: str) -> ArgumentParser:
        parser = actions.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        parser.add_argument(
            "--catalog", metavar="FILE", default=FILE, help=f"the file (default: {FILE})"
        )
        return parser

    listed = action("list", "list the datasets")
    explain = action("explain", "say how a dataset is read, and who decided on it")
    explain.add_argument("name", metavar="NAME", help="the dataset")
    explain.add_argument(
        "--predicate", metavar="SQL", help="a condition, to see which files a query would open"
    )
    register = action("register", "open a dataset, and add it to the file")
    register.add_argument("name", metavar="NAME", help="the name that SQL will know it by")
    register.add_argument(
        "path", metavar="PATH", help="a directory, file or URL; a relative path starts at the file"
    )
    register.add_argument(
        "--file-format", choices=FORMATS, default="delta", help="what is there (default: delta)"
    )
    register.add_argument(
        "--read-option",
        metavar="NAME=VALUE",
        type=pair,
        action="append",
        default=[],
        help="an option of CSV or JSON, such as has_header=true; may be repeated",
    )
    register.add_argument("--overwrite", action="store_true", help="replace a dataset of the name")
    validate = action("validate", "open datasets, and say which can't be")
    validate.add_argument("names", metavar="NAME", nargs="*", help="the datasets (default: all)")
    validate.add_argument(
        "--rows", action="store_true", help="check their rows, too, by their contracts and policies"
    )
    write = action("write", "write rows into a dataset, as its contract and policies say")
    write.add_argument("name", metavar="NAME", help="the dataset, a Delta table")
    rows = write.add_mutually_exclusive_group(required=True)
    rows.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="a file with rows: .parquet, .csv, .json with an object a line, or .arrow",
    )
    rows.add_argument(
        "--sql", metavar="QUERY", help="a query, which may read the datasets of the file"
    )
    write.add_argument(
        "--mode",
        choices=("append", "overwrite"),
        default="append",
        help="whether the rows that are there stay (default: append)",
    )
    write.add_argument(
        "--on-violation",
        choices=("refuse", "report", "drop"),
        default="refuse",
        help="write nothing, all rows, or those that violate no rule (default: refuse)",
    )
    maintain = action("maintain", "say what the maintenance policy of a dataset makes due")
    maintain.add_argument("name", metavar="NAME", help="the dataset, a Delta table")
    maintain.add_argument("--run", action="store_true", help="do it, instead of telling it")
    bootstrap = action("bootstrap", "make an empty table wherever a dataset has none")
    add_bootstrap_options(bootstrap)
    return [listed, explain, register, validate, write, maintain, bootstrap]


def add_bootstrap_options(bootstrap: ArgumentParser) -> None:
    """Add what a bootstrap accepts."""
    bootstrap.add_argument(
        "--mode",
        choices=("strict_zero_rows", "seeded_minimal_rows"),
        default="strict_zero_rows",
        help="leave all tables empty, or give some a row of defaults (default: strict_zero_rows)",
    )
    bootstrap.add_argument(
        "--seed",
        metavar="NAME",
        action="append",
        default=[],
        help="a dataset that gets a row in the mode seeded_minimal_rows; may be repeated",
    )
    bootstrap.add_argument(
        "--plan", action="store_true", help="say what would be made, and touch nothing"
    )
    bootstrap.add_argument(
        "--no-strict", action="store_true", help="exit with 0 also when required datasets fail"
    )
    bootstrap.add_argument(
        "--no-internal-tables", action="store_true", help="leave the engine's own tables out"
    )
    bootstrap.add_argument(
        "--artifacts-root",
        metavar="DIR",
        default=".artifacts",
        help="where the engine's own tables are; a relative path starts at the file"
        " (default: .artifacts)",
    )


def pair(text: str) -> tuple[str, str]:
    """Read `NAME=VALUE`.

    Raises:
        ArgumentTypeError: The text has no `=`.
    """
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value
