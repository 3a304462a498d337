"""Whether rows keep the rules of a policy: counts, and examples of those that do not.

Examples:
    >>> import codeanatomy, pyarrow as pa
    >>> from codeanatomy.datasets import validate
    >>> ctx = codeanatomy.connect()
    >>> people = pa.table({"name": ["Ada", "Ada", None], "age": [36, -1, 7]})
    >>> policy = {
    ...     "rules": [
    ...         {"kind": "range", "column": "age", "min": 0, "max": 150},
    ...         {"kind": "unique", "columns": ["name"], "severity": "warning"},
    ...         {"kind": "predicate", "name": "named", "sql": "name is not null or age < 18"},
    ...     ]
    ... }
    >>> report = validate(ctx, people, policy)
    >>> for rule in report.rules:
    ...     print(rule.rule, rule.status, rule.violations)
    range(age) failed 1
    unique(name) failed 2
    named passed 0
    >>> report.rules[0].examples[0].values
    {'name': 'Ada', 'age': -1}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from codeanatomy import _native

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datafusion import SessionContext

__all__ = ["Example", "RuleReport", "ValidationReport", "validate"]


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A row, or a key of several rows, that violates a rule.

    Attributes:
        row: The row's number, from 0 on, in the order of the whole dataset; `None` where that has
            no order, and for a key.
        count: How many rows have the key, for `unique`.
        values: The values by column. Whatever JSON can't tell exactly is a text: decimals, points
            in time, NaN and infinities, and binaries, in hexadecimal. A text of more than 1,024
            characters and a list of more than 100 elements are cut, and end with `…`.
    """

    row: int | None
    count: int | None
    values: dict[str, object]


class RuleReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a rule.

    Attributes:
        rule: The rule's name, or for example `unique(path, line)`.
        kind: The kind of the policy's rule; or `declared_columns`, `undeclared_columns`,
            `column_types`, `coercion` or `not_null` for what the declared schema and the policy's
            options ask.
        columns: The columns that the rule is about.
        severity: What a violation does: `error` refuses the data, `warning` is told.
        status: Whether nothing violates it, something does, or it was not checked to the end.
        violations: How many rows violate it; for a rule about columns, how many columns do. For
            `unique`, all rows that share their key with another.
        fraction: The violations among the rows checked; `None` for a rule about columns, and where
            no row was checked.
        examples: The first violations; for `unique`, the least keys.
        message: Which columns violate the rule, or why it was skipped.
    """

    rule: str
    kind: str
    columns: tuple[str, ...]
    severity: Literal["error", "warning"]
    status: Literal["passed", "failed", "skipped"]
    violations: int
    fraction: float | None
    examples: tuple[Example, ...]
    message: str | None


class ValidationReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a validation found. But for `duration_ms`, it is the same for the same data and policy.

    Attributes:
        passed: Whether no rule of severity `error` is violated.
        rows_checked: How many rows were checked.
        rules: What came of each rule: first of what the declared schema asks, then of the policy's
            rules in their order.
        duration_ms: How long it took, in milliseconds.
    """

    passed: bool
    rows_checked: int
    rules: tuple[RuleReport, ...]
    duration_ms: int

    def raise_if_failed(self) -> None:
        """Refuse the data if a rule of severity `error` is violated.

        Raises:
            ValidationFailedError: Says which rules are; the report is its `report`.

        Examples:
            >>> import codeanatomy, pyarrow as pa
            >>> from codeanatomy.datasets import validate
            >>> policy = {"rules": [{"kind": "not_null", "column": "age"}]}
            >>> report = validate(codeanatomy.connect(), pa.table({"age": [31, None]}), policy)
            >>> try:
            ...     report.raise_if_failed()
            ... except ValueError as error:
            ...     print(error)
            1 rule is violated: not_null(age) by 1 of 2 rows
            hint: the examples of the error's report show violating rows
        """
        if self.passed:
            return
        violated = [
            rule for rule in self.rules if rule.status == "failed" and rule.severity == "error"
        ]
        told = "; ".join(self._told(rule) for rule in violated)
        subject = "1 rule is" if len(violated) == 1 else f"{len(violated)} rules are"
        error = _native.ValidationFailedError(
            f"{subject} violated: {told}",
            code="validation-failed",
            stage="validation",
            details={"rules": ", ".join(rule.rule for rule in violated)},
            hint="the examples of the error's report show violating rows",
        )
        error.report = self
        raise error

    def _told(self, rule: RuleReport) -> str:
        if rule.fraction is None:
            return f"{rule.rule} ({rule.message})"
        return f"{rule.rule} by {rule.violations} of {self.rows_checked} rows"


def validate(
    ctx: SessionContext,
    data: object,
    policy: Mapping[str, object] | msgspec.Struct,
    *,
    schema: object | None = None,
    examples: int = 5,
    progress: Callable[[int], object] | None = None,
) -> ValidationReport:
    """Check rows by the rules of a policy, at any size: the rows are streamed.

    Rules about single rows are checked in one pass, and each about uniqueness in one or more of its
    own, within the session's memory limit. Violations are reported, not raised. Ctrl-C ends it.

    Args:
        ctx: The session: its functions, its memory limit and its number of threads are used.
        data: The name of a table of the session, a `datafusion.DataFrame`, or an Arrow table of
            any library, which is held in memory. A `pyarrow.RecordBatchReader` is put aside on disk
            if it has more than 64 MiB.
        policy: A `ValidationPolicySpec`, or a mapping with its fields.
        schema: What the columns are to be: a `pyarrow.Schema`, or a mapping such as `{"fields":
            [{"name": "age", "type": "Int64", "nullable": False}]}`.
        examples: How many examples each rule has at most.
        progress: Called now and then with the number of rows checked so far, by this thread.

    Returns:
        The report.

    Raises:
        DatasetSpecError: The policy is not what it has to be, or a rule does not fit the data.
        InvalidOptionError: `examples` is negative.
        QueryError: There is no such table, or the data can't be planned.
        QueryExecutionError: Reading the data, or a function of a predicate, failed.
        SessionContextContractError: The session is not the engine's.
        TypeError: `ctx` is no session, or `data` is nothing that has rows.

    Examples:
        >>> import codeanatomy
        >>> from codeanatomy.datasets import validate
        >>> ctx = codeanatomy.connect()
        >>> numbers = ctx.sql("select value as n from generate_series(1, 100)")
        >>> policy = {"rules": [{"kind": "range", "column": "n", "max": 97}], "tail": 10}
        >>> report = validate(ctx, numbers, policy)
        >>> (report.rows_checked, report.rules[0].violations, report.rules[0].fraction)
        (10, 3, 0.3)
    """
    described = schema
    if schema is not None and not hasattr(schema, "__arrow_c_schema__"):
        described = msgspec.json.encode(schema).decode()
    report = _native.validate_rows(
        ctx,
        data,
        msgspec.json.encode(policy).decode(),
        schema=described,
        examples=examples,
        progress=progress,
    )
    return msgspec.convert(report, ValidationReport)
