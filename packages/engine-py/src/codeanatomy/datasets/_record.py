"""What all records of datasets have in common."""

from __future__ import annotations

import msgspec

from codeanatomy.datasets.runtime import load_schema_runtime

__all__ = ["Record"]


class Record(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    # Hides what is unset, and nothing else: unset is the only default there is.
    repr_omit_defaults=True,
):
    """A record that the engine decodes and checks.

    A field that is left out is `msgspec.UNSET`: the record says nothing about it. `None` is a
    statement, and so is a value that equals a default.
    """

    def to_json(self) -> str:
        """Return the record as the engine takes it; unset fields are left out."""
        return msgspec.json.encode(self).decode()

    def fingerprint(self) -> str:
        """Identify what the record states, by 32 hexadecimal digits.

        Raises:
            DatasetSpecError: The engine does not accept the record.
            InvalidOptionError: The record has no fingerprint of its own: it is a part of others.
        """
        return load_schema_runtime().fingerprint(type(self).__name__, self.to_json())
