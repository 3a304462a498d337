"""Makes the engine's library serve as `datafusion._internal`, without loading the engine yet.

The Python code of `datafusion` stays as it is; only its native module is found in the engine. This
package stands apart from `codeanatomy_engine`, whose import loads the engine, and imports next to
nothing: it runs whenever `codeanatomy` is imported and, with early binding, whenever an interpreter
starts.

Examples:
    >>> import codeanatomy_engine_binding
    >>> codeanatomy_engine_binding.bind()
    >>> import datafusion
    >>> from codeanatomy_engine import _engine
    >>> datafusion._internal.__file__ == _engine.__file__
    True
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

MODULE = "datafusion._internal"


class NativeModuleFinder:
    """Finds `datafusion._internal` in the engine's library, and nothing else."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG004
        target: ModuleType | None = None,  # noqa: ARG004
    ) -> ModuleSpec | None:
        """Find the module.

        Args:
            name: The full name of the module to find.
            path: Where its package would look; not needed.
            target: Not needed.

        Returns:
            The module in the engine's library, or `None` for any other name.

        Raises:
            SessionContextContractError: The installed `datafusion` is not the one that the engine
                is built for.
        """
        if name != MODULE:
            return None
        # Importing the engine checks that it fits the datafusion that asks for its native part.
        from importlib.machinery import ExtensionFileLoader  # noqa: PLC0415
        from importlib.util import spec_from_file_location  # noqa: PLC0415

        from codeanatomy_engine import _engine  # noqa: PLC0415

        loader = ExtensionFileLoader(name, _engine.__file__)
        return spec_from_file_location(name, _engine.__file__, loader=loader)


def bind() -> None:
    """Let the finder answer before all others. Binding twice is binding once.

    Raises:
        SessionContextContractError: `datafusion` was imported before, on another library.
    """
    if MODULE in sys.modules:
        # Too late to decide; whether it is the engine's is for the engine to check.
        from codeanatomy_engine import _engine  # noqa: PLC0415

        _engine.check_installation()
    if not any(isinstance(finder, NativeModuleFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, NativeModuleFinder())
