"""The exceptions of CodeAnatomy: one tree, rooted at `CodeAnatomyError`.

The engine raises them; which code raises which class is decided in its registry of errors
(`error_codes()`). Each class also derives from the builtin that a caller would catch without
knowing CodeAnatomy.

Examples:
    >>> try:
    ...     raise InvalidOptionError(
    ...         "timeout is 0", code="invalid-option", stage="install", hint="pass 1 or more"
    ...     )
    ... except ValueError as error:
    ...     print(error)
    timeout is 0
    hint: pass 1 or more
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class CodeAnatomyError(Exception):
    """Anything that the engine reports.

    Attributes:
        code: The registered code, stable between versions, for example `repository-not-found`.
        stage: What the engine was doing: contract, install, validation, scan, build, storage or
            query.
        details: Named facts about the error, for example the path it is about.
        hint: What to do next, where that is known.
        message: What is wrong, without the hint.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        stage: str,
        details: Mapping[str, str] | None = None,
        hint: str | None = None,
    ) -> None:
        """Make an error.

        Args:
            message: What is wrong and what would have been valid.
            code: The registered code.
            stage: What the engine was doing.
            details: Named facts about the error.
            hint: What to do next.
        """
        super().__init__(message if hint is None else f"{message}\nhint: {hint}")
        self.message = message
        self.code = code
        self.stage = stage
        self.details = dict(details or {})
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as the arguments of `__init__`, so that worker processes can hand errors over."""
        return _restore, (type(self), self.message, self.__dict__)


def _restore(
    kind: type[CodeAnatomyError], message: str, state: Mapping[str, object]
) -> CodeAnatomyError:
    error = kind(
        message,
        code=str(state["code"]),
        stage=str(state["stage"]),
        hint=None if state["hint"] is None else str(state["hint"]),
    )
    error.__dict__.update(state)
    return error


class SessionContextContractError(CodeAnatomyError, RuntimeError):
    """The session, the engine and the installed packages do not fit together.

    Attributes:
        report: The capabilities report, where `validate_extension_capabilities` raised the error.
    """

    report: Mapping[str, object] | None = None


class RuntimeInstallError(CodeAnatomyError, RuntimeError):
    """The runtime can't be installed into the session; the session is as it was."""


class InvalidOptionError(CodeAnatomyError, ValueError):
    """An option has a value that the engine does not accept."""


class DatasetSpecError(CodeAnatomyError, ValueError):
    """A record of a dataset, or a rule of its policy, is not what it has to be."""


class FunctionNotFoundError(CodeAnatomyError, LookupError):
    """A session, or the library, has no function of a name that the caller asked for."""


class DatasetResolutionError(CodeAnatomyError, OSError):
    """A dataset can't be opened or registered; the detail `cause` says why."""


class ValidationFailedError(CodeAnatomyError, ValueError):
    """Rows or columns violate the rules of a validation policy.

    Attributes:
        report: The report of the validation.
    """

    report: object = None


class RepositoryNotFoundError(CodeAnatomyError, FileNotFoundError):
    """The repository to build from is not a directory that can be listed."""


class OutputError(CodeAnatomyError, OSError):
    """The graph can't be written; a graph that was there before is whole."""


class GraphNotFoundError(CodeAnatomyError, FileNotFoundError):
    """The directory holds no graph, or a table of it is gone or damaged."""


class DeltaTableError(CodeAnatomyError, OSError):
    """A Delta table can't be read, has no such version, or needs a feature the engine lacks."""


class DeltaTableNotFoundError(CodeAnatomyError, FileNotFoundError):
    """There is no Delta table at the location."""


class DeltaConflictError(CodeAnatomyError, RuntimeError):
    """Another writer changed a Delta table meanwhile; the operation committed nothing."""


class DeltaRowsError(CodeAnatomyError, ValueError):
    """Rows do not fit a Delta table: its columns or its constraints."""


class InvariantError(CodeAnatomyError, RuntimeError):
    """A built graph broke an invariant; nothing was published."""


class BuildCancelledError(CodeAnatomyError, RuntimeError):
    """The build was asked to stop; a graph that was there before is whole."""


class QueryError(CodeAnatomyError, ValueError):
    """The SQL text could not be planned."""


class QueryExecutionError(CodeAnatomyError, RuntimeError):
    """A planned query failed while it ran."""


class EngineError(CodeAnatomyError, RuntimeError):
    """The engine failed in a way that it does not expect: a bug of the engine."""
