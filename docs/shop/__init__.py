"""A shop that keeps its records as goldens, for the page on them."""

__version__ = "1.2.0"
