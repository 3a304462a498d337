"""Functions and queries that we do not touch: through our library and through the stock one."""

from __future__ import annotations

from pathlib import Path

from repository.bench.functions.workload import Contender, Workload

QUERIES = {
    "sum": "select sum(number) from names",
    "count": "select count(name) from names",
    "upper": "select sum(octet_length(upper(name))) from names",
    "group": "select kind, count(*), sum(number) from names group by kind",
}
TPCH = Path(__file__).with_name("tpch.sql")


def tpch_queries() -> dict[str, str]:
    """Read the queries of TPC-H by their names."""
    parts = TPCH.read_text(encoding="utf-8").split("-- query ")[1:]
    return {name: query.strip() for name, _, query in (part.partition("\n") for part in parts)}


WORKLOADS = (
    *(
        Workload(
            f"built-in-{name}",
            "built-in",
            f"{query}, 10 M rows",
            (
                Contender("DataFusion", "datafusion", query),
                Contender("codeanatomy", "codeanatomy", query),
            ),
            "query",
            ("names",),
        )
        for name, query in QUERIES.items()
    ),
    *(
        Workload(
            f"tpch-{name}",
            "tpch",
            f"TPC-H {name}, scale factor 1, from Parquet",
            (
                Contender("DataFusion", "datafusion", query, needs="tpchgen-cli"),
                Contender("codeanatomy", "codeanatomy", query, needs="tpchgen-cli"),
                Contender("installed into a session", "installed", query, needs="tpchgen-cli"),
                Contender("DuckDB", "duckdb", query, needs="tpchgen-cli"),
            ),
            "query",
            ("tpch",),
        )
        for name, query in tpch_queries().items()
    ),
)
