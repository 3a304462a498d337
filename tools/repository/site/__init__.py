"""The documentation site: `tools/docs`, and what the site adds to the pages of `docs`."""
