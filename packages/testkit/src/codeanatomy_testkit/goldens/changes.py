"""What changed between a golden and what there is now, and whether it breaks anybody."""

# JSON may hold anything.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

Effect: TypeAlias = Literal["breaking", "compatible", "documentation"]
Json: TypeAlias = Any  # What JSON can hold.
MOST_SHOWN = 40


class Change(msgspec.Struct, frozen=True):
    """One change.

    Attributes:
        path: Where, from the name of the record or golden on, for example `Order.items[].price`.
        effect: `breaking` if a payload that was valid no longer is, or means something else;
            `compatible` if all of them are still read; `documentation` if only texts changed that
            nothing reads.
        what: What changed, for example `added optional field`.
    """

    path: str
    effect: Effect
    what: str

    def __str__(self) -> str:
        """Write it in one line."""
        return f"{self.effect}: {self.path}: {self.what}"


def compare_values(old: Json, new: Json, path: str = "$") -> list[Change]:
    """Compare two values of JSON.

    Args:
        old: The golden.
        new: What there is now.
        path: What they are called in the changes.

    Returns:
        A change for each place where they differ, in order; all of them are breaking, because
        nobody knows what readers of a plain value rely on.

    Examples:
        >>> [str(change) for change in compare_values({"a": [1, 2]}, {"a": [1, 3], "b": 0})]
        ['breaking: $.a[1]: 2 is now 3', 'breaking: $.b: added 0']
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        changes: list[Change] = []
        for name in [*old, *(name for name in new if name not in old)]:
            place = f"{path}.{name}"
            if name not in new:
                changes.append(Change(place, "breaking", f"removed {brief(old[name])}"))
            elif name not in old:
                changes.append(Change(place, "breaking", f"added {brief(new[name])}"))
            else:
                changes += compare_values(old[name], new[name], place)
        return changes
    if is_list(old) and is_list(new):
        changes = [
            change
            for place, (mine, other) in enumerate(zip(old, new, strict=False))
            for change in compare_values(mine, other, f"{path}[{place}]")
        ]
        if len(old) != len(new):
            changes.append(Change(path, "breaking", f"{len(old)} items are now {len(new)}"))
        return changes
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return []
    return [Change(path, "breaking", f"{brief(old)} is now {brief(new)}")]


def is_list(value: Json) -> bool:
    """Tell whether a value is a list, and not a text."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def brief(value: Json) -> str:
    """Write a value as JSON, cut off where it is long."""
    text = msgspec.json.encode(value).decode()
    most = 60
    return text if len(text) <= most else f"{text[:most]}…"


def listed(changes: Sequence[Change]) -> str:
    """Write changes, one a line, those that break something first."""
    order = ["breaking", "compatible", "documentation"]
    lines = [f"  {change}" for change in sorted(changes, key=lambda c: order.index(c.effect))]
    if len(lines) > MOST_SHOWN:
        lines[MOST_SHOWN:] = [f"  and {len(lines) - MOST_SHOWN} more"]
    return "\n".join(lines)
