"""Macros of CREATE FUNCTION against the same expression written out, run and planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repository.bench.functions.workload import Contender, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTHS = (1, 2, 4, 8)
OURS = (
    "create function add1(x bigint) returns bigint return $x + 1",
    "create function later(x bigint) returns bigint return greatest($x, $x + 1)",
)
DUCKDB = ("create macro add1(x) as x + 1", "create macro later(x) as greatest(x, x + 1)")


def nested(form: str, depth: int) -> str:
    """Put a form around a column as often as asked."""
    text = "number"
    for _ in range(depth):
        text = form.replace("?", text)
    return text


def contenders(call: str, written: str, depth: int, query: str) -> tuple[Contender, ...]:
    """Return the macro and the expression written out, for us and for DuckDB.

    Args:
        call: The call of the macro, with a question mark for its argument.
        written: The same written out.
        depth: How often one is around the other.
        query: What is asked, with a question mark for the expression.
    """
    macro = query.replace("?", nested(call, depth))
    inline = query.replace("?", nested(written, depth))
    return (
        Contender("codeanatomy, written out", "codeanatomy", inline),
        Contender("codeanatomy, macro", "codeanatomy", macro, before=OURS),
        Contender("DuckDB, written out", "duckdb", inline),
        Contender("DuckDB, macro", "duckdb", macro, before=DUCKDB),
    )


def workloads() -> Iterator[Workload]:
    """Yield each nesting: run, planned, and planned with an argument that is used twice."""
    once = ("add1(?)", "(? + 1)")
    for depth in DEPTHS:
        yield Workload(
            f"macro-run-{depth}",
            "macro",
            f"macro {depth} deep, run over 10 M rows",
            contenders(*once, depth, "?"),
            "column",
            ("names",),
            # DuckDB would take the additions out of a sum.
            "xor",
        )
    # Written out the second grows twofold with each level: what a macro that copies text would do.
    for name, forms in (("plan", once), ("plan-twice", ("later(?)", "greatest(?, ? + 1)"))):
        for depth in DEPTHS:
            yield Workload(
                f"macro-{name}-{depth}",
                "macro-plan",
                f"macro {depth} deep{', argument used twice' if forms != once else ''}, planned",
                contenders(*forms, depth, "select ? as x from names"),
                "plan",
                ("names",),
                turns=5,
            )


WORKLOADS = tuple(workloads())
