"""Datasets resolved and registered, of tables and files that other libraries wrote."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import polars as pl
import pyarrow as pa
import pytest
from codeanatomy import _native
from codeanatomy.datasets import (
    DataFusionScanOptions,
    DatasetLocation,
    DatasetLocationOverrides,
    DatasetPolicies,
    DatasetResolutionRequest,
    DatasetSpec,
    DeltaCdfOptions,
    DeltaPolicyBundle,
    DeltaScanOptions,
    DeltaScanPolicyDefaults,
    ScanPolicyConfig,
    ScanPolicyDefaults,
    register_datasets,
    registered_datasets,
    resolve_dataset_provider,
)
from codeanatomy.errors import DatasetResolutionError, DatasetSpecError
from codeanatomy.profile import RuntimeProfile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def session() -> Any:
    return codeanatomy.connect()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A Delta table of `deltalake`: three versions, partitioned, with a change data feed."""
    path = tmp_path / "orders"
    for version, parts in enumerate((["a"], ["a", "b"], ["c"])):
        rows = [{"id": 10 * version + n, "part": part} for n, part in enumerate(parts)]
        deltalake.write_deltalake(
            path,
            pa.Table.from_pylist(rows),
            mode="append",
            partition_by=["part"],
            configuration={"delta.enableChangeDataFeed": "true"},
        )
    return path


def request(path: Path, **options: Any) -> DatasetResolutionRequest:
    location = options.pop("location", {})
    return DatasetResolutionRequest(
        name=options.pop("name", "d"),
        location=DatasetLocation(path=str(path), **location),
        **options,
    )


def test_delta_table_is_resolved_with_its_snapshot(session: Any, orders: Path) -> None:
    first = resolve_dataset_provider(session, request(orders, predicate="part = 'a'"))
    report = first.report
    assert report.provider_kind == "delta"
    assert report.cdf_options is None
    assert report.location["path"] == str(orders)
    assert report.delta_snapshot is not None
    assert report.delta_snapshot["version"] == 2
    assert report.delta_snapshot["partition_by"] == ["part"]
    assert report.files is not None
    assert (report.files.total, report.files.selected) == (4, 2)
    again = resolve_dataset_provider(session, request(orders))
    assert again.report.delta_scan_identity_hash == report.delta_scan_identity_hash
    session.register_table("orders", first.provider)
    found = session.sql("select id, part from orders order by id").to_pylist()
    oracle = deltalake.DeltaTable(orders).to_pyarrow_table().sort_by("id")
    assert found == oracle.select(["id", "part"]).to_pylist()


def test_registered_live_table_sees_new_commits_and_a_pinned_one_does_not(
    session: Any, orders: Path
) -> None:
    pinned = request(orders, name="pinned", location={"delta_version": 1})
    register_datasets(session, [request(orders, name="live"), pinned])
    deltalake.write_deltalake(
        orders, pa.table({"id": [99], "part": ["z"]}), mode="append", partition_by=["part"]
    )
    count = "select count(*) as n from {}"
    assert session.sql(count.format("live")).to_pylist() == [{"n": 5}]
    assert session.sql(count.format("pinned")).to_pylist() == [{"n": 3}]
    entries = {entry.table_name: entry for entry in registered_datasets(session)}
    assert {name: entry.delta_version for name, entry in entries.items()} == {
        "live": 2,
        "pinned": 1,
    }
    assert entries["live"].location_hash != entries["pinned"].location_hash


def test_changes_are_resolved(session: Any, orders: Path) -> None:
    options = DeltaCdfOptions(starting_version=1, ending_version=2)
    resolution = resolve_dataset_provider(
        session, request(orders, location={"delta_cdf_options": options})
    )
    assert resolution.report.provider_kind == "delta_cdf"
    assert resolution.report.cdf_options == {"starting_version": 1, "ending_version": 2}
    assert resolution.report.files is None
    session.register_table("changes", resolution.provider)
    found = session.sql("select id, _change_type, _commit_version from changes order by id")
    oracle = deltalake.DeltaTable(orders).load_cdf(starting_version=1, ending_version=2)
    columns = ["id", "_change_type", "_commit_version"]
    expected = pa.table(oracle).select(columns).to_pylist()
    assert found.to_pylist() == sorted(expected, key=itemgetter("id"))


def test_layers_decide_in_their_order(session: Any, orders: Path) -> None:
    policy = ScanPolicyConfig(
        delta_listing=ScanPolicyDefaults(list_files_cache_ttl="5m"),
        listing=ScanPolicyDefaults(list_files_cache_ttl="1h", collect_statistics=True),
        delta_scan=DeltaScanPolicyDefaults(
            schema_force_view_types=False, file_column_name="from_policy"
        ),
    )
    spec = DatasetSpec(
        name="d",
        policies=DatasetPolicies(
            delta=DeltaPolicyBundle(scan=DeltaScanOptions(file_column_name="from_spec"))
        ),
    )
    override = DatasetLocationOverrides(
        delta=DeltaPolicyBundle(scan=DeltaScanOptions(file_column_name=None))
    )
    call = DatasetLocationOverrides(
        delta=DeltaPolicyBundle(scan=DeltaScanOptions(file_column_name="from_call"))
    )

    def resolved(**options: Any) -> Any:
        return resolve_dataset_provider(session, request(orders, policy=policy, **options)).report

    for options, value, origin in [
        ({}, "from_policy", "policy"),
        ({"location": {"dataset_spec": spec}}, "from_spec", "dataset"),
        ({"location": {"dataset_spec": spec, "overrides": override}}, None, "override"),
        (
            {"location": {"dataset_spec": spec, "overrides": override}, "call": call},
            "from_call",
            "call",
        ),
    ]:
        report = resolved(**options)
        option = report.options.delta_scan["file_column_name"]
        assert (option.value, option.origin) == (value, origin)
        names = [field.name for field in report.schema]
        assert names == ["id", "part", *([value] if value else [])]
        assert report.options.datafusion_scan["list_files_cache_ttl"].value == "5m"
    types = {field.name: field.type for field in resolved().schema}
    assert types["part"] == "Utf8"


