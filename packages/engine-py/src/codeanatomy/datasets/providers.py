"""Datasets in a session: opened with the reason of every decision, and registered.

Examples:
    >>> import codeanatomy, pyarrow as pa
    >>> from pyarrow import parquet
    >>> from codeanatomy.datasets import DatasetLocation, DatasetResolutionRequest
    >>> from codeanatomy.datasets import register_datasets
    >>> parquet.write_table(pa.table({"id": [1, 2]}), "orders.parquet")
    >>> context = codeanatomy.connect()
    >>> orders = DatasetResolutionRequest(
    ...     name="orders", location=DatasetLocation(path="orders.parquet", format="parquet")
    ... )
    >>> (report,) = register_datasets(context, [orders])
    >>> report.options.datafusion_scan["parquet_pruning"]
    ResolvedOption(value=True, origin='default')
    >>> context.sql("select max(id) as id from orders").to_pylist()
    [{'id': 2}]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from codeanatomy import _native
from codeanatomy.datasets.locations import DatasetLocation, DatasetLocationOverrides
from codeanatomy.datasets.resolution import ResolvedLocation
from codeanatomy.datasets.scan import ScanPolicyConfig
from codeanatomy.datasets.schemas import FieldDescription

if TYPE_CHECKING:
    from datafusion import SessionContext
    from datafusion.catalog import Table

__all__ = [
    "DatasetResolution",
    "DatasetResolutionRequest",
    "FileCounts",
    "FilterPushdown",
    "RegisteredDataset",
    "ResolutionReport",
    "register_datasets",
    "registered_datasets",
    "resolve_dataset_provider",
]


class DatasetResolutionRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """A dataset that is to be opened.

    Attributes:
        name: The name of the dataset, and of its table.
        location: Where it is, and what is stated about it.
        call: What this call states over everything else.
        policy: The scan policy; by default the one that the profile of the session names.
        predicate: A condition that a query would have, to see which files it needs. It does not
            become part of the dataset.
        scan_files: The files to read, relative to the location's path, instead of the location's.
    """

    name: str
    location: DatasetLocation
    call: DatasetLocationOverrides | UnsetType = UNSET
    policy: ScanPolicyConfig | UnsetType = UNSET
    predicate: str | UnsetType = UNSET
    scan_files: Sequence[str] | UnsetType = UNSET


class FileCounts(msgspec.Struct, frozen=True):
    """How many files a scan has.

    Attributes:
        total: The files of the dataset.
        selected: Those that a scan under the predicate opens.
        pruned: Those that it need not open.
    """

    total: int
    selected: int
    pruned: int


class FilterPushdown(msgspec.Struct, frozen=True):
    """What a scan does with a part of the predicate.

    Attributes:
        filter: The part, as SQL.
        pushdown: `exact`: the scan gives no other rows. `inexact`: it may leave rows out, and the
            rest is filtered afterwards. `unsupported`: the scan does not see it.
    """

    filter: str
    pushdown: Literal["exact", "inexact", "unsupported"]


class ResolutionReport(msgspec.Struct, frozen=True, kw_only=True):
    """The explanation of a resolution. It holds no secret.

    Attributes:
        name: The name of the dataset.
        location: The location as it was stated; of its storage options the names alone.
        provider_kind: How the rows are provided.
        options: Every option with its value and who decided on it.
        scan_policy: The name of the session's scan policy, which decided where an origin is
            `policy`; `None` where the request states a policy of its own, or the session has none.
        schema: The columns that SQL sees.
        undescribed_columns: Columns whose type has no text form: their names.
        schema_origin: Where the columns come from.
        delta_snapshot: The version of the Delta table, with its protocol, columns and files.
        delta_scan_identity_hash: Identifies how the Delta table is scanned: 32 hexadecimal digits.
        cdf_options: Which changes of the Delta table are read.
        add_actions: The files of the Delta table that were asked for by name.
        files: How many files there are, and how many the predicate leaves; `None` for changes.
        filters: What becomes of each part of the predicate.
        predicate_error: Why the predicate can't be planned.
    """

    name: str
    location: dict[str, Any]
    provider_kind: Literal["listing", "delta", "delta_cdf"]
    options: ResolvedLocation
    scan_policy: str | None
    schema: tuple[FieldDescription, ...]
    undescribed_columns: tuple[str, ...]
    schema_origin: Literal[
        "table_schema_contract", "delta_scan", "table_spec", "delta_log", "files"
    ]
    delta_snapshot: dict[str, Any] | None
    delta_scan_identity_hash: str | None
    cdf_options: dict[str, Any] | None
    add_actions: tuple[dict[str, Any], ...]
    files: FileCounts | None
    filters: tuple[FilterPushdown, ...]
    predicate_error: str | None


@dataclass(frozen=True)
class DatasetResolution:
    """A dataset, ready to be registered, with its explanation.

    Attributes:
        provider: What `SessionContext.register_table` takes.
        report: The explanation.
    """

    provider: Table
    report: ResolutionReport


class RegisteredDataset(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset that a session has.

    Attributes:
        table_name: The name of its table.
        registration_time_ms: When it was registered, in milliseconds since 1970, UTC.
        provider_kind: How its rows are provided.
        location_hash: Identifies the location with its spec and overrides, without secrets.
        delta_version: The version of its Delta table when it was registered.
    """

    table_name: str
    registration_time_ms: int
    provider_kind: Literal["listing", "delta", "delta_cdf"]
    location_hash: str
    delta_version: int | None


