"""Zero-row bootstrap: empty tables for all that a pipeline expects, so that it can be planned.

docs/bootstrap.md explains it.

Examples:
    >>> import codeanatomy, pyarrow as pa
    >>> from codeanatomy.datasets import DatasetLocation, SchemaDescription
    >>> columns = pa.schema(
    ...     [pa.field("id", pa.int64(), nullable=False), pa.field("at", pa.date32())]
    ... )
    >>> refs = ZeroRowDataset(
    ...     name="refs",
    ...     location=DatasetLocation(path="extract/refs"),
    ...     schema=SchemaDescription.of(columns),
    ... )
    >>> context = codeanatomy.connect()
    >>> request = ZeroRowBootstrapRequest(datasets=[refs], artifacts_root="artifacts")
    >>> report = run_zero_row_bootstrap(context, request)
    >>> report.success, report.validation_errors
    (True, ())
    >>> context.sql("select count(*) as rows from refs").to_pylist()
    [{'rows': 0}]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from codeanatomy import _native
from codeanatomy.datasets.locations import DatasetLocation
from codeanatomy.datasets.problem import Problem
from codeanatomy.datasets.scan import ScanPolicyConfig
from codeanatomy.datasets.schemas import SchemaDescription

if TYPE_CHECKING:
    from datafusion import SessionContext

__all__ = [
    "BootstrapEvent",
    "BootstrapProblem",
    "BootstrapReport",
    "ColumnDifference",
    "ZeroRowBootstrapRequest",
    "ZeroRowDataset",
    "ZeroRowDatasetPlan",
    "run_zero_row_bootstrap",
]

DatasetRole = Literal[
    "semantic_input", "extract_nested", "semantic_output", "relationship_schema", "internal"
]
BootstrapMode = Literal["strict_zero_rows", "seeded_minimal_rows"]
BootstrapStatus = Literal[
    "schema_only",
    "missing_location",
    "unsupported_format",
    "bootstrap_failed",
    "register_failed",
    "registered",
    "seeded_registered",
]


class ZeroRowDataset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dataset that a pipeline expects.

    Attributes:
        name: The name of the dataset, and of its table.
        role: What it is to the pipeline; `semantic_input` by default.
        location: Where it is; without one it can only be a schema.
        schema: The declared columns, over those that the location declares.
        required: Whether a strict bootstrap fails with it; true by default.
        materialize: Whether a table that is missing is made; true by default. Otherwise its columns
            are registered as a table without rows, and nothing is written.
    """

    name: str
    role: DatasetRole | UnsetType = UNSET
    location: DatasetLocation | UnsetType = UNSET
    schema: SchemaDescription | UnsetType = UNSET
    required: bool | UnsetType = UNSET
    materialize: bool | UnsetType = UNSET


class ZeroRowBootstrapRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """A bootstrap.

    Attributes:
        datasets: What the pipeline expects.
        artifacts_root: The directory or URL of the engine's internal tables; by default
            `.artifacts` in the current directory.
        bootstrap_mode: Whether tables stay empty, or some get a row of defaults; by default
            `strict_zero_rows`.
        seeded_datasets: Those that get one in the mode `seeded_minimal_rows`.
        strict: Whether all required datasets have to succeed; then all are registered, or none.
            True by default.
        include_semantic_outputs: Whether datasets of the role `semantic_output` are part of it;
            true by default.
        include_internal_tables: Whether those of the role `internal` are, the engine's own among
            them; true by default.
        policy: The scan policy of all datasets; left out, the one that the profile names.
        overwrite: Whether tables of the session give way that are not those of an earlier
            bootstrap of the same datasets; false by default.
        plan_only: Whether only the plan is made: nothing is opened, written or registered. False by
            default.
    """

    datasets: Sequence[ZeroRowDataset]
    artifacts_root: str | UnsetType = UNSET
    bootstrap_mode: BootstrapMode | UnsetType = UNSET
    seeded_datasets: Sequence[str] | UnsetType = UNSET
    strict: bool | UnsetType = UNSET
    include_semantic_outputs: bool | UnsetType = UNSET
    include_internal_tables: bool | UnsetType = UNSET
    policy: ScanPolicyConfig | UnsetType = UNSET
    overwrite: bool | UnsetType = UNSET
    plan_only: bool | UnsetType = UNSET


class ZeroRowDatasetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset as a bootstrap sees it.

    Attributes:
        name: The name.
        role: What it is to the pipeline.
        schema: The declared columns; `None` if nobody declares them.
        location: Where it is, as it was stated; of its storage options the names alone.
        required: Whether a strict bootstrap fails with it.
        materialize: Whether a table that is missing is made.
    """

    name: str
    role: DatasetRole
    schema: SchemaDescription | None
    location: dict[str, Any] | None
    required: bool
    materialize: bool


class ColumnDifference(msgspec.Struct, frozen=True):
    """A column of a table that is not as it is declared.

    Attributes:
        column: The column.
        kind: In what it differs.
        declared: What is declared; `None` for one that is not.
        actual: What is there; `None` for one that is missing.
    """

    column: str
    kind: Literal["missing", "extra", "type", "nullable"]
    declared: str | None
    actual: str | None


class BootstrapProblem(Problem, frozen=True, kw_only=True):
    """Why a dataset failed or was left out.

    Attributes:
        dataset: The dataset.
    """

    dataset: str


class BootstrapEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one dataset.

    Attributes:
        name: The dataset.
        role: What it is to the pipeline.
        status: What became of it.
        existed: Whether it was there before.
        created: Whether this bootstrap made its table or directory.
        seeded: Whether this bootstrap wrote its row of defaults.
        version: The version of its Delta table.
        differences: How the table that is there differs from what is declared.
        problem: Why it failed or was left out.
    """

    name: str
    role: DatasetRole
    status: BootstrapStatus
    existed: bool
    created: bool
    seeded: bool
    version: int | None
    differences: tuple[ColumnDifference, ...]
    problem: BootstrapProblem | None


class BootstrapReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a bootstrap did.

    Attributes:
        success: Whether the pipeline can be planned: in strict mode, no required dataset failed.
        strict: Whether it was strict.
        planned_count: How many datasets were planned.
        bootstrapped_count: How many tables and directories were made.
        existing_count: How many datasets were there before.
        registered_count: How many are registered.
        skipped_count: How many have no table of their own: `schema_only`, `missing_location` and
            `unsupported_format`.
        failed_count: How many failed: `bootstrap_failed` and `register_failed`.
        seeded_count: How many have their row of defaults, of this bootstrap or an earlier one.
        seeded_datasets: Those, by role and name.
        plans: The plan, by role and name.
        events: What became of each, in the same order; empty where only the plan was asked for.
        validation_errors: In strict mode, why required datasets failed.
    """

    success: bool
    strict: bool
    planned_count: int
    bootstrapped_count: int
    existing_count: int
    registered_count: int
    skipped_count: int
    failed_count: int
    seeded_count: int
    seeded_datasets: tuple[str, ...]
    plans: tuple[ZeroRowDatasetPlan, ...]
    events: tuple[BootstrapEvent, ...]
    validation_errors: tuple[BootstrapProblem, ...]


def run_zero_row_bootstrap(
    ctx: SessionContext, request: ZeroRowBootstrapRequest
) -> BootstrapReport:
    """Make an empty table wherever a dataset has none, and register all of them.

    What is there is compared with what is declared and never changed, but for the one row of
    defaults that an empty table gets where that is asked for. It can be repeated, stopped at any
    moment, and run in many processes at once.

    Args:
        ctx: A session of the engine.
        request: What is expected.

    Returns:
        What became of each dataset. A failure of one is in the report, and raises nothing.

    Raises:
        DatasetResolutionError: Two datasets have one name.
        DatasetSpecError: A record is not valid.
        InvalidOptionError: The mode and the seeded datasets do not fit together.
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> import codeanatomy
        >>> request = ZeroRowBootstrapRequest(datasets=(), plan_only=True)
        >>> report = run_zero_row_bootstrap(codeanatomy.connect(), request)
        >>> [plan.role for plan in report.plans] == ["internal"] * 5
        True
    """
    report = _native.bootstrap_datasets(ctx, msgspec.json.encode(request).decode())
    return msgspec.convert(report, BootstrapReport)
