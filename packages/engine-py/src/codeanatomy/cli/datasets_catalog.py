"""The file in which a project keeps its datasets: `codeanatomy.datasets.json`.

It has `datasets`, a `DatasetLocation` by name, and may have `scan_policy`, a `ScanPolicyConfig`.
The engine reads these records, so that what is wrong in one is told with its path.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from codeanatomy.cli.failure import UsageError


class Content(msgspec.Struct, forbid_unknown_fields=True):
    """What the file holds.

    Attributes:
        datasets: The location of each dataset, as it is written.
        scan_policy: The scan policy of all of them.
    """

    datasets: dict[str, dict[str, Any]]
    scan_policy: dict[str, Any] | UnsetType = UNSET


class Request(msgspec.Struct):
    """What the engine resolves."""

    name: str
    location: dict[str, Any]
    policy: dict[str, Any] | UnsetType
    predicate: str | UnsetType


class Catalog:
    """The datasets of a file.

    Attributes:
        path: The file.
        content: What it holds.
    """

    def __init__(self, path: Path) -> None:
        """Read a file; one that is not there has no datasets.

        Raises:
            UsageError: The file is no such catalog.
        """
        self.path = path
        self.content = Content(datasets={})
        if not path.exists():
            return
        try:
            self.content = msgspec.json.decode(path.read_bytes(), type=Content)
        except msgspec.DecodeError as error:
            raise UsageError(
                f"{path} is no catalog of datasets: {error}", '{"datasets": {}} is an empty one'
            ) from None

    @property
    def datasets(self) -> dict[str, dict[str, Any]]:
        """The locations by name."""
        return self.content.datasets

    def request(self, name: str, predicate: str | None = None) -> str:
        """Return what the engine resolves, as JSON.

        A relative path starts where the file is.

        Args:
            name: A dataset of the file.
            predicate: A condition that a query would have.

        Raises:
            UsageError: The file has no such dataset.
        """
        if name not in self.datasets:
            known = ", ".join(sorted(self.datasets)) or "none"
            raise UsageError(
                f"{self.path} has no dataset '{name}'; it has {known}",
                f"'codeanatomy datasets register {name} PATH' adds it",
            )
        location = dict(self.datasets[name])
        path = location.get("path")
        if isinstance(path, str) and "://" not in path:
            location["path"] = str(self.path.absolute().parent / path)
        request = Request(
            name, location, self.content.scan_policy, UNSET if predicate is None else predicate
        )
        return msgspec.json.encode(request).decode()

    def write(self) -> None:
        """Replace the file at once, or leave it as it was."""
        directory = self.path.absolute().parent
        text = msgspec.json.format(msgspec.json.encode(self.content, order="sorted"))
        with tempfile.NamedTemporaryFile(
            "wb", dir=directory, prefix=f".{self.path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                file.write(text + b"\n")
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                temporary.unlink()
                raise
        temporary.replace(self.path)
