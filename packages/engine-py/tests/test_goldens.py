"""Every record that crosses a boundary is what its golden says, and reads what releases wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import pytest
from codeanatomy import contracts, session
from codeanatomy.cli import doctor
from codeanatomy.graph import records
from codeanatomy_testkit.goldens import record_types

if TYPE_CHECKING:
    from codeanatomy_testkit.goldens import Golden
    from conftest import Sandbox

TYPES = record_types(codeanatomy)
VERSION = codeanatomy.__version__


@pytest.fixture(scope="module")
def payloads(built: Sandbox) -> dict[type, list[Any]]:
    """What the engine really hands out, by record."""
    return {
        contracts.BuildInfo: [session.build_info()],
        contracts.CapabilitiesReport: [session.extension_capabilities_report()],
        contracts.ContractProbe: [session.session_context_contract_probe(codeanatomy.connect())],
        contracts.ErrorCode: session.error_codes()[:1],
        contracts.PluginAbi: [session.plugin_abi()],
        records.Manifest: [codeanatomy.open_graph(built.output).manifest],
    }


def test_records_are_found() -> None:
    assert {contracts.BuildInfo, records.Manifest, doctor.Diagnosis} <= set(TYPES)
    assert len(TYPES) >= 80


@pytest.mark.parametrize("record", TYPES, ids=lambda record: record.__name__)
def test_record_is_its_golden(
    record: type, golden: Golden, payloads: dict[type, list[Any]]
) -> None:
    golden.record(record, *payloads.get(record, ()), version=VERSION)


def test_records_that_were_released_are_still_there(golden: Golden) -> None:
    names = {f"{record.__module__}.{record.__qualname__}" for record in TYPES}
    assert golden.files.versions()[0] == "0.1.0"
    for version in golden.files.versions():
        assert set(golden.files.names(version)) <= names, version
    assert set(golden.files.names(VERSION)) == names
