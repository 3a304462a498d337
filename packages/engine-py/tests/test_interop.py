"""Results go to other programs, and other programs read the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import deltalake
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from codeanatomy_testkit.results import assert_same_result

if TYPE_CHECKING:
    from codeanatomy import Graph
    from conftest import Sandbox

QUERY = "select path, name, bstart, is_async from py_defs where def_kind = 'function'"
# The positions are counted in the source, which conftest.py holds.
EXPECTED = {
    ("shop/broken.py", "half", 0, False),
    ("shop/cart.py", "__init__", 56, False),
    ("shop/cart.py", "total", 121, False),
    ("shop/price.py", "total", 0, False),
}


@pytest.fixture
def graph(built: Sandbox) -> Graph:
    return codeanatomy.open_graph(built.output)


def test_positions_are_those_of_the_source(built: Sandbox) -> None:
    text = (built.repository / "shop/cart.py").read_bytes()
    for path, name, start, _ in EXPECTED:
        if path == "shop/cart.py":
            assert text[start:].startswith(f"def {name}(".encode())


def test_pyarrow(graph: Graph) -> None:
    table = pa.table(graph.sql(QUERY))
    assert {tuple(row.values()) for row in table.to_pylist()} == EXPECTED
    assert sum(table["bstart"].to_pylist()) == sum(row[2] for row in EXPECTED)


def test_pyarrow_streams(graph: Graph) -> None:
    with pa.RecordBatchReader.from_stream(graph.table("cpg_edges")) as reader:
        rows = sum(batch.num_rows for batch in reader)
    assert rows == graph.tables["cpg_edges"].rows


def test_polars(graph: Graph) -> None:
    assert set(pl.DataFrame(graph.sql(QUERY)).rows()) == EXPECTED


def test_pandas(graph: Graph) -> None:
    frame = pd.DataFrame.from_arrow(graph.sql(QUERY))
    assert set(frame.itertuples(index=False, name=None)) == EXPECTED


def test_duckdb(graph: Graph) -> None:
    functions = graph.sql(QUERY)
    assert functions is not None  # duckdb finds the local variable by its name
    relation = duckdb.sql("select * from functions")
    assert relation is not None
    assert set(relation.fetchall()) == EXPECTED


@pytest.mark.parametrize("library", ["polars", "pyarrow", "duckdb"])
def test_rows_of_others_join_the_graph(graph: Graph, library: str) -> None:
    rows = {"name": ["total"], "owner": ["sales"]}
    frame = pl.DataFrame(rows)
    relation = duckdb.sql("select 'total' as name, 'sales' as owner")
    assert relation is not None
    sources: dict[str, Any] = {
        "polars": frame,
        "pyarrow": pa.table(rows),
        "duckdb": relation,
    }
    source = sources[library]
    graph.session.from_arrow(source, name="owners")
    joined = graph.sql(f"select path from ({QUERY}) d join owners o on o.name = d.name")
    assert {row["path"] for row in joined.to_pylist()} == {"shop/cart.py", "shop/price.py"}


def test_deltalake_reads_every_table(graph: Graph, built: Sandbox) -> None:
    for name, entry in graph.tables.items():
        table = deltalake.DeltaTable(built.output / name, version=entry.version)
        mine = pa.table(graph.table(name))
        theirs = pa.table(graph.session.read_table(table))
        assert theirs.num_rows == entry.rows
        assert theirs.schema.names == mine.schema.names
        assert_same_result(theirs, mine)


def test_duckdb_and_polars_read_the_files(graph: Graph, built: Sandbox) -> None:
    entry = graph.tables["py_defs"]
    table = deltalake.DeltaTable(built.output / "py_defs", version=entry.version)
    files = table.file_uris()
    assert len(files) == entry.files
    assert pl.read_parquet(files).height == entry.rows
    assert duckdb.read_parquet(files).count("*").fetchall() == [(entry.rows,)]


def test_a_join_of_many_partitions_streams(graph: Graph) -> None:
    # With dynamic filters of joins, a reader that takes partition after partition waits for ever.
    names = [{"name": f"n{number % 1000}", "value": number} for number in range(100_000)]
    frame = pl.DataFrame(names)
    for name in ("left_rows", "right_rows"):
        batches = pa.table(frame).to_batches(max_chunksize=5_000)
        graph.session.register_record_batches(name, [[batch] for batch in batches])
    query = """
        with bound as (
            select name, value from left_rows where value < 500
            union all select name, value from right_rows where value < 500
        )
        select b.name from bound b join right_rows r on r.name = b.name
    """
    assert pa.table(graph.sql(query)).num_rows == 1000 * 100
