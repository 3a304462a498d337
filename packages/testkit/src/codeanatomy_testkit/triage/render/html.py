"""The report as one page that needs no network: `page.html` with the report in it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from codeanatomy_testkit.triage.records import Report

# A page of a hundred thousand names would be slow to open; the JSON has all of them.
MOST_TESTS = 300
_PLACE = "/*REPORT*/null"


def render_page(report: Report) -> str:
    """Return the page.

    Args:
        report: The run.
    """
    clusters = tuple(
        msgspec.structs.replace(cluster, tests=cluster.tests[:MOST_TESTS])
        for cluster in report.clusters
    )
    shown = msgspec.structs.replace(report, clusters=clusters)
    text = msgspec.json.encode(shown).decode()
    # Within a script nothing of the report may end it; these two are one character in JSON as well.
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    page = (
        files("codeanatomy_testkit.triage.render").joinpath("page.html").read_text(encoding="utf-8")
    )
    before, after = page.split(_PLACE)
    return f"{before}{text}{after}"
