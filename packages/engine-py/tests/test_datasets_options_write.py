"""Each option of writing in each state, by what PyPI's deltalake and pyarrow see of the table."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from codeanatomy.datasets import (
    DatasetResolutionRequest,
    LocationRequest,
    SchemaDescription,
    load_schema_runtime,
    resolve_dataset_provider,
    resolve_location,
)
from codeanatomy.errors import DatasetSpecError, ValidationFailedError
from datasets_support import SCHEMA, table
from options_support import (
    LAYERS,
    PLACES,
    Case,
    Cases,
    Run,
    built_in,
    declared,
    matrix,
    rows_of,
    seen,
    state,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def session() -> Any:
    return codeanatomy.connect()


def several_files(run: Run) -> bool:
    run.write(rows_of(range(20_000)))
    return len(run.found.file_uris()) > 1


def partitions(run: Run) -> list[str]:
    run.write()
    return run.found.metadata().partition_columns


def statistics(run: Run) -> tuple[dict[str, str], set[str]]:
    """The properties about statistics, and the columns that have some."""
    run.write()
    names = pa.table(run.found.get_add_actions(flatten=True)).column_names
    columns = {name.removeprefix("min.") for name in names if name.startswith("min.")}
    return run.found.metadata().configuration, columns


def codecs(run: Run) -> set[str]:
    run.write()
    return {run.parquet.row_group(0).column(place).compression for place in range(3)}


def properties(run: Run) -> dict[str, str]:
    run.write()
    return run.found.metadata().configuration


def columns_after(run: Run) -> list[str]:
    """The columns of a table, after a write of rows with one more."""
    deltalake.write_deltalake(run.path, table((1, 1, "a")))
    run.write(pa.table({"id": [2], "extra": ["x"]}))
    return run.found.schema().to_arrow().names


def names_in_file(run: Run) -> tuple[str | None, bool]:
    run.write()
    mode = run.found.metadata().configuration.get("delta.columnMapping.mode")
    (file,) = run.path.glob("**/*.parquet")
    return mode, pq.ParquetFile(file).schema_arrow.names == SCHEMA.names


def rows_written(run: Run) -> int:
    return run.write().commit.rows


def changes(run: Run) -> int:
    """The rows of a dataset of changes, from a version that the table does not have."""
    deltalake.write_deltalake(
        run.path, table((1, 1, "a")), configuration={"delta.enableChangeDataFeed": "true"}
    )
    provider = resolve_dataset_provider(run.session, run.dataset).provider
    return run.session.read_table(provider).count()


def left(run: Run) -> list[dict[str, Any]]:
    """What is stored of rows that lack a column, have another one, and a type of their own."""
    run.write(pa.table({"id": pa.array([1], pa.int32()), "score": [1], "extra": ["x"]}))
    return run.found.to_pyarrow_table().to_pylist()


def rows_checked(run: Run) -> int:
    return run.write(rows_of(range(10))).validation.rows_checked


def violations(run: Run) -> list[int]:
    report = run.write(rows_of(range(5)), on_violation="report").validation
    return [rule.violations for rule in report.rules if rule.kind == "range"]


def casts(run: Run) -> list[int]:
    run.write(pa.table({"id": [1.5], "score": [1], "name": ["a"]}))
    return run.found.to_pyarrow_table()["id"].to_pylist()


def columns_kept(run: Run) -> list[str]:
    run.write(pa.table({"id": [1], "score": [1], "name": ["a"], "extra": ["x"]}))
    return run.found.schema().to_arrow().names


ALL = {"id", "score", "name"}
AUTO = {"delta.dataSkippingNumIndexedCols": "32"}
EXPLICIT = {"stats_policy": "explicit"}
TABLE = {"table_spec": msgspec.to_builtins({"schema": SchemaDescription.of(SCHEMA)})}
BELOW = {"rules": [{"kind": "range", "column": "id", "max": 1}]}
BROKEN = "validation-failed"
STORED = [{"id": 1, "score": 1, "name": None}]

CASES: Cases = {
    ("DeltaWritePolicy", "target_file_size"): Case(
        explicit=20_000, look=several_files, seen=True, otherwise=False
    ),
    ("DeltaWritePolicy", "partition_by"): Case(
        explicit=["name"], look=partitions, seen=["name"], otherwise=[]
    ),
    ("DeltaWritePolicy", "stats_policy"): Case(
        explicit="off",
        look=statistics,
        seen=({"delta.dataSkippingNumIndexedCols": "0"}, set()),
        otherwise=({}, ALL),
        default=(AUTO, ALL),
    ),
    # What `explicit` needs is refused where it lacks.
    ("DeltaWritePolicy", "stats_columns"): Case(
        explicit=["score"],
        look=statistics,
        seen=({"delta.dataSkippingStatsColumns": "score"}, {"score"}),
        otherwise="invalid-option",
        default="schema-value-invalid",
        null="schema-value-invalid",
        beside=EXPLICIT,
    ),
    ("DeltaWritePolicy", "stats_max_columns"): Case(
        explicit=1,
        look=statistics,
        seen=({"delta.dataSkippingNumIndexedCols": "1"}, {"id"}),
        otherwise=({}, ALL),
        default=(AUTO, ALL),
    ),
    ("DeltaWritePolicy", "parquet_writer_policy"): Case(
        explicit={"compression": "gzip(5)"}, look=codecs, seen={"GZIP"}, otherwise={"SNAPPY"}
    ),
    ("DeltaWritePolicy", "enable_features"): Case(
        explicit=["change_data_feed"],
        look=properties,
        seen={"delta.enableChangeDataFeed": "true"},
        otherwise={},
    ),
    ("DeltaSchemaPolicy", "schema_mode"): Case(
        explicit="merge",
        look=columns_after,
        seen=[*SCHEMA.names, "extra"],
        otherwise="delta-schema-mismatch",
    ),
    ("DeltaSchemaPolicy", "column_mapping_mode"): Case(
        explicit="name", look=names_in_file, seen=("name", False), otherwise=(None, True)
    ),
    ("DeltaFeatureGate", "min_reader_version"): Case(
        explicit=3, look=rows_written, seen="delta-protocol-insufficient", otherwise=2
    ),
    ("DeltaFeatureGate", "min_writer_version"): Case(
        explicit=7, look=rows_written, seen="delta-protocol-insufficient", otherwise=2
    ),
    ("DeltaFeatureGate", "required_reader_features"): Case(
        explicit=["deletionVectors"],
        look=rows_written,
        seen="delta-protocol-insufficient",
        otherwise=2,
    ),
    ("DeltaFeatureGate", "required_writer_features"): Case(
        explicit=["changeDataFeed"],
        look=rows_written,
        seen="delta-protocol-insufficient",
        otherwise=2,
    ),
    # Changes are read, never written.
    ("DeltaCdfPolicy", "required"): Case(
        explicit=True, look=rows_written, seen="invalid-option", otherwise=2
    ),
    ("DeltaCdfPolicy", "allow_out_of_range"): Case(
        explicit=True,
        look=changes,
        seen=0,
        otherwise="dataset-unresolved",
        location={"delta_cdf_options": {"starting_version": 9}},
    ),
    ("EvolutionSpec", "allow_missing"): Case(
        explicit=False, look=left, seen="delta-schema-mismatch", otherwise=STORED, spec=TABLE
    ),
    ("EvolutionSpec", "allow_extra"): Case(
        explicit=False, look=left, seen="delta-schema-mismatch", otherwise=STORED, spec=TABLE
    ),
    ("EvolutionSpec", "allow_casts"): Case(
        explicit=False, look=left, seen="delta-schema-mismatch", otherwise=STORED, spec=TABLE
    ),
    ("ValidationPolicySpec", "enabled"): Case(
        explicit=False, look=rows_written, seen=2, otherwise=BROKEN, beside=BELOW
    ),
    ("ValidationPolicySpec", "lazy"): Case(
        explicit=False, look=violations, seen=[1], otherwise=[3], beside=BELOW
    ),
    ("ValidationPolicySpec", "head"): Case(
        explicit=2, look=rows_checked, seen=2, otherwise=BROKEN, beside=BELOW
    ),
    ("ValidationPolicySpec", "tail"): Case(
        explicit=2,
        look=rows_checked,
        seen=2,
        otherwise=BROKEN,
        beside={"rules": [{"kind": "range", "column": "id", "min": 8}]},
    ),
    ("ValidationPolicySpec", "sample"): Case(
        explicit=3,
        look=rows_checked,
        seen=3,
        otherwise=10,
        beside={"rules": [{"kind": "not_null", "column": "id"}]},
    ),
    ("ValidationPolicySpec", "strict"): Case(
        explicit=True,
        look=columns_kept,
        seen="delta-schema-mismatch",
        otherwise=SCHEMA.names,
        spec=TABLE,
    ),
    ("ValidationPolicySpec", "coerce"): Case(
        explicit=True, look=casts, seen=BROKEN, otherwise=[1], spec=TABLE
    ),
    ("ValidationPolicySpec", "rules"): Case(
        explicit=BELOW["rules"], look=rows_written, seen=BROKEN, otherwise=2
    ),
}


def test_every_option_has_its_case() -> None:
    records = {record for record, _ in CASES}
    assert declared(records) == set(CASES)
    # Scans, and the policies that are a layer of theirs, have tests of their own.
    others = {"DeltaMaintenancePolicy"}
    runtime = load_schema_runtime()
    of_options = {name for name in runtime.record_names() if runtime.fields(name)["options"]}
    assert {name for name in of_options if "Scan" not in name} == records | others == set(PLACES)


@pytest.mark.parametrize(("record", "field", "layer", "state"), matrix(CASES))
def test_an_option_does_what_it_says(
    session: Any, tmp_path: Path, record: str, field: str, layer: str, state: str
) -> None:
    case = CASES[record, field]
    assert case.expected("explicit") != case.expected("unset")
    found = seen(session, tmp_path / "t", (record, field), case, (layer, state))
    assert found == case.expected(state)


@pytest.mark.parametrize("record", sorted(set(PLACES) - {"EvolutionSpec"}))
def test_the_stronger_layer_decides_and_scan_policies_and_sessions_say_nothing(record: str) -> None:
    runtime = load_schema_runtime()
    for option in runtime.fields(record)["options"]:
        field = option["name"]
        value = built_in(record, field)
        for stronger, weaker in combinations(LAYERS, 2):
            # Null is a decision, too, whatever stands below it.
            asked: dict[str, Any] = {"location": {"path": "t"}}
            state(asked, record, weaker, {field: value})
            state(asked, record, stronger, {field: None})
            decoded = msgspec.json.decode(json.dumps(asked), type=LocationRequest)
            found = getattr(resolve_location(decoded), PLACES[record][-1])[field]
            assert (found.value, found.origin) == (None, stronger)
        assert option["session_key"] is None
        wrong = {"location": {"path": "t"}, "policy": {PLACES[record][-1]: {field: value}}}
        with pytest.raises(DatasetSpecError, match=PLACES[record][-1]):
            runtime.resolve_location_json(json.dumps(wrong))


@pytest.mark.parametrize(("stronger", "weaker"), list(combinations(LAYERS, 2)))
def test_constraints_of_a_layer_are_all_there_are(
    session: Any, tmp_path: Path, stronger: str, weaker: str
) -> None:
    constraint = [{"name": "small", "sql": "id < 2"}]
    for number, (stated, expected) in enumerate(
        [(..., "validation-failed"), (None, 2), ([], 2), (constraint, "validation-failed")]
    ):
        asked: dict[str, Any] = {"name": "d", "location": {"path": str(tmp_path / str(number))}}
        state(asked, "DeltaWritePolicy", weaker, {})
        bundle(asked, weaker)["constraints"] = constraint
        if stated is not ...:
            state(asked, "DeltaWritePolicy", stronger, {})
            bundle(asked, stronger)["constraints"] = stated
        where = msgspec.json.decode(json.dumps(asked), type=DatasetResolutionRequest)
        run = Run(session, tmp_path / str(number), where)
        try:
            found = run.write().commit.rows
        except ValidationFailedError as error:
            found = error.code
        assert found == expected


def bundle(asked: dict[str, Any], layer: str) -> dict[str, Any]:
    location = asked["location"]
    holders = {
        "call": lambda: asked["call"],
        "override": lambda: location["overrides"],
        "dataset": lambda: location["dataset_spec"]["policies"],
    }
    return holders[layer]()["delta"]
