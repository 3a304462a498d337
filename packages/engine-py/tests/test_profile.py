"""Profiles: layers and their order, and sessions that keep to what their profile says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import codeanatomy
import pytest
from codeanatomy.datasets import ScanPolicyConfig, ScanPolicyDefaults
from codeanatomy.errors import InvalidOptionError
from codeanatomy.profile import (
    AsyncProfile,
    ExecutionProfile,
    RuntimeProfile,
    profile_settings,
    resolve_profile,
)

if TYPE_CHECKING:
    from pathlib import Path


def shown(context: Any, option: str) -> str:
    return context.sql(f"show {option}").to_pylist()[0]["value"]


def test_layers_apply_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.codeanatomy]\n"
        "execution = {batch_size = 1, target_partitions = 1, spill_limit = 1}\n"
        "async = {enabled = true, timeout_ms = 1, batch_size = 1}\n"
    )
    (tmp_path / "codeanatomy.toml").write_text(
        "[execution]\nbatch_size = 2\ntarget_partitions = 2\nspill_limit = 2\n"
    )
    monkeypatch.setenv("CODEANATOMY_EXECUTION_BATCH_SIZE", "3")
    monkeypatch.setenv("CODEANATOMY_EXECUTION_TARGET_PARTITIONS", "3")
    monkeypatch.chdir(tmp_path)
    stated = RuntimeProfile(execution=ExecutionProfile(batch_size=4))
    settings = resolve_profile(stated).settings
    names = ("batch_size", "target_partitions", "spill_limit")
    found = [settings[f"execution.{name}"] for name in names]
    assert [setting.value for setting in found] == [4, 3, 2]
    assert [setting.origin for setting in found] == [
        "argument",
        "CODEANATOMY_EXECUTION_TARGET_PARTITIONS",
        str(tmp_path / "codeanatomy.toml"),
    ]
    assert settings["async.timeout_ms"].value == 1
    assert settings["async.timeout_ms"].origin == str(tmp_path / "pyproject.toml")


def test_session_keeps_to_its_profile_and_shares_nothing() -> None:
    one = codeanatomy.connect(
        RuntimeProfile(
            execution=ExecutionProfile(batch_size=100),
            functions={"utf8_normalize_form": "NFD", "span_default_line_base": 1},
            datafusion={"execution.collect_statistics": False},
        )
    )
    other = codeanatomy.connect("large")
    assert shown(one, "datafusion.execution.batch_size") == "100"
    assert shown(one, "datafusion.execution.collect_statistics") == "false"
    assert shown(one, "codeanatomy_udf.utf8_normalize_form") == "NFD"
    assert shown(one, "codeanatomy_udf.span_default_line_base") == "1"
    assert shown(other, "datafusion.execution.batch_size") == "16384"
    assert shown(other, "codeanatomy_udf.utf8_normalize_form") == "NFKC"
    one.sql("set codeanatomy_udf.utf8_normalize_form = 'NFC'").collect()
    assert shown(other, "codeanatomy_udf.utf8_normalize_form") == "NFKC"


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ("huge", "it takes one of small, medium, large, machine"),
        (
            RuntimeProfile(execution=ExecutionProfile(memory_limit="lots")),
            "execution.memory_limit is 'lots'; it takes a number of bytes",
        ),
        (
            RuntimeProfile(functions={"utf8_normalize_forms": "NFC"}),
            "did you mean 'functions.utf8_normalize_form'",
        ),
        (
            RuntimeProfile(execution=ExecutionProfile(target_partitions=0)),
            "a number of at least 1",
        ),
    ],
    ids=["class", "size", "key", "count"],
)
def test_wrong_settings_are_refused(profile: RuntimeProfile | str, message: str) -> None:
    with pytest.raises(InvalidOptionError) as caught:
        codeanatomy.connect(profile)
    assert message in str(caught.value)
    assert caught.value.details["origin"] == "argument"


def test_hashes_are_of_values_only(tmp_path: Path) -> None:
    small = resolve_profile("small", directory=tmp_path)
    same = resolve_profile(
        RuntimeProfile(
            profile="small",
            execution=ExecutionProfile(batch_size=4096, spill_directory=str(tmp_path)),
        ),
        directory=tmp_path,
    )
    other = resolve_profile(
        RuntimeProfile(
            profile="small", asynchronous=AsyncProfile(enabled=True, timeout_ms=1, batch_size=1)
        ),
        directory=tmp_path,
    )
    assert small.profile_hash == same.profile_hash != other.profile_hash
    assert small.settings_hash == same.settings_hash == other.settings_hash


def test_every_setting_has_a_default_and_a_variable() -> None:
    settings = resolve_profile().settings
    described = {setting.key: setting for setting in profile_settings()}
    tables = {"profile", "scan_policies.NAME", "datafusion.OPTION"}
    assert set(described) - set(settings) == tables
    assert not set(settings) - set(described)
    assert all(described[key].variable.startswith("CODEANATOMY_") for key in settings)


def test_the_nearest_declaration_of_a_scan_policy_counts_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "codeanatomy.toml"
    file.write_text(
        "scan_policy = 'remote'\n"
        "[scan_policies.remote.listing]\n"
        "collect_statistics = false\n"
        "list_files_cache_ttl = '1h'\n"
        "[scan_policies.local]\n"
        "delta_scan.schema_force_view_types = true\n"
    )
    of_file = resolve_profile(directory=tmp_path)
    assert of_file.settings["scan_policy"].value == "remote"
    assert set(of_file.scan_policies) == {"remote", "local"}
    assert of_file.scan_policies["remote"].origin == str(file)
    assert of_file.scan_policies["local"].policy == {
        "delta_scan": {"schema_force_view_types": True}
    }

    never = ScanPolicyDefaults(list_files_cache_ttl=None)
    stated = RuntimeProfile(scan_policies={"remote": ScanPolicyConfig(listing=never)})
    of_argument = resolve_profile(stated, directory=tmp_path)
    remote = of_argument.scan_policies["remote"]
    assert remote.policy == {"listing": {"list_files_cache_ttl": None}}
    assert remote.origin == "argument"
    assert of_argument.settings["scan_policy"].origin == str(file)
    assert of_argument.settings_hash != of_file.settings_hash
    assert of_argument.profile_hash != of_file.profile_hash


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (
            RuntimeProfile(scan_policy="remot", scan_policies={"remote": {}, "local": {}}),
            (
                "argument: there is no scan policy 'remot': those declared are local, remote; "
                "did you mean 'remote'?"
            ),
        ),
        (
            RuntimeProfile(scan_policy="remote"),
            "no layer declares one; a table [scan_policies.remote] does",
        ),
        (
            RuntimeProfile(scan_policies={"remote": {"listing": {"collect_statistic": True}}}),
            (
                "argument: scan_policies.remote: there is no field 'collect_statistic' at "
                "$.listing; did you mean 'collect_statistics'?"
            ),
        ),
    ],
    ids=["name", "none", "field"],
)
def test_wrong_scan_policies_are_refused(profile: RuntimeProfile, message: str) -> None:
    with pytest.raises(InvalidOptionError) as caught:
        codeanatomy.connect(profile)
    assert message in str(caught.value)


def test_a_profile_names_the_planners_of_its_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    query = "select named_struct('a', 1) -> 'a' as a"
    assert codeanatomy.connect().sql(query).to_pylist() == [{"a": 1}]
    (tmp_path / "codeanatomy.toml").write_text("expr_planner_names = []\n")
    assert resolve_profile().settings["expr_planner_names"].value == ()
    with pytest.raises(Exception, match="the operator -> needs the expression planner"):
        codeanatomy.connect().sql(query)
    named = RuntimeProfile(expr_planner_names=["codeanatomy_domain"])
    assert codeanatomy.connect(named).sql(query).to_pylist() == [{"a": 1}]
    with pytest.raises(InvalidOptionError, match="Unsupported ExprPlanner names: 'mine'"):
        codeanatomy.connect(RuntimeProfile(expr_planner_names=["mine"]))


ROWS = "select value, repeat(md5(cast(value as varchar)), 3) as text from generate_series(1, {})"


@pytest.fixture
def sizes(request: pytest.FixtureRequest) -> tuple[int, int]:
    """How many MiB a session may hold, and how many rows, of about 112 bytes, it is given."""
    return (256, 18_400_000) if request.config.getoption("--large") else (64, 1_200_000)


def limited(mebibytes: int, spill: Path) -> Any:
    return codeanatomy.connect(
        RuntimeProfile(
            execution=ExecutionProfile(
                target_partitions=1,
                memory_limit=f"{mebibytes}MiB",
                spill_directory=str(spill),
            )
        )
    )


def test_a_sort_above_the_limit_spills(sizes: tuple[int, int], tmp_path: Path) -> None:
    mebibytes, rows = sizes
    context = limited(mebibytes, tmp_path)
    query = f"select text from ({ROWS.format(rows)}) order by text"
    plan = context.sql(f"explain analyze {query}").to_pylist()[0]["plan"]
    assert re.search(r"SortExec: .*spilled_rows=(?!0\b)", plan), plan
    query = f"select count(*) as n, min(text) <= max(text) as sorted from ({query})"
    assert context.sql(query).to_pylist() == [{"n": rows, "sorted": True}]


def test_a_join_above_the_limit_ends_with_an_error_that_names_memory(
    sizes: tuple[int, int], tmp_path: Path
) -> None:
    mebibytes, count = sizes
    context = limited(mebibytes, tmp_path)
    rows = ROWS.format(count)
    query = f"select count(a.text || b.text) from ({rows}) a join ({rows}) b on a.text = b.text"
    with pytest.raises(Exception, match="Resources exhausted"):
        context.sql(query).collect()
    assert context.sql("select 1 as one").to_pylist() == [{"one": 1}]
