"""Rows into a dataset, as its contract and its policies say; docs/datasets-write.md explains it.

Examples:
    >>> import codeanatomy, pyarrow as pa
    >>> from codeanatomy.datasets import ContractSpec, DatasetLocation, DatasetResolutionRequest
    >>> from codeanatomy.datasets import DatasetSpec, DedupeSpec, SchemaDescription, SortKey, write
    >>> schema = pa.schema([pa.field("id", pa.int64(), nullable=False), ("seen", pa.int64())])
    >>> contract = ContractSpec(
    ...     name="visits/1",
    ...     table_schema=SchemaDescription.of(schema),
    ...     dedupe=DedupeSpec(
    ...         keys=("id",),
    ...         strategy="keep_first_after_sort",
    ...         tie_breakers=(SortKey(column="seen", order="descending"),),
    ...     ),
    ... )
    >>> visits = DatasetResolutionRequest(
    ...     name="visits",
    ...     location=DatasetLocation(
    ...         path="visits", dataset_spec=DatasetSpec(name="visits", contract_spec=contract)
    ...     ),
    ... )
    >>> rows = pa.table({"id": [1, 1, 2], "seen": [10, 11, 12]})
    >>> report = write(codeanatomy.connect(), visits, rows)
    >>> (report.rows_read, report.commit.rows, report.commit.version)
    (3, 2, 0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from codeanatomy import _native
from codeanatomy.contracts import WriteReport
from codeanatomy.datasets.problem import Problem
from codeanatomy.datasets.validator import ValidationReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datafusion import SessionContext

    from codeanatomy.datasets.providers import DatasetResolutionRequest

__all__ = [
    "ColumnChange",
    "DatasetMaintenanceReport",
    "DatasetWriteReport",
    "MaintenanceStep",
    "maintain",
    "validate_dataset",
    "write",
]


class ColumnChange(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What became of a column on its way to the declared ones.

    Attributes:
        column: The name.
        change: `added`: NULL in every row. `left_out`: it is not declared. `cast`: to the declared
            type.
        from_: The type that it had; `None` for one that is added.
        to: The type that it has; `None` for one that is left out.
    """

    column: str
    change: Literal["added", "left_out", "cast"]
    from_: str | None
    to: str | None


class MaintenanceStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of maintenance that is due.

    Attributes:
        step: `properties`, `features`, `constraints`, `optimize`, `compact_log`, `checkpoint` or
            `vacuum`; `maintenance`, if what is due could not be decided.
        reason: The option of the policy that makes it due, with its figures.
        done: Whether it was done; a dry run only tells.
        report: What the operation reports; for `optimize` a list, of a report a partition.
        error: What went wrong. A write before it stands.
    """

    step: str
    reason: str
    done: bool
    report: dict[str, Any] | list[dict[str, Any]] | None
    error: Problem | None


class DatasetWriteReport(msgspec.Struct, frozen=True, kw_only=True, rename={"commit": "write"}):
    """What a write into a dataset did.

    Attributes:
        dataset: The name of the dataset.
        columns: What became of columns that were not as declared.
        rows_read: How many rows came; `None` where nothing is asked of them.
        rows_dropped: How many of them were left out, because they violate rules.
        validation: What the checks found; `None` where nothing is checked.
        commit: The commit.
        maintenance: What was due afterwards, and what came of it.
    """

    dataset: str
    columns: tuple[ColumnChange, ...]
    rows_read: int | None
    rows_dropped: int
    validation: ValidationReport | None
    commit: WriteReport
    maintenance: tuple[MaintenanceStep, ...]


class DatasetMaintenanceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the maintenance of a dataset did, or would do.

    Attributes:
        dataset: The name of the dataset.
        dry_run: Whether nothing was done.
        version: The version of the table afterwards.
        steps: What is due, in the order in which it is done.
    """

    dataset: str
    dry_run: bool
    version: int
    steps: tuple[MaintenanceStep, ...]


