"""Where tables are printed that programs may read by lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDE = 10_000


def line_console() -> Console:
    """Return what prints tables on stdout; a program that reads the lines wants each whole."""
    width = None if sys.stdout.isatty() else WIDE
    return Console(highlight=False, markup=False, emoji=False, width=width)


def grid(header: tuple[str, ...] | None, rows: Iterable[Iterable[object]]) -> Table:
    """Lay rows out as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=header is not None)
    for name in header or ("", ""):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) for value in row))
    return table
