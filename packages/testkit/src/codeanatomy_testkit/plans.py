"""Plans of queries as texts that do not change from run to run, and checks of what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datafusion import SessionContext

PlanKind: TypeAlias = Literal["logical", "physical"]

# What depends on the machine, the directory or the moment, and what is written in its place.
VOLATILE = [
    (re.compile(r",? ?metrics=\[[^\]]*\]"), ""),
    (re.compile(r"file_groups=\{.*?\]\]?\}"), "file_groups={<files>}"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b"), "<id>"),
    (re.compile(r"\bpart-\d+-<id>(?:-c\d+)?[\w.]*"), "<file>"),
    (re.compile(r"(?:\bfile://)?(?<![\w/<])/(?:[\w.@=+-]+/)+"), "<path>/"),
    (re.compile(r"\b(partitions|input_partitions|target_partitions)=\d+"), r"\1=<n>"),
    (re.compile(r"\bpartition_sizes=\[[^\]]*\]"), "partition_sizes=[<n>]"),
    (re.compile(r"\bRoundRobinBatch\(\d+\)"), "RoundRobinBatch(<n>)"),
    (re.compile(r"(\bHash\(\[[^\]]*\]), \d+\)"), r"\1, <n>)"),
    (re.compile(r"\b(Rows|Bytes)=(?:Exact|Inexact)\(\d+\)"), r"\1=<n>"),
]
WORD = re.compile(r"\w+")


def plan_text(session: SessionContext, sql: str, *, plan: PlanKind = "physical") -> str:
    """Give the plan of a query, normalised.

    Args:
        session: What plans it. How many partitions it aims at decides on operators that spread
            rows, so give a session that is compared over time a number of its own.
        sql: The query, without `EXPLAIN`.
        plan: Which plan.

    Returns:
        One line an operator, indented. Identifiers, directories, files, sizes and numbers of
        partitions are replaced by `<id>`, `<path>`, `<file>`, `<files>` and `<n>`.

    Examples:
        >>> from codeanatomy import connect
        >>> print(plan_text(connect(), "select 1 as one", plan="logical"))
        Projection: Int64(1) AS one
          EmptyRelation: rows=1
    """
    rows = session.sql(f"EXPLAIN FORMAT INDENT {sql}").to_pylist()
    (text,) = [row["plan"] for row in rows if row["plan_type"] == f"{plan}_plan"]
    return normalise_plan(text)


def normalise_plan(text: str) -> str:
    """Replace what differs from run to run in the text of a plan.

    Args:
        text: A plan as `EXPLAIN` writes it.

    Returns:
        The plan without spaces at ends of lines.

    Examples:
        >>> normalise_plan("RepartitionExec: partitioning=Hash([a@0], 8), input_partitions=2 ")
        'RepartitionExec: partitioning=Hash([a@0], <n>), input_partitions=<n>'
    """
    for pattern, replacement in VOLATILE:
        text = pattern.sub(replacement, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def assert_plan(
    session: SessionContext,
    sql: str,
    *,
    contains: Sequence[str] = (),
    lacks: Sequence[str] = (),
    plan: PlanKind = "physical",
) -> None:
    """Fail unless the plan of a query has some parts, and has not some others.

    Args:
        session: What plans the query.
        sql: The query, without `EXPLAIN`.
        contains: Parts of the normalised plan that have to be there, in any order; a single word,
            such as the name of an operator, only counts as a whole word.
        lacks: Parts that must not be there.
        plan: Which plan.

    Raises:
        AssertionError: With the plan.
        ValueError: Nothing is asserted.

    Examples:
        >>> from codeanatomy import connect
        >>> query = "select n from (values (1), (2)) as t(n) where n > 1"
        >>> assert_plan(connect(), query, contains=["FilterExec"], lacks=["SortExec"])
    """
    if not contains and not lacks:
        raise ValueError("nothing is asserted: name parts in `contains` or `lacks`")
    text = plan_text(session, sql, plan=plan)
    missing = [part for part in contains if not has_part(text, part)]
    found = [part for part in lacks if has_part(text, part)]
    if missing or found:
        wrong = [
            *(f"it lacks {part!r}" for part in missing),
            *(f"it has {part!r}" for part in found),
        ]
        raise AssertionError(f"the {plan} plan is another: {', '.join(wrong)}\n{text}")


def has_part(text: str, part: str) -> bool:
    """Tell whether a plan has a part, or a whole word."""
    if WORD.fullmatch(part):
        return re.search(rf"\b{part}\b", text) is not None
    return part in text
