"""Functions of users: created from records, and coroutines over Arrow arrays."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import codeanatomy
import pyarrow as pa
import pytest
from codeanatomy import errors, session
from codeanatomy.profile import AsyncProfile, ExecutionProfile, RuntimeProfile
from codeanatomy.user_functions import (
    CreateFunctionConfig,
    FunctionArgument,
    build_create_function_sql,
    register_async_function,
    register_function,
)
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator


def connect(timeout_ms: int = 10_000, batch_size: int = 4, partitions: int = 2) -> Any:
    return codeanatomy.connect(
        RuntimeProfile(
            execution=ExecutionProfile(target_partitions=partitions),
            asynchronous=AsyncProfile(enabled=True, timeout_ms=timeout_ms, batch_size=batch_size),
        )
    )


async def doubled(numbers: pa.Array) -> pa.Array:
    await asyncio.sleep(0)
    return pa.array([None if n is None else 2 * n for n in numbers.to_pylist()], pa.int64())


def register(context: Any, function: Any, **options: Any) -> None:
    register_async_function(context, function, [pa.int64()], pa.int64(), **options)


# Creating functions from records.


def test_record_makes_what_its_text_makes() -> None:
    config = CreateFunctionConfig(
        name="share",
        args=[
            FunctionArgument(name="part", dtype="double"),
            FunctionArgument(name="whole", dtype="double", default="100"),
        ],
        return_type="double",
        body_sql="part / whole",
        volatility="immutable",
    )
    by_record, by_text = codeanatomy.connect(), codeanatomy.connect()
    register_function(by_record, config)
    session.run_sql(by_text, build_create_function_sql(config))
    for context in (by_record, by_text):
        answer = context.sql("select share(5) as a, share(whole => 4, part => 1) as b")
        assert answer.to_pylist() == [{"a": 0.05, "b": 0.25}]
    assert session.registry_snapshot(by_record) == session.registry_snapshot(by_text)


@settings(max_examples=40, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_any_name_is_only_a_name(name: str) -> None:
    context = codeanatomy.connect()
    context.sql("create table t as values (1)")
    config = CreateFunctionConfig(name=f"x{name}", return_type="bigint", body_sql="7")
    register_function(context, config)
    quoted = f"x{name}".replace('"', '""')
    assert context.sql(f'select "{quoted}"() as v').to_pylist() == [{"v": 7}]
    assert context.sql("select count(*) as n from t").to_pylist() == [{"n": 1}]


def test_refused_records_say_why() -> None:
    context = codeanatomy.connect()
    for options, error, text in [
        ({"body_sql": "1; drop table t"}, errors.QueryError, "one SQL expression"),
        ({"return_type": "bigint language x"}, errors.QueryError, "an SQL type"),
        ({"name": "upper"}, errors.QueryError, "built-in"),
        ({"volatility": "seldom"}, errors.InvalidOptionError, "immutable, stable, volatile"),
    ]:
        config = CreateFunctionConfig(
            **{"name": "f", "body_sql": "1", "return_type": "bigint", **options}  # type: ignore[arg-type]
        )
        with pytest.raises(error, match=text):
            register_function(context, config)


# The policy of asynchronous functions.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"async_udf_timeout_ms": 100, "async_udf_batch_size": 64},
            "Async UDF policy provided but enable_async is False.",
        ),
        (
            {"enable_async_udfs": True, "async_udf_batch_size": 64},
            "async_udf_timeout_ms must be a positive integer when async UDFs are enabled.",
        ),
        (
            {"enable_async_udfs": True, "async_udf_timeout_ms": 100},
            "async_udf_batch_size must be a positive integer when async UDFs are enabled.",
        ),
        (
            {
                "enable_async_udfs": True,
                "async_udf_timeout_ms": 100,
                "async_udf_batch_size": 0,
            },
            "async_udf_batch_size must be a positive integer when async UDFs are enabled.",
        ),
    ],
)
def test_policy_is_whole_or_refused(options: dict[str, Any], message: str) -> None:
    from datafusion import SessionContext

    with pytest.raises(ValueError, match="sync") as caught:
        session.install_codeanatomy_runtime(SessionContext(), **options)
    assert isinstance(caught.value, errors.InvalidOptionError)
    assert str(caught.value).startswith(message)


def test_profile_wraps_what_is_wrong_with_its_policy() -> None:
    profile = RuntimeProfile(asynchronous=AsyncProfile(enabled=True, timeout_ms=5))
    with pytest.raises(
        errors.InvalidOptionError, match="Invalid async UDF policy: async_udf_batch_size must be"
    ):
        codeanatomy.connect(profile)


def test_another_policy_for_a_session_is_refused() -> None:
    with pytest.raises(
        errors.RuntimeInstallError,
        match="Rust UDFs already registered with a different async policy",
    ) as caught:
        session.install_codeanatomy_runtime(
            connect(),
            enable_async_udfs=True,
            async_udf_timeout_ms=10_000,
            async_udf_batch_size=5,
        )
    assert caught.value.code == "runtime-policy-conflict"


def test_policy_is_of_one_session() -> None:
    with_policy, without = connect(), codeanatomy.connect()
    assert with_policy.sql("select async_echo('a') as v").to_pylist() == [{"v": "a"}]
    with pytest.raises(Exception, match="async_echo"):
        without.sql("select async_echo('a')")
    with pytest.raises(errors.RuntimeInstallError) as caught:
        register(without, doubled)
    assert caught.value.code == "async-functions-disabled"


# Coroutines.


@pytest.mark.parametrize("rows", [0, 1, 4, 5, 1000])
@pytest.mark.parametrize("partitions", [1, 8])
def test_coroutine_answers_every_row_in_its_place(rows: int, partitions: int) -> None:
    context = connect(batch_size=7, partitions=partitions)
    register(context, doubled)
    numbers = [None if n % 5 == 3 else n for n in range(rows)]
    table = pa.table({"n": pa.array(numbers, pa.int64())})
    context.from_arrow(table, name="t")
    found = context.sql("select n, doubled(n) as twice from t").to_pylist()
    assert sorted(found, key=str) == sorted(
        ({"n": n, "twice": None if n is None else 2 * n} for n in numbers), key=str
    )
    nested = context.sql("select sum(doubled(doubled(n))) as s from t where doubled(n) > 4")
    assert nested.to_pylist()[0]["s"] == (
        sum(4 * n for n in numbers if n is not None and n > 2) or None
    )


@pytest.mark.parametrize("layout", [pa.string(), pa.large_string(), pa.string_view()])
def test_arguments_come_in_the_declared_types(layout: pa.DataType) -> None:
    context = connect()
    seen = []

    async def joined(first: pa.Array, second: pa.Array) -> pa.Array:
        seen.append((first.type, second.type, len(first), len(second)))
        pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
        return pa.array([None if a is None else f"{a}{b}" for a, b in pairs], pa.large_string())

    register_async_function(context, joined, [pa.string(), pa.int64()], pa.large_string())
    table = pa.table({"s": pa.array(["skip", "a", None, "c"], layout)}).slice(1)
    context.from_arrow(table, name="t")
    found = context.sql("select joined(s, 1) as v from t").to_pydict()
    assert found == {"v": ["a1", None, "c1"]}
    assert seen == [(pa.string(), pa.int64(), 3, 3)]


@pytest.fixture
def shouting_server() -> Iterator[tuple[int, list[int]]]:
    """A server that answers every line in capitals; how many connections were open at most."""
    open_now, most = [0], [0]
    started = threading.Event()
    port = [0]
    loop = asyncio.new_event_loop()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now[0] += 1
        most[0] = max(most[0], open_now[0])
        while line := await reader.readline():
            await asyncio.sleep(0.002)
            writer.write(line.upper())
            await writer.drain()
        open_now[0] -= 1
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            port[0] = server.sockets[0].getsockname()[1]
            started.set()
            await ended.wait()

    ended = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait()
    yield port[0], most
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()


def test_requests_to_a_server_run_side_by_side(
    shouting_server: tuple[int, list[int]],
) -> None:
    port, most = shouting_server
    context = connect(batch_size=2)

    async def shouted(words: pa.Array) -> pa.Array:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = []
        for word in words.to_pylist():
            writer.write(f"{word}\n".encode())
            answers.append((await reader.readline()).decode().strip())
        writer.close()
        await writer.wait_closed()
        return pa.array(answers)

    register_async_function(context, shouted, [pa.string()], pa.string(), max_concurrency=5)
    query = "select shouted('w' || value) as v from generate_series(1, 100) order by value"
    found = context.sql(query).to_pydict()["v"]
    assert found == [f"W{n}" for n in range(1, 101)]
    assert 1 < most[0] <= 6  # one may still be closing


def test_late_answer_is_an_error_and_its_coroutine_cancelled() -> None:
    context = connect(timeout_ms=50)
    cancelled = threading.Event()

    async def never(numbers: pa.Array) -> pa.Array:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return numbers

    register(context, never)
    with pytest.raises(Exception, match="never timed out: a call with 3 rows"):
        context.sql("select never(value) from generate_series(1, 3)").collect()
    assert cancelled.wait(5)


def test_what_a_coroutine_does_wrong_is_told() -> None:
    context = connect()

    async def failing(_numbers: pa.Array) -> pa.Array:
        raise LookupError("no such line")

    async def silent(_numbers: pa.Array) -> pa.Array:
        raise ValueError

    async def listing(numbers: pa.Array) -> Any:
        return numbers.to_pylist()

    async def short(numbers: pa.Array) -> pa.Array:
        return numbers.slice(1)

    async def text(numbers: pa.Array) -> pa.Array:
        return numbers.cast(pa.string())

    async def two(numbers: pa.Array, _more: pa.Array) -> pa.Array:
        return numbers

    for function, message in [
        (failing, "failing raised LookupError: no such line"),
        (silent, "silent raised ValueError"),
        (listing, "listing returned a list; it has to return an Arrow array"),
        (short, "short returned 2 values for 3 rows"),
        (text, "text returned Utf8; it was registered to return Int64"),
        (two, "two raised TypeError: .*missing 1 required positional argument"),
    ]:
        register(context, function)
        name = function.__name__
        with pytest.raises(Exception, match=message):
            context.sql(f"select {name}(value) from generate_series(1, 3)").collect()
    register(context, doubled)
    assert context.sql("select doubled(4) as v").to_pylist() == [{"v": 8}]


# SystemExit ends the loop's thread, which pytest sees.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_loop_comes_back_after_a_coroutine_ended_it() -> None:
    context = connect(timeout_ms=300)

    async def leaving(_numbers: pa.Array) -> pa.Array:
        raise SystemExit(3)

    register(context, leaving)
    register(context, doubled)
    with pytest.raises(Exception, match=r"leaving (raised SystemExit|timed out)"):
        context.sql("select leaving(1)").collect()
    assert context.sql("select doubled(4) as v").to_pylist() == [{"v": 8}]


def test_it_can_be_called_from_within_a_running_loop() -> None:
    context = connect()
    register(context, doubled)

    async def main() -> Any:
        await asyncio.sleep(0)
        return context.sql("select doubled(21) as v").to_pylist()

    assert asyncio.run(main()) == [{"v": 42}]


def test_registering_checks_its_arguments() -> None:
    context = connect()

    class Callable:
        async def __call__(self, numbers: pa.Array) -> pa.Array:
            return numbers

    register(context, Callable(), name="same")
    assert context.sql("select same(3) as v").to_pylist() == [{"v": 3}]
    with pytest.raises(TypeError, match=r"coroutine function \(async def\), got"):
        register(context, len)
    with pytest.raises(TypeError, match="SessionContext"):
        register("context", doubled)
    with pytest.raises(ValueError, match="at least one argument"):
        register_async_function(context, doubled, [], pa.int64())
    with pytest.raises(ValueError, match="at least 1"):
        register(context, doubled, max_concurrency=0)
    register(context, doubled)
    with pytest.raises(errors.RuntimeInstallError, match="replace=True"):
        register(context, doubled)
    register(context, doubled, replace=True)
    with pytest.raises(errors.RuntimeInstallError, match="another function named 'abs'"):
        register(context, doubled, name="abs", replace=True)
    snapshot = session.registry_snapshot(context)
    assert snapshot["signature_inputs"]["doubled"] == [["int64"]]
    assert snapshot["return_types"]["doubled"] == ["int64"]
    session.run_sql(context, "drop function doubled")
    assert "doubled" not in session.registry_snapshot(context)["scalar"]


SLOW = """
import asyncio, sys
import codeanatomy, pyarrow as pa
from codeanatomy.profile import AsyncProfile, RuntimeProfile
from codeanatomy.user_functions import register_async_function

