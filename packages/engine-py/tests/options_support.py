"""The matrix of options: what each does, by what a layer states about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import deltalake
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from codeanatomy.datasets import (
    DatasetResolutionRequest,
    LocationRequest,
    load_schema_runtime,
    resolve_location,
    write,
)
from codeanatomy.errors import CodeAnatomyError
from datasets_support import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

STATES = ("unset", "explicit", "default", "null")
LAYERS = ("call", "override", "dataset")
# Where a layer has the options of a record, and what `resolve_location` calls them.
PLACES = {
    "DeltaWritePolicy": ("delta", "write_policy"),
    "DeltaMaintenancePolicy": ("delta", "maintenance_policy"),
    "DeltaSchemaPolicy": ("delta", "schema_policy"),
    "DeltaFeatureGate": ("delta", "feature_gate"),
    "DeltaCdfPolicy": ("delta", "cdf_policy"),
    "ValidationPolicySpec": ("validation",),
    "EvolutionSpec": ("evolution_spec",),
}
AS_OTHERWISE: Any = object()


class Run(NamedTuple):
    """A dataset with an option, about to be looked at."""

    session: Any
    path: Path
    dataset: DatasetResolutionRequest

    def write(self, rows: Any = None, **options: Any) -> Any:
        rows = table((1, 10, "a"), (2, 20, "b")) if rows is None else rows
        return write(self.session, self.dataset, rows, **options)

    @property
    def found(self) -> deltalake.DeltaTable:
        return deltalake.DeltaTable(self.path)

    @property
    def parquet(self) -> pq.FileMetaData:
        (file,) = self.found.file_uris()
        return pq.ParquetFile(file).metadata

    def log(self) -> set[str]:
        return {path.name for path in (self.path / "_delta_log").iterdir()}


class Case(NamedTuple):
    """What an option does.

    Attributes:
        explicit: A value other than the built-in default.
        look: Does something with the dataset, and says what is seen; an error is seen by its code.
        seen: What is seen with the explicit value.
        otherwise: What is seen where nobody states the option.
        default: What is seen where the built-in default is stated, if that is something else.
        null: What is seen where null is stated, if that is something else.
        beside: Other options of the record that the layer states.
        location: What the location says beside its layers.
        spec: What the spec of the dataset says beside its policies.
    """

    explicit: Any
    look: Callable[[Run], Any]
    seen: Any
    otherwise: Any
    default: Any = AS_OTHERWISE
    null: Any = AS_OTHERWISE
    beside: dict[str, Any] = {}  # noqa: RUF012 nobody changes it
    location: dict[str, Any] = {}  # noqa: RUF012
    spec: dict[str, Any] = {}  # noqa: RUF012

    def expected(self, state: str) -> Any:
        if state == "explicit":
            return self.seen
        stated = {"default": self.default, "null": self.null}.get(state, AS_OTHERWISE)
        return self.otherwise if stated is AS_OTHERWISE else stated


Cases = dict[tuple[str, str], Case]


def declared(records: Iterable[str]) -> set[tuple[str, str]]:
    """Every option of the records, as the engine declares them."""
    runtime = load_schema_runtime()
    return {
        (record, option["name"])
        for record in records
        for option in runtime.fields(record)["options"]
    }


def matrix(cases: Cases) -> list[tuple[str, str, str, str]]:
    """Every option in every state, and the explicit value in every layer."""
    points = []
    for record, field in cases:
        layers = LAYERS if record != "EvolutionSpec" else ("dataset",)
        points += [(record, field, layer, "explicit") for layer in layers]
        points += [(record, field, layers[0], state) for state in STATES if state != "explicit"]
    return points


def built_in(record: str, field: str) -> Any:
    report = load_schema_runtime().resolve_options_json(record, "{}")
    return json.loads(report)[field]["value"]


def state(stated: dict[str, Any], record: str, layer: str, options: dict[str, Any]) -> None:
    """Put options of a record into a layer of a request."""
    place = PLACES[record]
    location = stated["location"]
    if layer == "call":
        holder = stated.setdefault("call", {})
    elif layer == "override":
        holder = location.setdefault("overrides", {})
    else:
        holder = location.setdefault("dataset_spec", {"name": "d"})
        if record != "EvolutionSpec":
            holder = holder.setdefault("policies", {})
    for name in place[:-1]:
        holder = holder.setdefault(name, {})
    holder[place[-1]] = options


def request(path: Path, key: tuple[str, str], case: Case, point: tuple[str, str]) -> Any:
    """The dataset of a point of the matrix."""
    layer, stated = point
    options = dict(case.beside)
    if stated != "unset":
        values = {"explicit": case.explicit, "default": built_in(*key), "null": None}
        options[key[1]] = values[stated]
    location = {"path": str(path), **case.location, "dataset_spec": {"name": "d", **case.spec}}
    asked: dict[str, Any] = {"name": "d", "location": location}
    state(asked, key[0], layer, options)
    return msgspec.json.decode(json.dumps(asked), type=DatasetResolutionRequest)


def seen(session: Any, path: Path, key: tuple[str, str], case: Case, point: tuple[str, str]) -> Any:
    """What is seen, and who decided."""
    layer, stated = point
    dataset = request(path, key, case, point)
    try:
        resolved = resolve_location(LocationRequest(location=dataset.location, call=dataset.call))
        found = getattr(resolved, PLACES[key[0]][-1])[key[1]]
        assert found.origin == ("default" if stated == "unset" else layer)
        return case.look(Run(session, path, dataset))
    except CodeAnatomyError as error:
        return error.code


def rows_of(numbers: Iterable[int]) -> pa.Table:
    return table(*((number, number, "a") for number in numbers))
