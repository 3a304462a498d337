"""All contests of datasets, in the order in which they are held."""

from __future__ import annotations

from repository.bench.datasets.workload import Contender, Workload

# The condition on the partition column is what makes every engine skip directories.
LOOKUP = (
    "select count(*) as n, sum(quantity) as q from lines"
    " where month = date '1996-03-01' and shipdate = date '1996-03-13'"
)
# Query 6 of TPC-H.
AGGREGATE = (
    "select sum(price * discount) as revenue from lines"
    " where shipdate >= date '1994-01-01' and shipdate < date '1995-01-01'"
    " and discount between 0.05 and 0.07 and quantity < 24"
)
JOIN = (
    "select count(*) as n, sum(quantity) as q from lines"
    " join days on lines.shipdate = days.shipdate"
)
FILES = (
    "select count(*) as n, sum(value) as v from {table}"
    " where day = date '2026-01-05' and id between {least} and {most}"
)
VALIDATION = "8 rules"


def readers(question: str, way: str, capsule: float, others: float) -> tuple[Contender, ...]:
    """Return everyone who reads the order lines.

    Args:
        question: The SQL.
        way: What polars calls it.
        capsule: The aim against the capsule of `deltalake`.
        others: The aim against everyone else.
    """
    stock = "deltalake capsule in datafusion"
    return (
        Contender("codeanatomy", "codeanatomy", "query", question),
        Contender(f"{stock}, opened for each query", "datafusion", "opened", question, capsule),
        Contender(f"{stock}, kept and updated", "datafusion", "kept", question, others),
        Contender(
            "deltalake QueryBuilder, opened for each query",
            "deltalake",
            "opened",
            question,
            others,
        ),
        Contender(
            "deltalake QueryBuilder, kept and updated", "deltalake", "kept", question, others
        ),
        Contender("polars.scan_delta", "polars", f"{way}-opened", question, others),
        Contender("polars.scan_delta, kept and updated", "polars", f"{way}-kept", question, others),
        Contender("DuckDB read_parquet of the files", "duckdb", "files", question, others),
    )


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            "lookup",
            "one day of {lines} rows, by a condition on the partition and the day",
            readers(LOOKUP, "lookup", 10, 3),
            ("lines",),
            turns=4,
        ),
        Workload(
            "aggregate",
            "TPC-H query 6 over {lines} rows",
            readers(AGGREGATE, "aggregate", 1, 1),
            ("lines",),
            turns=2,
        ),
        Workload(
            "join",
            "{lines} rows joined to 3 days",
            (
                Contender(
                    "codeanatomy, dynamic filters of joins on", "codeanatomy", "filtered", JOIN
                ),
                Contender("codeanatomy, settings of connect()", "codeanatomy", "query", JOIN),
                Contender(
                    "deltalake capsule in datafusion, kept and updated",
                    "datafusion",
                    "kept",
                    JOIN,
                    3,
                    100,
                ),
            ),
            ("lines",),
            turns=2,
        ),
        Workload(
            "open",
            "a table of {files} files opened, and a query planned",
            (
                Contender("codeanatomy", "codeanatomy", "open", FILES),
                Contender("deltalake capsule in datafusion", "datafusion", "open", FILES, 2),
            ),
            ("files",),
        ),
        Workload(
            "plan",
            "a query planned over a known table of {files} files, looking for new commits",
            (
                Contender("codeanatomy", "codeanatomy", "plan", FILES),
                Contender(
                    "deltalake capsule in datafusion, kept and updated",
                    "datafusion",
                    "plan",
                    FILES,
                    2,
                ),
            ),
            ("files",),
            turns=2,
        ),
        Workload(
            "append",
            "{appended} rows appended from a stream",
            (
                Contender("codeanatomy", "codeanatomy", "append", "append"),
                Contender("write_deltalake", "deltalake", "append", "write_deltalake", 1),
            ),
            watches_memory=True,
        ),
        Workload(
            "resolve",
            "{datasets} datasets resolved, each with a spec, overrides and policies",
            (Contender("codeanatomy", "codeanatomy", "resolve", "resolve_location"),),
            turns=2,
            limit=50,
        ),
        Workload(
            "validation",
            "{rows} rows validated by 8 rules",
            (
                Contender("codeanatomy", "codeanatomy", "validation", VALIDATION),
                Contender("pandera on polars", "pandera", "validation", VALIDATION, 3),
            ),
            ("rows",),
        ),
    )
}
