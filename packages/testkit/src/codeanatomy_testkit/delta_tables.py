"""Real Delta tables for tests, written by the engine."""

# pyarrow has no annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa
    from codeanatomy.delta import ArrowStreamExportable, DeltaTable
    from datafusion import SessionContext


@dataclass(frozen=True)
class DeltaDirectory:
    """A directory of Delta tables.

    Attributes:
        path: The directory; a table is a directory in it with the table's name.
    """

    path: Path

    def write(
        self,
        name: str,
        *versions: ArrowStreamExportable | Mapping[str, Sequence[object]],
        partition_by: Sequence[str] = (),
    ) -> Path:
        """Append rows to a table, which comes into being with the first ones.

        Args:
            name: Name of the table.
            versions: Rows, or columns by name; each makes one commit.
            partition_by: Columns that a new table is partitioned by.

        Returns:
            Where the table is.

        Raises:
            ValueError: There are no rows to write.
        """
        import pyarrow as pa  # noqa: PLC0415 - a run without Delta tables loads less

        if not versions:
            raise ValueError(f"nothing to write to {name!r}: pass rows, or columns by name")
        for rows in versions:
            new = not (self.path / name / "_delta_log").exists()
            table = pa.table(dict(rows)) if isinstance(rows, Mapping) else rows
            self.table(name).append(table, partition_by=list(partition_by) if new else None)
        return self.path / name

    def table(self, name: str) -> DeltaTable:
        """Give a table, for operations on it."""
        from codeanatomy.delta import DeltaTable  # noqa: PLC0415

        return DeltaTable(self.path / name)

    def register(self, session: SessionContext, *names: str) -> None:
        """Make tables of a session of the tables, all of them by default."""
        from codeanatomy.session import run_sql  # noqa: PLC0415

        for name in names or sorted(entry.name for entry in self.path.iterdir()):
            location = str(self.path / name).replace("'", "''")
            statement = f"CREATE EXTERNAL TABLE \"{name}\" STORED AS DELTA LOCATION '{location}'"
            run_sql(session, statement).collect()

    def read(self, name: str) -> pa.Table:
        """Read the rows of a table's latest version, in a session of its own."""
        import pyarrow as pa  # noqa: PLC0415
        from codeanatomy import connect  # noqa: PLC0415

        session = connect()
        self.register(session, name)
        return pa.table(session.table(name))
