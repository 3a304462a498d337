"""Writes what the contenders read. Runs in the measured environment.

`python -m repository.bench.functions.inputs DIRECTORY SCALE TABLE …`: a table is an Arrow file that
every process maps; `tpch` is a folder of Parquet files. The same scale gives the same bytes.
"""

from __future__ import annotations

import random
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from repository.bench.functions.workload import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS = 1 << 19
# A mean of 30 bytes, like a qualified name.
NAME = (
    "'pkg_' || hash(i) % 317 || '.module_' || hash(i * 3) % 4001"
    " || '.fn_' || hash(i * 7) % 99999989"
)
NUMBER = "(hash(i * 11) % 5000000)::bigint"
KIND = "'kind_' || hash(i * 13) % 60"
NULL_NAME = f"case when i % 50 = 7 then null else {NAME} end"
NULL_KIND = f"case when i % 20 = 3 then null else {KIND} end"
# Multiplying by an odd number modulo a power of two changes the order and keeps ranks apart.
RANK = "(i * 2654435761) % 4294967296"
COLUMNS = {
    "names": f"{NULL_NAME} as name, {NUMBER} as number, {NULL_KIND} as kind",
    "parts": (
        f"{NULL_NAME} as name, {NUMBER} as number, {NULL_KIND} as kind,"
        " (hash(i * 17) % 400000)::integer as start"
    ),
    "entries": (
        f"(hash(i * 11) % groups)::bigint as g, {RANK} as rank, {NAME} as label, {KIND} as kind"
    ),
    "lines": "line, col",
}
WORDS = """def |return |self.|value|= |(x, y)|for i in |range(10):| # note|"text"|import os
lambda q: q|    |foo_bar|==|  None |  and """.replace("\n", "|").split("|")
BEYOND_ASCII = ("é", "ß", "日本", "—", "😀", "𝒳", "naïve", "ﬁ")  # noqa: RUF001 - the ligature is meant
BATCH = 1 << 16


def source_lines(count: int) -> Iterator[tuple[str, int]]:
    """Yield lines of code, one in eight beyond ASCII, and a column of each in units of UTF-16."""
    dice = random.Random(7)  # noqa: S311 - no secret depends on it
    for _ in range(count):
        words = dice.choices(WORDS, k=dice.randint(4, 12))
        if dice.random() < 1 / 8:
            words.insert(dice.randrange(len(words)), dice.choice(BEYOND_ASCII))
        line = "".join(words)
        head = line[: dice.randint(0, len(line))]
        yield line, len(head.encode("utf-16-le")) // 2


def write_table(directory: Path, table: str, scale: float) -> None:
    """Write one Arrow file.

    Args:
        directory: Where to.
        table: The key in `ROWS`; also the file's name.
        scale: What its rows are multiplied by.
    """
    arrow: Any = import_module("pyarrow")
    rows = rows_of(table, scale)
    source = f"range({rows}) as r(i)"
    with duckdb.connect() as connection:
        if table == "lines":
            # Each line comes ten times, as lines of code do.
            distinct = list(source_lines(-(-rows // 10)))
            texts, places = zip(*distinct, strict=True)
            connection.register("distinct_lines", arrow.table({"line": texts, "col": places}))
            connection.execute(
                "create table lines as select row_number() over () - 1 as n, * from distinct_lines"
            )
            source = f"{source} join lines on n = i % {len(distinct)} order by i"
        elif table == "entries":
            source = f"{source}, (select {max(1, round(GROUPS * scale))} as groups)"
        query = f"select i, {COLUMNS[table]} from {source}"  # noqa: S608 - the text is ours
        reader: Any = connection.sql(query).to_arrow_reader(BATCH)
        with (
            arrow.OSFile(str(directory / f"{table}.arrow"), "wb") as sink,
            arrow.ipc.new_file(sink, reader.schema) as writer,
        ):
            for batch in reader:
                writer.write_batch(batch)


def write_tpch(directory: Path, scale: float) -> None:
    """Write the tables of TPC-H as Parquet files."""
    generator = Path(sys.executable).with_name("tpchgen-cli")
    command = [str(generator), "parquet", "--quiet", "-s", str(scale), "--output-dir"]
    subprocess.run([*command, str(directory / "tpch")], check=True)


def main(directory: Path, scale: float, tables: list[str]) -> None:
    """Write the tables that are asked for."""
    for table in tables:
        if table == "tpch":
            write_tpch(directory, scale)
        else:
            write_table(directory, table, scale)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
