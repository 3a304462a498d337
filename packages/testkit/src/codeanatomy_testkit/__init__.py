"""A pytest plugin for projects that stand on CodeAnatomy's native engine.

It is loaded by pytest by itself once installed. Before any `conftest.py` is read it binds the
engine and checks its contract; a broken engine ends the run with exit code 2 and one message,
because tests that skip where the engine is broken prove nothing.

See the plugin's fixtures (`codeanatomy_testkit.fixtures`), the marker `native`, the options
`--native`, `--strict-no-skip` and `--update-goldens`, and the packages `goldens`, `sqllogictest`
and `triage`.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
