"""The registry as SQL, as a dict, as text and as `information_schema` shows it: all the same."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import codeanatomy_engine as engine
import deltalake
import pyarrow as pa
import pytest
from codeanatomy_engine.errors import FunctionNotFoundError

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("scalar", "aggregate", "window", "table")
# What the graph can't do without, as it was agreed upon.
REQUIRED = [
    "array_agg",
    "array_distinct",
    "array_sort",
    "array_to_string",
    "bool_or",
    "coalesce",
    "col_to_byte",
    "concat_ws",
    "prefixed_hash64",
    "row_number",
    "sha256",
    "stable_hash64",
    "stable_hash128",
    "stable_id",
]


@pytest.fixture
def installed() -> Any:
    from datafusion import SessionConfig, SessionContext

    session = SessionContext(SessionConfig().with_information_schema(enabled=True))
    engine.install_codeanatomy_runtime(session)
    return session


def functions(snapshot: Any) -> list[tuple[str, str]]:
    return [(name, kind) for kind in KINDS for name in snapshot[kind]]


def test_registry_table_is_the_snapshot(installed: Any) -> None:
    snapshot = engine.registry_snapshot(installed)
    rows = installed.sql("select * from udf_registry()").to_pylist()
    assert rows == [
        {
            "name": name,
            "kind": kind,
            "volatility": snapshot["volatility"].get(name),
            "aliases": snapshot["aliases"].get(name, []),
            "parameter_names": snapshot["parameter_names"].get(name),
            "simplify": snapshot["simplify"].get(name),
            "coerce_types": snapshot["coerce_types"].get(name),
            "short_circuits": snapshot["short_circuits"].get(name),
        }
        for name, kind in functions(snapshot)
    ]
    assert len(rows) >= 6
    assert {row["kind"] for row in rows} >= {"scalar", "table"}


def test_documentation_table_is_the_snapshot(installed: Any) -> None:
    snapshot = engine.registry_snapshot(installed)
    rows = installed.sql("select * from udf_docs()").to_pylist()
    assert [(row["name"], row["kind"]) for row in rows] == functions(snapshot)
    for row in rows:
        documentation = snapshot["documentation"][row["name"]]
        assert row == {
            "name": row["name"],
            "kind": row["kind"],
            **{key: value for key, value in documentation.items() if key != "arguments"},
            "argument_names": [name for name, _ in documentation["arguments"]],
            "argument_descriptions": [text for _, text in documentation["arguments"]],
        }


def test_information_schema_knows_every_function(installed: Any) -> None:
    snapshot = engine.registry_snapshot(installed)
    known = defaultdict(set)
    query = "select routine_name, function_type, is_deterministic from information_schema.routines"
    for row in installed.sql(query).to_pylist():
        known[row["routine_name"], row["function_type"].lower()].add(row["is_deterministic"])
    parameters = defaultdict(dict)
    query = (
        "select specific_name, ordinal_position, parameter_name from information_schema.parameters"
        " where parameter_mode = 'IN'"
    )
    for row in installed.sql(query).to_pylist():
        positions = parameters[row["specific_name"]]
        positions.setdefault(row["ordinal_position"], set()).add(row["parameter_name"])
    for name, kind in functions(snapshot):
        names = [name, *snapshot["aliases"].get(name, [])]
        deterministic = snapshot["volatility"].get(name) == "immutable"
        assert {(own, kind): known[own, kind] for own in names} == {
            (own, kind): {deterministic} for own in names
        }
        for position, found in parameters[name].items():
            assert found <= {snapshot["parameter_names"][name][position - 1], None}, name


def test_every_function_is_complete(installed: Any) -> None:
    snapshot = engine.registry_snapshot(installed)
    for name in snapshot["custom_udfs"]:
        documentation = snapshot["documentation"][name]
        assert documentation["sql_example"], name
        assert documentation["section"], name
        assert snapshot["rewrite_tags"][name], name
        for related in documentation["related_udfs"]:
            assert engine.validate_required_functions(installed, [related]), name


def documented_here() -> list[str]:
    """List the functions but those that DataFusion brings, and documents with sketches."""
    from datafusion import SessionContext

    snapshot = engine.install_codeanatomy_runtime(SessionContext())["snapshot"]
    tags = snapshot["rewrite_tags"]
    return [name for name in snapshot["custom_udfs"] if "datafusion" not in tags[name]]


@pytest.fixture
def _orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start beside the Delta table of the examples: written, added to, deleted from."""
    monkeypatch.chdir(tmp_path)
    first = pa.table({"id": [1, 2], "region": ["north", "south"]})
    configuration: dict[str, str | None] = {"delta.enableChangeDataFeed": "true"}
    deltalake.write_deltalake("orders", first, partition_by=["region"], configuration=configuration)
    second = pa.table({"id": [3], "region": ["north"]})
    deltalake.write_deltalake("orders", second, mode="append")
    deltalake.DeltaTable("orders").delete("id = 2")


