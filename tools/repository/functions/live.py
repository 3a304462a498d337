"""Reads the registry of the installed engine, and what it answers to the documented examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from repository.functions.description import Description, descriptions
from repository.functions.example import python_example

if TYPE_CHECKING:
    from collections.abc import Callable

    from datafusion import Expr as Expression


def read() -> tuple[list[Description], dict[str, list[str]]]:
    """Read the functions of the engine that this interpreter has.

    Returns:
        Every function, and for those that expressions call the lines of an example in Python.

    Raises:
        DescriptionError: What a function says about itself does not agree.
        ImportError: The engine is not installed.
    """
    # Not at the top: everything else works without the engine.
    from codeanatomy import connect  # noqa: PLC0415
    from codeanatomy.session import registry_snapshot  # noqa: PLC0415

    session = connect()
    functions = descriptions(dict(registry_snapshot(session)))
    callable_ones = [function for function in functions if function.kind != "table"]
    accessors = {function.name: stand_in(function) for function in callable_ones}
    library = {
        name: function for function in callable_ones for name in (function.name, *function.aliases)
    }
    examples = {
        function.name: python_example(function, library, accessors, session)
        for function in callable_ones
    }
    return functions, examples


def stand_in(function: Description) -> Callable[..., Any]:
    """Make what the accessor of a function will be, before it is written."""
    from codeanatomy._native import function_expression  # noqa: PLC0415
    from datafusion import Expr  # noqa: PLC0415

    names = [parameter.python_name for parameter in function.parameters]

    def call(*arguments: object, **named: object) -> Expression:
        given = [*arguments]
        while named:
            given.append(named.pop(names[len(given)], None))
        expressions = [each if isinstance(each, Expr) else Expr.literal(each) for each in given]
        return Expr(function_expression(function.name, expressions))

    return call
