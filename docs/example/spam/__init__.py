"""A package to try things on: the examples of the documentation build its graph."""
