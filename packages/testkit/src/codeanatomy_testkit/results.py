"""`assert_same_result`: two results have the same rows, whoever computed them.

A result is anything that exports an Arrow stream (a `datafusion.DataFrame`, a table of pyarrow, a
relation of DuckDB, a frame of polars), or a pair of a session or connection and a query.

Examples:
    >>> import pyarrow
    >>> from codeanatomy import connect
    >>> from codeanatomy_testkit.results import assert_same_result
    >>> query = "select column1 as n, column1 / 10.0 as tenth from (values (1), (2))"
    >>> assert_same_result((connect(), query), pyarrow.table({"n": [2, 1], "tenth": [0.2, 0.1]}))
"""

# pyarrow has no annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Protocol, TypeAlias

from codeanatomy_testkit.values import (
    close,
    freeze,
    has_floats,
    kind,
    skeleton,
    sort_key,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import pyarrow as pa

SHOWN = 5
MOST_MATCHED = 200


class ArrowStream(Protocol):
    """Rows that Arrow can read."""

    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object:
        """Export the rows."""
        ...


class Sql(Protocol):
    """A session of DataFusion, or a connection of DuckDB."""

    def sql(self, query: str, /) -> ArrowStream:
        """Plan a query."""
        ...


Result: TypeAlias = "ArrowStream | tuple[Sql, str]"
Row: TypeAlias = "tuple[Hashable, ...]"


def assert_same_result(
    left: Result,
    right: Result,
    *,
    ordered: bool = False,
    exact_types: bool = False,
    relative: float = 1e-9,
    absolute: float = 1e-12,
) -> None:
    """Fail unless two results have the same columns and the same rows.

    NULL equals NULL, NaN equals NaN, and 0.0 equals -0.0. Integers, floats and decimals are all
    numbers; texts, lists and dictionaries are what they hold, in whichever layout. Only in columns
    that have floats on one side numbers may differ by the tolerance. Rows that occur several times
    have to occur as often on the other side.

    Args:
        left: A result.
        right: Another one.
        ordered: Whether the order of rows counts.
        exact_types: Whether the Arrow types have to be the same ones.
        relative: How much of the larger number two floats may differ by.
        absolute: How much two floats may differ by in any case.

    Raises:
        AssertionError: They differ; the text shows what only one of them has.
        TypeError: One of them is no result.
    """
    ours, theirs = to_table(left), to_table(right)
    compare_schemas(ours.schema, theirs.schema, exact_types=exact_types)
    ours, theirs = in_one_unit(ours, theirs)
    inexact = [
        has_floats(mine.type) or has_floats(other.type)
        for mine, other in zip(ours.schema, theirs.schema, strict=True)
    ]

    def same(mine: Row, other: Row) -> bool:
        return all(
            close(a, b, relative, absolute) if loose else a == b
            for a, b, loose in zip(mine, other, inexact, strict=True)
        )

    if ordered:
        compare_in_order(rows_of(ours), rows_of(theirs), ours.column_names, same)
        return
    only_left, only_right = without_common(rows_of(ours), rows_of(theirs))
    if any(inexact):
        only_left, only_right = without_close(only_left, only_right, inexact, same)
    if only_left or only_right:
        raise AssertionError(
            f"the results differ ({ours.num_rows} and {theirs.num_rows} rows)"
            f"{listed('left', only_left, ours.column_names)}"
            f"{listed('right', only_right, ours.column_names)}"
        )


def to_table(result: Result) -> pa.Table:
    """Run a result to its end.

    Args:
        result: What exports an Arrow stream, or a session with a query.

    Returns:
        Its rows.

    Raises:
        TypeError: It is neither.
    """
    import pyarrow as pa  # noqa: PLC0415 - a run without such a comparison loads less

    if isinstance(result, tuple):
        session, query = result
        result = session.sql(query)
    if not hasattr(result, "__arrow_c_stream__"):
        raise TypeError(
            f"a result is what exports an Arrow stream, or a pair (session, SQL); got"
            f" {type(result).__name__}"
        )
    return pa.table(result)


def compare_schemas(ours: pa.Schema, theirs: pa.Schema, *, exact_types: bool) -> None:
    """Fail unless columns have the same names and comparable types, in the same order."""
    if ours.names != theirs.names:
        raise AssertionError(f"the columns differ: {ours.names} and {theirs.names}")
    for mine, other in zip(ours, theirs, strict=True):
        kinds = kind(mine.type), kind(other.type)
        if kinds[0] != kinds[1] and "null" not in kinds:
            raise AssertionError(
                f"column {mine.name!r} is of {mine.type} and of {other.type}: {kinds[0]} is not"
                f" {kinds[1]}"
            )
        if exact_types and mine.type != other.type:
            raise AssertionError(f"column {mine.name!r} is of {mine.type} and of {other.type}")


def in_one_unit(ours: pa.Table, theirs: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Give columns of nanoseconds as integers on both sides: Python itself has microseconds."""
    import pyarrow as pa  # noqa: PLC0415

    for position, field in enumerate(ours.schema):
        units = [getattr(table.schema.field(position).type, "unit", "") for table in (ours, theirs)]
        if "ns" in units and all(units):
            zone = getattr(field.type, "tz", None)
            type_ = (
                pa.duration("ns") if kind(field.type) == "duration" else pa.timestamp("ns", zone)
            )
            if kind(field.type) == "time":
                type_ = pa.time64("ns")
            ours, theirs = (
                table.set_column(
                    position,
                    field.name,
                    table.column(position).cast(type_).cast(pa.int64()),
                )
                for table in (ours, theirs)
            )
    return ours, theirs


def rows_of(table: pa.Table) -> list[Row]:
    """Give the rows as values that can be compared and counted."""
    columns = [
        [freeze(value, column.type) for value in column.to_pylist()] for column in table.columns
    ]
    return list(zip(*columns, strict=True)) if columns else [()] * table.num_rows


def without_common(left: Sequence[Row], right: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Take away what both have, as often as both have it."""
    ours, theirs = Counter(left), Counter(right)
    return list((ours - theirs).elements()), list((theirs - ours).elements())


def without_close(
    left: Sequence[Row], right: Sequence[Row], inexact: Sequence[bool], same: Same
) -> tuple[list[Row], list[Row]]:
    """Take away pairs of rows that are the same within the tolerance.

    Rows can only be a pair if all but their floats is equal; within such a group, as many pairs are
    made as can be.
    """
    groups: dict[Hashable, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((left, right)):
        for row in rows:
            groups[
                tuple(
                    skeleton(value) if loose else value
                    for value, loose in zip(row, inexact, strict=True)
                )
            ][side].append(row)
    rest: tuple[list[Row], list[Row]] = ([], [])
    for ours, theirs in groups.values():
        partner = matched(ours, theirs, same)
        taken = set(partner.values())
        rest[0].extend(row for place, row in enumerate(ours) if place not in taken)
        rest[1].extend(row for place, row in enumerate(theirs) if place not in partner)
    return rest


def matched(ours: Sequence[Row], theirs: Sequence[Row], same: Same) -> dict[int, int]:
    """Match as many rows as possible. Gives our place by theirs.

    Rows that meet in the order of their numbers are pairs. The few that are left are matched by
    augmenting paths, but for so many that the results are others anyway.
    """
    mine = sorted(range(len(ours)), key=lambda place: sort_key(ours[place]))
    ordered = sorted(range(len(theirs)), key=lambda place: sort_key(theirs[place]))
    partner = {
        other: place
        for place, other in zip(mine, ordered, strict=False)
        if same(ours[place], theirs[other])
    }
    left = set(range(len(ours))) - set(partner.values())
    if len(left) > MOST_MATCHED:
        return partner

    def find(place: int, tried: set[int]) -> bool:
        for other in ordered:
            if other not in tried and same(ours[place], theirs[other]):
                tried.add(other)
                if other not in partner or find(partner[other], tried):
                    partner[other] = place
                    return True
        return False

    for place in left:
        find(place, set())
    return partner


def compare_in_order(
    left: Sequence[Row], right: Sequence[Row], names: Sequence[str], same: Same
) -> None:
    """Fail at the first row that differs."""
    for number, (mine, other) in enumerate(zip(left, right, strict=False)):
        if not same(mine, other):
            raise AssertionError(
                f"row {number} differs\nleft:  {shown(mine, names)}\nright: {shown(other, names)}"
            )
    if len(left) != len(right):
        raise AssertionError(f"the left result has {len(left)} rows, the right one {len(right)}")


def listed(side: str, rows: Sequence[Row], names: Sequence[str]) -> str:
    """List rows that one side alone has."""
    if not rows:
        return ""
    lines = "".join(f"\n  {shown(row, names)}" for row in sorted(rows, key=repr)[:SHOWN])
    more = f"\n  and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"\nonly in the {side} result:{lines}{more}"


def shown(row: Row, names: Sequence[str]) -> str:
    """Write a row with the names of its columns."""
    return ", ".join(f"{name}={value!r}" for name, value in zip(names, row, strict=True))


class Same(Protocol):
    """Tells whether two rows are the same within the tolerance."""

    def __call__(self, mine: Row, other: Row, /) -> bool:
        """Compare."""
        ...
