"""Records: what the rows of a dataset are checked for."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from codeanatomy.datasets._record import Record

__all__ = [
    "AllowedValues",
    "NotNull",
    "Predicate",
    "Range",
    "RequiredColumns",
    "Unique",
    "ValidationPolicySpec",
    "ValidationRule",
]


class NotNull(Record, frozen=True, kw_only=True, tag_field="kind", tag="not_null"):
    """No value of the column is NULL.

    Attributes:
        column: The column.
        name: What reports call the rule; by default its kind and columns.
        severity: What a violation does; by default it is an error.
    """

    column: str
    name: str | UnsetType | None = UNSET
    severity: Literal["error", "warning"] | UnsetType | None = UNSET


class Range(Record, frozen=True, kw_only=True, tag_field="kind", tag="range"):
    """Every value of the column but NULL lies between two bounds.

    Attributes:
        column: The column.
        inclusive: Whether the bounds themselves are allowed; by default they are.
        max: The greatest value.
        min: The least value.
        name: What reports call the rule; by default its kind and columns.
        severity: What a violation does; by default it is an error.
    """

    column: str
    inclusive: bool | UnsetType = UNSET
    max: bool | int | float | str | UnsetType | None = UNSET
    min: bool | int | float | str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    severity: Literal["error", "warning"] | UnsetType | None = UNSET


class Unique(Record, frozen=True, kw_only=True, tag_field="kind", tag="unique"):
    """No two rows have equal values in all the columns.

    Attributes:
        columns: The columns.
        name: What reports call the rule; by default its kind and columns.
        severity: What a violation does; by default it is an error.
    """

    columns: tuple[str, ...]
    name: str | UnsetType | None = UNSET
    severity: Literal["error", "warning"] | UnsetType | None = UNSET


class RequiredColumns(Record, frozen=True, kw_only=True, tag_field="kind", tag="required_columns"):
    """The dataset has the columns.

    Attributes:
        columns: The columns.
        name: What reports call the rule; by default its kind and columns.
        severity: What a violation does; by default it is an error.
    """

    columns: tuple[str, ...]
    name: str | UnsetType | None = UNSET
    severity: Literal["error", "warning"] | UnsetType | None = UNSET


class AllowedValues(Record, frozen=True, kw_only=True, tag_field="kind", tag="allowed_values"):
    """Every value of the column but NULL is one of a list.

    Attributes:
        column: The column.
        values: The list.
        name: What reports call the rule; by default its kind and columns.
        severity: What a violation does; by default it is an error.
    """

    column: str
    values: tuple[bool | int | float | str, ...]
    name: str | UnsetType | None = UNSET
    severity: Literal["error", "warning"] | UnsetType | None = UNSET


class Predicate(Record, frozen=True, kw_only=True, tag_field="kind", tag="predicate"):
    """A condition of SQL holds for every row.

    Attributes:
        name: What reports call the rule.
        sql: The condition over the columns of the dataset.
        severity: What a violation does; by default it is an error.
    """

    name: str
    sql: str
    severity: Literal["error", "warning"] | UnsetType | None = UNSET


ValidationRule: TypeAlias = NotNull | Range | Unique | RequiredColumns | AllowedValues | Predicate
"""A rule, told apart by its field `kind` in JSON."""


class ValidationPolicySpec(Record, frozen=True, kw_only=True):
    """Whether, how much and by which rules rows are checked.

    Rows are numbered in the order in which the dataset gives them. The rows that `head`, `tail` and
    `sample` choose are checked, each once; all rows are where none of the three has a value.

    Attributes:
        coerce: Whether columns of another type than declared are cast, as `arrow::compute::cast`
            does where nothing is lost; otherwise they are violations.
        enabled: Whether anything is checked.
        head: How many of the first rows are checked.
        lazy: Whether all violations are found before they are reported, instead of the first.
        rules: The rules, checked in their order. Null and an empty list are no rules.
        sample: How many rows are checked that a reservoir sample with a fixed seed chooses: the
            same ones for the same rows in the same order.
        strict: What happens to columns that the schema does not declare: `true` refuses them,
            `false` lets them pass, `"filter"` drops them.
        tail: How many of the last rows are checked.
    """

    coerce: bool | UnsetType | None = UNSET
    enabled: bool | UnsetType | None = UNSET
    head: int | UnsetType | None = UNSET
    lazy: bool | UnsetType | None = UNSET
    rules: tuple[ValidationRule, ...] | UnsetType | None = UNSET
    sample: int | UnsetType | None = UNSET
    strict: bool | Literal["filter"] | UnsetType | None = UNSET
    tail: int | UnsetType | None = UNSET
