"""How DataFusion is asked: on its stock library, or on ours.

Which of them a process has is decided before `datafusion` is imported, and is checked: a mix-up
would measure one thing against itself.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repository.bench.functions.queries import DATAFUSION, sample, whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datafusion import SessionContext

    from repository.bench.functions.workload import Contender, Workload

CORES = os.cpu_count() or 1
BATCH_ROWS = 8192


def session_of(system: str) -> SessionContext:
    """Make a session as a user of the system would, with a partition for each core.

    Args:
        system: `codeanatomy`, `installed`, `datafusion` or `spark`.
    """
    ours = system in {"codeanatomy", "installed"}
    if ours:
        # Before `datafusion`: its import decides which library the process has.
        import_module("codeanatomy")
    check_library(ours=ours)
    if system == "codeanatomy":
        anatomy: Any = import_module("codeanatomy")
        profile: Any = import_module("codeanatomy.profile")
        execution = profile.ExecutionProfile(target_partitions=CORES)
        return anatomy.connect(profile.RuntimeProfile(execution=execution))
    datafusion: Any = import_module("datafusion")
    session = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(CORES))
    if ours:
        import_module("codeanatomy.session").install_codeanatomy_runtime(session)
        return session
    import_module("repository.bench.functions.python_functions").register(session)
    if system == "spark":
        session.enable_spark_functions()
    return session


def check_library(*, ours: bool) -> None:
    """Refuse to measure the other library.

    Args:
        ours: Whether this process has to have ours.

    Raises:
        RuntimeError: If it has the other one.
    """
    package: Any = import_module("datafusion")
    library = package._internal.__file__  # noqa: SLF001
    stock = Path(library).parent == Path(package.__file__).parent
    if stock == ours:
        whose = "CodeAnatomy" if ours else "DataFusion"
        raise RuntimeError(
            f"{library} is not {whose}'s native library. hint: early binding has to be off"
        )


def new_session(way: str) -> SessionContext:
    """Make a session in one of the ways that are compared.

    Args:
        way: The question of a contender.
    """
    if way == "connect":
        anatomy: Any = import_module("codeanatomy")
        return anatomy.connect()
    datafusion: Any = import_module("datafusion")
    session = datafusion.SessionContext()
    if way == "install":
        import_module("codeanatomy.session").install_codeanatomy_runtime(session)
    return session


class Asked:
    """A session with the tables and the one question about them."""

    def __init__(self, workload: Workload, contender: Contender, directory: Path) -> None:
        """Load the tables.

        Args:
            workload: What is compared.
            contender: How it is asked here.
            directory: Where the inputs are.
        """
        self.workload = workload
        self.contender = contender
        self.query = whole(workload, contender, DATAFUSION)
        # DataFusion's annotations are partly missing.
        self.session: Any = session_of(contender.system)
        for table in workload.tables:
            if table == "tpch":
                for path in (directory / table).glob("*.parquet"):
                    self.session.register_parquet(path.stem, str(path))
            else:
                self.load(table, directory)
        for statement in contender.before:
            self.session.sql(statement).collect()

    def load(self, table: str, directory: Path) -> None:
        """Map a table, cut as a scan would hand it over and spread over the partitions."""
        arrow: Any = import_module("pyarrow")
        mapped = arrow.ipc.open_file(arrow.memory_map(str(directory / f"{table}.arrow")))
        batches = mapped.read_all().to_batches(max_chunksize=BATCH_ROWS)
        share = -(-len(batches) // CORES)
        parts = [batches[start : start + share] for start in range(0, len(batches), share)]
        self.session.register_record_batches(table, parts)

    def run(self) -> object:
        """Answer once."""
        if self.workload.action == "session":
            return new_session(self.contender.question)
        frame = self.session.sql(self.query)
        return frame.execution_plan() if self.workload.action == "plan" else frame.collect()

    def rows(self, answer: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - batches, or a session
        """Return the rows of an answer; of a new session those of its first query."""
        if self.workload.action == "plan":
            return []
        return rows_of(
            answer.sql("select 1").collect() if self.workload.action == "session" else answer
        )

    def sample(self, step: int) -> list[tuple[object, ...]]:
        """Return the values of every so many rows or groups."""
        return rows_of(self.session.sql(sample(self.workload, self.contender, step)).collect())


def rows_of(batches: Iterable[Any]) -> list[tuple[object, ...]]:
    """Return the rows of record batches."""
    return [
        row
        for batch in batches
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    ]
