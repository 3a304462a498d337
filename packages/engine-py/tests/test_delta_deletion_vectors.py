"""Deletion vectors: written here byte by byte as the Delta protocol has them, read in SQL."""

from __future__ import annotations

import base64
import json
import struct
from typing import TYPE_CHECKING, Any

import deltalake
import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Lake

RFC1924 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
Z85 = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
MAGIC = 1681511377
NO_RUNS = 12346


def deletion_vector(rows: list[int]) -> dict[str, Any]:
    """Describe the deletion of rows below 65,536, with the vector inline.

    It is a 64-bit Roaring bitmap in its portable format: one 32-bit bitmap, of one array.
    """
    array = struct.pack(f"<{len(rows)}H", *sorted(rows))
    header = struct.pack("<IIHHI", NO_RUNS, 1, 0, len(rows) - 1, 16)
    content = struct.pack("<IQI", MAGIC, 1, 0) + header + array
    padded = content + b"\0" * (-len(content) % 4)
    text = base64.b85encode(padded).translate(bytes.maketrans(RFC1924, Z85))
    return {
        "storageType": "i",
        "pathOrInlineDv": text.decode(),
        "sizeInBytes": len(content),
        "cardinality": len(rows),
    }


def delete(path: Path, rows: list[int]) -> None:
    """Delete rows of the only file of a table of version 0 by a vector, as version 1."""
    log = path / "_delta_log"
    actions = [json.loads(line) for line in (log / f"{0:020}.json").read_text().splitlines()]
    add = next(action["add"] for action in actions if "add" in action)
    protocol = {
        "minReaderVersion": 3,
        "minWriterVersion": 7,
        "readerFeatures": ["deletionVectors"],
        "writerFeatures": ["deletionVectors", "appendOnly", "invariants"],
    }
    remove = {"path": add["path"], "deletionTimestamp": 1, "dataChange": True}
    lines = [
        {"protocol": protocol},
        {"remove": remove},
        {"add": {**add, "deletionVector": deletion_vector(rows)}},
        {"commitInfo": {"timestamp": 1, "operation": "DELETE"}},
    ]
    (log / f"{1:020}.json").write_text("\n".join(map(json.dumps, lines)))


@pytest.mark.parametrize("partitions", [[], ["p"]])
@pytest.mark.parametrize("deleted", [[0], [99], [1, 50, 98], list(range(100))])
def test_deleted_rows_are_not_read(
    lake: Lake, tmp_path: Path, deleted: list[int], partitions: list[str]
) -> None:
    path = tmp_path / "t"
    data = pa.table({"id": list(range(100)), "p": ["x y"] * 100})
    deltalake.write_deltalake(path, data, partition_by=partitions)
    delete(path, deleted)
    kept = [number for number in range(100) if number not in deleted]

    def rows(sql: str) -> list[dict[str, Any]]:
        return lake.rows(sql)

    table = f"read_delta('{path}')"
    assert sorted(row["id"] for row in rows(f"select id from {table}")) == kept
    assert rows(f"select count(*) as n from {table}") == [{"n": len(kept)}]
    filtered = rows(f"select id, p from {table} where id >= 50 and p = 'x y'")
    assert sorted(row["id"] for row in filtered) == [number for number in kept if number >= 50]
    assert rows(f"select count(*) as n from read_delta('{path}', 0)") == [{"n": 100}]
    snapshot = rows(f"select num_rows, reader_features from delta_snapshot('{path}')")
    assert snapshot == [{"num_rows": len(kept), "reader_features": ["deletionVectors"]}]
    actions = rows(f"select num_records, num_deleted from delta_add_actions('{path}')")
    assert actions == [{"num_records": 100, "num_deleted": len(deleted)}]

    # A file that is written anew leaves the deleted rows out.
    rows(f"create external table t stored as delta location '{path}'")
    gone = [number for number in kept if number % 3 == 0]
    assert rows("delete from t where id % 3 = 0") == [{"count": len(gone)}]
    left = sorted(row["id"] for row in rows("select id from t"))
    assert left == [number for number in kept if number % 3]
