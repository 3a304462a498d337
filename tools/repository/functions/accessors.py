"""Writes the typed accessors: one function of Python for each function that expressions call."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from repository.functions.description import Description, Parameter

WIDTH = 100
NOTE = "# Written by tools/functions from what the engine says. Do not edit."
INDENT = " " * 4
USE = {
    "scalar": "The call as an expression.",
    "aggregate": "The call as an expression, for `DataFrame.aggregate` or with `.over(…)`.",
    "window": "The call as an expression, which needs a window: `.over(Window(…))`.",
}


def modules(
    functions: Sequence[Description], examples: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Write the modules, one a section, and the package that has all of their names.

    Args:
        functions: The functions that expressions call.
        examples: The lines of each function's example.

    Returns:
        The text of each file, by its name. It still has to be formatted.
    """
    sections: dict[str, list[Description]] = {}
    for function in sorted(functions, key=lambda function: natural(function.name)):
        sections.setdefault(function.section, []).append(function)
    files = {
        f"{module_name(section)}.py": module(section, members, examples)
        for section, members in sections.items()
    }
    files["__init__.py"] = package(sections)
    return files


def module_name(section: str) -> str:
    """Return the name of a section's module."""
    return re.sub(r"\W+", "_", section.lower())


def natural(name: str) -> list[str | int]:
    """Make the key that sorts numbers in names as numbers."""
    return [int(part) if part.isdigit() else part.lower() for part in re.split(r"(\d+)", name)]


def package(sections: Mapping[str, Sequence[Description]]) -> str:
    """Write the package."""
    imports = [
        f"from codeanatomy.functions.{module_name(section)} import"
        f" ({', '.join(function.name for function in members)},)"
        for section, members in sorted(sections.items(), key=lambda entry: natural(entry[0]))
    ]
    names = sorted(
        (function.name for members in sections.values() for function in members), key=natural
    )
    listed = "\n".join(f'    "{name}",' for name in names)
    opening = '''"""The library's functions as expressions of `datafusion`, one typed accessor each.

A `datafusion.Expr` is taken as it is. Any other value is a constant, a `str` too: the text `"name"`
is no column, `col("name")` is one. What a function takes is checked when the expression is planned.
An optional argument that is `None` is left out, also where a later one is given; the functions that
DataFusion brings take a later one only with all before it. The expressions hold the functions
themselves, so that they work in every session.

Examples:
    >>> import codeanatomy
    >>> from codeanatomy import functions
    >>> from datafusion import col
    >>> frame = codeanatomy.connect().sql("select 'json' as name")
    >>> frame.select(functions.stable_id("module", col("name")).alias("id")).to_pylist()
    [{'id': 'module:bc7d68cf65d345bef36a8b0ecea359b3'}]
"""
'''
    body = "\n".join(imports)
    future = "from __future__ import annotations"
    return f"{opening}\n{NOTE}\n{future}\n\n{body}\n\n__all__ = [\n{listed}\n]\n"


def module(
    section: str, members: Sequence[Description], examples: Mapping[str, Sequence[str]]
) -> str:
    """Write the module of one section."""
    listed = "\n".join(f'    "{function.name}",' for function in members)
    taken = any(function.parameters for function in members)
    argument_type = "\n    from codeanatomy.functions._call import Argument\n" if taken else ""
    head = f'''"""{section} as expressions; see `codeanatomy.functions`."""

{NOTE}
from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.functions._call import call

if TYPE_CHECKING:
    from datafusion import Expr
{argument_type}
__all__ = [
{listed}
]
'''
    return "\n\n".join([head, *(accessor(each, examples[each.name]) for each in members)])


def accessor(function: Description, example: Sequence[str]) -> str:
    """Write the accessor of one function."""
    documentation = textwrap.indent(docstring(function, example), INDENT)
    return (
        f"def {function.name}({signature(function.parameters)}) -> Expr:\n"
        f"{documentation}\n"
        f"{INDENT}return call({arguments(function)})\n"
    )


def signature(parameters: Sequence[Parameter]) -> str:
    """Write what an accessor takes: what may be left out by its name only."""
    texts: list[str] = []
    by_name = False
    for parameter in parameters:
        name = parameter.python_name
        if parameter.repeats:
            texts.append(f"*{name}: Argument")
            by_name = True
        elif parameter.required:
            texts.append(f"{name}: Argument")
        else:
            texts.extend([] if by_name else ["*"])
            texts.append(f"{name}: Argument = None")
            by_name = True
    return ", ".join(texts)


def arguments(function: Description) -> str:
    """Write what an accessor hands over."""
    texts = [f'"{function.name}"']
    optional: list[str] = []
    for parameter in function.parameters:
        if parameter.repeats:
            texts.append(f"*{parameter.python_name}")
        elif parameter.required:
            texts.append(parameter.python_name)
        else:
            optional.append(parameter.python_name)
    if optional:
        # Without the comma that the formatter would break the line at.
        listed = ", ".join(optional) + ("," if len(optional) == 1 else "")
        texts.append(f"optional=({listed})")
        if len(optional) > 1 and "datafusion" in function.tags:
            texts.append("null_is_left_out=False")
    return ", ".join(texts)


def docstring(function: Description, example: Sequence[str]) -> str:
    """Write the docstring of an accessor, in Google's style."""
    summary, rest = opening(function)
    parts = [summary]
    if rest:
        parts.append(wrap(rest))
    if function.parameters:
        lines = [wrap(argument(each), INDENT) for each in function.parameters]
        parts.append("Args:\n" + "\n".join(lines))
    returns = USE[function.kind]
    if function.returns:
        known = "is, for example," if function.types_are_examples else "is"
        returns = f"{returns} Its type {known} {alternatives(function.returns)}."
    parts.extend(
        [
            f"Returns:\n{wrap(INDENT + returns, '')}",
            "Examples:\n" + textwrap.indent("\n".join(example), INDENT),
        ]
    )
    text = "\n\n".join(parts)
    start = 'r"""' if "\\" in text else '"""'
    return f'{start}{text}\n"""'


def opening(function: Description) -> tuple[str, str]:
    """Choose what fits the first line of a docstring; the rest follows below."""
    headline = function.headline(WIDTH - len(INDENT) - len('r"""'))
    if headline == function.first_sentence:
        return headline, function.text.removeprefix(headline).strip()
    return headline, function.text


def argument(parameter: Parameter) -> str:
    """Describe one argument."""
    star = "*" if parameter.repeats else ""
    return f"{INDENT}{star}{parameter.python_name}: {parameter.description}"


def alternatives(types: Sequence[str]) -> str:
    """Name one of several types."""
    named = [f"`{each}`" for each in types]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"


def allow_long_lines(text: str) -> str:
    """Say of docstrings with longer lines that they may be so: what is shown can't be broken.

    Args:
        text: A module, formatted.
    """
    lines = text.splitlines()
    is_long = False
    for number, line in enumerate(lines):
        if line.strip() == '"""':
            lines[number] += "  # noqa: E501" if is_long else ""
            is_long = False
        is_long = is_long or len(line) > WIDTH
    return "\n".join(lines) + "\n"


def wrap(text: str, indent: str = "") -> str:
    """Break a paragraph into lines that fit a docstring.

    Args:
        text: The paragraph; how far its first line is indented is kept.
        indent: What the other lines are indented by beyond that.
    """
    first = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        text.strip(),
        WIDTH - len(INDENT),
        initial_indent=first,
        subsequent_indent=first + indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
