"""What one function says about itself, in the form that pages and accessors need."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import Any

KINDS = ("scalar", "aggregate", "window", "table")
SETTINGS = "codeanatomy_udf"


class DescriptionError(Exception):
    """What a function says about itself does not agree."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function.

    Attributes:
        name: Its name in SQL.
        description: What it is, in Markdown.
        types: The types that the signature names for it, none where the function decides by itself.
        required: A call has to have it.
        repeats: It stands for any number of arguments.
    """

    name: str
    description: str
    types: tuple[str, ...]
    required: bool
    repeats: bool

    @property
    def python_name(self) -> str:
        """The name in Python: the same, but for Python's keywords."""
        return f"{self.name}_" if keyword.iskeyword(self.name) else self.name


@dataclass(frozen=True)
class Description:
    """One function.

    Attributes:
        name: Its name.
        kind: scalar, aggregate, window or table.
        aliases: Its other names.
        section: The heading it belongs under.
        text: What it does, in Markdown.
        syntax: How it is called, first under its name, then in other ways.
        parameters: What it takes, in order.
        returns: The types of its results, as far as they are known without a call.
        types_are_examples: Whether the types are those of one call only, since the function itself
            decides what it takes.
        volatility: Whether equal arguments give equal results; `None` for tables.
        settings: The session settings that it reads, with their built-in values.
        example: A query with its result, in Markdown.
        related: Functions that a reader may want instead.
        tags: What it is about.
    """

    name: str
    kind: str
    aliases: tuple[str, ...]
    section: str
    text: str
    syntax: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...]
    types_are_examples: bool
    volatility: str | None
    settings: dict[str, str]
    example: str
    related: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def first_sentence(self) -> str:
        """The first sentence of the text."""
        return re.split(r"(?<=[.!?])\s", self.text, maxsplit=1)[0]

    def headline(self, room: int) -> str:
        """Say in one line what it does.

        Args:
            room: How many characters the line may have.

        Returns:
            The first sentence, or the most of its first clauses that fit.
        """
        sentence = self.first_sentence
        if len(sentence) <= room:
            return sentence
        ends = [found.start() for found in re.finditer(r"[,:;] ", sentence)]
        clauses = [sentence[:end] for end in ends if end < room]
        whole = [clause for clause in clauses if clause.count("(") == clause.count(")")]
        return f"{whole[-1]}." if whole else f"Calls `{self.name}`."


def descriptions(snapshot: dict[str, Any]) -> list[Description]:
    """Read every function of a registry snapshot.

    Args:
        snapshot: What `registry_snapshot` returns for a session with the library and nothing else.

    Returns:
        The functions by name.

    Raises:
        DescriptionError: A function has no documentation, or its documentation and its signature
            disagree.
    """
    return [describe(snapshot, name) for name in snapshot["custom_udfs"]]


def describe(snapshot: dict[str, Any], name: str) -> Description:
    """Read one function of a registry snapshot.

    Args:
        snapshot: The snapshot.
        name: The function's name.

    Raises:
        DescriptionError: It has no documentation, or documentation and signature disagree.
    """
    documentation = snapshot["documentation"].get(name)
    if documentation is None:
        raise DescriptionError(f"{name} has no documentation")
    settings = snapshot["config_defaults"].get(name, {})
    return Description(
        name=name,
        kind=next(kind for kind in KINDS if name in snapshot[kind]),
        aliases=tuple(snapshot["aliases"].get(name, ())),
        section=documentation["section"],
        text=" ".join(documentation["description"].split()),
        syntax=(documentation["syntax"], *documentation["alternative_syntax"]),
        parameters=tuple(parameters(snapshot, name)),
        returns=tuple(snapshot["return_types"].get(name, ())),
        types_are_examples=bool(snapshot["coerce_types"].get(name)),
        volatility=snapshot["volatility"].get(name),
        settings={f"{SETTINGS}.{setting}": value for setting, value in settings.items()},
        example=documentation["sql_example"] or "",
        related=tuple(documentation["related_udfs"]),
        tags=tuple(snapshot["rewrite_tags"].get(name, ())),
    )


def parameters(snapshot: dict[str, Any], name: str) -> list[Parameter]:
    """Read the parameters of a function.

    Args:
        snapshot: The snapshot.
        name: The function's name.

    Raises:
        DescriptionError: The documented syntax and the signature disagree on what is optional.
    """
    documentation = snapshot["documentation"][name]
    syntax = documentation["syntax"]
    arguments: list[tuple[str, str]] = documentation["arguments"]
    names = [argument for argument, _ in arguments]
    repeats = "..." in syntax
    required = len(names) - len(optional_names(syntax, names))
    # A function that decides by itself what it takes tells one of its calls only.
    calls: list[list[str]] = snapshot["signature_inputs"].get(name, [])
    if calls and not snapshot["coerce_types"][name]:
        shortest = min(len(call) for call in calls)
        # DataFusion's own documentation does not mark what is optional.
        if "datafusion" not in snapshot["rewrite_tags"].get(name, ()) and required != shortest:
            raise DescriptionError(
                f"{name}: by its syntax {syntax!r} a call has at least {required} arguments,"
                f" by its signature {shortest}; optional ones stand in brackets"
            )
        required = min(shortest, len(names))
    return [
        Parameter(
            name=argument,
            description=" ".join(text.split()),
            types=tuple(dict.fromkeys(call[position] for call in calls if position < len(call))),
            required=position < required,
            repeats=repeats and position == len(names) - 1,
        )
        for position, (argument, text) in enumerate(arguments)
    ]


def optional_names(syntax: str, names: list[str]) -> set[str]:
    """Find the names that stand in brackets where a documented syntax first has them.

    Args:
        syntax: For example `f(a[, b, c])`.
        names: The names of the parameters.
    """
    optional = set[str]()
    seen = set[str]()
    depth = 0
    for word in re.findall(r"\w+|[\[\]]", syntax.partition("(")[2]):
        if word in "[]":
            depth += 1 if word == "[" else -1
        elif word in names and word not in seen:
            seen.add(word)
            if depth > 0:
                optional.add(word)
    return optional
