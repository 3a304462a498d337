"""What the site makes of the pages and docstrings, and that it refuses what is broken."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from repository.root import ROOT, script
from repository.site import changelogs, docstrings, function_pages, navigation
from repository.site.extension import link_names

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

PAGE = """\
---
name: "fold"
kind: "scalar"
aliases: ["folded"]
parameters:
  - {"name": "value", "types": ["string", "binary"], "required": true, "repeats": false}
  - {"name": "case", "types": [], "required": false, "repeats": false}
returns: ["string"]
types_are_examples: false
volatility: "immutable"
settings: {}
section: "Text Functions"
tags: ["text"]
related: []
---

# fold

Folds.

## Call

```sql
fold(value[, case])
```

In Python, `codeanatomy.functions.fold` makes a `datafusion.Expr` of it.

## Arguments

- `value`: What to fold, of a | b.
  Text.
- `case` (optional): Whether.

## Settings

- `a.b`: `c`

## Example

```sql
> select fold('A')
  as f;
+---+
| f |
+---+
> select fold('B') as f;
+---+
| f |
+---+
```
"""


def test_function_page_has_tables_and_blocks() -> None:
    body = function_pages.function_page(PAGE).partition("\n---\n")[2]
    assert (
        body
        == """
# fold

Folds.

| Group | Text Functions |
| --- | --- |
| Kind | scalar |
| Also called | `folded` |
| Returns | `string` |
| Volatility | immutable |
| Tags | text |

## Call

```sql
fold(value[, case])
```

In Python, `codeanatomy.functions.fold` makes a `datafusion.Expr` of it.

## Arguments

| Argument | Types | Meaning |
| --- | --- | --- |
| `value` | `string`, `binary` | What to fold, of a \\| b. Text. |
| `case` |  | *optional.* Whether. |

## Settings

- `a.b`: `c`

## Example

```sql
select fold('A')
  as f;
```

```text
+---+
| f |
+---+
```

```sql
select fold('B') as f;
```

```text
+---+
| f |
+---+
```
"""
    )


def test_arguments_written_otherwise_are_refused() -> None:
    with pytest.raises(ValueError, match="fold has an argument that is written otherwise"):
        function_pages.function_page(PAGE.replace("- `case` (optional): ", "- case: "))
    with pytest.raises(ValueError, match="starts with its facts"):
        function_pages.facts("# fold\n")


def test_index_is_one_table() -> None:
    listed = (
        "# Functions\n\nAll.\n\n## Text Functions\n\n- [fold](fold.md) (`folded`): Folds\n  it.\n"
    )
    table = function_pages.function_index(listed, {"fold": function_pages.facts(PAGE)})
    assert table.startswith("# Functions\n\nAll.\n")
    assert "| [fold](fold.md) | Text Functions | scalar | Folds it. |\n" in table
    with pytest.raises(ValueError, match="differ: \\['fold'\\]"):
        function_pages.function_index(listed, {})


def test_every_page_has_a_place(repository_root: Path) -> None:
    folder = repository_root / "docs"
    pages = {page.relative_to(folder).with_suffix("").as_posix() for page in folder.rglob("*.md")}
    placed = [
        page
        for above in [*navigation.NAVIGATION, "functions/index"]
        for page in navigation.children(above, pages)
    ]
    assert len(placed) == len(set(placed))
    assert {page for page in placed if not page.startswith("api/")} == pages - {"index"}


def test_docstrings_become_what_sphinx_reads() -> None:
    fenced = "Do it.\n\n    ```python\n    do()\n    ```\n"
    expected = "Do it.\n\n    .. code-block:: python\n\n        do()\n\n"
    assert docstrings.restructured(fenced) == expected
    fields = [":ivar size: How large.", ":ivar other: What."]
    assert docstrings.with_types(fields, {"size": "int", "other": None}) == [
        ":vartype size: int",
        *fields,
    ]


def test_errors_of_a_module_are_paragraphs() -> None:
    fields = [":raises A: when", "           it is.", ":raises B: then.", "", "    code"]
    assert docstrings.with_errors_as_text(fields) == [
        "",
        "Raises :py:obj:`A`: when",
        "it is.",
        "",
        "Raises :py:obj:`B`: then.",
        "",
        "    code",
    ]


def test_names_are_found_where_they_are_documented() -> None:
    names = docstrings.documented_names("codeanatomy.delta.table.DeltaTable")
    assert names[:2] == ["codeanatomy.delta.DeltaTable", "codeanatomy.DeltaTable"]
    assert "codeanatomy.session.connect" in docstrings.documented_names("codeanatomy.connect")
    assert docstrings.documented_names("datafusion.SessionContext") == []
    assert docstrings.is_public("codeanatomy.errors.QueryError")
    assert not docstrings.is_public("codeanatomy.datasets._record.Record")


def test_names_in_code_are_no_links() -> None:
    text = (
        "`codeanatomy.connect` [`codeanatomy.x`](y.md) `polars`\n"
        "```sh\n`codeanatomy.connect`\n```\n"
    )
    assert link_names(text) == text.replace("`codeanatomy.c", "{py:obj}`codeanatomy.c", 1)


def test_broken_links_are_refused(workspace: Workspace) -> None:
    for folder in ("engine-native/python", "engine-py/src", "testkit/src"):
        name = folder.replace("/", "_").replace("-", "_")
        workspace.write(f"packages/{folder}/{name}/__init__.py", '"""Nothing."""\n')
    workspace.write("docs/_static/site.css", "")
    shutil.copy(ROOT / "docs" / "conf.py", workspace.root / "docs")
    (workspace.root / "tools").symlink_to(ROOT / "tools")
    workspace.write("docs/index.md", "# A\n\n[b](nowhere.md) [c](index.md#nothing) [d](#a)\n")
    output = workspace.root / "site"
    done = subprocess.run(
        [script("sphinx-build"), "-W", "--keep-going", "-q", "docs", str(output)],
        cwd=workspace.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 1
    assert "'nowhere.md' [myst.xref_missing]" in done.stderr
    assert "local id not found in doc 'index': 'nothing'" in done.stderr
    assert "'a'" not in done.stderr


def test_changes_of_all_packages_are_one_page(workspace: Workspace) -> None:
    page = "# Changes\n\nIntroduction.\n\n- [egg](../packages/egg/CHANGELOG.md)\n\nEnd.\n"
    released = "# Changes of egg\n\n<!-- start -->\n## 0.1.0\n\n### Added\n\n- Eggs.\n"
    workspace.write("packages/egg/CHANGELOG.md", released)
    workspace.write("packages/egg/changelog.d/+yolk.fixed.md", "Yolks are yellow.\n")
    workspace.write("packages/egg/changelog.d/+bacon.added.md", "Bacon.\n")
    root = workspace.write("README.md", "").parent
    assert changelogs.change_page(page, root) == (
        "# Changes\n\nIntroduction.\n\n\nEnd.\n\n"
        "## Changes of egg\n\n"
        "### Not released yet\n\n"
        "#### Added\n\n- Bacon.\n\n"
        "#### Fixed\n\n- Yolks are yellow.\n\n"
        "<!-- start -->\n### 0.1.0\n\n#### Added\n\n- Eggs.\n"
    )


def test_page_of_changes_leads_to_every_package() -> None:
    page = (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")
    there = {str(each.relative_to(ROOT)) for each in ROOT.glob("packages/*/CHANGELOG.md")}
    assert len(there) == 3
    assert set(changelogs.linked(page)) == there
