"""Each loss that the portable tier's report names, tried in both tiers."""

from __future__ import annotations

import json
from typing import Any

NATIVE = """
import codeanatomy_engine as tier
from datafusion import SessionConfig, SessionContext

def make():
    config = SessionConfig().with_information_schema(True).with_target_partitions(2)
    session = SessionContext(config)
    return session, tier.install_codeanatomy_runtime(session)
"""
PORTABLE = """
from datafusion import SessionConfig, SessionContext
import codeanatomy_portable as tier

def make():
    config = SessionConfig().with_information_schema(True).with_target_partitions(2)
    session = SessionContext(config)
    return session, tier.register(session)
"""
TRY = """
import json
report = make()[1]
answers = []
with open("statements.json", encoding="utf-8") as file:
    tried = json.load(file)
for statements in tried:
    session, _ = make()
    try:
        for statement in statements:
            answer = repr(session.sql(statement).to_pylist())
    except Exception as error:
        answer = f"error: {error}"
    answers.append(answer)
print(json.dumps([report, answers]))
"""
ROWS = "(select x, x % 3 = 0 as b from generate_series(1, 9) s(x)) t"
# What is lost, the statements whose last one shows it, and what its answer has in it natively and
# in the portable tier alone.
LOSSES = {
    "create_function": (
        ["create function f(double) returns double return $1 + 1", "select f(1.5) as y"],
        "[{'y': 2.5}]",
        "Function factory has not been configured",
    ),
    "default_value": (
        [f"select (select count_if(t.b) from {ROWS} where t.x = a.k) as n from (values (99)) a(k)"],
        "[{'n': 0}]",
        "[{'n': None}]",
    ),
    "default_value, frame": (
        [
            (
                "select max(n) as n from (select list_unique(x) over (order by x rows between 3"
                f" preceding and 2 preceding) as n from {ROWS}) w"
            )
        ],
        "[{'n': [6, 7]}]",
        "non-nullable but contains null",
    ),
    "delta_tables": (
        ["select * from read_delta('nowhere')"],
        "there is no Delta table",
        "table function 'read_delta' not found",
    ),
    "documentation": (
        [
            (
                "select description is null as lost from information_schema.routines"
                " where specific_name = 'stable_id' limit 1"
            )
        ],
        "[{'lost': False}]",
        "[{'lost': True}]",
    ),
    "errors": (
        ["select span_make(5, 2)"],
        "error: DataFusion error: Execution error",
        "error: DataFusion error: FFI error: Execution error",
    ),
    "expressions": (
        [
            (
                "select sum(n) as n from"
                f" (select lag_window(null, 1, 0) over (order by x) as n from {ROWS}) w"
            )
        ],
        "[{'n': 0}]",
        "Inconsistent types",
    ),
    "limit_effect": (
        [
            (
                "explain select row_number_window() over (order by -x rows unbounded preceding)"
                f" as n from {ROWS} limit 3"
            )
        ],
        "TopK(fetch=3)",
        "SortExec: expr=",
    ),
    "null_treatment": (
        ["select list_unique(x) respect nulls as n from (values (1), (null)) t(x)"],
        "[{'n': [1, None]}]",
        "NULLS are not permitted for list_unique",
    ),
    "cache_tables": (
        ["select cache_name, miss_count from metadata_cache()"],
        "[{'cache_name': 'metadata', 'miss_count': None}]",
        "table function 'metadata_cache' not found",
    ),
    "operators": (["select '{\"a\": 1}' -> 'a' as n"], "[{'n': '1'}]", "error: "),
    "parameter_names": (
        ["select stable_hash64(value => 'a') is null as n"],
        "[{'n': False}]",
        "does not support named arguments",
    ),
    "reverse": (
        [f"explain select lead_window(x) over (order by x desc) as a, x from {ROWS} order by x"],
        "frame: RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
        "SortExec: expr=[value@0 DESC]",
    ),
    "set_monotonicity": (
        [f"explain select count_distinct_agg(x) over (order by x) as n from {ROWS} order by n"],
        "BoundedWindowAggExec",
        "SortExec: expr=",
    ),
    "settings": (
        [
            "set codeanatomy_udf.utf8_normalize_casefold = false",
            "select utf8_normalize('Egg') as n",
        ],
        "[{'n': 'Egg'}]",
        "Could not find config namespace",
    ),
    "signatures": (
        [
            (
                "select count(*) > 0 as listed from information_schema.parameters"
                " where specific_name = 'stable_id'"
            )
        ],
        "[{'listed': True}]",
        "[{'listed': False}]",
    ),
    "simplify": (
        [f"explain select count_if(b) from {ROWS}"],
        "count(Int64(1)) FILTER",
        "aggr=[count_if(t.b)]",
    ),
    "strictness": (
        [
            (
                f"explain select t.x from {ROWS} left join (values (1, 'a')) r(y, u) on t.x = r.y"
                " where stable_hash64(r.u) > 0"
            )
        ],
        "Inner Join",
        "Left Join",
    ),
}


# Shown below, with what SQL alone can't do.
OTHERWISE = {"check_of_table_names", "registry_of_others", "statement_policy"}


def test_each_loss_is_what_the_report_says(run: Any, stock_python: str) -> None:
    statements = [tried for tried, _, _ in LOSSES.values()]
    run.directory.joinpath("statements.json").write_text(json.dumps(statements), encoding="utf-8")
    report, portable = run(PORTABLE + TRY, python=stock_python)
    _, native = run(NATIVE + TRY)
    told = {loss["name"]: loss["meaning"] for loss in report["lost"] + report["absent"]}
    assert {name.partition(",")[0] for name in LOSSES} | OTHERWISE == set(told)
    assert all(told.values())
    for (name, (_, has, lacks)), own, other in zip(LOSSES.items(), native, portable, strict=True):
        assert has in own, name
        assert lacks not in own, name
        assert lacks in other, name


