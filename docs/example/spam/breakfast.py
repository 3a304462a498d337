"""Breakfast."""

from __future__ import annotations

from spam.egg import Egg


def main(guests: list[str]) -> list[str]:
    """Make an egg for everybody."""
    egg = Egg()
    return [guest.upper() + ": " + egg.boil(5) for guest in guests]
