"""Shows how far a build is, on stderr, where a person watches."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.progress import TaskID

# The engine's stages in words. A stage that is not listed shows its own name.
STAGES = {
    "scan": "Finding files",
    "extract": "Reading files",
    "link": "Resolving names",
    "write": "Writing tables",
    "verify": "Checking invariants",
    "bootstrap": "Making empty tables",
    "publish": "Publishing",
}


@contextmanager
def shown_progress(*, quiet: bool) -> Generator[Callable[[str, int, int | None], None] | None]:
    """Show the progress of a build while the block runs; nothing stays on the screen.

    Args:
        quiet: Show nothing.

    Yields:
        What to pass as `progress` of a build; `None` where nobody watches.
    """
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description:<19}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as display:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = display.add_task(STAGES.get(stage, stage), total=total)
            display.update(tasks[stage], completed=done, total=total)

        yield progress
