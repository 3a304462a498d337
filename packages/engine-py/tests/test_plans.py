"""Plans of the engine's own parts, as golden files: what is pushed down, inlined and folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from codeanatomy_testkit.delta_tables import DeltaDirectory
    from codeanatomy_testkit.goldens import Golden
    from codeanatomy_testkit.plans import PlanKind
    from datafusion import SessionContext

PLANS: dict[str, tuple[PlanKind, str]] = {
    "delta_partition_filter": ("physical", "select id from orders where day = 'mon' and id > 1"),
    "delta_partition_filter_logical": (
        "logical",
        "select id from orders where day = 'mon' and id > 1",
    ),
    "delta_aggregate": ("physical", "select day, count_if(id > 1) as n from orders group by day"),
    "delta_join": (
        "physical",
        "select a.id from orders a join orders b on a.id = b.id where b.day = 'tue'",
    ),
    "constant_is_folded": ("logical", "select stable_hash64('spam') as key, day from orders"),
    "function_is_inlined": ("logical", "select share(id) as share from orders"),
    "operator_is_a_function": ("logical", "select '{\"a\": 1}' -> day as value from orders"),
    "best_row": (
        "physical",
        (
            "select id from (select id, row_number_window() over (partition by day order by"
            " id desc) as rank from orders) where rank = 1"
        ),
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_plan_is_its_golden(
    name: str, golden: Golden, native_session: SessionContext, delta_dir: DeltaDirectory
) -> None:
    delta_dir.write("orders", {"id": [1, 2], "day": ["mon", "tue"]}, partition_by=["day"])
    delta_dir.register(native_session)
    # Operators that spread rows depend on it, and by default it depends on the machine.
    native_session.sql("set datafusion.execution.target_partitions = 2")
    native_session.sql(
        "create function share(part bigint) returns double return cast($1 as double) / 100"
    )
    plan, sql = PLANS[name]
    golden.plan(f"plans/{name}", native_session, sql, plan=plan)
