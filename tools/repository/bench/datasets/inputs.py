"""Writes what the contenders read. Runs in the measured environment.

`python -m repository.bench.datasets.inputs DIRECTORY SIZE INPUT …`: SIZE is `full` or `small`. The
same size always gives the same rows.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from repository.bench.datasets.many_files import write_many_files
from repository.bench.datasets.workload import Sizes, sizes

BATCH = 1 << 16
# Lines of orders over the days of TPC-H, in the order of the days, as they come in.
LINES = """
select
    (hash(i * 11) % greatest(1, {count} // 4))::bigint as orderkey,
    (1 + hash(i * 3) % 50)::decimal(15, 2) as quantity,
    ((90000 + hash(i * 5) % 10000000) / 100.0)::decimal(15, 2) as price,
    ((hash(i * 7) % 11) / 100.0)::decimal(15, 2) as discount,
    ['A', 'N', 'R'][1 + (hash(i * 17) % 3)::integer] as flag,
    date '1992-01-02' + (i * 2526 // {count})::integer as shipdate,
    date_trunc('month', date '1992-01-02' + (i * 2526 // {count})::integer)::date as month
from range({count}) as r(i)
"""
# A few rows violate each rule. One key alone is NULL: several are equal for pandera, not in SQL.
ROWS = """
select
    case when i = 1 then null when i % fifth = 2 then 3 else i end as id,
    case i % fifth when 4 then 51 else 1 + hash(i * 3) % 50 end::bigint as quantity,
    case i % fifth when 5 then -0.5 else hash(i * 5) % 10000000 / 128.0 end::double as price,
    case i % fifth when 6 then null when 7 then 'X'
        else ['A', 'N', 'R'][1 + (hash(i * 17) % 3)::integer] end as flag,
    case i % fifth when 8 then ''
        else 'pkg_' || hash(i) % 317 || '.module_' || hash(i * 3) % 4001 end as name,
    hash(i * 7) % 100000 as starts,
    case i % fifth when 9 then -1 else hash(i * 7) % 100000 + hash(i) % 500 end::bigint as ends
from range({count}) as r(i), (select {count} // 5 as fifth)
"""


def write_lines(directory: Path, size: Sizes) -> None:
    """Write the Delta table of order lines, a directory for each month."""
    deltalake: Any = import_module("deltalake")
    with duckdb.connect() as connection:
        query = LINES.format(count=size.lines)
        rows: Any = connection.sql(query).to_arrow_reader(BATCH)
        deltalake.write_deltalake(directory / "lines", rows, partition_by=["month"])


def write_rows(directory: Path, size: Sizes) -> None:
    """Write the rows to validate as an Arrow file, which every process maps."""
    arrow: Any = import_module("pyarrow")
    with duckdb.connect() as connection:
        reader: Any = connection.sql(ROWS.format(count=size.rows)).to_arrow_reader(BATCH)
        with (
            arrow.OSFile(str(directory / "rows.arrow"), "wb") as sink,
            arrow.ipc.new_file(sink, reader.schema) as writer,
        ):
            for batch in reader:
                writer.write_batch(batch)


WRITERS = {"lines": write_lines, "files": write_many_files, "rows": write_rows}


def main(directory: Path, size: str, inputs: list[str]) -> None:
    """Write the inputs that are asked for."""
    for name in inputs:
        WRITERS[name](directory, sizes(small=size == "small"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
