"""Accessors: the same functions as in SQL, called from Python."""

from __future__ import annotations

import inspect

import codeanatomy
import pytest
from codeanatomy import errors, functions, session
from codeanatomy.functions._call import call
from datafusion import Expr, SessionContext, col, lit


def test_there_is_an_accessor_for_each_function_and_no_other() -> None:
    snapshot = session.rust_udf_snapshot(codeanatomy.connect())
    assert set(functions.__all__) == {*snapshot.scalar, *snapshot.aggregate, *snapshot.window}
    assert len(functions.__all__) >= 4


@pytest.mark.parametrize("name", functions.__all__)
def test_parameters_have_the_names_of_sql(name: str) -> None:
    snapshot = session.rust_udf_snapshot(codeanatomy.connect())
    names = [
        parameter.rstrip("_")
        for parameter in inspect.signature(getattr(functions, name)).parameters
    ]
    documented = [argument for argument, _ in snapshot.documentation[name].arguments]
    assert names == [argument.rstrip("_") for argument in documented]
    assert (
        names == list(snapshot.parameter_names[name]) or "datafusion" in snapshot.rewrite_tags[name]
    )


def test_values_are_constants_and_columns_are_named() -> None:
    frame = SessionContext().from_pydict({"name": ["json", None]})
    selected = frame.select(
        functions.stable_id("module", col("name")).alias("column"),
        functions.stable_id("module", "name").alias("constant"),
        functions.stable_id("module", None).alias("nothing"),
    )
    context = codeanatomy.connect()
    query = "select stable_id('module', name) as id from (values ('json'), ('name')) as t(name)"
    json, name = context.sql(query).to_pydict()["id"]
    assert json != name
    assert selected.to_pydict() == {
        "column": [json, None],
        "constant": [name, name],
        "nothing": [None, None],
    }


def test_expressions_are_those_of_datafusion() -> None:
    expression = functions.stable_hash64(col("name"))
    assert type(expression) is Expr
    assert str(expression == lit(1)) == "Expr(stable_hash64(name) = Int64(1))"


def test_what_is_left_out_is_left_out() -> None:
    # The library does not check how many arguments a call has before it is planned.
    assert str(call("hash64", 1, optional=(None, None))) == "Expr(stable_hash64(Int64(1)))"
    assert str(call("hash64", optional=(None, 2, None))) == "Expr(stable_hash64(NULL, Int64(2)))"
    assert str(call("hash64", optional=(2, None), null_is_left_out=False)) == (
        "Expr(stable_hash64(Int64(2)))"
    )
    with pytest.raises(TypeError, match="hash64 takes an optional argument only with all"):
        call("hash64", optional=(None, 2), null_is_left_out=False)


def test_wrong_calls() -> None:
    with pytest.raises(errors.FunctionNotFoundError, match="is 'hash64' meant"):
        call("hash46")
    with pytest.raises(TypeError, match="positional argument"):
        functions.stable_id("module")  # type: ignore[call-arg]
    frame = SessionContext().from_pydict({"number": [1.5]})
    with pytest.raises(Exception, match="stable_id"):
        frame.select(functions.stable_id("module", col("number"))).collect()