limits = AsyncProfile(enabled=True, timeout_ms=60_000, batch_size=10)
context = codeanatomy.connect(RuntimeProfile(asynchronous=limits))

async def slow(numbers):
    # By then the query waits: an interrupt of the very start of a call is an error of the function.
    await asyncio.sleep(0.1)
    print("begun", flush=True)
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print("cancelled", flush=True)
        raise
    return numbers

register_async_function(context, slow, [pa.int64()], pa.int64())
"""


def start(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore::RuntimeWarning", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_interrupt_ends_the_query_and_its_coroutines() -> None:
    program = f"""{SLOW}
try:
    context.sql("select slow(1)").collect()
except KeyboardInterrupt:
    import time
    time.sleep(0.5)
    print("interrupted", flush=True)
"""
    begun = time.monotonic()
    with start(program) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        running.send_signal(signal.SIGINT)
        rest, problems = running.communicate(timeout=40)
    assert rest.split() == ["cancelled", "interrupted"], problems
    assert time.monotonic() - begun < 30


def test_a_program_ends_while_a_coroutine_runs() -> None:
    program = f"""{SLOW}
import threading, time
query = context.sql("select slow(1)")
threading.Thread(target=query.collect, daemon=True).start()
time.sleep(1)
"""
    with start(program) as running:
        output, problems = running.communicate(timeout=40)
    assert running.returncode == 0, problems
    assert output == "begun\n"
