"""The upkeep of a table: its files, its log, and its way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from codeanatomy.delta.location import TableAtLocation, given, moment_text
from codeanatomy.delta.records import (
    CheckpointReport,
    CleanupLogReport,
    Commit,
    OptimizeReport,
    RestoreReport,
    VacuumReport,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Maintenance(TableAtLocation):
    """The operations that keep a table in order."""

    def optimize(
        self,
        *,
        z_order: Sequence[str] = (),
        target_size: int | None = None,
        max_concurrent_tasks: int | None = None,
        dry_run: bool = False,
        commit: Commit | None = None,
    ) -> OptimizeReport:
        """Make few files of many small ones. The rows stay what they are.

        Args:
            z_order: Puts rows that are near to each other in these columns into the same file, so
                that readers can skip others.
            target_size: The size in bytes that files should have; by default the table's.
            max_concurrent_tasks: How many files are written at a time; by default one a core.
            dry_run: Tells what could be rewritten, and changes nothing.
            commit: What the commit carries.

        Returns:
            What was, or could be, rewritten.

        Raises:
            InvalidOptionError: The table has no such column (`delta-expression-invalid`).
            DeltaTableNotFoundError: There is no table.
            DeltaConflictError: Another writer removed the files.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("crumbs")
            >>> for number in range(3):
            ...     _ = table.append(pyarrow.table({"id": [number]}))
            >>> report = table.optimize()
            >>> report.files_removed, report.files_added
            (3, 1)
        """
        options = given(
            z_order=list(z_order),
            target_size=target_size,
            max_concurrent_tasks=max_concurrent_tasks,
            dry_run=dry_run,
            commit=commit,
        )
        return self._run("optimize", OptimizeReport, options)

    def vacuum(
        self,
        *,
        dry_run: bool = True,
        retention_hours: int | None = None,
        enforce_retention: bool = True,
        mode: Literal["lite", "full"] = "lite",
        keep_versions: Sequence[int] = (),
        commit: Commit | None = None,
    ) -> VacuumReport:
        """Remove files that no version within the retention needs. Older versions are then lost.

        Args:
            dry_run: Only tells which files would go.
            retention_hours: For how long removed files are kept; by default the table's.
            enforce_retention: Refuses a shorter retention than the table's.
            mode: `"full"` also removes files that no commit names, such as those of a write that
                was killed.
            keep_versions: Versions whose files stay however old they are.
            commit: What the commits carry.

        Returns:
            The files.

        Raises:
            InvalidOptionError: The retention is shorter than the table's
                (`delta-retention-too-short`).
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("leftovers")
            >>> for _ in range(2):
            ...     _ = table.overwrite(pyarrow.table({"id": [1]}))
            >>> len(table.vacuum(retention_hours=0, enforce_retention=False).files)
            1
        """
        options = given(
            dry_run=dry_run,
            retention_hours=retention_hours,
            enforce_retention=enforce_retention,
            mode=mode,
            keep_versions=list(keep_versions),
            commit=commit,
        )
        return self._run("vacuum", VacuumReport, options)

    def restore(
        self,
        *,
        version: int | None = None,
        timestamp: datetime | str | None = None,
        ignore_missing_files: bool = False,
        dry_run: bool = False,
        commit: Commit | None = None,
    ) -> RestoreReport:
        """Make the table what it was, by a new version with the files of an old one.

        Args:
            version: The number of the version; or
            timestamp: the time at which it was the latest, with its time zone.
            ignore_missing_files: Restores also if files are gone, without their rows.
            dry_run: Tells what would come back, and changes nothing.
            commit: What the commit carries.

        Returns:
            What came back, or would.

        Raises:
            InvalidOptionError: There is neither a version nor a timestamp, or both, or it is no
                earlier version.
            DeltaTableError: There is no such version, or its files are gone.
            DeltaTableNotFoundError: There is no table.
            DeltaConflictError: Another writer was first.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("undo")
            >>> first = table.overwrite(pyarrow.table({"id": [1, 2]})).version
            >>> _ = table.delete(all_rows=True)
            >>> table.restore(version=first).files_restored
            1
        """
        options = given(
            version=version,
            timestamp=moment_text(timestamp),
            ignore_missing_files=ignore_missing_files,
            dry_run=dry_run,
            commit=commit,
        )
        return self._run("restore", RestoreReport, options)

    def checkpoint(self) -> CheckpointReport:
        """Write the state of the table into one file, so that readers need not read every commit.

        Returns:
            What it holds.

        Raises:
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("checked")
            >>> _ = table.overwrite(pyarrow.table({"id": [1]}))
            >>> table.checkpoint().version
            0
        """
        return self._run("checkpoint", CheckpointReport, {})

    def cleanup_log(self, *, dry_run: bool = True) -> CleanupLogReport:
        """Remove commits that are older than the table's history has to be.

        Only commits before a checkpoint go; the property `delta.logRetentionDuration` says how old
        they have to be.

        Args:
            dry_run: Only tells how many files would go.

        Returns:
            How many files went, or would.

        Raises:
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("diary")
            >>> _ = table.overwrite(pyarrow.table({"id": [1]}))
            >>> table.cleanup_log().files
            0
        """
        return self._run("cleanup-log", CleanupLogReport, {"dry_run": dry_run})
