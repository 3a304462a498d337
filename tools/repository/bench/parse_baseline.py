"""The program that CodeAnatomy is measured against: CPython reads and `ast.parse`s a list of files.

Runs on its own: `python parse_baseline.py LIST PROCESSES`, where LIST is a file with one path a
line. It does what any tool on CPython's parser does first, and keeps nothing.
"""

from __future__ import annotations

import ast
import multiprocessing
import sys
import warnings
from pathlib import Path


def parse(path: str) -> bool:
    """Read and parse one file.

    Args:
        path: The file.

    Returns:
        Whether CPython takes it.
    """
    try:
        ast.parse(Path(path).read_bytes(), filename=path)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def main(file_list: str, processes: int) -> None:
    """Parse every file of a list and print how many CPython took.

    Args:
        file_list: A file with one path a line.
        processes: 1 for this process, more for a pool.
    """
    warnings.simplefilter("ignore")
    paths = Path(file_list).read_text(encoding="utf-8").splitlines()
    if processes == 1:
        good = sum(map(parse, paths))
    else:
        # Chunks of 16 keep the processes evenly busy and the messages between them few.
        with multiprocessing.Pool(processes) as pool:
            good = sum(pool.imap_unordered(parse, paths, chunksize=16))
    print(f"{good} of {len(paths)} files parsed")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
