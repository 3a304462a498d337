"""The site in a real browser: pages, search, sorting, and nothing asked of another machine."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from repository.requirements import BROWSERS
from repository.root import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import ConsoleMessage, Page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site."""
    output = tmp_path_factory.mktemp("docs")
    command = [sys.executable, str(ROOT / "tools" / "docs"), "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return output / "html"


class Silent(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site on this machine."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Silent, directory=str(site))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Reader:
    """A reader's browser, with what it complained about and what it asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self.hear)
        page.on("request", lambda request: self.asked.append(request.url))

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def title(self) -> str:
        return self.page.locator("article h1").inner_text().strip("#\n ")


@pytest.fixture
def reader(address: str) -> Iterator[Reader]:
    """Give a browser, and see that it was quiet and asked nobody else."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium. hint: apt-get install chromium-headless-shell", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        result = Reader(browser.new_page(), address)
        yield result
        browser.close()
    assert result.complaints == []
    elsewhere = [url for url in result.asked if not url.startswith((address, "data:"))]
    assert elsewhere == []
    assert len(result.asked) > 5


def test_pages_have_no_markup_left(site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts]
    assert len(pages) > 90
    for page in pages:
        text = page.read_text(encoding="utf-8")
        # A role that was not understood, a fence, a heading, a link.
        for left in ("{py:", "```", "## ", "](", "problematic"):
            assert left not in text, (page, left)


def test_reader_finds_a_function_by_search(reader: Reader) -> None:
    reader.open("search.html?q=stable_hash64")
    reader.page.locator("#search-results a[href^='functions/stable_hash64']").click()
    reader.page.wait_for_url("**/functions/stable_hash64.html*")
    assert reader.title() == "stable_hash64"
    tables = reader.page.locator("article table").all_inner_texts()
    assert "immutable" in tables[0]
    assert "What to hash" in tables[1]
    assert "-3987985779604159950" in reader.page.locator("article pre").last.inner_text()


def test_reader_goes_from_the_start_to_an_answer(reader: Reader) -> None:
    reader.open("index.html")
    for link, title in (
        ("Start here", "Ask your code"),
        ("the tables", "The tables of a graph"),
        ("Errors", "Errors"),
    ):
        reader.page.get_by_role("link", name=link).first.click()
        reader.page.wait_for_load_state()
        assert reader.title() == title


def test_head_leads_to_every_part(reader: Reader) -> None:
    reader.open("index.html")
    parts = reader.page.locator(".bd-header nav li.nav-item a").all_inner_texts()
    assert [part.strip() for part in parts] == [
        "Ask your code",
        "Functions and datasets",
        "The test kit",
        "Reference",
        "About the project",
    ]


def test_functions_are_sorted_by_any_column(reader: Reader) -> None:
    reader.open("functions/index.html")
    rows = reader.page.locator("table.sortable tbody tr")
    names = reader.page.locator("table.sortable tbody td:first-child")
    pages = [page.stem for page in (ROOT / "docs/functions").glob("*.md") if page.stem != "index"]
    assert sorted(names.all_inner_texts()) == sorted(pages)
    assert rows.first.inner_text().startswith("lag\n")
    head = reader.page.get_by_role("button", name="Function")
    head.click()
    assert names.all_inner_texts() == sorted(pages)
    head.click()
    assert names.all_inner_texts() == sorted(pages, reverse=True)


def test_every_code_of_an_error_is_an_anchor(reader: Reader) -> None:
    import codeanatomy

    reader.open("errors.html")
    for code in codeanatomy.session.error_codes():
        assert reader.page.locator(f"[id='{code['code']}']").count() == 1, code


def test_reference_has_compiled_and_python_names(reader: Reader) -> None:
    for page, names in {
        "codeanatomy/session": ["connect", "install_codeanatomy_runtime"],
        "codeanatomy/graph": ["build", "open_graph", "Graph"],
        "codeanatomy/errors": ["CodeAnatomyError", "QueryError"],
        "codeanatomy_engine": ["DeltaLocation", "SessionProfile", "build_graph"],
        "codeanatomy_portable": ["register", "with_settings"],
        "codeanatomy_testkit/fixtures": ["native_session"],
        "codeanatomy_testkit/triage/run": ["triage"],
    }.items():
        reader.open(f"api/{page}/index.html")
        module = page.replace("/", ".")
        for name in names:
            assert reader.page.locator(f"[id='{module}.{name}']").count() == 1, (module, name)


def test_names_of_python_lead_into_the_reference(reader: Reader) -> None:
    reader.open("python.html")
    reader.page.locator("article a", has_text="codeanatomy.connect").first.click()
    reader.page.wait_for_url("**/api/codeanatomy/session/index.html#codeanatomy.session.connect")


def test_commands_are_copied_without_prompts_and_outputs(reader: Reader) -> None:
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.open("getting-started.html")
    block = reader.page.locator("div.highlight", has_text="callee_text, target_qualified")
    block.hover()
    block.locator("button.copybtn").click()
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [
        (
            'codeanatomy sql graph "SELECT path, line, callee_text, target_qualified_name,'
            " resolution, reason"
        ),
        '                       FROM py_calls ORDER BY path, line, callee_text"',
    ]


def test_a_narrow_page_does_not_scroll_sideways(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 400, "height": 800})
    for page in ("index.html", "getting-started.html", "functions/span_make.html", "errors.html"):
        reader.open(page)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 400, page
