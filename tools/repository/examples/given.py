"""What lies beside a page when its examples are run: a directory with a repository to read."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from repository.root import ROOT, VIRTUAL_ENVIRONMENT

DOCS = ROOT / "docs"
# By the names that pages give them: a repository of their reader's, a project whose tests fail, and
# a package with a record.
BESIDE = {"example": "example", "my-project": "example", "kitchen": "kitchen", "shop": "shop"}
# What pages about a clone name.
CLONE = (VIRTUAL_ENVIRONMENT.name, "packages", "tools")
LEFT = "__directory_of_the_test_run__"


def enter(namespace: dict[str, Any]) -> None:
    """Go into a new directory before the first example of a page.

    Args:
        namespace: The names that the page's examples share.
    """
    directory = Path(tempfile.mkdtemp(prefix="codeanatomy-page-"))
    namespace[LEFT] = Path.cwd()
    for name in CLONE:
        (directory / name).symlink_to(ROOT / name)
    for name, source in BESIDE.items():
        shutil.copytree(DOCS / source, directory / name)
    os.chdir(directory)


def leave(namespace: dict[str, Any]) -> None:
    """Leave the directory after the last example of a page, and remove it.

    Args:
        namespace: The names that the page's examples share.
    """
    directory = Path.cwd()
    os.chdir(namespace[LEFT])
    shutil.rmtree(directory)


def make_orders(directory: Path) -> None:
    """Write the Delta table that the functions' own examples read.

    Args:
        directory: Where it is made; it is called `orders` there.
    """
    import deltalake  # noqa: PLC0415 - few pages need it
    import polars as pl  # noqa: PLC0415

    location = str(directory / "orders")
    first = pl.DataFrame({"id": [1, 2], "region": ["north", "south"]})
    deltalake.write_deltalake(
        location,
        first,
        partition_by=["region"],
        configuration={"delta.enableChangeDataFeed": "true"},
    )
    later = pl.DataFrame({"id": [3], "region": ["north"]})
    deltalake.write_deltalake(location, later, mode="append")
    deltalake.DeltaTable(location).delete("id = 2")
