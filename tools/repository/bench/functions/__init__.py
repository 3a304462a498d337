"""`tools/bench functions`: the function library against its peers, interleaved, in ratios.

Every contender runs in a process of its own that lives as long as the comparison and reads the same
Arrow files. A process that never meets CodeAnatomy runs DataFusion's stock library: that is how one
environment serves both. The parent asks the contenders in turn, round after round, and takes wall
and CPU time as ratios round by round. It runs on any Python and imports none of the engines.

`workload.py` says what a comparison is, `workloads.py` and the files it lists which there are,
`inputs.py` what they read, `worker.py` and `on_*.py` how an engine is asked, `contest.py` how the
rounds go.
"""

from __future__ import annotations
