"""A Delta table: where it lies, and the operations on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from codeanatomy.delta.location import ArrowStreamExportable, given
from codeanatomy.delta.maintenance import Maintenance
from codeanatomy.delta.records import (
    Commit,
    DataFile,
    DeleteReport,
    HistoryEntry,
    MergeReport,
    NewTable,
    Snapshot,
    UpdateReport,
    WriteReport,
)
from codeanatomy.delta.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codeanatomy.delta.clauses import MergeClause


class DeltaTable(Maintenance, Settings):
    """The table at a location, which need not exist before it is written.

    Predicates and values are SQL over the table's columns, whose names are taken as they are
    written. Rows are streamed, never held as a whole. An operation commits once or leaves the table
    as it was; it looks at the latest version, whenever it is called.

    Examples:
        >>> import pyarrow
        >>> from codeanatomy.delta import DeltaTable
        >>> table = DeltaTable("eggs")
        >>> table.overwrite(pyarrow.table({"id": [1, 2, 3], "size": ["S", "M", None]})).rows
        3
        >>> table.delete("size is null").rows_deleted
        1
        >>> [entry.operation for entry in table.history()][:2]
        ['DELETE', 'WRITE']
    """

    def append(
        self,
        rows: ArrowStreamExportable,
        *,
        schema_mode: Literal["merge"] | None = None,
        partition_by: Sequence[str] | None = None,
        target_file_size: int | None = None,
        create: NewTable | None = None,
        commit: Commit | None = None,
    ) -> WriteReport:
        """Add rows; a table that does not exist is created.

        Args:
            rows: The rows, which are streamed.
            schema_mode: `"merge"` adds new columns to the table and fills missing ones with NULL;
                by default columns that differ are refused.
            partition_by: The columns whose values are directories, if the write creates the table.
            target_file_size: The size in bytes above which the next data file is begun.
            create: What the table says about itself, if the write creates it.
            commit: What the commit carries.

        Returns:
            What was written.

        Raises:
            DeltaRowsError: The rows have other columns (`delta-schema-mismatch`), or break a
                constraint (`delta-constraint-violated`).
            DeltaConflictError: Another writer was first (`delta-commit-conflict`).
            TypeError: `rows` exports no Arrow stream.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import Commit, DeltaTable
            >>> once = Commit(app_id="nightly", app_version=20260131)
            >>> table = DeltaTable("nightly")
            >>> table.append(pyarrow.table({"id": [1]}), commit=once).skipped
            False
            >>> table.append(pyarrow.table({"id": [1]}), commit=once).skipped
            True
        """
        options = write_options(schema_mode, partition_by, target_file_size, create, commit)
        return self._run("append", WriteReport, options, rows)

    def overwrite(
        self,
        rows: ArrowStreamExportable,
        *,
        replace_where: str | None = None,
        schema_mode: Literal["merge", "overwrite"] | None = None,
        partition_by: Sequence[str] | None = None,
        target_file_size: int | None = None,
        create: NewTable | None = None,
        commit: Commit | None = None,
    ) -> WriteReport:
        """Put rows in the place of those that are there; a missing table is created.

        Args:
            rows: The rows, which are streamed.
            replace_where: Replaces only rows for which it holds; it has to hold for the new ones.
            schema_mode: `"overwrite"` gives the table the columns of the rows; else as in `append`.
            partition_by: As in `append`; with `schema_mode="overwrite"` also for a table that is
                there.
            target_file_size: As in `append`.
            create: As in `append`.
            commit: What the commit carries.

        Returns:
            What was written.

        Raises:
            DeltaRowsError: As in `append`, or `replace_where` does not hold for some row.
            DeltaConflictError: Another writer was first (`delta-commit-conflict`).
            InvalidOptionError: `replace_where` is no condition (`delta-expression-invalid`).
            TypeError: `rows` exports no Arrow stream.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("days")
            >>> rows = pyarrow.table({"day": ["mon", "tue"], "eggs": [1, 2]})
            >>> table.overwrite(rows, partition_by=["day"]).files_added
            2
            >>> again = pyarrow.table({"day": ["tue"], "eggs": [20]})
            >>> table.overwrite(again, replace_where="day = 'tue'").files_removed
            1
        """
        options = write_options(schema_mode, partition_by, target_file_size, create, commit)
        request = given(replace_where=replace_where, write=options)
        return self._run("overwrite", WriteReport, request, rows)

    def delete(
        self,
        predicate: str | None = None,
        *,
        all_rows: bool = False,
        commit: Commit | None = None,
    ) -> DeleteReport:
        """Delete rows.

        Args:
            predicate: The rows for which it holds.
            all_rows: Deletes all rows; without it, a delete without a predicate is refused.
            commit: What the commit carries.

        Returns:
            What went.

        Raises:
            InvalidOptionError: There is no predicate (`delta-predicate-missing`), or it is no
                condition over the columns (`delta-expression-invalid`).
            DeltaTableNotFoundError: There is no table.
            DeltaConflictError: Another writer was first.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("spam")
            >>> _ = table.overwrite(pyarrow.table({"id": [1, 2, 3]}))
            >>> report = table.delete("id > 1")
            >>> report.rows_deleted, report.rows_copied
            (2, 1)
            >>> table.delete()  # doctest: +IGNORE_EXCEPTION_DETAIL
            Traceback (most recent call last):
            InvalidOptionError: delete has no predicate, and would change every row
        """
        options = given(predicate=predicate, all_rows=all_rows, commit=commit)
        return self._run("delete", DeleteReport, options)

    def update(
        self,
        values: Mapping[str, str],
        predicate: str | None = None,
        *,
        all_rows: bool = False,
        commit: Commit | None = None,
    ) -> UpdateReport:
        """Give columns of some rows new values.

        Args:
            values: The new value of each column that changes, in SQL.
            predicate: The rows for which it holds.
            all_rows: Changes all rows; without it, an update without a predicate is refused.
            commit: What the commit carries.

        Returns:
            What changed.

        Raises:
            InvalidOptionError: As in `delete`, or a value is none (`delta-expression-invalid`).
            DeltaRowsError: A new value breaks a constraint.
            DeltaTableNotFoundError: There is no table.
            DeltaConflictError: Another writer was first.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("ham")
            >>> _ = table.overwrite(pyarrow.table({"id": [1, 2], "name": ["a", "b"]}))
            >>> table.update({"name": "upper(name)"}, "id = 2").rows_updated
            1
        """
        options = given(set=dict(values), predicate=predicate, all_rows=all_rows, commit=commit)
        return self._run("update", UpdateReport, options)

    def merge(
        self,
        rows: ArrowStreamExportable,
        predicate: str,
        clauses: Sequence[MergeClause],
        *,
        source_alias: str = "source",
        target_alias: str = "target",
        merge_schema: bool = False,
        commit: Commit | None = None,
    ) -> MergeReport:
        """Bring rows together with those of the table, in one commit.

        Args:
            rows: The rows of the source, which are streamed.
            predicate: When a row of the source and one of the table belong together.
            clauses: What happens to them: `when_matched_update()` and its sisters. Of the clauses
                for the same rows, the first whose condition holds.
            source_alias: What the source is called in predicates and values.
            target_alias: What the table is called in predicates and values.
            merge_schema: Adds columns of the source that the table does not have.
            commit: What the commit carries.

        Returns:
            What changed.

        Raises:
            InvalidOptionError: A predicate, a condition or a value is no SQL over the columns.
            DeltaRowsError: A row breaks a constraint.
            DeltaTableError: Two rows of the source match the same row of the table.
            DeltaTableNotFoundError: There is no table.
            DeltaConflictError: Another writer was first.
            TypeError: `rows` exports no Arrow stream.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import (
            ...     DeltaTable,
            ...     when_matched_update,
            ...     when_not_matched_insert,
            ... )
            >>> table = DeltaTable("prices")
            >>> _ = table.overwrite(pyarrow.table({"id": [1, 2], "price": [10, 20]}))
            >>> report = table.merge(
            ...     pyarrow.table({"id": [2, 3], "price": [25, 30]}),
            ...     "target.id = source.id",
            ...     [when_matched_update(), when_not_matched_insert()],
            ... )
            >>> report.rows_updated, report.rows_inserted
            (1, 1)
        """
        options = given(
            predicate=predicate,
            clauses=list(clauses),
            source_alias=source_alias,
            target_alias=target_alias,
            merge_schema=merge_schema,
            commit=commit,
        )
        return self._run("merge", MergeReport, options, rows)

    def history(self, *, limit: int | None = None) -> tuple[HistoryEntry, ...]:
        """List the commits of the table, the latest first.

        Args:
            limit: How many at most.

        Returns:
            The commits that the log still has.

        Raises:
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import Commit, DeltaTable
            >>> table = DeltaTable("story")
            >>> because = Commit(metadata={"why": "the first"})
            >>> _ = table.overwrite(pyarrow.table({"id": [1]}), commit=because)
            >>> table.history(limit=1)[0].metadata["why"]
            'the first'
        """
        return self._run("history", tuple[HistoryEntry, ...], given(limit=limit))

    def snapshot(self) -> Snapshot:
        """Describe the table: columns, partitions, properties, constraints, size and protocol.

        Returns:
            The description.

        Raises:
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("photo")
            >>> _ = table.overwrite(pyarrow.table({"id": [1], "name": ["a"]}))
            >>> [column.name for column in table.snapshot().columns]
            ['id', 'name']
        """
        return self._run("snapshot", Snapshot, {})

    def files(self) -> tuple[DataFile, ...]:
        """List the data files of the table.

        Returns:
            The files, by path.

        Raises:
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("shelf")
            >>> _ = table.overwrite(
            ...     pyarrow.table({"id": [1, 2], "p": ["x", None]}), partition_by=["p"]
            ... )
            >>> [(file.partition, file.rows) for file in table.files()]
            [({'p': None}, 1), ({'p': 'x'}, 1)]
        """
        return self._run("files", tuple[DataFile, ...], {})


def write_options(
    schema_mode: str | None,
    partition_by: Sequence[str] | None,
    target_file_size: int | None,
    create: NewTable | None,
    commit: Commit | None,
) -> dict[str, object]:
    """Return how rows are written, as the engine takes it."""
    new = NewTable() if create is None else create
    return given(
        schema_mode=schema_mode,
        partition_by=None if partition_by is None else list(partition_by),
        target_file_size=target_file_size,
        properties=new.properties,
        name=new.name,
        description=new.description,
        commit=commit,
    )
