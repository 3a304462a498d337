"""What a new session with the function library costs above one without."""

from __future__ import annotations

from repository.bench.functions.workload import Contender, Workload

WORKLOADS = (
    Workload(
        "session",
        "session",
        "new session",
        (
            Contender("DataFusion SessionContext()", "datafusion", "SessionContext"),
            Contender("codeanatomy.connect()", "codeanatomy", "connect"),
            Contender("SessionContext() and install", "codeanatomy", "install"),
            Contender("DuckDB connect()", "duckdb", "connect"),
        ),
        "session",
        turns=20,
    ),
)
