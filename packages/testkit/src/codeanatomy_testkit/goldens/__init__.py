"""Goldens: contracts written down in files, compared by what their changes mean.

The fixture `golden` is a `Golden` for the directory `goldens` beside the test:

```python
def test_order(golden):
    golden("order", {"id": 1, "items": ["eggs"]})  # a value, compared place by place
    golden.text("receipt", "eggs  2.50")  # a text, compared line by line
    golden.record(Order, version="1.2.0")  # a type: schema and payloads of every version
```

`--update-goldens` writes them; continuous integration can't.
"""

from __future__ import annotations

from codeanatomy_testkit.goldens.changes import Change, Effect, compare_values
from codeanatomy_testkit.goldens.files import GoldenFiles
from codeanatomy_testkit.goldens.golden import Golden
from codeanatomy_testkit.goldens.registry import record_types
from codeanatomy_testkit.goldens.schemas import compare_schemas, describe_type

__all__ = [
    "Change",
    "Effect",
    "Golden",
    "GoldenFiles",
    "compare_schemas",
    "compare_values",
    "describe_type",
    "record_types",
]
