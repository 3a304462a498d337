"""Writes a function's documented query as a Python example, and records what the engine answers."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from repository.functions.sql import Call, Query, call_of, first_query, parse, parts_of, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from datafusion import SessionContext

    from repository.functions.description import Description

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
TEXT = re.compile(r"'(?:[^']|'')*'")
COMPARISON = re.compile(r"([a-z_]\w*)\s*(<=|>=|<|>)\s*(\S+)")
NAMED = re.compile(r"(\w+)\s*=>\s*(.*)", re.DOTALL)
ORDER = re.compile(r"(.*?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?", re.IGNORECASE)
CONSTANTS = {"true": "True", "false": "False", "null": "None"}


class UntranslatableError(Exception):
    """A query is more than an example in Python can be made of."""


@dataclass
class Example:
    """An example in the making.

    Attributes:
        library: The functions whose calls are calls of their accessors, by name and alias.
        imports: The imports that it needs.
        statements: What is run before the last line.
        expression: The last line, whose value is shown.
    """

    library: Mapping[str, Description]
    imports: set[str] = field(default_factory=set[str])
    statements: list[str] = field(default_factory=list[str])
    expression: str = ""

    def lines(self, shown: str) -> list[str]:
        """Lay the example out as a doctest.

        Args:
            shown: What the last line shows.
        """
        code = [*sorted(self.imports), *self.statements, self.expression]
        return [*(f">>> {line}" for line in code), shown]

    def run(self, names: dict[str, Any]) -> Any:  # noqa: ANN401 - what an example shows
        """Run it.

        Args:
            names: What stands for the accessors.

        Returns:
            The value of the last line.
        """
        scope = dict(names)
        # What is run was made here, of the engine's own documentation; accessors have a stand-in.
        needed = [line for line in sorted(self.imports) if ".functions import" not in line]
        exec("\n".join([*needed, *self.statements]), scope)  # noqa: S102
        return eval(self.expression, scope)  # noqa: S307


def python_example(
    function: Description,
    library: Mapping[str, Description],
    accessors: dict[str, Callable[..., Any]],
    session: SessionContext,
) -> list[str]:
    """Make the lines of a function's example in Python.

    Args:
        function: The function.
        library: The functions that have an accessor, by name and alias.
        accessors: What stands for the accessors, by name.
        session: A session with the library; it answers the query to compare with.

    Returns:
        A doctest. Where the query can be said in Python, it gives the rows that the query gives;
        where not, it shows the call.
    """
    query = first_query(function.example)
    try:
        example = translate(function, query, library)
        answer = example.run(dict(accessors))
        if same_rows(answer, session.sql(query).to_pylist()):
            return example.lines(repr(answer))
    except UntranslatableError:
        pass
    except Exception as error:
        raise RuntimeError(f"the example of {function.name} fails in Python: {query}") from error
    example = plain_call(function)
    return example.lines(repr(example.run(dict(accessors))))


def plain_call(function: Description) -> Example:
    """Make an example that shows a call with columns named as the parameters."""
    example = Example({}, imports={"from datafusion import col"})
    positional = [f'col("{each.name}")' for each in function.parameters if each.required]
    example.expression = f"str({function.name}({', '.join(positional)}))"
    if not positional:
        example.imports.clear()
    return example


def same_rows(rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> bool:
    """Tell whether rows are those of the query, in any order and less some columns."""
    names = list(rows[0]) if rows else []
    return Counter(repr(row) for row in rows) == Counter(
        repr({name: row.get(name) for name in names}) for row in expected
    )


def translate(function: Description, text: str, library: Mapping[str, Description]) -> Example:
    """Say a query in Python.

    Args:
        function: The function whose calls become calls of its accessor.
        text: The query.
        library: The functions that have an accessor, by name and alias.

    Returns:
        The example, not run yet.

    Raises:
        UntranslatableError: The query is more than this can say.
    """
    query = parse(text)
    if query is None:
        raise UntranslatableError
    example = Example(library, imports={"from codeanatomy import connect"})
    source = "select 1" if query.source is None else f"select * from {query.source}"  # noqa: S608
    example.statements.append(f"frame = connect().sql({quoted(source)})")
    calls, columns = items_of(function, query, example)
    if function.kind == "aggregate" and not any(".over(" in call for call in calls):
        groups = [expression(group, example) for group in query.groups]
        frame = f"frame.aggregate([{', '.join(groups)}], [{', '.join(calls)}])"
    elif query.groups:
        raise UntranslatableError
    else:
        frame = f"frame.select({', '.join([*columns, *calls])})"
    if query.order:
        frame += f".sort({', '.join(sort_keys(query.order, example))})"
    example.expression = f"{frame}.to_pylist()"
    return example


def items_of(function: Description, query: Query, example: Example) -> tuple[list[str], list[str]]:
    """Say the selected calls of a function in Python, and the plain columns beside them.

    Raises:
        UntranslatableError: There is no such call, or one has no alias.
    """
    calls: list[str] = []
    columns: list[str] = []
    for item in query.items:
        if isinstance(item, str):
            if re.fullmatch(r"\w+", item):
                columns.append(expression(item, example))
            continue
        if item.name.lower() not in {function.name, *function.aliases} or item.alias is None:
            continue
        over = "" if item.over is None else f".over({window(item.over, example)})"
        calls.append(f'{accessor_call(function, item, example)}{over}.alias("{item.alias}")')
    if not calls:
        raise UntranslatableError
    return calls, columns


def accessor_call(function: Description, call: Call, example: Example) -> str:
    """Say a call in Python.

    Raises:
        UntranslatableError: The call has more than arguments in its parentheses.
    """
    arguments: list[str] = []
    by_sql_name = {parameter.name: parameter for parameter in function.parameters}
    for position, argument in enumerate(call.arguments):
        if set(parts_of(argument, ("distinct", "order by", "ignore nulls"))) != {""}:
            raise UntranslatableError
        named = NAMED.fullmatch(argument)
        if named is not None:
            parameter = by_sql_name[named[1].lower()]
            arguments.append(f"{parameter.python_name}={expression(named[2], example)}")
            continue
        # Those of a parameter that repeats are without end.
        parameter = function.parameters[min(position, len(function.parameters) - 1)]
        value = expression(argument, example)
        optional = not parameter.required and not parameter.repeats
        arguments.append(f"{parameter.python_name}={value}" if optional else value)
    return f"{function.name}({', '.join(arguments)})"


def expression(text: str, example: Example) -> str:
    """Say an expression in Python: a value, a column, a call, or whatever SQL makes of it."""
    text = text.strip()
    value = constant(text)
    if value is not None:
        return value
    if re.fullmatch(r"[a-z_]\w*", text):
        example.imports.add("from datafusion import col")
        return f'col("{text}")'
    comparison = COMPARISON.fullmatch(text)
    if comparison is not None and constant(comparison[3]) is not None:
        return f"{expression(comparison[1], example)} {comparison[2]} {constant(comparison[3])}"
    call = call_of(text)
    if call is not None and call.over is None and call.name in example.library:
        function = example.library[call.name]
        example.imports.add(f"from codeanatomy.functions import {function.name}")
        return accessor_call(function, call, example)
    return f"frame.parse_sql_expr({quoted(text)})"


def constant(text: str) -> str | None:
    """Say a constant in Python; `None` if the text is none."""
    if NUMBER.fullmatch(text):
        return text
    if TEXT.fullmatch(text):
        return quoted(text[1:-1].replace("''", "'"))
    if text.startswith("[") and text.endswith("]"):
        items = [constant(item) for item in split(text[1:-1])]
        known = [item for item in items if item is not None]
        return f"[{', '.join(known)}]" if len(known) == len(items) else None
    return CONSTANTS.get(text.lower())


def window(over: str, example: Example) -> str:
    """Say the parentheses behind `over` in Python.

    Raises:
        UntranslatableError: They hold a frame.
    """
    parts = parts_of(over, ("partition by", "order by", "rows", "range", "groups"))
    if not set(parts) <= {"", "partition by", "order by"} or parts[""]:
        raise UntranslatableError
    example.imports.add("from datafusion.expr import Window")
    arguments: list[str] = []
    if "partition by" in parts:
        keys = [expression(key, example) for key in split(parts["partition by"])]
        arguments.append(f"partition_by=[{', '.join(keys)}]")
    if "order by" in parts:
        keys = sort_keys(split(parts["order by"]), example)
        arguments.append(f"order_by=[{', '.join(keys)}]")
    return f"Window({', '.join(arguments)})"


def sort_keys(keys: Iterable[str], example: Example) -> list[str]:
    """Say the keys of an order in Python; where NULL goes is SQL's choice."""
    result: list[str] = []
    for key in keys:
        match = ORDER.fullmatch(key)
        if match is None:
            raise UntranslatableError
        ascending = (match[2] or "asc").lower() == "asc"
        nulls_first = (match[3] or ("last" if ascending else "first")).lower() == "first"
        result.append(
            f"{expression(match[1], example)}"
            f".sort(ascending={ascending}, nulls_first={nulls_first})"
        )
    return result


def quoted(text: str) -> str:
    """Write a text as a literal of Python, in double quotes where that needs no escapes."""
    literal = repr(text)
    if '"' not in text and "\\" not in text:
        literal = f'"{text}"' if text.isprintable() else literal
    return literal if ast.literal_eval(literal) == text else repr(text)
