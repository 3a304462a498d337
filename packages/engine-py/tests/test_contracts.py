"""The records of the contract take exactly what the engine returns."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from codeanatomy import contracts, session


@pytest.fixture
def reports() -> dict[str, Any]:
    context = session.connect()
    return {
        "BuildInfo": session.build_info(),
        "PluginAbi": session.plugin_abi(),
        "CapabilitiesReport": session.extension_capabilities_report(),
        "ContractProbe": session.session_context_contract_probe(context),
        "InstallReport": session.install_codeanatomy_runtime(context),
        "RegistrySnapshot": session.registry_snapshot(context),
    }


def test_reports_become_records_and_back(reports: dict[str, Any]) -> None:
    for name, report in reports.items():
        record = msgspec.convert(report, getattr(contracts, name))
        assert msgspec.json.decode(msgspec.json.encode(record)) == report, name


def test_errors_become_records() -> None:
    records = msgspec.convert(session.error_codes(), tuple[contracts.ErrorCode, ...])
    assert len({record.code for record in records}) == len(records) >= 14


def test_a_field_more_or_less_is_noticed(reports: dict[str, Any]) -> None:
    for name, report in reports.items():
        record = getattr(contracts, name)
        with pytest.raises(msgspec.ValidationError, match="unknown field `spam`"):
            msgspec.convert({**report, "spam": 1}, record)
        for field in report:
            partial = {key: value for key, value in report.items() if key != field}
            with pytest.raises(msgspec.ValidationError, match=f"required field `{field}`"):
                msgspec.convert(partial, record)


def test_records_are_frozen(reports: dict[str, Any]) -> None:
    record = msgspec.convert(reports["BuildInfo"], contracts.BuildInfo)
    with pytest.raises(AttributeError):
        record.engine = "other"  # type: ignore[misc]


def test_all_records_are_listed_and_documented() -> None:
    structs = {
        name
        for name, value in vars(contracts).items()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and name[0] != "_"
    }
    assert structs == set(contracts.__all__)
    for name in structs:
        record = getattr(contracts, name)
        for field in msgspec.structs.fields(record):
            assert f"        {field.name}: " in record.__doc__, f"{name}.{field.name}"
