"""The functions' pages on the site: facts and arguments as tables, queries apart from results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
ARGUMENTS = re.compile(r"(?<=\n## Arguments\n\n)(?:[- ] .*\n)+")
ARGUMENT = re.compile(r"- `(?P<name>\w+)`(?: \((?P<note>[^)]*)\))?: (?P<text>.*)", re.DOTALL)
EXAMPLE = re.compile(r"(?<=\n## Example\n\n)```sql\n(.*?)```", re.DOTALL)
ENTRY = re.compile(r"^- \[\w+\]\((\w+)\.md\)[^:]*: ((?:.+\n)(?:  .+\n)*)", re.MULTILINE)


def facts(text: str) -> dict[str, Any]:
    """Read what a page says for programs.

    Args:
        text: The text of the page.
    """
    found = FRONT_MATTER.match(text)
    if found is None:
        raise ValueError("the page of a function starts with its facts between lines of ---")
    return cast("dict[str, Any]", yaml.safe_load(found.group(1)))


def function_page(text: str) -> str:
    """Lay out the page of one function.

    Args:
        text: The page as it is in `docs/functions`.

    Returns:
        The page with a table of facts before its first section, a table of its arguments with
        their types, and its example as queries and results that can be copied apart.
    """
    known = facts(text)
    before, heading, after = text.partition("\n## Call\n")
    text = f"{before}\n{fact_table(known)}{heading}{after}"
    text = ARGUMENTS.sub(lambda found: argument_table(found.group(), known), text)
    return EXAMPLE.sub(lambda found: example(found.group(1)), text)


def fact_table(known: dict[str, Any]) -> str:
    """Write what holds for the whole function."""
    examples = ", for example " if known["types_are_examples"] else ""
    returns = " or ".join(f"`{each}`" for each in known["returns"])
    rows = [
        ("Kind", known["kind"]),
        ("Also called", ", ".join(f"`{each}`" for each in known["aliases"])),
        ("Returns", f"what its arguments ask for{examples}{returns}" if examples else returns),
        ("Volatility", known["volatility"]),
        ("Tags", ", ".join(known["tags"])),
    ]
    return table(("Group", known["section"]), [row for row in rows if row[1]])


def argument_table(listed: str, known: dict[str, Any]) -> str:
    """Write the arguments with their types.

    Args:
        listed: The list of arguments of the page.
        known: The facts of the page, which have the types.
    """
    types = {each["name"]: each["types"] for each in known["parameters"]}
    rows: list[tuple[str, ...]] = []
    for entry in re.split(r"\n(?=- )", listed.strip()):
        found = ARGUMENT.fullmatch(entry)
        if found is None:
            raise ValueError(f"{known['name']} has an argument that is written otherwise: {entry}")
        taken = ", ".join(f"`{each}`" for each in types[found["name"]])
        note = f"*{found['note']}.* " if found["note"] else ""
        rows.append((f"`{found['name']}`", taken, note + " ".join(found["text"].split())))
    if not any(row[1] for row in rows):
        rows = [(name, text) for name, _, text in rows]
        return table(("Argument", "Meaning"), rows)
    head = "For example" if known["types_are_examples"] else "Types"
    return table(("Argument", head, "Meaning"), rows)


def example(session: str) -> str:
    """Write queries and their results as blocks of their own.

    Args:
        session: Queries, each with a prompt and a semicolon, and what each prints.
    """
    blocks: list[tuple[str, list[str]]] = []
    for line in session.splitlines():
        language = "text" if line[:1] in {"+", "|"} else "sql"
        if not blocks or blocks[-1][0] != language:
            blocks.append((language, []))
        blocks[-1][1].append(line.removeprefix("> "))
    return "\n\n".join(f"```{language}\n{chr(10).join(lines)}\n```" for language, lines in blocks)


def function_index(text: str, pages: dict[str, dict[str, Any]]) -> str:
    """Lay out the list of functions as one table, whose columns the reader sorts.

    Args:
        text: The page as it is in `docs/functions`, with a list a group.
        pages: The facts of each function, by its name.

    Returns:
        The page with a table in the place of the lists, by group and name.
    """
    sayings = {name: " ".join(saying.split()) for name, saying in ENTRY.findall(text)}
    if sayings.keys() != pages.keys():
        raise ValueError(f"the list and the pages differ: {sorted(sayings.keys() ^ pages.keys())}")
    rows = [
        (f"[{name}]({name}.md)", known["section"], known["kind"], sayings[name])
        for name, known in sorted(pages.items(), key=lambda item: (item[1]["section"], item[0]))
    ]
    return (
        text.partition("\n## ")[0]
        + "\nClick the head of a column to sort by it.\n\n```{rst-class} sortable\n```\n\n"
        + table(("Function", "Group", "Kind", "What it does"), rows)
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table in Markdown.

    Args:
        head: The heads of the columns.
        rows: The cells of each row.
    """
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n" for cells in lines
    )
