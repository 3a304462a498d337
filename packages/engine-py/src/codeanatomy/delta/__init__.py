"""Delta tables: write, change and maintain them.

A `DeltaTable` names a location; each method is one operation of the engine, and returns a frozen
record of what was committed. What would remove something tells first what it would do.

Examples:
    >>> import pyarrow
    >>> from codeanatomy.delta import DeltaTable
    >>> table = DeltaTable("breakfast")
    >>> report = table.append(pyarrow.table({"id": [1, 2], "dish": ["eggs", "spam"]}))
    >>> report.version, report.rows
    (0, 2)
    >>> table.update({"dish": "'more ' || dish"}, "id = 2").rows_updated
    1
"""

from __future__ import annotations

from codeanatomy.delta.clauses import (
    MergeClause,
    when_matched_delete,
    when_matched_update,
    when_not_matched_by_source_delete,
    when_not_matched_by_source_update,
    when_not_matched_insert,
)
from codeanatomy.delta.location import ArrowStreamExportable
from codeanatomy.delta.records import (
    CheckpointReport,
    CleanupLogReport,
    Column,
    Commit,
    Committed,
    ConstraintsReport,
    DataFile,
    DeleteReport,
    HistoryEntry,
    MergeReport,
    NewTable,
    OptimizeReport,
    PropertiesReport,
    ProtocolReport,
    RestoreReport,
    Snapshot,
    UpdateReport,
    VacuumReport,
    WriteReport,
)
from codeanatomy.delta.table import DeltaTable

__all__ = [
    "ArrowStreamExportable",
    "CheckpointReport",
    "CleanupLogReport",
    "Column",
    "Commit",
    "Committed",
    "ConstraintsReport",
    "DataFile",
    "DeleteReport",
    "DeltaTable",
    "HistoryEntry",
    "MergeClause",
    "MergeReport",
    "NewTable",
    "OptimizeReport",
    "PropertiesReport",
    "ProtocolReport",
    "RestoreReport",
    "Snapshot",
    "UpdateReport",
    "VacuumReport",
    "WriteReport",
    "when_matched_delete",
    "when_matched_update",
    "when_not_matched_by_source_delete",
    "when_not_matched_by_source_update",
    "when_not_matched_insert",
]
