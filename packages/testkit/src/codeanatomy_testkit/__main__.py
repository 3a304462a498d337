"""Runs the command line as `python -m codeanatomy_testkit`."""

from __future__ import annotations

import sys

from codeanatomy_testkit.cli import main

sys.exit(main())