@pytest.mark.usefixtures("_orders")
@pytest.mark.parametrize("name", documented_here())
def test_documented_example_is_what_the_engine_answers(installed: Any, name: str) -> None:
    example = engine.registry_snapshot(installed)["documentation"][name]["sql_example"]
    assert example is not None
    lines = example.splitlines()
    assert lines[0] == "```sql"
    assert lines[-1] == "```"
    # One query or more, each followed by its table.
    starts = [number for number, line in enumerate(lines) if line.startswith("> ")]
    assert starts
    assert starts[0] == 1
    for start, end in zip(starts, [*starts[1:], len(lines) - 1], strict=True):
        table = next(number for number in range(start, end) if lines[number].startswith("+-"))
        query = "\n".join(line.removeprefix("> ") for line in lines[start:table])
        answer = str(installed.sql(query.strip().removesuffix(";"))).splitlines()
        shown = [line for line in lines[table:end] if line]
        assert answer[1 : len(shown) + 1] == shown, query
        assert all(not line.startswith(("|", "+")) for line in answer[len(shown) + 1 :]), query


def test_text_forms_hold_the_same(installed: Any) -> None:
    snapshot = engine.registry_snapshot(installed)
    text = engine.registry_snapshot_json(installed.ctx)
    assert json.loads(text) == snapshot
    assert text == engine.registry_snapshot_json(installed)
    with pytest.raises(TypeError):
        engine.registry_snapshot_json(1)


def test_required_functions_are_those_that_information_schema_knows(installed: Any) -> None:
    query = "select distinct lower(routine_name) as name from information_schema.routines"
    known = set(installed.sql(query).to_pydict()["name"])
    missing = sorted(set(REQUIRED) - known)
    if missing:
        with pytest.raises(FunctionNotFoundError) as caught:
            engine.validate_required_functions(installed)
        assert caught.value.details["missing"].split(",") == missing
    else:
        assert sorted(engine.validate_required_functions(installed)) == sorted(REQUIRED)


def test_missing_functions_are_named_with_the_nearest(session: Any) -> None:
    with pytest.raises(LookupError) as caught:
        engine.validate_required_functions(session, ["SUM", "stable_id", "arrayagg"])
    error = caught.value
    assert isinstance(error, FunctionNotFoundError)
    assert (error.code, error.stage) == ("required-functions-missing", "install")
    assert error.details == {"missing": "arrayagg,stable_id"}
    assert "'arrayagg' (is 'array_agg' meant?)" in error.message
    engine.install_codeanatomy_runtime(session)
    assert engine.validate_required_functions(session, ["SUM", "Hash64", "udf_docs"]) == {
        "SUM": ["aggregate"],
        "Hash64": ["scalar"],
        "udf_docs": ["table"],
    }
    assert engine.validate_required_functions(session, []) == {}


def test_what_is_no_session_is_refused() -> None:
    with pytest.raises(TypeError, match=r"must be a datafusion\.SessionContext"):
        engine.validate_required_functions(object())


def test_expressions_work_in_sessions_without_the_runtime(session: Any) -> None:
    from datafusion import Expr, col, lit

    frame = session.from_pydict({"name": ["spam", None]})
    call = Expr(engine.function_expression("HASH64", [col("name").expr]))
    assert frame.select(call.alias("key")).to_pydict() == {"key": [-5193982171034479071, None]}
    call = Expr(engine.function_expression("stable_id", [lit("module"), lit("json").expr]))
    assert frame.limit(1).select(call.alias("id")).to_pydict() == {
        "id": ["module:bc7d68cf65d345bef36a8b0ecea359b3"]
    }
    assert engine.registry_snapshot(session)["custom_udfs"] == []


def test_wrong_calls_are_refused_when_they_are_planned(session: Any) -> None:
    from datafusion import Expr, lit

    frame = session.from_pydict({"a": [1]})
    call = Expr(engine.function_expression("stable_id", [lit("module").expr]))
    with pytest.raises(Exception, match="stable_id"):
        frame.select(call).collect()


def test_unknown_functions_are_refused_with_the_nearest() -> None:
    with pytest.raises(FunctionNotFoundError) as caught:
        engine.function_expression("stable_hash46", [])
    assert caught.value.code == "function-unknown"
    assert caught.value.details == {"function": "stable_hash46"}
    assert str(caught.value).splitlines() == [
        "the library has no function 'stable_hash46' (is 'stable_hash64' meant?)",
        "hint: functions of DataFusion itself are in datafusion.functions",
    ]
    with pytest.raises(TypeError, match=r"a datafusion\.Expr or its \.expr, got str"):
        engine.function_expression("stable_id", ["not an expression"])
