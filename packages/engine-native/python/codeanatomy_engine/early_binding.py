"""Binds the engine in every interpreter of an environment, for programs that can't order imports.

`python -m codeanatomy_engine.early_binding --enable` writes a `.pth` file into `site-packages`.
From then on each interpreter calls `codeanatomy_engine_binding.bind()` when it starts; the engine
itself is loaded when `datafusion` is first imported. It is off unless someone turns it on.
"""

from __future__ import annotations

import argparse
import sys
import sysconfig
from pathlib import Path

import codeanatomy_engine_binding as binding

FILE_NAME = "codeanatomy_engine_early_binding.pth"

# `site` executes such a line at start-up. It does nothing once the engine has been uninstalled.
LINE = "import os; os.path.exists({path!r}) and __import__({name!r}).bind()\n"


def pth_file() -> Path:
    """Return where the `.pth` file of this environment is, or would be."""
    return Path(sysconfig.get_path("purelib")) / FILE_NAME


def enable() -> Path:
    """Turn early binding on for this environment.

    Returns:
        The file that was written.

    Raises:
        OSError: `site-packages` can't be written.
    """
    file = pth_file()
    file.write_text(LINE.format(path=binding.__file__, name=binding.__name__), encoding="utf-8")
    return file


def disable() -> Path:
    """Turn early binding off for this environment; that it is off already is no error.

    Returns:
        The file that is gone.

    Raises:
        OSError: The file can't be removed.
    """
    file = pth_file()
    file.unlink(missing_ok=True)
    return file


def is_enabled() -> bool:
    """Tell whether early binding is on for this environment."""
    return pth_file().exists()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows the program's name; by default that of this process.

    Returns:
        The exit code: 0, or 1 for `--status` when early binding is off.
    """
    parser = argparse.ArgumentParser(
        prog="python -m codeanatomy_engine.early_binding",
        description="Bind the native engine before any import of datafusion, in every interpreter "
        "of this environment.",
    )
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--enable", action="store_true", help="turn early binding on")
    action.add_argument("--disable", action="store_true", help="turn early binding off")
    action.add_argument(
        "--status", action="store_true", help="tell whether it is on (exit code 1: off)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.enable:
        sys.stdout.write(f"on: {enable()}\n")
    elif chosen.disable:
        sys.stdout.write(f"off: {disable()}\n")
    else:
        sys.stdout.write("on\n" if is_enabled() else "off\n")
        return 0 if is_enabled() else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