def test_settings_of_the_session_decide_below_policies(orders: Path) -> None:
    changed = codeanatomy.connect(
        RuntimeProfile(datafusion={"execution.parquet.schema_force_view_types": False})
    )
    for context, value, origin in [
        (changed, False, "session"),
        (codeanatomy.connect(), True, "default"),
    ]:
        report = resolve_dataset_provider(context, request(orders)).report
        option = report.options.delta_scan["schema_force_view_types"]
        assert (option.value, option.origin) == (value, origin)
        types = {field.name: field.type for field in report.schema}
        assert types["part"] == ("Utf8View" if value else "Utf8")


def test_files_of_other_libraries(session: Any, tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [1, 2, None], "name": ["ä", "", None]})
    frame.write_parquet(tmp_path / "rows.parquet")
    frame.write_ndjson(tmp_path / "rows.json")
    frame.write_ipc(tmp_path / "rows.arrow", compat_level=pl.CompatLevel.oldest())
    frame.write_csv(tmp_path / "rows.csv", separator="|")
    for form, options in [
        ("parquet", {}),
        ("json", {}),
        ("arrow", {}),
        ("csv", {"read_options": {"has_header": "true", "delimiter": "|"}}),
    ]:
        location = {"format": form, **options}
        one = request(tmp_path / f"rows.{form}", name=form, location=location)
        register_datasets(session, [one])
        found = session.sql(f"select id, name from {form} order by id").to_pylist()
        expected = frame.to_dicts()
        if form == "csv":
            expected[1]["name"] = None
        assert found == expected, form


def test_what_can_not_be_opened_is_one_error_with_its_cause(
    session: Any, tmp_path: Path, orders: Path
) -> None:
    taken = DatasetLocationOverrides(
        delta=DeltaPolicyBundle(scan=DeltaScanOptions(file_column_name="id"))
    )
    for wrong, cause in [
        (request(tmp_path / "missing"), "delta-table-not-found"),
        (request(orders, location={"format": "parquet"}), "dataset-format-mismatch"),
        (request(orders, location={"delta_version": 7}), "delta-version-not-found"),
        (request(orders, call=taken), "invalid-option"),
    ]:
        with pytest.raises(DatasetResolutionError, match="the dataset 'd' can't be resolved") as e:
            register_datasets(session, [request(orders, name="fine"), wrong])
        assert e.value.details["cause"] == cause
        assert e.value.hint
        assert isinstance(e.value, OSError)
        assert registered_datasets(session) == ()
    bad = resolve_dataset_provider(session, request(orders, predicate="not_a_column > 5"))
    assert "not_a_column" in (bad.report.predicate_error or "")
    misspelt = '{"name": "d", "location": {"path": "x", "delta_versoin": 1}}'
    with pytest.raises(DatasetSpecError, match="did you mean 'delta_version'"):
        _native.resolve_dataset_provider(session, misspelt)


def test_options_of_a_listing_are_honoured(session: Any, tmp_path: Path) -> None:
    for day in (1, 2):
        directory = tmp_path / f"day={day}"
        directory.mkdir()
        pl.DataFrame({"id": [day]}).write_parquet(directory / "part.pq")
    scan = DataFusionScanOptions(file_extension=".pq", listing_mutable=False)
    call = DatasetLocationOverrides(datafusion_scan=scan)
    asked = request(
        tmp_path, location={"format": "parquet"}, call=call, predicate="day = '2' and id > 0"
    )
    report = resolve_dataset_provider(session, asked).report
    assert report.files is not None
    assert (report.files.total, report.files.pruned) == (2, 1)
    assert [part.pushdown for part in report.filters] == ["exact", "inexact"]


def test_the_scan_policy_of_the_session_decides_where_a_request_states_none(orders: Path) -> None:
    policy = ScanPolicyConfig(delta_scan=DeltaScanPolicyDefaults(file_column_name="file"))
    session = codeanatomy.connect(
        RuntimeProfile(scan_policy="named", scan_policies={"named": policy, "other": {}})
    )
    report = resolve_dataset_provider(session, request(orders)).report
    assert report.scan_policy == "named"
    column = report.options.delta_scan["file_column_name"]
    assert (column.value, column.origin) == ("file", "policy")
    assert "file" in [field.name for field in report.schema]

    of_its_own = resolve_dataset_provider(session, request(orders, policy=ScanPolicyConfig()))
    column = of_its_own.report.options.delta_scan["file_column_name"]
    assert (column.value, column.origin) == (None, "default")
    assert of_its_own.report.scan_policy is None
    (registered,) = register_datasets(session, [request(orders)])
    assert registered.scan_policy == "named"
