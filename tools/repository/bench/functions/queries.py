"""The SQL that a workload stands for: the whole question, and the values of a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from repository.bench.functions.workload import Contender, Workload

TOTALS = {"sum": "sum(x)", "xor": "bit_xor(x)", "bytes": "sum(octet_length(x))"}
DATAFUSION = {**TOTALS, "items": "sum(array_length(x))"}
DUCKDB = {**TOTALS, "bytes": "sum(strlen(x))", "items": "sum(len(x))"}


def values(workload: Workload, question: str, where: str = "") -> str:
    """Return the query for the value of each row or group."""
    table = workload.tables[0]
    if workload.action == "groups":
        return f"select x from (select g, {question} as x from {table} {where} group by g) as v"  # noqa: S608
    return f"select {question} as x from {table} {where}"  # noqa: S608


def whole(workload: Workload, contender: Contender, totals: dict[str, str]) -> str:
    """Return the query that is measured.

    Args:
        workload: What is compared.
        contender: Who is asked.
        totals: How its dialect writes the totals.
    """
    if workload.action in {"column", "groups"}:
        inner = values(workload, contender.question)
        return f"select count(x), {totals[workload.total]} from ({inner}) as answer"  # noqa: S608
    return contender.question


def sample(workload: Workload, contender: Contender, step: int) -> str:
    """Return the query for the values of every so many rows or groups; it proves a plan, too."""
    key = "g" if workload.action == "groups" else "i"
    if workload.action == "plan":
        return f"{contender.question} where {key} % {step} = 0"
    return values(workload, contender.question, f"where {key} % {step} = 0")
