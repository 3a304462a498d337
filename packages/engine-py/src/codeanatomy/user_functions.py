"""Functions of your own in a session: of an SQL expression, or of a coroutine over Arrow arrays.

Functions of Python that need not wait for anything are `datafusion.udf`'s.

Examples:
    >>> import codeanatomy
    >>> from codeanatomy.user_functions import (
    ...     CreateFunctionConfig,
    ...     FunctionArgument,
    ...     register_function,
    ... )
    >>> context = codeanatomy.connect()
    >>> config = CreateFunctionConfig(
    ...     name="share",
    ...     args=[
    ...         FunctionArgument(name="part", dtype="double"),
    ...         FunctionArgument(name="whole", dtype="double", default="100"),
    ...     ],
    ...     return_type="double",
    ...     body_sql="part / whole",
    ... )
    >>> register_function(context, config)
    >>> context.sql("select share(5) as share").to_pylist()
    [{'share': 0.05}]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from codeanatomy import _native

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datafusion import SessionContext

__all__ = [
    "CreateFunctionConfig",
    "FunctionArgument",
    "build_create_function_sql",
    "register_async_function",
    "register_function",
]

Language = Literal[
    "sql",
    "datafusion",
    "scalar",
    "udf",
    "aggregate",
    "udaf",
    "agg",
    "window",
    "udwf",
    "table",
    "udtf",
]


class FunctionArgument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parameter of a function to be created.

    Attributes:
        dtype: Its SQL type, for example `bigint` or `varchar[]`.
        name: Its name; `None` where the body calls parameters by their position, `$1`.
        default: Its value where a call has none: one SQL expression.
    """

    dtype: str
    name: str | None = None
    default: str | None = None


class CreateFunctionConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A function to be created, as `CREATE FUNCTION` does.

    Attributes:
        name: Its name, whatever characters it has. SQL calls a name with capitals in quotation
            marks.
        body_sql: The body: one SQL expression. An alias's body calls the aggregate or window
            function, or is a string with the name of the table function.
        args: Its parameters.
        return_type: The SQL type of its result; `None` for table functions.
        returns_table: Whether it is another name for a table function.
        language: What the body is; by default the body tells.
        volatility: Whether equal arguments give equal results.
        replace: Whether a function of the name gives way.
    """

    name: str
    body_sql: str
    args: Sequence[FunctionArgument] = ()
    return_type: str | None = None
    returns_table: bool = False
    language: Language | None = None
    volatility: Literal["immutable", "stable", "volatile"] | None = None
    replace: bool = False


def build_create_function_sql(config: CreateFunctionConfig) -> str:
    """Write the statement that creates a function.

    Each part is parsed for what it is, so that none can bring anything else into the statement.

    Args:
        config: The function.

    Returns:
        The statement, for `codeanatomy.session.run_sql`.

    Raises:
        QueryError: The body or a default is not one expression, or a type is none.
        InvalidOptionError: The parts do not go together.

    Examples:
        >>> argument = FunctionArgument(name="a", dtype="bigint")
        >>> config = CreateFunctionConfig(
        ...     name="twice", args=[argument], return_type="bigint", body_sql="2 * a"
        ... )
        >>> build_create_function_sql(config)
        'CREATE FUNCTION "twice"("a" BIGINT) RETURNS BIGINT RETURN 2 * a'
    """
    return _native.create_function_sql(msgspec.json.encode(config).decode())


def register_function(ctx: SessionContext, config: CreateFunctionConfig) -> None:
    """Create a function in a session, under the session's policy of statements.

    Args:
        ctx: The session.
        config: The function.

    Raises:
        QueryError: A part is not what it should be, the name is taken, or the policy disallows it.
        InvalidOptionError: The parts do not go together.
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> import codeanatomy
        >>> context = codeanatomy.connect()
        >>> config = CreateFunctionConfig(
        ...     name="numbers", body_sql="'generate_series'", returns_table=True
        ... )
        >>> register_function(context, config)
        >>> context.sql("select count(*) as n from numbers(1, 3)").to_pylist()
        [{'n': 3}]
    """
    _native.register_function(ctx, msgspec.json.encode(config).decode())


def register_async_function(
    ctx: SessionContext,
    function: Callable[..., Awaitable[object]],
    argument_types: Sequence[object],
    return_type: object,
    *,
    name: str | None = None,
    max_concurrency: int = 8,
    replace: bool = False,
) -> None:
    """Register a coroutine function, which SQL then calls as any other function.

    It gets a `pyarrow.Array` an argument, all of one length, and returns an array of as many
    values. The session's policy sets how many rows a call has at most and after what time it fails.
    A call that fails, or whose query ends early, has its coroutine cancelled.

    Coroutines run on an event loop of the engine, in a thread of its own: make what belongs to a
    loop (a client, a lock) inside of the coroutine. To the planner the function is volatile. It is
    called for every row that reaches it, whatever a CASE around it chooses.

    Args:
        ctx: A session whose profile has asynchronous functions enabled.
        function: An `async def` over Arrow arrays.
        argument_types: The `pyarrow.DataType` of each argument, at least one. SQL casts what it
            casts without being told.
        return_type: The `pyarrow.DataType` of the array that it returns.
        name: The name in SQL; by default the function's own.
        max_concurrency: How many calls run at once at most, over all queries of the session.
        replace: Whether a function of the name gives way.

    Raises:
        RuntimeInstallError: The session's policy has no asynchronous functions, or the name is
            taken.
        SessionContextContractError: The session is not the engine's.
        TypeError: `function` is no coroutine function, or `ctx` no session.
        ValueError: There are no argument types, or `max_concurrency` is 0.

    Examples:
        >>> import asyncio
        >>> import codeanatomy, pyarrow as pa
        >>> from codeanatomy.profile import AsyncProfile, RuntimeProfile
        >>> limits = AsyncProfile(enabled=True, timeout_ms=5_000, batch_size=100)
        >>> context = codeanatomy.connect(RuntimeProfile(asynchronous=limits))
        >>> async def greeting(names):
        ...     await asyncio.sleep(0)  # a request, in earnest
        ...     return pa.array([f"Hello {name}" for name in names.to_pylist()])
        >>> register_async_function(context, greeting, [pa.string()], pa.string())
        >>> context.sql("select greeting('Ada') as text").to_pylist()
        [{'text': 'Hello Ada'}]
    """
    chosen = name if name is not None else getattr(function, "__name__", type(function).__name__)
    _native.register_async_function(
        ctx,
        chosen,
        function,
        argument_types,
        return_type,
        max_concurrency=max_concurrency,
        replace=replace,
    )
