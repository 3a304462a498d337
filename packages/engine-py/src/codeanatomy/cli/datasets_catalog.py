"""The file in which a project keeps its datasets: `codeanatomy.datasets.json`.

It has `datasets`, a `DatasetLocation` by name, and may have `scan_policy`, a `ScanPolicyConfig`,
and `bootstrap`, by name what a `ZeroRowDataset` states beside its location. The engine reads these
records, so that what is wrong in one is told with its path.
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
        bootstrap: What a bootstrap is told of datasets: `role`, `required`, `materialize` and
            `schema`.
        scan_policy: The scan policy of all of them.
    """

    datasets: dict[str, dict[str, Any]]
    bootstrap: dict[str, dict[str, Any]] | UnsetType = UNSET
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
        request = Request(
            name,
            self._location(name),
            self.content.scan_policy,
            UNSET if predicate is None else predicate,
        )
        return msgspec.json.encode(request).decode()

    def bootstrap_request(self, options: dict[str, Any]) -> str:
        """Return what the engine bootstraps, as JSON.

        Args:
            options: What the request has beside its datasets. A relative `artifacts_root` starts
                where the file is.
        """
        content = self.content.bootstrap
        stated: dict[str, dict[str, Any]] = {} if content is UNSET else content
        datasets: list[dict[str, Any]] = []
        # A dataset that only `bootstrap` has is a schema without a location.
        for name in sorted({*self.datasets, *stated}):
            dataset = {**stated.get(name, {}), "name": name}
            if name in self.datasets:
                dataset["location"] = self._location(name)
            datasets.append(dataset)
        root = self._absolute(options["artifacts_root"])
        request = {**options, "artifacts_root": root, "datasets": datasets}
        if self.content.scan_policy is not UNSET:
            request["policy"] = self.content.scan_policy
        return msgspec.json.encode(request).decode()

    def _location(self, name: str) -> dict[str, Any]:
        location = dict(self.datasets[name])
        path = location.get("path")
        if isinstance(path, str):
            location["path"] = self._absolute(path)
        return location

    def _absolute(self, path: str) -> str:
        return path if "://" in path else str(self.path.absolute().parent / path)

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
