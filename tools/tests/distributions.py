"""Asks the environment of the tests which distributions it has."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def installed(distribution: str) -> bool:
    """Tell whether a distribution is there, in any version."""
    try:
        return bool(version(distribution))
    except PackageNotFoundError:
        return False
