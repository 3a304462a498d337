"""`codeanatomy config`: settings are shown with their origin, checked, and started."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from codeanatomy.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_show_names_each_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "codeanatomy.toml").write_text("[execution]\nmemory_limit = '1536 MiB'\n")
    monkeypatch.setenv("CODEANATOMY_EXECUTION_BATCH_SIZE", "77")
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["config", "show", str(tmp_path)]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    assert lines["execution.memory_limit"].split(maxsplit=3)[1:3] == ["1.5", "GiB"]
    assert lines["execution.memory_limit"].endswith("codeanatomy.toml")
    assert lines["execution.batch_size"].split()[1:] == ["77", "CODEANATOMY_EXECUTION_BATCH_SIZE"]
    assert main(["config", "show", str(tmp_path), "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["schema"] == "codeanatomy.config/1"
    assert record["settings"]["execution.memory_limit"]["value"] == 1536 << 20


def test_scan_policies_are_shown_with_what_they_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.codeanatomy]\nscan_policy = 'remote'\n"
        "[tool.codeanatomy.scan_policies.remote]\ndelta_listing = {list_files_cache_ttl = '5m'}\n"
    )
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["config", "show", str(tmp_path)]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    assert lines["scan_policy"].split()[1] == "remote"
    assert '{"delta_listing": {"list_files_cache_ttl": "5m"}}' in lines["scan_policies.remote"]
    assert lines["scan_policies.remote"].endswith("pyproject.toml")
    monkeypatch.setenv("CODEANATOMY_SCAN_POLICY", "local")
    assert main(["config", "validate", str(tmp_path)]) == 2
    assert "CODEANATOMY_SCAN_POLICY: there is no scan policy 'local'" in capsys.readouterr().err


def test_what_is_wrong_is_said_with_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "validate", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("valid: profile ")
    file = tmp_path / "codeanatomy.toml"
    file.write_text("[execution]\nbatch_sise = 1\n")
    assert main(["config", "validate", str(tmp_path)]) == 2
    message = capsys.readouterr().err
    assert f"{file}: there is no setting 'execution.batch_sise'" in message
    assert "did you mean 'execution.batch_size'?" in message


def test_init_writes_a_valid_file_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "init", str(tmp_path)]) == 0
    text = (tmp_path / "codeanatomy.toml").read_text(encoding="utf-8")
    assert "[execution]" in text
    assert "# batch_size = " in text
    assert main(["config", "validate", str(tmp_path)]) == 0
    assert main(["config", "init", str(tmp_path)]) == 2
    assert "exists" in capsys.readouterr().err


def test_a_setting_reaches_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r/m.py").write_text("x = 1\n")
    monkeypatch.setenv("CODEANATOMY_EXECUTION_BATCH_SIZE", "5")
    graph = str(tmp_path / "g")
    assert main(["build", str(tmp_path / "r"), "--output", graph, "--quiet"]) == 0
    capsys.readouterr()
    query = "show datafusion.execution.batch_size"
    assert main(["sql", graph, query, "--format", "csv", "--output", str(tmp_path / "o")]) == 0
    assert "5" in (tmp_path / "o").read_text()
