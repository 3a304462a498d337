"""`codeanatomy version`: the versions of CodeAnatomy, its engine and what the engine is made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from codeanatomy import __version__
from codeanatomy._native import build_info, plugin_abi

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Run the command.

    Args:
        options: `format`.

    Returns:
        The exit code.
    """
    abi, engine = plugin_abi(), build_info()
    versions = {
        "schema": "codeanatomy.version/1",
        "codeanatomy": __version__,
        "plugin_abi": abi,
        "engine": engine,
    }
    if options.format == "json":
        print(json.dumps(versions, indent=2))
        return 0
    print(f"codeanatomy {__version__}")
    print(f"plugin ABI {abi['major']}.{abi['minor']}")
    for name, value in {**engine, "features": ", ".join(engine["features"])}.items():
        print(f"{name.replace('_', '-')} {value}")
    return 0
