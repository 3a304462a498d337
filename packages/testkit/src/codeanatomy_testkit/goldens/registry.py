"""The records of a package: every type that may cross a boundary, found by walking its modules."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from types import ModuleType


def record_types(package: ModuleType) -> list[type[msgspec.Struct]]:
    """List the public records that a package defines.

    Args:
        package: An imported package; all its modules are imported whose names do not start with
            `_`.

    Returns:
        The subclasses of `msgspec.Struct` that these modules define, sorted by module and name;
        those without fields, the bases of others, and those whose names start with `_` are none.

    Examples:
        >>> import codeanatomy
        >>> "BuildInfo" in [record.__name__ for record in record_types(codeanatomy)]
        True
    """
    names = [info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    public = [name for name in names if not any(part[0] == "_" for part in name.split("."))]
    modules = [package, *(import_module(name) for name in public)]
    found = {
        f"{value.__module__}.{value.__qualname__}": value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, msgspec.Struct)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
        and value.__struct_fields__
    }
    return [found[name] for name in sorted(found)]
