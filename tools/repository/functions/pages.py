"""Writes the page of each function and the page that lists them all."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from repository.functions.description import Description, Parameter

WIDTH = 100
NOTE = "<!-- Written by tools/functions from what the engine says. Do not edit. -->"


def page(function: Description, names: set[str]) -> str:
    """Write the page of one function.

    Args:
        function: The function.
        names: The functions that have a page.

    Returns:
        The text of `docs/functions/NAME.md`.
    """
    parts = [front_matter(function), NOTE, f"# {function.name}", wrap(function.text)]
    calls = "\n".join(dict.fromkeys(function.syntax))
    parts.append(f"## Call\n\n```sql\n{calls}\n```")
    if function.kind != "table":
        parts.append(
            f"In Python, `codeanatomy.functions.{function.name}` makes a `datafusion.Expr` of it."
        )
    if function.parameters:
        lines = [
            item(f"`{each.name}`{note(each)}: {each.description}") for each in function.parameters
        ]
        parts.append("## Arguments\n\n" + "\n".join(lines))
    if function.settings:
        lines = [
            item(f"`{setting}`: `{value}`, unless the session says otherwise")
            for setting, value in function.settings.items()
        ]
        parts.append("## Settings\n\n" + "\n".join(lines))
    if function.example:
        parts.append(f"## Example\n\n{function.example.strip()}")
    if function.related:
        lines = [item(link(name, names)) for name in function.related]
        parts.append("## Related\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def index(functions: Iterable[Description]) -> str:
    """Write the page that lists the functions by section.

    Args:
        functions: All of them.

    Returns:
        The text of `docs/functions/index.md`.
    """
    sections: dict[str, list[Description]] = {}
    for function in functions:
        sections.setdefault(function.section, []).append(function)
    parts = [
        NOTE,
        "# The functions",
        wrap(
            "What sessions of `codeanatomy.connect` and `codeanatomy sql` have beside the"
            " functions of DataFusion. `select * from udf_registry()` and `select * from"
            " udf_docs()` tell the same in SQL, and `codeanatomy.functions` has a typed accessor"
            " for each but the table functions."
        ),
    ]
    for section, members in sorted(sections.items()):
        lines = [
            item(
                f"[{function.name}]({function.name}.md){also(function)}: {function.headline(WIDTH)}"
            )
            for function in sorted(members, key=lambda function: function.name)
        ]
        parts.append(f"## {section}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def front_matter(function: Description) -> str:
    """Write what programs read of a page: YAML whose values are written as JSON."""
    fields = {
        "name": function.name,
        "kind": function.kind,
        "aliases": function.aliases,
        "returns": function.returns,
        "types_are_examples": function.types_are_examples,
        "volatility": function.volatility,
        "settings": function.settings,
        "section": function.section,
        "tags": function.tags,
        "related": function.related,
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    listed = [f"  - {json.dumps(parameter_fields(each))}" for each in function.parameters]
    lines.insert(3, "\n".join(["parameters:", *listed]) if listed else "parameters: []")
    return "\n".join(["---", *lines, "---"])


def parameter_fields(parameter: Parameter) -> dict[str, object]:
    """Lay out one parameter for the front matter."""
    return {
        "name": parameter.name,
        "types": parameter.types,
        "required": parameter.required,
        "repeats": parameter.repeats,
    }


def note(parameter: Parameter) -> str:
    """Say what a call need not have or may have more of."""
    notes = [
        text
        for text, holds in (
            ("optional", not parameter.required),
            ("any number of them", parameter.repeats),
        )
        if holds
    ]
    return f" ({', '.join(notes)})" if notes else ""


def also(function: Description) -> str:
    """Name the aliases of a function in a list."""
    names = ", ".join(f"`{alias}`" for alias in function.aliases)
    return f" ({names})" if names else ""


def link(name: str, names: set[str]) -> str:
    """Link to a page, or name a function of DataFusion, which has none."""
    return f"[{name}]({name}.md)" if name in names else f"`{name}` of DataFusion"


def wrap(text: str, *, indent: str = "") -> str:
    """Break a text into lines.

    Args:
        text: One paragraph.
        indent: What each line but the first starts with.
    """
    return textwrap.fill(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def item(text: str) -> str:
    """Write an item of a list."""
    return wrap(f"- {text}", indent="  ")
