"""Documented queries in Python: the same rows, or a call that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import codeanatomy
import pytest
from repository.functions.description import Description, Parameter
from repository.functions.example import Example, constant, expression, python_example, quoted
from repository.functions.sql import Call, first_query, parse, split, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from datafusion import SessionContext


@pytest.fixture(scope="module")
def session() -> SessionContext:
    return codeanatomy.connect()


def accessors() -> dict[str, Callable[..., Any]]:
    """Functions of DataFusion stand for accessors."""
    from datafusion import functions, lit
    from datafusion.expr import Expr

    def expression(value: Any) -> Expr:
        return value if isinstance(value, Expr) else lit(value)

    def substring(text: Any, start: Any, *, length: Any = 9) -> Expr:
        return functions.substring(expression(text), expression(start), expression(length))

    return {
        "concat": lambda *parts: functions.concat(*map(expression, parts)),
        "substring": substring,
        "sum": functions.sum,
        "row_number": functions.row_number,
    }


def function(name: str, kind: str, query: str, *parameters: Parameter) -> Description:
    """Describe a function by its example."""
    return Description(
        name=name,
        kind=kind,
        aliases=(),
        section="",
        text="",
        syntax=(),
        parameters=parameters,
        returns=(),
        types_are_examples=False,
        volatility=None,
        settings={},
        example=f"```sql\n> {query};\n+---+\n| x |\n+---+\n```",
        related=(),
        tags=(),
    )


def parameter(name: str, *, required: bool = True, repeats: bool = False) -> Parameter:
    """Make a parameter."""
    return Parameter(name, "", (), required=required, repeats=repeats)


PART = parameter("part", repeats=True)
TEXT = (parameter("text"), parameter("start"), parameter("length", required=False))
LIBRARY = {"substring": function("substring", "scalar", "select 1", *TEXT)}
ROWS = "(values ('a', 1), ('b', 5), ('a', 3)) as t(kind, line)"


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (
            function("concat", "scalar", "select concat('it''s', 1, true) as x", PART),
            [
                ">>> from codeanatomy import connect",
                '>>> frame = connect().sql("select 1")',
                """>>> frame.select(concat("it's", 1, True).alias("x")).to_pylist()""",
                """[{'x': "it's1true"}]""",
            ],
        ),
        (
            function("substring", "scalar", "select substring('spam', 2, 2) as x, 1 as y", *TEXT),
            [
                ">>> from codeanatomy import connect",
                '>>> frame = connect().sql("select 1")',
                '>>> frame.select(substring("spam", 2, length=2).alias("x")).to_pylist()',
                "[{'x': 'pa'}]",
            ],
        ),
        (
            function(
                "concat",
                "scalar",
                "select concat(substring('spam', 2), 'x', 1 > 0) as x, concat(a) as y"
                " from (values ('b')) as t(a)",
                PART,
            ),
            [
                ">>> from codeanatomy import connect",
                ">>> from codeanatomy.functions import substring",
                ">>> from datafusion import col",
                """>>> frame = connect().sql("select * from (values ('b')) as t(a)")""",
                (
                    """>>> frame.select(concat(substring("spam", 2), "x", """
                    """frame.parse_sql_expr("1 > 0")).alias("x"), """
                    """concat(col("a")).alias("y")).to_pylist()"""
                ),
                "[{'x': 'pamxtrue', 'y': 'b'}]",
            ],
        ),
        (
            function("concat", "scalar", "select concat(upper('a'), null) as x", PART),
            [
                ">>> from codeanatomy import connect",
                '>>> frame = connect().sql("select 1")',
                (
                    """>>> frame.select(concat(frame.parse_sql_expr("upper('a')"), None)"""
                    """.alias("x")).to_pylist()"""
                ),
                "[{'x': 'A'}]",
            ],
        ),
        (
            function(
                "sum",
                "aggregate",
                f"select kind, sum(line) as x from {ROWS} group by kind order by kind",
                parameter("number"),
            ),
            [
                ">>> from codeanatomy import connect",
                ">>> from datafusion import col",
                f'>>> frame = connect().sql("select * from {ROWS}")',
                (
                    """>>> frame.aggregate([col("kind")], [sum(col("line")).alias("x")])"""
                    """.sort(col("kind").sort(ascending=True, nulls_first=False)).to_pylist()"""
                ),
                "[{'kind': 'a', 'x': 4}, {'kind': 'b', 'x': 5}]",
            ],
        ),
        (
            function(
                "row_number",
                "window",
                "select line, row_number() over (partition by kind order by line desc) as x"
                f" from {ROWS} order by line",
            ),
            [
                ">>> from codeanatomy import connect",
                ">>> from datafusion import col",
                ">>> from datafusion.expr import Window",
                f'>>> frame = connect().sql("select * from {ROWS}")',
                (
                    """>>> frame.select(col("line"), row_number().over(Window("""
                    """partition_by=[col("kind")], order_by=[col("line")"""
                    """.sort(ascending=False, nulls_first=True)])).alias("x"))"""
                    """.sort(col("line").sort(ascending=True, nulls_first=False)).to_pylist()"""
                ),
                "[{'line': 1, 'x': 2}, {'line': 3, 'x': 1}, {'line': 5, 'x': 1}]",
            ],
        ),
        # What Python can't say is shown as a call.
        (
            function("sum", "aggregate", "select sum(distinct 1) as x", parameter("number")),
            [
                ">>> from datafusion import col",
                '>>> str(sum(col("number")))',
                "'Expr(sum(number))'",
            ],
        ),
        (
            function("row_number", "window", "with t as (select 1) select 2 as x"),
            [
                ">>> str(row_number())",
                "'Expr(row_number() ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)'",
            ],
        ),
    ],
    ids=["constants", "optional", "nested", "sql", "aggregate", "window", "distinct", "with"],
)
def test_queries_become_python(
    session: SessionContext, described: Description, expected: list[str]
) -> None:
    assert python_example(described, LIBRARY, accessors(), session) == expected


def test_other_rows_than_those_of_the_query_are_not_shown(session: SessionContext) -> None:
    described = function("concat", "scalar", "select concat('a', 'b') as x", PART)
    other = accessors()
    other["concat"] = lambda *_: accessors()["concat"]("c")
    assert python_example(described, LIBRARY, other, session)[0] == ">>> from datafusion import col"


def test_an_example_that_fails_names_its_function(session: SessionContext) -> None:
    described = function("concat", "scalar", "select concat('a', no_such_column) as x", PART)
    with pytest.raises(RuntimeError, match="the example of concat fails in Python"):
        python_example(described, LIBRARY, accessors(), session)


def test_quotes_and_brackets_hide_what_they_hold() -> None:
    assert visible("f(',') , [a, {b}]") == "f(\0\0\0) , [\0\0\0\0\0\0]"
    assert split("a, f(b, c), 'd, ''e', [1, 2]") == ("a", "f(b, c)", "'d, ''e'", "[1, 2]")
    assert split(" ") == ()


def test_queries_are_taken_apart() -> None:
    query = parse("SELECT a, f('from', b) AS x FROM t WHERE c GROUP  BY a, g(b) ORDER BY a desc")
    assert query is not None
    assert query.items == ("a", Call("f", ("'from'", "b"), None, "x"))
    assert query.source == "t WHERE c"
    assert query.groups == ("a", "g(b)")
    assert query.order == ("a desc",)
    assert parse("values (1)") is None


def test_first_query_of_several() -> None:
    example = "```sql\n> select a\n  from t;\n+--+\n| a|\n+--+\n> select b;\n```"
    assert first_query(example) == "select a   from t"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-1.5e3", "-1.5e3"),
        ("'it''s'", '"it\'s"'),
        ("NULL", "None"),
        ("[1, null, ['a']]", '[1, None, ["a"]]'),
        ("[]", "[]"),
        ("[1, b]", None),
        ("b", None),
    ],
)
def test_constants(text: str, expected: str | None) -> None:
    assert constant(text) == expected


def test_comparisons_with_constants_are_pythons() -> None:
    example = Example({})
    assert expression("line >= 10", example) == 'col("line") >= 10'
    assert expression("line = 10", example) == 'frame.parse_sql_expr("line = 10")'
    assert expression("a < b", example) == 'frame.parse_sql_expr("a < b")'
    assert example.imports == {"from datafusion import col"}


@pytest.mark.parametrize("text", ["plain", "it's", 'a "b"', "a\nb", "\\", "é\0"])
def test_texts_are_literals(text: str) -> None:
    assert eval(quoted(text)) == text  # noqa: S307
