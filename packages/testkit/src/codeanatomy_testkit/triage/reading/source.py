"""Opens result files: plain or gzip'd, as a stream, with what is wrong as an error of ours."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from codeanatomy_testkit.triage.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@contextmanager
def opened(path: Path) -> Generator[IO[bytes]]:
    """Open a file for reading, unpacked.

    Raises:
        TriageError: If it cannot be opened, or its gzip stream is broken or ends early.
    """
    try:
        with path.open("rb") as raw:
            start = raw.read(2)
            raw.seek(0)
            if start == _GZIP:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield raw
    except EOFError:
        raise TriageError(
            str(path), "its gzip stream ends early", "write or download the file again"
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise TriageError(
            str(path), f"its gzip stream is broken ({error})", "write or download the file again"
        ) from None
    except OSError as error:
        raise TriageError(
            str(path), f"cannot be read: {error.strerror or error}", "name a result file"
        ) from None


def beginning(stream: IO[bytes]) -> bytes:
    """Return the first bytes of a stream that say what it is, and go back to its start."""
    start = stream.read(4096)
    stream.seek(0)
    return start.removeprefix(_BYTE_ORDER_MARK).lstrip()
