"""Reads result files and tracebacks into failures, as a stream."""

from __future__ import annotations
