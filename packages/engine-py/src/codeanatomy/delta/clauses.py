"""The clauses of a merge: what happens to rows that match, and to those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MergeClause",
    "when_matched_delete",
    "when_matched_update",
    "when_not_matched_by_source_delete",
    "when_not_matched_by_source_update",
    "when_not_matched_insert",
]


class MergeClause(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What happens to some rows.

    Attributes:
        when: Which rows the clause is for.
        action: What it does.
        set: The values of the table's columns, in SQL; `None` takes every column of the source.
        condition: Of those rows, only the ones for which it holds.
    """

    when: Literal["matched", "not-matched", "not-matched-by-source"]
    action: Literal["update", "delete", "insert"]
    set: dict[str, str] | None = None
    condition: str | None = None


def when_matched_update(
    values: Mapping[str, str] | None = None, *, condition: str | None = None
) -> MergeClause:
    """Change rows of the table that have a row of the source.

    Args:
        values: The new value of each column that changes, in SQL over `source` and `target`; by
            default every column of the source.
        condition: Only rows for which it holds.

    Examples:
        >>> when_matched_update({"price": "source.price * 2"}).set
        {'price': 'source.price * 2'}
    """
    return _clause("matched", "update", values, condition)


def when_matched_delete(*, condition: str | None = None) -> MergeClause:
    """Delete rows of the table that have a row of the source.

    Args:
        condition: Only rows for which it holds.

    Examples:
        >>> when_matched_delete(condition="source.gone").condition
        'source.gone'
    """
    return _clause("matched", "delete", None, condition)


def when_not_matched_insert(
    values: Mapping[str, str] | None = None, *, condition: str | None = None
) -> MergeClause:
    """Insert rows of the source that no row of the table matches.

    Args:
        values: The value of each column, in SQL over `source`; other columns are NULL. By default
            every column of the source.
        condition: Only rows for which it holds.

    Examples:
        >>> when_not_matched_insert().action
        'insert'
    """
    return _clause("not-matched", "insert", values, condition)


def when_not_matched_by_source_update(
    values: Mapping[str, str], *, condition: str | None = None
) -> MergeClause:
    """Change rows of the table that no row of the source matches.

    Args:
        values: The new value of each column that changes, in SQL over `target`.
        condition: Only rows for which it holds.

    Examples:
        >>> when_not_matched_by_source_update({"stale": "true"}).when
        'not-matched-by-source'
    """
    return _clause("not-matched-by-source", "update", values, condition)


def when_not_matched_by_source_delete(*, condition: str | None = None) -> MergeClause:
    """Delete rows of the table that no row of the source matches.

    Args:
        condition: Only rows for which it holds.

    Examples:
        >>> when_not_matched_by_source_delete().action
        'delete'
    """
    return _clause("not-matched-by-source", "delete", None, condition)


def _clause(
    when: Literal["matched", "not-matched", "not-matched-by-source"],
    action: Literal["update", "delete", "insert"],
    values: Mapping[str, str] | None,
    condition: str | None,
) -> MergeClause:
    chosen = None if values is None else dict(values)
    return MergeClause(when=when, action=action, set=chosen, condition=condition)
