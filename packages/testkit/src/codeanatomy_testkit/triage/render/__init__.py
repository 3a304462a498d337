"""Shows reports: a table for a terminal, a plan in Markdown, a page of its own."""

from __future__ import annotations
