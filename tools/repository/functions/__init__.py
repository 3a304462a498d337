"""Writes the pages and the typed accessors of the functions from what the installed engine says.

The functions themselves say what they are called, what they take and what they do.
`tools/functions` reads that from the live registry and writes `docs/functions/` and
`codeanatomy/functions/`, which are never edited.
"""
