"""The datasets of the compiled module; a file of its own keeps `_engine.pyi` short.

There is no such module at run time: `codeanatomy_engine._engine` has what stands here.
"""

from collections.abc import Sequence
from typing import Any

from datafusion import SessionContext
from datafusion.catalog import Table

def resolve_dataset_provider(
    ctx: SessionContext | object, request: str
) -> tuple[dict[str, Any], Table]:
    """Open a dataset as all the layers around it say, and explain every decision.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        request: A `DatasetResolutionRequest`, as JSON.

    Returns:
        The explanation, and what `SessionContext.register_table` takes.

    Raises:
        DatasetResolutionError: The dataset can't be opened.
        DatasetSpecError: The request is not valid.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def register_datasets(
    ctx: SessionContext | object, requests: Sequence[str], *, overwrite: bool = False
) -> list[dict[str, Any]]:
    """Open datasets and register all of them as tables, or none.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        requests: A `DatasetResolutionRequest` each, as JSON.
        overwrite: Whether tables of their names give way.

    Returns:
        The explanations, in the order of the requests.

    Raises:
        DatasetResolutionError: One of them can't be opened, or a name is taken.
        DatasetSpecError: A request is not valid.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def registered_datasets(ctx: SessionContext | object) -> list[dict[str, Any]]:
    """List the datasets that were registered in a session and are still there.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.

    Returns:
        The datasets by name.

    Raises:
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def write_dataset(
    ctx: SessionContext | object, dataset: str, data: object, options: str, *, registered: bool
) -> dict[str, Any]:
    """Write rows into a dataset, and report what was written.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        dataset: The name of a registered dataset, or a `DatasetResolutionRequest` as JSON.
        data: SQL of a query, a `datafusion.DataFrame`, or whatever exports an Arrow stream.
        options: `mode`, `on_violation`, `examples` and `commit`, as JSON.
        registered: Whether `dataset` is a name.

    Returns:
        The report. Without `write`, rows violate the rules of `validation`, and nothing was
        written.

    Raises:
        DatasetResolutionError: The dataset is no Delta table, or none of that name is registered.
        DatasetSpecError: The request, or a rule for these rows, is not valid.
        DeltaConflictError: Another writer was first.
        DeltaRowsError: The columns are not those that the dataset allows.
        InvalidOptionError: The dataset can't be written as it is stated, or an option is not valid.
        QueryError: The rows can't be planned.
        QueryExecutionError: The rows can't be read.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session, or `data` has no rows.
    """

def maintain_dataset(
    ctx: SessionContext | object, dataset: str, *, registered: bool, dry_run: bool = True
) -> dict[str, Any]:
    """Do what the maintenance policy of a dataset says is due, or tell it.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        dataset: The name of a registered dataset, or a `DatasetResolutionRequest` as JSON.
        registered: Whether `dataset` is a name.
        dry_run: Whether nothing is done.

    Returns:
        The steps that are due, with what came of them.

    Raises:
        DatasetResolutionError: The dataset is no Delta table, or none of that name is registered.
        DatasetSpecError: The request is not valid.
        DeltaTableNotFoundError: There is no table yet.
        InvalidOptionError: The dataset can't be written as it is stated.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def validate_dataset(
    ctx: SessionContext | object, dataset: str, *, registered: bool, examples: int = 5
) -> dict[str, Any]:
    """Check the rows that a dataset has by its contract and its policies.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        dataset: The name of a registered dataset, or a `DatasetResolutionRequest` as JSON.
        registered: Whether `dataset` is a name.
        examples: How many examples each rule has at most.

    Returns:
        The report, as of `validate_rows`.

    Raises:
        DatasetResolutionError: The dataset can't be opened, or none of that name is registered.
        DatasetSpecError: The request is not valid, or a rule does not fit the data.
        InvalidOptionError: `examples` is negative.
        QueryExecutionError: Reading the data, or a function of a predicate, failed.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def bootstrap_datasets(ctx: SessionContext | object, request: str) -> dict[str, Any]:
    """Make empty tables for datasets that have none, register all, and tell what became of each.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        request: A `BootstrapRequest`, as JSON.

    Returns:
        The report. What fails with one dataset is in it.

    Raises:
        DatasetResolutionError: Two datasets have one name.
        DatasetSpecError: A record of the request is not valid.
        InvalidOptionError: The mode and the seeded datasets do not fit together.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """

def record_artifacts(
    ctx: SessionContext | object,
    artifacts_root: str,
    table: str,
    artifacts: Sequence[str],
    *,
    app_id: str | None = None,
    app_version: int | None = None,
) -> dict[str, Any]:
    """Append events to an internal table, in one commit.

    Args:
        ctx: A `datafusion.SessionContext` or its `.ctx`.
        artifacts_root: The directory or URL of the internal tables.
        table: The name of the table.
        artifacts: Its records, as JSON each.
        app_id: Who writes; together with `app_version` it makes a repeated call write once.
        app_version: The writer's own number of the write, which grows.

    Returns:
        `table`, `path`, `version`, `rows` and `skipped`.

    Raises:
        DatasetSpecError: A record is not valid.
        DeltaConflictError: Others wrote without a pause.
        DeltaRowsError: The table has columns of other types.
        DeltaTableError: The table's log is damaged.
        InvalidOptionError: There is no such table, the root is empty, or nothing is given.
        SessionContextContractError: The session is of another copy of DataFusion's native library.
        TypeError: `ctx` is no session.
    """
