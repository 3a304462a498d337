"""`tools/bench`: builds, imports and start-up measured against CPython, interleaved, in processes.

What is compared runs in the same rounds, so that a slow minute of the machine falls on both sides;
the ratio is taken round by round. Memory is measured in a run of its own, because looking at a
process slows it down. Functions and datasets are measured against other engines in `functions/` and
`datasets/`.
"""

from __future__ import annotations