def resolve_dataset_provider(
    ctx: SessionContext, request: DatasetResolutionRequest
) -> DatasetResolution:
    """Open a dataset as all the layers around it say, and explain every decision.

    The session is left as it is, but for the object store of a location that it did not know.

    Args:
        ctx: A session of the engine.
        request: The dataset.

    Returns:
        The dataset with its explanation.

    Raises:
        DatasetResolutionError: Nothing is there, it has another format or a protocol that is too
            new, a column has the name of the file column, or SQL of the spec can't be planned;
            `details["cause"]` has the code of the reason. A predicate that can't be planned is no
            error.
        DatasetSpecError: A record of the request is not valid.
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> import codeanatomy, deltalake, pyarrow as pa
        >>> from codeanatomy.datasets import DatasetLocation
        >>> deltalake.write_deltalake(
        ...     "visits", pa.table({"day": [1, 2], "n": [3, 4]}), partition_by=["day"]
        ... )
        >>> resolution = resolve_dataset_provider(
        ...     codeanatomy.connect(),
        ...     DatasetResolutionRequest(
        ...         name="visits", location=DatasetLocation(path="visits"), predicate="day = 2"
        ...     ),
        ... )
        >>> resolution.report.files
        FileCounts(total=2, selected=1, pruned=1)
    """
    report, provider = _native.resolve_dataset_provider(ctx, _json(request))
    return DatasetResolution(provider, msgspec.convert(report, ResolutionReport))


def register_datasets(
    ctx: SessionContext, requests: Sequence[DatasetResolutionRequest], *, overwrite: bool = False
) -> tuple[ResolutionReport, ...]:
    """Open datasets and register all of them as tables, or none.

    Args:
        ctx: A session of the engine.
        requests: The datasets.
        overwrite: Whether tables of their names give way.

    Returns:
        The explanations, in the order of the requests.

    Raises:
        DatasetResolutionError: One of them can't be opened, or a name is taken; the session is as
            it was.
        DatasetSpecError: A record of a request is not valid.
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> import codeanatomy
        >>> register_datasets(codeanatomy.connect(), [])
        ()
    """
    reports = _native.register_datasets(
        ctx, [_json(request) for request in requests], overwrite=overwrite
    )
    return msgspec.convert(reports, tuple[ResolutionReport, ...])


def registered_datasets(ctx: SessionContext) -> tuple[RegisteredDataset, ...]:
    """List the datasets that were registered in a session and are still there, by name.

    Args:
        ctx: A session of the engine.

    Raises:
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session.

    Examples:
        >>> import codeanatomy
        >>> registered_datasets(codeanatomy.connect())
        ()
    """
    return msgspec.convert(_native.registered_datasets(ctx), tuple[RegisteredDataset, ...])


def _json(request: DatasetResolutionRequest) -> str:
    return msgspec.json.encode(request).decode()
