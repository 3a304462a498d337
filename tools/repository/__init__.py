"""What people run on the repository: gates, wheels, a first try, benchmarks.

Runs on any Python from 3.10 with the standard library alone: these are the programs that install
everything else. The files beside this folder (`tools/test`, `tools/try`, …) only call into it, and
nothing in `packages/` imports it.
"""

from __future__ import annotations
