"""`codeanatomy delta`: tells first what it would do, and does it with --apply."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import deltalake
import pyarrow as pa
import pytest
from codeanatomy.delta import DeltaTable

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Sandbox

NOTHING = "nothing was changed; --apply does it\n"


@pytest.fixture
def table(sandbox: Sandbox) -> DeltaTable:
    """Give a table with four versions: three appends and a delete."""
    result = DeltaTable(sandbox.root / "table")
    for turn in range(3):
        result.append(pa.table({"id": [1, 2], "turn": [turn, turn]}))
    result.delete("id = 1 and turn = 0")
    return result


def answer(sandbox: Sandbox, *arguments: str) -> dict[str, Any]:
    done = sandbox.command("delta", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_history(sandbox: Sandbox, table: DeltaTable) -> None:
    record = answer(sandbox, "history", "table")
    assert record["schema"] == "codeanatomy.delta.history/1"
    theirs = deltalake.DeltaTable(table.location).history()
    expected = [(entry["version"], entry["operation"]) for entry in theirs]
    assert [(item["version"], item["operation"]) for item in record["items"]] == expected
    assert len(answer(sandbox, "history", "table", "--limit", "2")["items"]) == 2
    done = sandbox.command("delta", "history", "table")
    lines = done.stdout.splitlines()
    assert lines[0].split()[:3] == ["version", "time", "operation"]
    assert [line.split()[0] for line in lines[1:]] == ["3", "2", "1", "0"]
    assert "DELETE" in lines[1]


def test_snapshot_and_files(sandbox: Sandbox, table: DeltaTable) -> None:
    latest = answer(sandbox, "snapshot", "table")
    assert (latest["version"], latest["rows"], latest["files"]) == (3, 5, 3)
    assert [column["name"] for column in latest["columns"]] == ["id", "turn"]
    first = answer(sandbox, "snapshot", "table", "--version", "0")
    assert (first["version"], first["rows"], first["files"]) == (0, 2, 1)
    (file,) = answer(sandbox, "files", "table", "--version", "0")["items"]
    assert file["bytes"] == (sandbox.root / "table" / file["path"]).stat().st_size
    shown = sandbox.command("delta", "files", "table", "--version", "0").stdout
    assert file["path"] in shown
    text = sandbox.command("delta", "snapshot", "table").stdout
    assert "reader protocol" in text
    assert "Int64" in text
    assert "id" in sandbox.terminal("delta", "snapshot", "table")
    assert table.snapshot().version == 3


def test_what_rewrites_tells_first(sandbox: Sandbox, table: DeltaTable) -> None:
    before = deltalake.DeltaTable(table.location).to_pyarrow_table().sort_by("turn").to_pylist()
    for arguments in (["optimize", "table"], ["z-order", "table", "turn", "id"]):
        version = table.snapshot().version
        told = sandbox.command("delta", *arguments)
        assert (told.returncode, told.stderr) == (0, NOTHING)
        assert "files removed" in told.stdout
        assert table.snapshot().version == version
        record = answer(sandbox, *arguments, "--apply")
        assert (record["dry_run"], record["committed"], record["version"]) == (
            False,
            True,
            version + 1,
        )
    assert len(table.files()) == 1
    after = deltalake.DeltaTable(table.location).to_pyarrow_table().sort_by("turn").to_pylist()
    assert sorted(map(str, after)) == sorted(map(str, before))


def test_vacuum_tells_first(sandbox: Sandbox, table: DeltaTable) -> None:
    options = ["vacuum", "table", "--retention-hours", "0"]
    refused = sandbox.command("delta", *options)
    assert refused.returncode == 2
    assert "shorter than the 168 hours" in refused.stderr
    options.append("--no-enforce-retention")
    told = answer(sandbox, *options)
    (file,) = told["files"]
    assert told["dry_run"]
    path = sandbox.root / "table" / file
    assert path.exists()
    assert file in sandbox.command("delta", *options).stdout
    done = answer(sandbox, *options, "--apply")
    assert (done["files"], done["bytes"]) == (told["files"], told["bytes"])
    assert not path.exists()
    orphan = sandbox.root / "table" / "orphan.parquet"
    orphan.touch()
    assert answer(sandbox, *options)["files"] == []
    assert answer(sandbox, *options, "--full", "--apply")["files"] == ["orphan.parquet"]
    assert len(deltalake.DeltaTable(table.location).to_pyarrow_table()) == 5


def test_restore_tells_first(sandbox: Sandbox, table: DeltaTable) -> None:
    lost = sandbox.command("delta", "restore", "table")
    assert lost.returncode == 2
    assert "codeanatomy delta history table" in lost.stderr
    told = answer(sandbox, "restore", "table", "--version", "1")
    assert (told["dry_run"], told["files_restored"], told["files_removed"]) == (True, 1, 2)
    assert table.snapshot().version == 3
    done = answer(sandbox, "restore", "table", "--version", "1", "--apply")
    assert (done["version"], done["restored_version"]) == (4, 1)
    assert len(deltalake.DeltaTable(table.location).to_pyarrow_table()) == 4
    both = sandbox.command("delta", "restore", "table", "--version", "1", "--timestamp", "x")
    assert both.returncode == 2


def test_cleanup_of_the_log_tells_first(sandbox: Sandbox, table: DeltaTable) -> None:
    assert answer(sandbox, "checkpoint", "table")["version"] == 3
    log = sandbox.root / "table" / "_delta_log"
    long_ago = time.time() - 40 * 24 * 3600
    for file in log.glob("0*"):
        os.utime(file, (long_ago, long_ago))
    told = answer(sandbox, "cleanup-log", "table")
    assert (told["dry_run"], told["files"], told["retention_hours"]) == (True, 3, 720)
    assert len(list(log.glob("*.json"))) == 4
    assert answer(sandbox, "cleanup-log", "table", "--apply")["files"] == 3
    assert [file.name for file in log.glob("*.json")] == ["00000000000000000003.json"]
    assert len(deltalake.DeltaTable(table.location).to_pyarrow_table()) == 5


def test_constraints_and_properties(sandbox: Sandbox, table: DeltaTable) -> None:
    assert (
        sandbox.command("delta", "constraints", "table").stdout == "the table has no constraints\n"
    )
    added = answer(sandbox, "constraints", "table", "--add", "positive=id >= 1")
    assert added["constraints"] == {"positive": "id >= 1"}
    assert answer(sandbox, "constraints", "table")["constraints"] == {"positive": "id >= 1"}
    assert "positive" in sandbox.command("delta", "constraints", "table").stdout
    broken = sandbox.command("delta", "constraints", "table", "--add", "two=id = 2")
    assert broken.returncode == 2
    assert '2 rows break "id = 2"' in broken.stderr
    assert answer(sandbox, "constraints", "table", "--drop", "positive")["constraints"] == {}
    wanted = "delta.logRetentionDuration=interval 7 days"
    properties = answer(sandbox, "properties", "table", "--set", wanted, "--set", "a=b=c")
    assert properties["properties"]["a"] == "b=c"
    configuration = deltalake.DeltaTable(table.location).metadata().configuration
    assert configuration["delta.logRetentionDuration"] == "interval 7 days"
    twice = sandbox.command("delta", "properties", "table", "--set", "a=1", "--set", "a=2")
    assert twice.returncode == 2
    assert "a name twice" in twice.stderr


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["history"], "LOCATION"),
        ([], "OPERATION"),
        (["explode", "table"], "invalid choice"),
        (["history", "nowhere"], "does not exist"),
        (["snapshot", "http://host/table"], "scheme 'http'"),
        (["snapshot", "table", "--version", "9"], "has no version 9: the latest is 3"),
        (["snapshot", "table", "--timestamp", "yesterday"], "not valid"),
        (["z-order", "table", "tern", "--apply"], "is 'turn' meant?"),
        (["properties", "table", "--set", "delta.appendOnly=perhaps"], "is no value of"),
        (["constraints", "table", "--add", "nothing"], "NAME=VALUE"),
    ],
)
def test_what_is_wrong_is_said(
    sandbox: Sandbox, table: DeltaTable, arguments: list[str], what: str
) -> None:
    done = sandbox.command("delta", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert what in done.stderr
    assert table.snapshot().version == 3


def test_secrets_are_not_repeated(sandbox: Sandbox, tmp_path: Path) -> None:
    for option in ("hush-hush", "token=hush-hush"):
        done = sandbox.command("delta", "history", str(tmp_path), "--storage-option", option)
        assert done.returncode == 2
        assert "hush" not in done.stdout + done.stderr
