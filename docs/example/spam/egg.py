"""Eggs."""

from __future__ import annotations


class Egg:
    """An egg."""

    def boil(self, minutes: int) -> str:
        """Boil the egg for some minutes."""
        return "boiled for " + str(minutes)
