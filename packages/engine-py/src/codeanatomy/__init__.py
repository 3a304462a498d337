"""CodeAnatomy: Python repositories as a code property graph that SQL can query.

`Graph`, `build` and `open_graph` are those of `codeanatomy.graph`, `connect` is that of
`codeanatomy.session`; the other names are modules.

Names are loaded when they are first used, so that `import codeanatomy` itself loads nothing: no
engine, no DataFusion, no pyarrow. It must come before `import datafusion`, which from then on runs
on the engine, and does so at no cost.

Examples:
    >>> import codeanatomy
    >>> graph = codeanatomy.build("example", "graph")
    >>> query = "select name from py_defs where def_kind = 'class'"
    >>> graph.sql(query).to_pydict()
    {'name': ['Egg']}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import codeanatomy_engine_binding

if TYPE_CHECKING:
    from codeanatomy import contracts, datasets, delta, errors, functions, session
    from codeanatomy.graph import Graph, build, open_graph
    from codeanatomy.session import connect

__all__ = [
    "Graph",
    "__version__",
    "build",
    "connect",
    "contracts",
    "datasets",
    "delta",
    "errors",
    "functions",
    "open_graph",
    "session",
]

__version__ = "0.1.0"

codeanatomy_engine_binding.bind()


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    # Each name is imported by a statement, where the import fences see it.
    match name:
        case "Graph" | "build" | "open_graph":
            import codeanatomy.graph as module  # noqa: PLC0415
        case "connect" | "session":
            import codeanatomy.session as module  # noqa: PLC0415
        case "contracts":
            import codeanatomy.contracts as module  # noqa: PLC0415
        case "datasets":
            import codeanatomy.datasets as module  # noqa: PLC0415
        case "delta":
            import codeanatomy.delta as module  # noqa: PLC0415
        case "errors":
            import codeanatomy.errors as module  # noqa: PLC0415
        case "functions":
            import codeanatomy.functions as module  # noqa: PLC0415
        case _:
            raise AttributeError(f"module 'codeanatomy' has no attribute '{name}'")
    value = module if module.__name__ == f"{__name__}.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
