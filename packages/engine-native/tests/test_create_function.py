"""`CREATE FUNCTION`, operators and the policy of statements, from Python."""

from __future__ import annotations

import json
from typing import Any

import codeanatomy_engine as engine
import pytest
from codeanatomy_engine.errors import QueryError, RuntimeInstallError
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture
def installed(session: Any) -> Any:
    engine.install_codeanatomy_runtime(session)
    return session


def value(session: Any, expression: str) -> Any:
    return session.sql(f"select {expression} as answer").to_pylist()[0]["answer"]


def test_a_macro_is_made_called_listed_replaced_and_dropped(installed: Any) -> None:
    installed.sql(
        "create function add2(a bigint, b bigint default 1) returns bigint return $a + $b"
    )
    assert value(installed, "add2(1)") == 2
    assert value(installed, "add2(b => 4, a => 3)") == 7
    plan = installed.sql("select add2(value) from range(3)").optimized_logical_plan()
    assert "value + Int64(1)" in str(plan.display_indent())
    snapshot = engine.registry_snapshot(installed)
    assert snapshot["parameter_names"]["add2"] == ["a", "b"]
    assert snapshot["signature_inputs"]["add2"] == [["int64"], ["int64", "int64"]]
    assert snapshot["documentation"]["add2"]["section"] == "SQL Macros"
    assert engine.install_codeanatomy_runtime(installed)["snapshot"] == snapshot

    installed.sql(
        "create or replace function add2(a bigint) returns bigint language sql as 'a + 10'"
    )
    assert value(installed, "add2(1)") == 11
    installed.sql("drop function add2")
    with pytest.raises(Exception, match="Invalid function 'add2'"):
        installed.sql("select add2(1)")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("create function abs(a bigint) returns bigint return $a", "is a built-in function"),
        ("create function f(a bigint) returns bigint return $b", "Unknown placeholder"),
        ("create function f(a bigint) returns bigint language java as 'x'", "unsupported LANGUAGE"),
        (
            "create function f(a bigint) returns bigint return [$a]",
            "can't be cast to the return type",
        ),
    ],
)
def test_what_is_wrong_is_said_when_it_is_created(
    installed: Any, statement: str, message: str
) -> None:
    with pytest.raises(Exception, match=message):
        installed.sql(statement)


def test_run_sql_is_stricter_and_takes_bare_names(installed: Any) -> None:
    engine.run_sql(
        installed, "create function add2(a bigint, b bigint) returns bigint return a + b"
    )
    frame = engine.run_sql(installed.ctx, "select add2(1, 2) as x")
    assert frame.to_pylist() == [{"x": 3}]
    with pytest.raises(
        QueryError, match="'abs' is a built-in function and can't be dropped"
    ) as caught:
        engine.run_sql(installed, "drop function abs")
    assert caught.value.code == "query-invalid"
    with pytest.raises(TypeError, match="ctx must be"):
        engine.run_sql(object(), "select 1")


def test_statements_are_disabled_per_session(session: Any) -> None:
    from datafusion import SessionContext

    other = SessionContext()
    assert engine.install_codeanatomy_runtime(other)["statements"] == {
        "allow_ddl": True,
        "allow_dml": True,
        "allow_statements": True,
    }
    session.sql("create table t as values (1)")
    report = engine.install_codeanatomy_runtime(
        session, allow_ddl=False, allow_dml=False, allow_statements=False
    )
    assert not any(report["statements"].values())
    for statement, kind in [
        ("create table u (x int)", "DDL"),
        ("drop table t", "DDL"),
        ("insert into t values (2)", "DML"),
        ("set datafusion.execution.batch_size = 7", "Session"),
    ]:
        message = f"{kind} statements are disabled by the session's policy"
        with pytest.raises(QueryError, match=message):
            engine.run_sql(session, statement)
    with pytest.raises(Exception, match="DML statements are disabled"):
        session.sql("insert into t values (2)").collect()
    assert session.sql("select * from t").to_pylist() == [{"column1": 1}]
    engine.run_sql(other, "create table u (x int)")
    with pytest.raises(RuntimeInstallError) as caught:
        engine.install_codeanatomy_runtime(session)
    assert caught.value.code == "runtime-policy-conflict"


def test_operators_lead_into_values(installed: Any) -> None:
    assert value(installed, "named_struct('a', [10, 20]) -> 'a' -> 1") == 20
    assert value(installed, """'{"a": {"b": [1, "x"]}}' -> 'a' -> 'b' ->> 1""") == "x"
    assert value(installed, """'{"a": {"b": [1, "x"]}}' #>> '{a,b,1}' = 'x'""") is True
    assert value(installed, "map(['k'], [7]) ->> 'k'") == "7"
    assert value(installed, "[3] <@ [1, 2, 3]") is True
    assert value(installed, """'{"a": 1, "b": 2}' @> '{"b": 2}'""") is True


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def paths(root: Any, steps: tuple[Any, ...] = ()) -> Any:
    yield steps, root
    if isinstance(root, dict):
        for key, inner in root.items():
            yield from paths(inner, (*steps, key))
    if isinstance(root, list):
        for index, inner in enumerate(root):
            yield from paths(inner, (*steps, index))
            yield from paths(inner, (*steps, index - len(root)))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@settings(max_examples=25, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_json_get_finds_what_python_finds(root: Any, plain: bool, indent: int | None) -> None:  # noqa: FBT001
    from datafusion import SessionContext

    session = SessionContext()
    engine.install_codeanatomy_runtime(session)
    text = json.dumps(root, ensure_ascii=plain, indent=indent)
    found = [(steps, inner) for steps, inner in paths(root) if steps][:30]
    for steps, inner in found:
        keys = ", ".join(quoted(step) if isinstance(step, str) else str(step) for step in steps)
        got = value(session, f"json_get({quoted(text)}, {keys})")
        assert json.loads(got) == inner
        expected = inner if isinstance(inner, str) else None if inner is None else got
        assert value(session, f"json_get_text({quoted(text)}, {keys})") == expected
    assert value(session, f"json_contains({quoted(text)}, {quoted(text)})") is True
