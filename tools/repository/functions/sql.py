"""Takes the queries of documented examples apart, as far as that needs no parser of SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

HIDDEN = "\0"
OPENING = "([{"
CLOSING = ")]}"
CLAUSES = ("from", "group by", "order by", "limit")
ITEM = re.compile(
    r"(?P<name>\w+)\((?P<arguments>\0*)\)"
    r"(?:\s+over\s*\((?P<over>\0*)\))?"
    r"(?:\s+as\s+(?P<alias>\w+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Call:
    """A call in the list of a `select`.

    Attributes:
        name: The function.
        arguments: Its arguments as text.
        over: What the parentheses behind `over` hold, `None` without any.
        alias: The name of the column; `None` without any.
    """

    name: str
    arguments: tuple[str, ...]
    over: str | None
    alias: str | None


@dataclass(frozen=True)
class Query:
    """A query in its parts.

    Attributes:
        items: What it selects: calls, and anything else as text.
        source: What follows `from`, with the condition; `None` without any.
        groups: The expressions of `group by`.
        order: The expressions of `order by`.
    """

    items: tuple[Call | str, ...]
    source: str | None
    groups: tuple[str, ...]
    order: tuple[str, ...]


def first_query(example: str) -> str:
    """Return the first query of a documented example, without the semicolon.

    Args:
        example: The example: lines of queries that start with `> `, each with its result.
    """
    lines: list[str] = []
    for line in example.splitlines():
        if line.startswith(("|", "+")):
            break
        if not line.startswith("```"):
            lines.append(line.removeprefix("> "))
    return " ".join(lines).strip().removesuffix(";")


def visible(text: str) -> str:
    """Hide what is quoted or nested, so that the rest can be searched; positions stay.

    Args:
        text: A piece of SQL.

    Returns:
        The text with NUL for each character that is inside of quotes, parentheses, brackets or
        braces. The outermost delimiters stay.
    """
    result: list[str] = []
    depth = 0
    quote = ""
    for character in text:
        outside = depth == 0 and not quote
        if quote:
            quote = "" if character == quote else quote
            outside = depth == 0 and not quote
        elif character in "'\"":
            quote = character
        elif character in OPENING:
            depth += 1
        elif character in CLOSING:
            depth -= 1
            outside = depth == 0
        result.append(character if outside else HIDDEN)
    return "".join(result)


def split(text: str) -> tuple[str, ...]:
    """Split a list at its commas, not at those that are quoted or nested.

    Args:
        text: The list.

    Returns:
        The items without the white space around them.
    """
    if not text.strip():
        return ()
    items: list[str] = []
    start = 0
    for found in re.finditer(",", visible(text)):
        items.append(text[start : found.start()].strip())
        start = found.end()
    return (*items, text[start:].strip())


def parts_of(text: str, keywords: tuple[str, ...]) -> dict[str, str]:
    """Cut a text at keywords.

    Args:
        text: A piece of SQL.
        keywords: In lower case.

    Returns:
        What follows each keyword that is there, and under the empty keyword what precedes them.
    """
    pattern = "|".join(keyword.replace(" ", r"\s+") for keyword in keywords)
    found = re.finditer(rf"\b(?:{pattern})\b", visible(text).lower())
    parts: dict[str, str] = {}
    keyword, start = "", 0
    for match in found:
        parts[keyword] = text[start : match.start()].strip()
        keyword, start = " ".join(match[0].split()), match.end()
    parts[keyword] = text[start:].strip()
    return parts


def parse(query: str) -> Query | None:
    """Take a query apart.

    Args:
        query: One `select`.

    Returns:
        Its parts; `None` if it is no plain `select`.
    """
    if not re.match(r"select\s", query, re.IGNORECASE):
        return None
    parts = parts_of(query[len("select") :], CLAUSES)
    return Query(
        items=tuple(call_of(item) or item for item in split(parts[""])),
        source=parts.get("from"),
        groups=split(parts.get("group by", "")),
        order=split(parts.get("order by", "")),
    )


def call_of(item: str) -> Call | None:
    """Read an item of a `select` as a call; `None` if it is something else."""
    match = ITEM.fullmatch(visible(item))
    if match is None:
        return None
    over = None if match["over"] is None else item[slice(*match.span("over"))]
    arguments = split(item[slice(*match.span("arguments"))])
    return Call(match["name"], arguments, over, match["alias"])