def test_functions_name_losses_of_the_report(run: Any, stock_python: str) -> None:
    report = run(PORTABLE + "import json\nprint(json.dumps(make()[1]))\n", python=stock_python)
    losses = {function["name"]: set(function["lost"]) for function in report["functions"]}
    assert set().union(*losses.values()) == {loss["name"] for loss in report["lost"]}
    assert losses["stable_id"] == {"documentation", "parameter_names", "strictness"}
    assert losses["stable_id_parts"] == {"documentation", "parameter_names"}
    assert {"settings"} <= losses["utf8_normalize"] & losses["span_make"] & losses["map_normalize"]
    assert {"default_value", "simplify"} <= losses["count_if"] & losses["list_unique"]
    assert {"null_treatment"} == losses["list_unique"] & {"null_treatment"}
    assert "null_treatment" not in losses["first_value_agg"]


def test_settings_are_carried_by_a_configuration_that_has_them(run: Any, stock_python: str) -> None:
    answers = run(
        """
        import json
        from datafusion import SessionConfig, SessionContext
        import codeanatomy_portable
        config = codeanatomy_portable.with_settings(SessionConfig())
        session = SessionContext(config)
        codeanatomy_portable.register(session)
        plain = SessionContext()
        codeanatomy_portable.register(plain)
        query = "select utf8_normalize('Egg') as n, span_make(1, 2)['line_base'] as b"
        answers = [session.sql(query).to_pylist()]
        session.sql("set codeanatomy_udf.utf8_normalize_casefold = false")
        session.sql("set codeanatomy_udf.span_default_line_base = 1")
        answers += [session.sql(query).to_pylist(), plain.sql(query).to_pylist()]
        for setting in ("utf8_normalize_form = 'nfx'", "nonsense = 1"):
            wrong = SessionContext(codeanatomy_portable.with_settings(SessionConfig()))
            codeanatomy_portable.register(wrong)
            wrong.sql(f"set codeanatomy_udf.{setting}")
            try:
                wrong.sql(query).to_pylist()
            except Exception as error:
                answers.append(str(error))
        try:
            codeanatomy_portable.with_settings({})
        except TypeError as error:
            answers.append(str(error))
        print(json.dumps(answers))
        """,
        python=stock_python,
    )
    default = [{"n": "egg", "b": 0}]
    assert answers[:3] == [default, [{"n": "Egg", "b": 1}], default]
    assert "one of NFC, NFD, NFKC, NFKD" in answers[3]
    assert "nonsense" in answers[4]
    assert answers[5] == "config must be a datafusion.SessionConfig, got dict"


def test_registry_has_the_library_alone(run: Any, stock_python: str) -> None:
    answers = run(
        """
        import json
        import pyarrow as pa
        from datafusion import SessionContext, udf, udtf
        import codeanatomy_portable
        session = SessionContext()
        session.register_udf(udf(lambda a: a, [pa.int64()], pa.int64(), "stable", name="mine"))
        mine = SessionContext().from_pydict({"a": [1]})
        session.register_udtf(udtf(lambda: mine, "udf_docs"))
        report = codeanatomy_portable.register(session)
        session.deregister_udf("stable_id")
        registry = session.sql("select name, kind, aliases, parameter_names from udf_registry()")
        documented = session.sql("select name, syntax from udf_docs() where syntax <> ''")
        print(json.dumps([report, registry.to_pylist(), documented.to_pylist()]))
        """,
        python=stock_python,
    )
    report, registry, documented = answers
    expected = {function["name"] for function in report["functions"]}
    expected |= set(report["table_functions"])
    assert {row["name"] for row in registry} == expected - {"stable_id"}
    assert {row["name"] for row in documented} == expected - {"stable_id"}
    by_name = {row["name"]: row for row in registry}
    assert by_name["lag_window"]["kind"] == "window"
    assert by_name["stable_hash64"]["aliases"] == ["hash64"]
    assert by_name["stable_hash64"]["parameter_names"] == ["value"]


def test_no_statement_policy_is_in_force(run: Any, stock_python: str) -> None:
    create = """
import json
try:
    session.sql("create table made as select 1 as n")
    answer = session.sql("select n from made").to_pylist()
except Exception as error:
    answer = str(error)
print(json.dumps(answer))
"""
    native = NATIVE.replace("(session)", "(session, allow_ddl=False)")
    assert "made" not in run(native + "session, _ = make()\n" + create)
    portable = run(PORTABLE + "session, _ = make()\n" + create, python=stock_python)
    assert portable == [{"n": 1}]


def test_functions_outlive_the_session_and_tables_do_not(run: Any, stock_python: str) -> None:
    answers = run(
        """
        import gc
        import json
        from datafusion import SessionContext
        import codeanatomy_portable

        def frames():
            session = SessionContext()
            codeanatomy_portable.register(session)
            call = "select hash64('a') = stable_hash64('a') as same"
            return session.sql(call), session.sql("select name from udf_docs()")

        call, table = frames()
        gc.collect()
        answers = [call.to_pylist()]
        try:
            table.to_pylist()
        except Exception as error:
            answers.append(str(error))
        print(json.dumps(answers))
        """,
        python=stock_python,
    )
    assert answers[0] == [{"same": True}]
    assert "went out of scope" in answers[1]
