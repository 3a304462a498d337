"""The engine's schema runtime, loaded once."""

from __future__ import annotations

import functools

from codeanatomy._native import SchemaRuntime

__all__ = ["load_schema_runtime"]


@functools.cache
def load_schema_runtime() -> SchemaRuntime:
    """Return the schema runtime of the engine; always the same one.

    Returns:
        What decodes, checks and merges the records of datasets.

    Examples:
        >>> from codeanatomy.datasets import load_schema_runtime
        >>> load_schema_runtime().dataset_name('{"name": "orders"}')
        'orders'
    """
    return SchemaRuntime()