def write(
    ctx: SessionContext,
    dataset: str | DatasetResolutionRequest,
    data: object,
    *,
    mode: Literal["append", "overwrite"] = "append",
    on_violation: Literal["refuse", "report", "drop"] = "refuse",
    commit: Mapping[str, object] | msgspec.Struct | None = None,
    examples: int = 5,
) -> DatasetWriteReport:
    """Write rows into a dataset of a Delta table, which is created if it is not there.

    The declared columns are made of those of the rows, the contract and the policies are checked,
    rows with one key become one, they are written in the order of the contract in one commit, and
    what the maintenance policy asks for follows. Rows are streamed; where something is asked of
    them, through files of the session's temporary directory.

    Args:
        ctx: The session.
        dataset: The name of a registered dataset, or what it would be registered by.
        data: SQL of a query, a `datafusion.DataFrame`, or whatever exports an Arrow stream.
        mode: Whether the rows that are there stay.
        on_violation: What happens when a rule of severity `error` is violated. `refuse`: nothing is
            written. `report`: it is reported, and all rows are written. `drop`: rows that violate
            a rule about single rows are reported and left out, and the others are written; what is
            wrong with columns or keys still refuses all.
        commit: What the commit carries: a `codeanatomy.delta.Commit`, or a mapping with its fields.
            With `app_id` and `app_version`, a write that is tried again happens once.
        examples: How many examples of violations each rule has at most.

    Returns:
        What was written, and what was done afterwards.

    Raises:
        DatasetResolutionError: The dataset is no Delta table (`dataset-format-mismatch`), or none
            of that name is registered (`dataset-not-found`).
        DatasetSpecError: A record, or a rule for these rows, is not valid.
        DeltaConflictError: Another writer was first.
        DeltaRowsError: A column is missing, undeclared or of another type, and the dataset does not
            allow it (`delta-schema-mismatch`).
        InvalidOptionError: The dataset is a pinned version or the changes of a table, policies
            contradict each other, or rows are to be dropped of which only some are checked.
        QueryError: The rows can't be planned.
        QueryExecutionError: The rows can't be read.
        TypeError: `data` has no rows.
        ValidationFailedError: Rows violate a rule; the report is its `report`.

    Examples:
        >>> import codeanatomy
        >>> from codeanatomy.datasets import DatasetLocation, DatasetResolutionRequest, write
        >>> tens = DatasetResolutionRequest(name="tens", location=DatasetLocation(path="tens"))
        >>> query = "select value * 10 as n from generate_series(1, 3)"
        >>> write(codeanatomy.connect(), tens, query).commit.rows
        3
    """
    options: dict[str, object] = {
        "mode": mode,
        "on_violation": on_violation,
        "examples": examples,
        "commit": {} if commit is None else commit,
    }
    text, registered = _dataset(dataset)
    answer = _native.write_dataset(
        ctx, text, data, msgspec.json.encode(options).decode(), registered=registered
    )
    if answer["write"] is None:
        msgspec.convert(answer["validation"], ValidationReport).raise_if_failed()
    return msgspec.convert(answer, DatasetWriteReport)


def maintain(
    ctx: SessionContext, dataset: str | DatasetResolutionRequest, *, dry_run: bool = True
) -> DatasetMaintenanceReport:
    """Do what the maintenance policy of a dataset says is due now, or tell it.

    A step that fails is reported, and the next one is run all the same.

    Args:
        ctx: The session.
        dataset: The name of a registered dataset, or what it would be registered by.
        dry_run: Only tells what is due, and why.

    Returns:
        The steps that are due.

    Raises:
        DatasetResolutionError: As in `write`.
        DatasetSpecError: A record is not valid.
        DeltaTableNotFoundError: There is no table yet.
        InvalidOptionError: As in `write`.

    Examples:
        >>> import codeanatomy
        >>> from codeanatomy.datasets import DatasetLocation, DatasetLocationOverrides
        >>> from codeanatomy.datasets import DatasetResolutionRequest, DeltaMaintenancePolicy
        >>> from codeanatomy.datasets import DeltaPolicyBundle, maintain, write
        >>> session = codeanatomy.connect()
        >>> log = DatasetResolutionRequest(name="log", location=DatasetLocation(path="log"))
        >>> for line in ("'one'", "'two'"):
        ...     _ = write(session, log, f"select {line} as line")
        >>> policy = DeltaMaintenancePolicy(total_file_threshold=2)
        >>> bundle = DeltaPolicyBundle(maintenance_policy=policy)
        >>> due = DatasetResolutionRequest(
        ...     name="log", location=log.location, call=DatasetLocationOverrides(delta=bundle)
        ... )
        >>> [(step.step, step.reason) for step in maintain(session, due).steps]
        [('optimize', 'total_file_threshold: the table has 2 files')]
    """
    text, registered = _dataset(dataset)
    report = _native.maintain_dataset(ctx, text, registered=registered, dry_run=dry_run)
    return msgspec.convert(report, DatasetMaintenanceReport)


def validate_dataset(
    ctx: SessionContext, dataset: str | DatasetResolutionRequest, *, examples: int = 5
) -> ValidationReport:
    """Check the rows that a dataset has by its contract and its policies.

    Args:
        ctx: The session.
        dataset: The name of a registered dataset, or what it would be registered by.
        examples: How many examples each rule has at most.

    Returns:
        The report, as of `validate`.

    Raises:
        DatasetResolutionError: The dataset can't be opened, or none of that name is registered.
        DatasetSpecError: A record is not valid, or a rule does not fit the data.
        InvalidOptionError: `examples` is negative.
        QueryExecutionError: Reading the data, or a function of a predicate, failed.

    Examples:
        >>> import codeanatomy
        >>> from codeanatomy.datasets import DatasetLocation, DatasetLocationOverrides, NotNull
        >>> from codeanatomy.datasets import DatasetResolutionRequest, ValidationPolicySpec
        >>> from codeanatomy.datasets import validate_dataset, write
        >>> session = codeanatomy.connect()
        >>> ages = DatasetResolutionRequest(name="ages", location=DatasetLocation(path="ages"))
        >>> _ = write(session, ages, "select null::bigint as age")
        >>> rules = ValidationPolicySpec(rules=(NotNull(column="age"),))
        >>> checked = DatasetResolutionRequest(
        ...     name="ages", location=ages.location, call=DatasetLocationOverrides(validation=rules)
        ... )
        >>> validate_dataset(session, checked).passed
        False
    """
    text, registered = _dataset(dataset)
    report = _native.validate_dataset(ctx, text, registered=registered, examples=examples)
    return msgspec.convert(report, ValidationReport)


def _dataset(dataset: str | DatasetResolutionRequest) -> tuple[str, bool]:
    if isinstance(dataset, str):
        return dataset, True
    return msgspec.json.encode(dataset).decode(), False
