"""The portable tier: the engine's functions in a session of a stock `datafusion`.

One call registers the scalar, aggregate and window functions of the native library, as PyCapsules
of DataFusion, in a session that runs on `datafusion`'s own library. It is for processes that can't
let the engine serve as `datafusion._internal`. It is chosen, never fallen back to: a capsule
carries less than the native tier has, and the report says what.

The package stands apart from `codeanatomy_engine`, whose import binds the engine, and loads the
same shared library under a module of its own.

Examples:
    In a process of its own, without `codeanatomy`:

    ```python
    from datafusion import SessionContext
    import codeanatomy_portable

    context = SessionContext()
    report = codeanatomy_portable.register(context)
    context.sql("select stable_id('module', 'json.decoder')").show()
    ```

    What is no session is refused, in whatever process:

    >>> import codeanatomy_portable
    >>> codeanatomy_portable.register("session")
    Traceback (most recent call last):
        ...
    TypeError: ctx must be a datafusion.SessionContext, got str
"""

from __future__ import annotations

import sys
import warnings
from importlib.machinery import ExtensionFileLoader, PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

# Beside this package, in the wheel as in the sources.
_ENGINE = Path(__file__).parents[1] / "codeanatomy_engine"


def _load(name: str, spec: ModuleSpec | None) -> None:
    """Load a file of the engine as a module of this package."""
    if spec is None or spec.loader is None:
        raise ImportError(f"{_ENGINE} holds no {name}: the engine is not compiled", name=name)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)


def _errors() -> ModuleSpec | None:
    """Find the tree of exceptions, whose own package binds the engine when it is imported."""
    return spec_from_file_location(f"{__name__}.errors", _ENGINE / "errors.py")


def _library() -> ModuleSpec | None:
    """Find this tier's module in the file of the engine's library."""
    engine = PathFinder.find_spec("_engine", [str(_ENGINE)])
    if engine is None or engine.origin is None:
        return None
    name = f"{__name__}._portable"
    return spec_from_file_location(
        name, engine.origin, loader=ExtensionFileLoader(name, engine.origin)
    )


_load("errors", _errors())
_load("_portable", _library())

# Loaded above; no file has these names.
# pyright: reportMissingModuleSource=false
from codeanatomy_portable import errors  # noqa: E402
from codeanatomy_portable._portable import build_info, register, with_settings  # noqa: E402

__all__ = ["__version__", "build_info", "errors", "register", "with_settings"]

_build = build_info()
__version__: str = _build["engine"]

if _build["profile"] != "release":
    warnings.warn(
        "codeanatomy_portable is built in the debug profile: "
        "nothing measured on it means anything\n"
        "hint: install a release wheel, or silence this in test runs with the filter "
        "'ignore:.*debug profile.*:RuntimeWarning'",
        RuntimeWarning,
        stacklevel=2,
    )
