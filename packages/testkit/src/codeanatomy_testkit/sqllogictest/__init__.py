"""Golden SQL: files of queries with their expected results, in the format of sqllogictest."""

from __future__ import annotations
