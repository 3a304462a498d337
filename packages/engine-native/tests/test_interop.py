"""Other people's packages work with sessions of the engine as with the stock ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy_engine
import pyarrow as pa

if TYPE_CHECKING:
    from pathlib import Path


def test_functions_of_geodatafusion_register_and_run(session: Any) -> None:
    import geodatafusion

    geodatafusion.register_all(session)
    codeanatomy_engine.install_codeanatomy_runtime(session)
    rows = session.sql(
        "select st_x(st_point(x, 2.0)) as x from (values (1.5), (-3.25)) as t(x)"
    ).to_pylist()
    assert rows == [{"x": 1.5}, {"x": -3.25}]

    snapshot = codeanatomy_engine.registry_snapshot(session)
    assert "st_point" in snapshot["pycapsule_udfs"]
    assert "stable_id" not in snapshot["pycapsule_udfs"]
    assert set(snapshot["pycapsule_udfs"]) <= set(snapshot["custom_udfs"])


def test_delta_tables_register_and_are_queried(session: Any, tmp_path: Path) -> None:
    from deltalake import DeltaTable, write_deltalake

    rows = pa.table({"id": pa.array(range(1000), pa.int64()), "name": ["a", "b"] * 500})
    write_deltalake(tmp_path / "table", rows)
    write_deltalake(tmp_path / "table", rows.slice(0, 10), mode="append")
    codeanatomy_engine.install_codeanatomy_runtime(session)
    session.register_table("t", DeltaTable(tmp_path / "table"))
    answer = session.sql(
        "select name, count(*) as n, count(distinct stable_id('p', name)) as ids"
        " from t where id < 500 group by name order by name"
    ).to_pylist()
    assert answer == [{"name": "a", "n": 255, "ids": 1}, {"name": "b", "n": 255, "ids": 1}]


def test_results_leave_through_the_arrow_interface(session: Any) -> None:
    import duckdb
    import polars as pl

    codeanatomy_engine.install_codeanatomy_runtime(session)
    frame = session.sql(
        "select stable_id_parts('p', x) as id, x from generate_series(1, 3) as t(x)"
    )
    expected = frame.to_pydict()
    assert pl.DataFrame(frame).to_dict(as_series=False) == expected
    table = frame.to_arrow_table()
    rows = duckdb.connect().from_arrow(table).order("x").fetchall()
    assert rows == list(zip(expected["id"], expected["x"], strict=True))
