"""What goes wrong with result files, as errors that say what would have been valid."""

from __future__ import annotations


class TriageError(Exception):
    """A result file cannot be triaged; the text says what is wrong and ends with a hint."""

    def __init__(self, source: str, problem: str, hint: str) -> None:
        """Make the error.

        Args:
            source: The file.
            problem: What is wrong with it, and what would have been valid.
            hint: What to do.
        """
        super().__init__(f"{source}: {problem}. hint: {hint}")
        self.source = source
        self.hint = hint
