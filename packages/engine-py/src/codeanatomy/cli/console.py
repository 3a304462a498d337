"""Where tables are printed that programs may read by lines."""

from __future__ import annotations

import sys

from rich.console import Console

WIDE = 10_000


def line_console() -> Console:
    """Return what prints tables on stdout; a program that reads the lines wants each whole."""
    width = None if sys.stdout.isatty() else WIDE
    return Console(highlight=False, markup=False, emoji=False, width=width)
