"""What every accessor does: plain values become constants, and the engine makes the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from datafusion import Expr

from codeanatomy._native import function_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, time, timedelta
    from decimal import Decimal

    # `datetime` is a `date`.
    Argument: TypeAlias = (
        Expr
        | bool
        | int
        | float
        | str
        | bytes
        | Decimal
        | date
        | time
        | timedelta
        | Sequence[object]
        | Mapping[str, object]
        | None
    )

__all__ = ["call"]


def call(
    name: str,
    *arguments: Argument,
    optional: Sequence[Argument] = (),
    null_is_left_out: bool = True,
) -> Expr:
    """Make a call of a function of the library.

    Args:
        name: The function.
        *arguments: What it is called with.
        optional: What follows; `None` is left out, or NULL if something else comes behind it.
        null_is_left_out: To the function, NULL is an optional argument that is left out. It is to
            all of the library, but not to those of DataFusion.

    Returns:
        The call.

    Raises:
        TypeError: An optional argument is left out before one that is given, and NULL can't stand
            for it.

    Examples:
        >>> from datafusion import col
        >>> print(call("hash64", col("name")))
        Expr(stable_hash64(name))
    """
    given = list(optional)
    while given and given[-1] is None:
        given.pop()
    if None in given and not null_is_left_out:
        raise TypeError(f"{name} takes an optional argument only with all that come before it")
    return Expr(function_expression(name, [expression(each) for each in (*arguments, *given)]))


def expression(argument: Argument) -> Expr:
    """Make an expression of an argument.

    Args:
        argument: An expression, which stays as it is, or a value.

    Returns:
        The expression; of a value, the constant.
    """
    return argument if isinstance(argument, Expr) else Expr.literal(argument)
