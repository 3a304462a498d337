"""Change Data Feed Functions as expressions; see `codeanatomy.functions`."""

# Written by tools/functions from what the engine says. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr

    from codeanatomy.functions._call import Argument

__all__ = [
    "cdf_change_rank",
    "cdf_is_delete",
    "cdf_is_upsert",
]


def cdf_change_rank(change_type: Argument) -> Expr:
    """Returns the rank of a change in a change data feed: of the changes of one row in one commit.

    Returns the rank of a change in a change data feed: of the changes of one row in one commit, the
    one of the highest rank says what the row is now. update_postimage has 3, insert 2, delete 1 and
    update_preimage 0; any other text has -1. NULL if the change type is NULL.

    Args:
        change_type: The column _change_type of a change data feed. Text.

    Returns:
        The call as an expression. Its type is `int32`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(cdf_change_rank("update_postimage").alias("answer")).to_pylist()
        [{'answer': 3}]
    """
    return call("cdf_change_rank", change_type)


def cdf_is_delete(change_type: Argument) -> Expr:
    """Returns whether the change deletes the row: true for delete, false for any other text.

    NULL if the change type is NULL.

    Args:
        change_type: The column _change_type of a change data feed. Text.

    Returns:
        The call as an expression. Its type is `bool`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(cdf_is_delete("update_postimage").alias("answer")).to_pylist()
        [{'answer': False}]
    """
    return call("cdf_is_delete", change_type)


def cdf_is_upsert(change_type: Argument) -> Expr:
    """Returns whether the row exists after the change and is as the change says.

    Returns whether the row exists after the change and is as the change says: true for insert and
    update_postimage, false for any other text. NULL if the change type is NULL.

    Args:
        change_type: The column _change_type of a change data feed. Text.

    Returns:
        The call as an expression. Its type is `bool`.

    Examples:
        >>> from codeanatomy import connect
        >>> frame = connect().sql("select 1")
        >>> frame.select(cdf_is_upsert("update_postimage").alias("answer")).to_pylist()
        [{'answer': True}]
    """
    return call("cdf_is_upsert", change_type)
