"""Failure triage: clusters what failed in a test run by cause.

`codeanatomy_testkit.triage.run.triage` reads result files and returns a `Report`; the command
`codeanatomy-testkit triage` and the pytest option `--triage` show it.
"""

from __future__ import annotations
