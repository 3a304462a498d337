"""Every block of code of the pages is run or listed with a reason, and a wrong one is found."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from repository.examples.evaluators import EVALUATORS
from repository.examples.not_run import NOT_RUN, Block
from repository.examples.pages import PROMPT, SYNTAX, blocks, examples, pages
from sybil import Document

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workspace

# A fence in a list is indented.
FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# What programs print, and what stands for a reader's own words.
SHOWN = "text"

RIGHT = """
```python
>>> share = 1 / 4
>>> share
0.25
```

```python
import codeanatomy_portable
```

```python
def test_sessions(native_session):
    assert native_session.sql("select 1 as one").to_pylist() == [{"one": 1}]
```

```python
def test_menu(golden):
    golden("menu", 2.5)
```

```sh
test -d my-project
```

```console
$ echo spam
spam
$ echo "eggs
> bacon"; false
eggs
bacon
$ echo ham; echo 0.4 s
ham
... s
```

```sql
> select 1 as one;
+-----+
| one |
+-----+
| 1   |
+-----+
> select 2
> as two;
+-----+
| two |
+-----+
| 2   |
+-----+
```

```toml
profile = "small"
```

- in a list:

  ```toml
  [tool.pytest]
  native_probe = "kitchen.testing:check_stove"
  ```

```sql
query I
SELECT 4
----
4
```

```python
import datafusion
import pyarrow
import pytest


@pytest.fixture
def slt_runner():
    session = datafusion.SessionContext()
    return lambda sql: pyarrow.table(session.sql(sql))
```
"""
# Each of them turns one right example into a wrong one.
WRONG = {
    "\n0.25\n": "\n0.5\n",
    "import codeanatomy_portable": "import codeanatomy_portably",
    'assert native_session.sql("select 1 ': 'assert native_session.sql("select 2 ',
    "test -d my-project": "test -d no-project\ntrue",
    "\nspam\n": "\nham\n",
    "| 2   |": "| 3   |",
    'profile = "small"': 'profile = "tiny"',
    # Another value on every run: a golden is written, and compared by another one.
    'golden("menu", 2.5)': 'golden("menu", __import__("time").time_ns())',
    "check_stove": "check_oven",
    "\nSELECT 4\n": "\nSELECT 5\n",
    "session.sql(sql)": "session.sequel(sql)",
}


def parse(page: Path) -> Document:
    return Document.parse(str(page), encoding="utf-8")


def run(page: Path) -> subprocess.CompletedProcess[str]:
    """Run `tools/examples` on a page."""
    from repository.root import ROOT

    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "examples"), str(page)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_every_block_is_found(repository_root: Path) -> None:
    total = 0
    for page in pages(repository_root):
        text = page.read_text(encoding="utf-8")
        fenced = list(FENCED.finditer(text))
        unknown = {block.group(2) for block in fenced} - {*EVALUATORS, SHOWN}
        assert not unknown, f"{page}: nothing runs blocks of {unknown}"
        runnable = [block for block in fenced if block.group(2) != SHOWN]
        syntax = sum(text[: block.start()].endswith(SYNTAX) for block in runnable)
        assert len(list(blocks(parse(page)))) == len(runnable) - syntax, page
        total += len(runnable) - syntax
        assert PROMPT not in FENCED.sub("", text), f"{page}: an example that no fence holds"
    assert total > 130


def test_every_listed_block_is_there_once(repository_root: Path) -> None:
    found = [block for page in pages(repository_root) for block, _, _ in blocks(parse(page))]
    assert {block: found.count(block) for block in NOT_RUN} == dict.fromkeys(NOT_RUN, 1)


def test_what_is_not_listed_is_run(repository_root: Path) -> None:
    for page in pages(repository_root):
        document = parse(page)
        starts = [region.start for region in examples(document)]
        for block, _, region in blocks(document):
            inside = sum(region.start <= start < region.end for start in starts)
            assert (inside > 0) != (block in NOT_RUN), block


def test_right_examples_pass(workspace: Workspace) -> None:
    done = run(workspace.write("right.md", RIGHT))
    assert done.returncode == 0, done.stdout
    assert "12 passed" in done.stdout


def test_wrong_examples_are_reported(workspace: Workspace) -> None:
    text = RIGHT
    for right, wrong in WRONG.items():
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    done = run(workspace.write("wrong.md", text))
    assert done.returncode == 1
    assert "11 failed, 1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("language", "text"), [("console", "echo spam\n"), ("sql", "select 1 as one\n")]
)
def test_a_block_without_prompts_is_reported(
    workspace: Workspace, language: str, text: str
) -> None:
    done = run(workspace.write("page.md", f"```{language}\n{text}```\n"))
    assert done.returncode == 1
    assert "starts with the prompt" in done.stdout


def test_fixtures_without_a_test_are_reported(workspace: Workspace) -> None:
    text = "```python\nimport pytest\n\n\n@pytest.fixture\ndef egg():\n    return 1\n```\n"
    done = run(workspace.write("page.md", text))
    assert done.returncode == 1
    assert "no block above has a test" in done.stdout


def test_a_wrong_fixture_is_reported_where_its_tests_are_right(workspace: Workspace) -> None:
    text = RIGHT.replace("session.sql(sql)", "session.sequel(sql)")
    done = run(workspace.write("page.md", text))
    assert done.returncode == 1
    assert "1 failed, 11 passed" in done.stdout, done.stdout


def test_a_block_is_known_by_its_page_and_first_line(workspace: Workspace) -> None:
    page = workspace.write("page.md", "```sh\none\ntwo\n```\n")
    ((block, language, _),) = blocks(parse(page))
    assert language == "sh"
    assert isinstance(block, Block)
    assert block.page.endswith("/page.md")
    assert block.first_line == "one"
