"""A pytest plugin for projects that stand on CodeAnatomy's native engine.

It is loaded by pytest by itself once installed. Before any `conftest.py` is read it binds the
engine and checks its contract; a broken engine ends the run with exit code 2 and one message,
because tests that skip where the engine is broken prove nothing.

See the plugin's fixtures `require_native_runtime` and `native_session`, the marker `native`, and
the option `--native`.
"""

from __future__ import annotations
