"""Makes the labelled corpus of failing runs that the test kit's triage is measured on."""

from __future__ import annotations
