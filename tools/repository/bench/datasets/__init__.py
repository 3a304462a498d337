"""`tools/bench datasets`: Delta tables, resolution and validation against peers, interleaved.

Every contender runs in a process of its own that lives as long as its contest, and reads the same
tables, which `deltalake` wrote. Processes of peers never meet CodeAnatomy: their `datafusion` has
the stock library. Each peer is asked in the best way we know; where a peer is usually asked in
another way, both take part.

`workload.py` says what a contest is, `workloads.py` which there are, `inputs.py` and
`many_files.py` what they read, `worker.py` and `on_*.py` how each system is asked, `contest.py` how
the rounds go.
"""

from __future__ import annotations
