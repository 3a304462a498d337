"""Says which mutation every failure of a run is due to: the one that makes it fail alone too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from repository.triage_corpus.running import outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree import ElementTree as ET

# (class name, name, failure or error): pytest gives a case of its own to an error after a failure.
Key = tuple[str, str, str]
Texts = dict[Key, str]


@dataclass(frozen=True)
class Labels:
    """The labels of a run.

    Attributes:
        names: One a failure in the order of the document: the mutation, or None.
        ambiguous: How many have None, because several mutations make them fail in the same way, or
            only all together do.
    """

    names: tuple[str | None, ...]
    ambiguous: int


def failures(document: ET.Element) -> Iterator[tuple[Key, ET.Element]]:
    """Yield the failures of a document in their order."""
    for case in document.iter("testcase"):
        for child in outcomes(case):
            key = (case.get("classname", ""), case.get("name", ""), child.tag)
            yield key, child


def texts(document: ET.Element) -> Texts:
    """Return what each failure says, less what differs from run to run."""
    return {key: stable(child) for key, child in failures(document)}


def stable(element: ET.Element) -> str:
    """Return the last lines of a failure with numbers masked: where it was raised, and what."""
    text = (element.text or "").strip()
    raised = [line for line in text.splitlines() if line.startswith("E ")] or [text[-300:]]
    place = text.splitlines()[-1:] if text else []
    return re.sub(r"0x[0-9a-f]+|\d+", "0", "\n".join([*raised[-3:], *place]))


def label(document: ET.Element, alone: Mapping[str, Texts], broken: Texts) -> Labels:
    """Label a run.

    Args:
        document: The run.
        alone: By mutation, what fails where it alone is applied.
        broken: What fails where nothing is applied; has no label anywhere.
    """
    names: list[str | None] = []
    for key, element in failures(document):
        suspects = [name for name, fails in alone.items() if key in fails and key not in broken]
        if len(suspects) > 1:
            said = stable(element)
            suspects = [name for name in suspects if alone[name][key] == said]
        names.append(suspects[0] if len(suspects) == 1 else None)
    return Labels(tuple(names), names.count(None))
