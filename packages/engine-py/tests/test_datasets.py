"""Records of datasets: what they state, how policies are merged, who decides."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa
import pytest
import rich.pretty
from codeanatomy import datasets
from codeanatomy.datasets import (
    ContractSpec,
    DataFusionScanOptions,
    DatasetLocation,
    DatasetLocationOverrides,
    DatasetPolicies,
    DatasetSpec,
    DeltaPolicyBundle,
    DeltaScanOptions,
    DeltaScanPolicyDefaults,
    DeltaSchemaPolicy,
    FieldDescription,
    LocationRequest,
    NotNull,
    Range,
    ScanPolicyConfig,
    ScanPolicyDefaults,
    SchemaDescription,
    TableSpec,
    ValidationPolicySpec,
    apply_delta_scan_policy,
    apply_scan_policy,
    load_schema_runtime,
    resolve_location,
)
from codeanatomy.errors import CodeAnatomyError, DatasetSpecError

POLICY = ScanPolicyConfig(
    listing=ScanPolicyDefaults(collect_statistics=True, list_files_cache_ttl="1h"),
    delta_listing=ScanPolicyDefaults(list_files_cache_ttl="5m"),
    delta_scan=DeltaScanPolicyDefaults(schema_force_view_types=True),
)


def test_the_loader_always_gives_one_runtime() -> None:
    assert load_schema_runtime() is load_schema_runtime()
    assert repr(load_schema_runtime()) == "SchemaRuntime()"


def test_a_policy_fills_what_is_unset() -> None:
    listing = apply_scan_policy(None, policy=POLICY, dataset_format="parquet")
    assert listing == DataFusionScanOptions(collect_statistics=True, list_files_cache_ttl="1h")
    delta = apply_scan_policy(None, policy=POLICY, dataset_format="delta")
    assert delta == DataFusionScanOptions(list_files_cache_ttl="5m")
    scan = apply_delta_scan_policy(DeltaScanOptions(file_column_name="f"), policy=POLICY)
    assert scan == DeltaScanOptions(file_column_name="f", schema_force_view_types=True)


@pytest.mark.parametrize("explicit", [True, False, None])
def test_what_is_stated_beats_the_policy(*, explicit: bool | None) -> None:
    options = DataFusionScanOptions(collect_statistics=explicit)
    merged = apply_scan_policy(options, policy=POLICY, dataset_format="csv")
    assert merged is not None
    assert merged.collect_statistics is explicit
    scan = DeltaScanOptions(schema_force_view_types=explicit)
    assert apply_delta_scan_policy(scan, policy=POLICY) == scan


def test_nothing_over_nothing_is_nothing() -> None:
    assert apply_scan_policy(None, policy=None, dataset_format="delta") is None
    assert apply_scan_policy(None, policy=ScanPolicyConfig(), dataset_format="delta") is None
    assert apply_delta_scan_policy(None, policy=None) is None
    options = DataFusionScanOptions()
    assert apply_scan_policy(options, policy=None, dataset_format="delta") == options


def test_overrides_win_over_the_spec() -> None:
    schema = pa.schema([pa.field("id", pa.int64())])
    other = pa.schema([pa.field("id", pa.string())])
    spec = DatasetSpec(
        name="orders",
        table_spec=TableSpec(schema=SchemaDescription.of(schema)),
        policies=DatasetPolicies(
            delta=DeltaPolicyBundle(schema_policy=DeltaSchemaPolicy(schema_mode="overwrite"))
        ),
    )
    plain = DatasetLocation(path="/data/orders", dataset_spec=spec)
    resolved = resolve_location(LocationRequest(location=plain))
    assert resolved.schema_policy["schema_mode"].value == "overwrite"
    assert resolved.schema_policy["schema_mode"].origin == "dataset"
    assert schema_of(resolved.table_spec.value) == schema
    overrides = DatasetLocationOverrides(
        delta=DeltaPolicyBundle(schema_policy=DeltaSchemaPolicy(schema_mode="merge")),
        table_spec=TableSpec(schema=SchemaDescription.of(other)),
    )
    overridden = msgspec.structs.replace(plain, overrides=overrides)
    resolved = resolve_location(LocationRequest(location=overridden))
    assert resolved.schema_policy["schema_mode"].value == "merge"
    assert resolved.table_spec.origin == "override"
    assert schema_of(resolved.table_spec.value) == other


def schema_of(table_spec: object) -> pa.Schema:
    return msgspec.convert(table_spec, TableSpec).schema.to_arrow()


@pytest.mark.parametrize(
    "schema",
    [
        pa.schema([]),
        pa.schema([pa.field("a", pa.list_(pa.struct([pa.field("b", pa.int8(), nullable=False)])))]),
        pa.schema([pa.field("m", pa.map_(pa.string(), pa.decimal128(38, 3)), metadata={"k": "v"})]),
        pa.schema([pa.field("t", pa.timestamp("us", tz="Europe/Berlin"))], metadata={"owner": "é"}),
        pa.schema([pa.field("d", pa.dictionary(pa.int32(), pa.string()))]),
        pa.schema([pa.field("l", pa.list_(pa.field("item", pa.int8(), metadata={"k": "v"})))]),
    ],
)
def test_schemas_of_pyarrow_go_through_the_engine(schema: pa.Schema) -> None:
    description = SchemaDescription.of(schema)
    assert description.to_arrow().equals(schema, check_metadata=True)
    spec = DatasetSpec(name="x", table_spec=TableSpec(schema=description))
    written = load_schema_runtime().dataset_schema_json(spec.to_json())
    table = msgspec.json.decode(written, type=TableSpec)
    assert table.schema.to_arrow().equals(schema, check_metadata=True)
    assert table.fingerprint() == TableSpec(schema=description).fingerprint()


def test_records_come_back_from_the_engine() -> None:
    fields = (FieldDescription(name="id", type="Int64", nullable=False),)
    contract = ContractSpec(name="c", table_schema=SchemaDescription(fields=fields), version=3)
    rules = (NotNull(column="id"), Range(column="id", min=1, max=2.5, inclusive=False))
    policies = DatasetPolicies(validation=ValidationPolicySpec(strict="filter", rules=rules))
    text = DatasetSpec(name="x", contract_spec=contract, policies=policies).to_json()
    runtime = load_schema_runtime()
    assert msgspec.json.decode(runtime.dataset_contract_json(text), type=ContractSpec) == contract
    assert msgspec.json.decode(runtime.dataset_policy_json(text), type=DatasetPolicies) == policies
    assert runtime.dataset_schema_json(text) == "null"


def test_secrets_are_not_shown() -> None:
    location = DatasetLocation(
        path="s3://b/t", storage_options={"aws_secret_access_key": "hunter2"}
    )
    request = LocationRequest(location=location)
    pretty = rich.pretty.pretty_repr(request)
    for shown in (repr(location), str(location), repr(request), repr([location]), pretty):
        assert "aws_secret_access_key" in shown
        assert "hunter2" not in shown
    assert "hunter2" in location.to_json()
    other = msgspec.structs.replace(location, storage_options={"aws_secret_access_key": "x"})
    assert other.fingerprint() == location.fingerprint()
    wrong = '{"path": "s3://b/t", "storage_options": {"key": ["hunter2"]}}'
    with pytest.raises(DatasetSpecError) as caught:
        load_schema_runtime().fingerprint("DatasetLocation", wrong)
    assert "hunter2" not in f"{caught.value!r} {caught.value} {caught.value.details}"


def test_errors_tell_code_stage_and_path() -> None:
    runtime = load_schema_runtime()
    cases: list[tuple[str, str, str | None]] = [
        ("nope", "schema-json-invalid", None),
        ("{}", "dataset-name-missing", "$"),
        ('{"name": "x", "polices": {}}', "schema-field-unknown", "$"),
        ('{"name": "x", "query_spec": {}}', "schema-field-refused", "$"),
        ('{"name": "x", "table_spec": {}}', "schema-field-missing", "$.table_spec"),
        ('{"name": 1}', "schema-value-invalid", "$.name"),
    ]
    for text, code, path in cases:
        with pytest.raises(DatasetSpecError) as caught:
            runtime.dataset_name(text)
        error = caught.value
        assert isinstance(error, ValueError)
        assert (error.code, error.stage) == (code, "validation")
        assert error.details.get("path") == path
        assert error.hint or code == "schema-value-invalid"


@pytest.mark.parametrize("opening", ["[", '{"listing":'])
def test_a_megabyte_of_nesting_is_an_error(opening: str) -> None:
    text = opening * ((1 << 20) // len(opening))
    with pytest.raises(DatasetSpecError) as caught:
        load_schema_runtime().scan_policy_of_format_json(text, "delta")
    assert caught.value.code == "schema-json-invalid"


def test_every_method_refuses_what_is_no_json() -> None:
    runtime = load_schema_runtime()
    names = [name for name in dir(runtime) if name.endswith("_json")] + ["schema_message"]
    assert len(names) >= 9
    for name in names:
        method: Any = getattr(runtime, name)
        for arguments in (("\x00",), ("\x00", "\x00"), ("DatasetSpec", "\x00")):
            try:
                method(*arguments)
            except (CodeAnatomyError, TypeError):
                continue
            pytest.fail(f"{name}{arguments} is accepted")


def test_all_names_are_exported_and_documented() -> None:
    for name in datasets.__all__:
        assert getattr(datasets, name).__doc__ or name in {"Origin", "ValidationRule"}
