"""What all operations of a table have in common: its location, and the call of the engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from codeanatomy._native import DeltaLocation
from codeanatomy.profile import session_profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from codeanatomy.profile import RuntimeProfile

Report = TypeVar("Report")


class ArrowStreamExportable(Protocol):
    """Rows: a table or reader of pyarrow, a frame of polars or DataFusion, or their like."""

    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object:
        """Return the capsule of the stream."""
        ...


class TableAtLocation:
    """The table at a location, without its operations."""

    def __init__(
        self,
        location: str | os.PathLike[str],
        *,
        version: int | None = None,
        timestamp: datetime | str | None = None,
        storage_options: Mapping[str, str] | None = None,
        profile: RuntimeProfile | str | None = None,
    ) -> None:
        """Take a location; nothing is opened.

        Args:
            location: A path, or a URL of an object store.
            version: The version to look at; such a table can't be changed.
            timestamp: The time whose version to look at, with its time zone.
            storage_options: Settings of the object store, credentials among them.
            profile: What operations may use of the machine, as `codeanatomy.connect` takes it.

        Raises:
            InvalidOptionError: The location is none (`location-invalid`), or there are a version
                and a timestamp (`invalid-option`).
        """
        self._location = DeltaLocation(
            os.fspath(location),
            version=version,
            timestamp=moment_text(timestamp),
            storage_options=dict(storage_options or {}),
        )
        self._profile = profile

    @property
    def location(self) -> str:
        """The path or URL of the table."""
        return self._location.name

    def __repr__(self) -> str:
        """Show the location, the version, and the names of storage options without their values."""
        return repr(self._location).replace("DeltaLocation", "DeltaTable", 1)

    def _run(
        self,
        operation: str,
        report: type[Report],
        options: Mapping[str, object],
        rows: ArrowStreamExportable | None = None,
    ) -> Report:
        """Run an operation, and return its report."""
        request = msgspec.json.encode({"operation": operation, "options": options})
        answer = self._location.run(request.decode(), rows, profile=session_profile(self._profile))
        return msgspec.convert(answer, report)


def given(**options: object) -> dict[str, object]:
    """Return the options that are given.

    Examples:
        >>> given(predicate=None, all_rows=True)
        {'all_rows': True}
    """
    return {name: value for name, value in options.items() if value is not None}


def moment_text(timestamp: datetime | str | None) -> str | None:
    """Write a time as the engine reads it.

    Examples:
        >>> from datetime import datetime, timezone
        >>> moment_text(datetime(2026, 1, 31, tzinfo=timezone.utc))
        '2026-01-31T00:00:00+00:00'
    """
    if timestamp is None or isinstance(timestamp, str):
        return timestamp
    return timestamp.isoformat()
