"""The reference of Python names: which of them it shows, where, and Markdown in docstrings."""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from astroid import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OURS = ("codeanatomy", "codeanatomy_engine", "codeanatomy_portable", "codeanatomy_testkit")
# Each is documented as a whole: what it takes from modules below itself is part of it.
DOCUMENTED = frozenset(
    {
        *OURS,
        "codeanatomy.contracts",
        "codeanatomy.datasets",
        "codeanatomy.delta",
        "codeanatomy.errors",
        "codeanatomy.functions",
        "codeanatomy.graph",
        "codeanatomy.profile",
        "codeanatomy.session",
        "codeanatomy.user_functions",
        "codeanatomy_engine.early_binding",
        "codeanatomy_testkit.fixtures",
        "codeanatomy_testkit.goldens",
        "codeanatomy_testkit.native",
        "codeanatomy_testkit.plans",
        "codeanatomy_testkit.plugin",
        "codeanatomy_testkit.results",
        "codeanatomy_testkit.triage",
        "codeanatomy_testkit.triage.errors",
        "codeanatomy_testkit.triage.records",
        "codeanatomy_testkit.triage.run",
        "codeanatomy_testkit.udf_cases",
    }
)
FENCE = re.compile(r"^([ \t]*)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
RAISES = re.compile(r":raises (\w+): (.*)")
ATTRIBUTE = re.compile(r":ivar (\w+):")


def is_ours(node: nodes.NodeNG, package_name: str) -> bool:
    """Tell whether a statement imports names of one of our packages.

    Args:
        node: The statement.
        package_name: The package that has the statement: it may be any.
    """
    del package_name
    return isinstance(node, nodes.ImportFrom) and (node.modname or "").partition(".")[0] in OURS


def is_documented(name: str) -> bool:
    """Tell whether the reference has a page of a module.

    Args:
        name: The module's full name.
    """
    return name in DOCUMENTED


def documented_names(name: str) -> list[str]:
    """Say under which names something may be documented that has no entry under its own.

    Args:
        name: A full name, for example `codeanatomy.delta.table.DeltaTable`, whose module has no
            page, or `codeanatomy.connect`, which is loaded when it is first used.

    Returns:
        The last part of the name in each module with a page: those above it come first, the nearest
        before all, then the others of its package. Nothing if the name is not ours.
    """
    parts = name.split(".")
    if parts[0] not in OURS:
        return []
    above = [".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]
    others = sorted(module for module in DOCUMENTED if module.startswith(f"{parts[0]}."))
    modules = dict.fromkeys([*filter(is_documented, above), *others])
    return [f"{module}.{parts[-1]}" for module in modules]


def is_public(name: str) -> bool:
    """Tell whether no part of a name is private."""
    return not any(part.startswith("_") for part in name.split("."))


def restructured(docstring: str) -> str:
    """Write the blocks of code of a docstring as Sphinx reads them.

    Args:
        docstring: Text that may have blocks between fences.
    """

    def directive(found: re.Match[str]) -> str:
        indent, language, code = found.groups()
        body = textwrap.indent(textwrap.dedent(code), f"{indent}    ")
        return f"{indent}.. code-block:: {language}\n\n{body}"

    return FENCE.sub(directive, docstring)


def with_types(lines: Iterable[str], types: Mapping[str, str | None]) -> list[str]:
    """Say of which type the attributes of a class are.

    Args:
        lines: The docstring, in which each attribute is a field.
        types: The annotation of each attribute, by its name.
    """
    result: list[str] = []
    for line in lines:
        found = ATTRIBUTE.match(line)
        known = types.get(found.group(1)) if found else None
        if found and known:
            result.append(f":vartype {found.group(1)}: {known}")
        result.append(line)
    return result


def with_errors_as_text(lines: Iterable[str]) -> list[str]:
    """Write the errors of a module as paragraphs, since what is no function has no fields.

    Args:
        lines: The docstring, in which each error is a field, with further lines indented.
    """
    result: list[str] = []
    inside = False
    for line in lines:
        found = RAISES.match(line)
        if found:
            result += ["", f"Raises :py:obj:`{found.group(1)}`: {found.group(2)}"]
        else:
            result.append(line.strip() if inside and line.startswith(" ") else line)
        inside = found is not None or (inside and line.startswith(" "))
    return result
