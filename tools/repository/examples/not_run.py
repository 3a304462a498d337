"""The blocks of the pages that no test runs, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

COMPILES = "compiles the engine, or is the run of tests that this is a part of"
DATAFUSION = "DataFusion's own text, about a table that it does not give"
ENVIRONMENT = "changes the environment in which the tests run"
MEASURES = "measures a release build for many minutes"
RELEASES = "is a step of a release"
STORE = "needs an object store and its credentials"


@dataclass(frozen=True)
class Block:
    """A block of a page.

    Attributes:
        page: The page's path below the root of the repository.
        first_line: The block's first line, by which it is known.
    """

    page: str
    first_line: str


NOT_RUN = {
    Block("CONTRIBUTING.md", "python3 tools/test"): COMPILES,
    Block(
        "CONTRIBUTING.md",
        "python3 tools/bench functions --engine release --json functions.json",
    ): MEASURES,
    Block("README.md", "python3 tools/test"): COMPILES,
    Block("README.md", "python3 tools/try ~/src/my-project"): COMPILES,
    Block(
        "docs/delta.md",
        "CREATE EXTERNAL TABLE orders STORED AS DELTA LOCATION 's3://bucket/orders'",
    ): STORE,
    Block(
        "docs/functions/first_value.md",
        "> SELECT first_value(column_name ORDER BY other_column) FROM table_name;",
    ): DATAFUSION,
    Block("docs/functions/lag.md", "-- Example usage of the lag window function:"): DATAFUSION,
    Block(
        "docs/functions/last_value.md",
        "> SELECT last_value(column_name ORDER BY other_column) FROM table_name;",
    ): DATAFUSION,
    Block("docs/functions/lead.md", "-- Example usage of lead window function:"): DATAFUSION,
    Block(
        "docs/functions/row_number.md", "-- Example usage of the row_number window function:"
    ): DATAFUSION,
    Block(
        "docs/releasing.md",
        ".venv/bin/towncrier build --config packages/engine-py/towncrier.toml"
        " --dir packages/engine-py --version 0.1.1",
    ): RELEASES,
    Block("docs/releasing.md", "python3 tools/wheels build"): RELEASES,
    Block(
        "docs/performance.md", "python3 tools/bench --engine release --json bench.json"
    ): MEASURES,
    Block(
        "packages/engine-native/README.md", "$ python -m codeanatomy_engine.early_binding --enable"
    ): ENVIRONMENT,
    Block("packages/testkit/README.md", "pip install codeanatomy-testkit"): ENVIRONMENT,
}
