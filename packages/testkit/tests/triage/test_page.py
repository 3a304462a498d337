"""The page in a real browser: it draws, filters, searches, and asks the network for nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from codeanatomy_testkit.triage.build import build_report
from codeanatomy_testkit.triage.evidence import Failure, Raised
from codeanatomy_testkit.triage.groups import Groups
from codeanatomy_testkit.triage.reading.tally import Tally
from codeanatomy_testkit.triage.render.html import render_page
from codeanatomy_testkit.triage.run import triage
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codeanatomy_testkit.triage.records import Report
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; without one the test fails: a page that nobody saw proves nothing."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail(
            "no Chromium found. hint: apt-get install chromium-headless-shell", pytrace=False
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class Shown:
    """A page, with what it complained about and what it asked for."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(file.as_uri())

    def visible(self) -> list[str]:
        return self.page.locator("article:visible h3 b").all_inner_texts()


def show(browser: Browser, directory: Path, report: Report) -> Shown:
    file = directory / "page.html"
    file.write_text(render_page(report), encoding="utf-8")
    return Shown(browser.new_page(), file)


def test_page_shows_filters_and_searches(browser: Browser, results: Path, tmp_path: Path) -> None:
    report = triage([results / "junit.xml"], root=str(results))
    shown = show(browser, tmp_path, report)
    page, labels = shown.page, [cluster.label for cluster in report.clusters]
    assert shown.visible() == labels
    assert page.locator("#shown").inner_text() == f"{len(labels)} of {len(labels)} clusters"
    assert "15 failures" in page.locator("#summary").inner_text()

    widths = {
        label: sum(
            box["width"]
            for rect in page.locator(f"rect[data-cluster={label}]").all()
            if (box := rect.bounding_box())
        )
        for label in labels
    }
    assert all(width > 0 for width in widths.values())
    first, last = report.clusters[0], report.clusters[-1]
    assert widths[first.label] / widths[last.label] == pytest.approx(
        first.size / last.size, rel=0.02
    )
    drawn = {rect.get_attribute("data-module") for rect in page.locator("rect[data-cluster]").all()}
    assert drawn == {surface.name for cluster in report.clusters for surface in cluster.modules}

    page.fill("#search", "weigh attributeerror")
    assert shown.visible() == [
        cluster.label for cluster in report.clusters if cluster.type == "AttributeError"
    ]
    page.fill("#search", "no such words")
    assert shown.visible() == []
    page.fill("#search", "")
    page.select_option("#role", "cascade")
    assert shown.visible() == [
        cluster.label for cluster in report.clusters if cluster.role == "cascade"
    ]
    page.select_option("#role", "")
    page.locator('rect[data-module="test_whisk"]').first.click()
    assert page.input_value("#module") == "test_whisk"
    assert shown.visible() == [
        cluster.label for cluster in report.clusters if cluster.type == "ImportError"
    ]

    assert shown.complaints == []
    assert shown.asked == [(tmp_path / "page.html").as_uri()]


def test_hostile_texts_stay_texts(browser: Browser, tmp_path: Path) -> None:
    script = "document.title='taken'"
    evil = f'</script><script>{script}</script><img src=x onerror="{script}">\u2028\'"`${{1}}'
    groups = Groups()
    groups.add(Failure(f"test_a::{evil}", evil, "call", (Raised("ValueError", evil),)))
    shown = show(browser, tmp_path, build_report(groups, Tally(), [evil]))
    assert shown.page.title() == "Failures by cause"
    assert shown.visible() == ["A"]
    assert shown.page.locator("article pre").text_content() == f"ValueError: {evil}"
    assert shown.complaints == []
    assert len(shown.asked) == 1


def test_page_without_failures(browser: Browser, tmp_path: Path) -> None:
    shown = show(browser, tmp_path, build_report(Groups(), Tally(), ["green.xml"]))
    assert "Nothing failed." in shown.page.locator("#explained").inner_text()
    assert shown.complaints == []


def test_wide_run_is_readable_on_a_small_screen(
    browser: Browser, results: Path, tmp_path: Path
) -> None:
    shown = show(browser, tmp_path, triage([results / "junit.xml"]))
    shown.page.set_viewport_size({"width": 390, "height": 800})
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
