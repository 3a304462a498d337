"""What options write into files: of Parquet, of features of the protocol, and of a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from codeanatomy.datasets import (
    DeltaWritePolicy,
    ParquetWriterPolicy,
    load_schema_runtime,
    write,
)
from codeanatomy.delta import Commit
from codeanatomy.errors import DeltaConflictError, InvalidOptionError
from datasets_support import SCHEMA, dataset, table
from options_support import Run, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def session() -> Any:
    return codeanatomy.connect()


def parquet_of(session: Any, path: Path, policy: ParquetWriterPolicy) -> pq.FileMetaData:
    where = dataset(path, delta={"write_policy": DeltaWritePolicy(parquet_writer_policy=policy)})
    write(session, where, rows_of(range(30)))
    return Run(session, path, where).parquet


def of_columns(metadata: pq.FileMetaData, fact: str) -> list[Any]:
    facts = [getattr(metadata.row_group(0).column(place), fact) for place in range(3)]
    # How long a filter is says only that there is one.
    return [found is not None for found in facts] if fact == "bloom_filter_length" else facts


# Each field with a value, the fact of columns that shows it, and what the three columns show.
PARQUET: dict[str, tuple[Any, str, list[Any]]] = {
    "compression": ("zstd(3)", "compression", ["ZSTD"] * 3),
    "max_row_group_size": (10, "num_values", [10] * 3),
    "statistics_enabled": (("score",), "has_column_index", [False, True, False]),
    "dictionary_enabled": (("name",), "has_dictionary_page", [False, False, True]),
    "bloom_filter_enabled": (("id",), "bloom_filter_length", [True, False, False]),
}


def test_every_field_of_parquet_has_its_case() -> None:
    properties = load_schema_runtime().json_schema("ParquetWriterPolicy")["properties"]
    assert set(PARQUET) == set(properties)


@pytest.mark.parametrize("field", PARQUET)
def test_parquet_files_are_as_the_policy_says(session: Any, tmp_path: Path, field: str) -> None:
    value, fact, expected = PARQUET[field]
    stated: dict[str, Any] = {field: value}
    policy = ParquetWriterPolicy(**stated)
    assert of_columns(parquet_of(session, tmp_path / "stated", policy), fact) == expected
    others = [ParquetWriterPolicy()]
    if field in {"compression", "max_row_group_size"}:
        null: dict[str, Any] = {field: None}
        others.append(ParquetWriterPolicy(**null))
    for number, other in enumerate(others):
        found = parquet_of(session, tmp_path / str(number), other)
        assert of_columns(found, fact) != expected


@pytest.mark.parametrize(
    ("feature", "properties", "protocol"),
    [
        # Before features had names, the version of writers said it.
        ("append_only", {"delta.appendOnly": "true"}, 2),
        ("change_data_feed", {"delta.enableChangeDataFeed": "true"}, 4),
        ("column_mapping", {"delta.columnMapping.mode": "name"}, 5),
        ("deletion_vectors", {"delta.enableDeletionVectors": "true"}, "deletionVectors"),
        ("v2_checkpoints", {"delta.checkpointPolicy": "v2"}, "v2Checkpoint"),
    ],
)
def test_features_are_properties_and_in_the_protocol(
    session: Any, tmp_path: Path, feature: Any, properties: dict[str, str], protocol: Any
) -> None:
    policy = DeltaWritePolicy(enable_features=(feature,))
    write(session, dataset(tmp_path / "t", delta={"write_policy": policy}), table((1, 1, "a")))
    found = deltalake.DeltaTable(tmp_path / "t")
    configuration = found.metadata().configuration
    assert {name: configuration.get(name) for name in properties} == properties
    asked = found.protocol()
    if isinstance(protocol, int):
        assert asked.min_writer_version == protocol
    else:
        assert protocol in set(asked.writer_features or ()) & set(asked.reader_features or ())


def test_options_of_statistics_that_nothing_reads_are_refused(session: Any, tmp_path: Path) -> None:
    for policy, option in (
        (DeltaWritePolicy(stats_columns=("id",)), "stats_columns"),
        (DeltaWritePolicy(stats_policy="off", stats_max_columns=2), "stats_max_columns"),
    ):
        where = dataset(tmp_path / "t", delta={"write_policy": policy})
        with pytest.raises(InvalidOptionError, match=option):
            write(session, where, table((1, 1, "a")))
    assert not (tmp_path / "t").exists()


def test_fields_of_a_commit_have_their_effect(session: Any, tmp_path: Path) -> None:
    where = dataset(tmp_path / "t")
    commit = Commit(metadata={"run": "7"}, app_id="me", app_version=3)
    write(session, where, table((1, 1, "a")), commit=commit)
    assert deltalake.DeltaTable(tmp_path / "t").history(1)[0]["run"] == "7"
    again = write(session, where, table((1, 1, "a")), commit=commit)
    assert (again.commit.skipped, deltalake.DeltaTable(tmp_path / "t").version()) == (True, 0)

    def interrupted() -> Iterator[pa.RecordBatch]:
        # Another writer commits while the rows are read.
        deltalake.write_deltalake(tmp_path / "t", table((9, 9, "z")), mode="append")
        yield from table((2, 2, "b")).to_batches()

    def reader() -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(SCHEMA, interrupted())

    assert write(session, where, reader()).commit.version == 2
    with pytest.raises(DeltaConflictError):
        write(session, where, reader(), commit=Commit(max_retries=0))
    assert fields_of(Commit) == {"metadata", "app_id", "app_version", "max_retries"}


def fields_of(record: type[msgspec.Struct]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(record)}
