"""Aggregates that choose or collect values, over many small groups.

Order keys are unique and nothing is NULL: then the peers' shortest form gives the same values.
"""

from __future__ import annotations

from repository.bench.functions.workload import Contender, Workload

TABLES = ("entries",)
SIZE = "3 M rows in 520 k groups"

WORKLOADS = (
    Workload(
        "any_value_det",
        "groups",
        f"any_value_det, {SIZE}",
        (
            Contender("codeanatomy any_value_det", "codeanatomy", "any_value_det(label, rank)"),
            Contender("DuckDB arg_min", "duckdb", "arg_min(label, rank)"),
            Contender("polars", "polars", "first_by_rank"),
            Contender("DataFusion first_value", "datafusion", "first_value(label order by rank)"),
            Contender(
                "DuckDB any_value, any row",
                "duckdb",
                "any_value(label)",
                same=False,
                settled=False,
            ),
            Contender(
                "DataFusion any_value, any row",
                "datafusion",
                "any_value(label)",
                same=False,
                settled=False,
            ),
        ),
        "groups",
        TABLES,
        "bytes",
    ),
    Workload(
        "arg_max",
        "groups",
        f"arg_max, {SIZE}",
        (
            Contender("codeanatomy arg_max", "codeanatomy", "arg_max(label, rank)"),
            Contender("DuckDB arg_max", "duckdb", "arg_max(label, rank)"),
            Contender("polars", "polars", "last_by_rank"),
            Contender("DataFusion last_value", "datafusion", "last_value(label order by rank)"),
            Contender(
                "datafusion-extra-functions max_by",
                "datafusion",
                "max_by(label, rank)",
                needs="datafusion-extra-functions",
            ),
        ),
        "groups",
        TABLES,
        "bytes",
    ),
    Workload(
        "list_unique",
        "groups",
        f"list_unique, sorted, {SIZE}",
        (
            Contender("codeanatomy list_unique", "codeanatomy", "list_unique(kind)"),
            Contender("DuckDB, unsorted", "duckdb", "list(distinct kind)"),
            Contender("polars, unsorted", "polars", "unique"),
            Contender("DataFusion, unsorted", "datafusion", "array_agg(distinct kind)"),
            Contender("DuckDB, sorted", "duckdb", "list_sort(list(distinct kind))"),
            Contender("polars, sorted", "polars", "unique_sorted"),
            Contender("DataFusion, sorted", "datafusion", "array_agg(distinct kind order by kind)"),
        ),
        "groups",
        TABLES,
        "items",
    ),
)
