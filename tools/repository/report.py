"""What a run of the gate leaves as JSON, for programs that read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from repository.step import counts

if TYPE_CHECKING:
    from pathlib import Path

    from repository.step import Result

SCHEMA = "codeanatomy-tools/gate/1"


def write_json(file: Path, results: list[Result], about: dict[str, object]) -> None:
    """Write a run.

    Args:
        file: Where to; the folders above it are made.
        results: In the order in which the steps ran.
        about: Further fields at the top, such as the mode.
    """
    count = counts(results)
    document = {
        "schema": SCHEMA,
        **about,
        "passed": count["passed"],
        "failed": count["failed"],
        "not_run": count["not run"],
        "seconds": round(sum(result.seconds for result in results), 3),
        "steps": [
            {
                "name": result.step.name,
                "purpose": result.step.purpose,
                "command": result.step.command,
                "outcome": result.outcome,
                "seconds": round(result.seconds, 3),
                "saw": result.saw or None,
                "log": None if result.log is None else str(result.log),
            }
            for result in results
        ],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
