"""A table of calls and answers of a function, over every layout that its arguments may have."""

# pyarrow has no annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from codeanatomy_testkit.values import close, freeze, is_list, is_text, kind

if TYPE_CHECKING:
    from datafusion import SessionContext

ARGUMENT = re.compile(r"\$([A-Za-z_]\w*)")
Case = Sequence[object]


@dataclass(frozen=True)
class Layout:
    """A way to lay out values of one kind.

    Attributes:
        name: How Arrow calls it, without inner types.
        type: The whole type.
    """

    name: str
    type: pa.DataType


@dataclass(frozen=True)
class UdfCases:
    """Runs tables of cases in a session.

    Attributes:
        session: A session that has the functions.
    """

    session: SessionContext

    def __call__(
        self,
        call: str,
        cases: Sequence[Case],
        *,
        types: Mapping[str, pa.DataType] | None = None,
        refuses: Collection[str] = (),
    ) -> int:
        """Fail unless a call gives the expected answers in every layout of its arguments.

        Texts are given as `Utf8`, `LargeUtf8`, `Utf8View` and `Dictionary`, lists as `List`,
        `LargeList` and `ListView`, in every combination: as a whole array, as a slice of a longer
        one, as an array without rows, and as scalars, all arguments at once and each alone. The
        type of the answer has to be the same for arrays and scalars of one layout.

        Args:
            call: An expression with `$name` for each argument, such as `left($text, 2)`.
            cases: One tuple a case: the arguments in the order in which they first stand in the
                call, and the answer.
            types: Types of arguments by name; by default what pyarrow infers.
            refuses: Layouts that the function refuses, which is checked: it must raise for each.

        Returns:
            How many combinations of layouts were run.

        Raises:
            AssertionError: An answer or a type differs; the text says in which layout and case.
            ValueError: There are no cases, or they do not have as many values as the call takes.
        """
        names = list(dict.fromkeys(ARGUMENT.findall(call)))
        if not names or not cases or any(len(case) != len(names) + 1 for case in cases):
            raise ValueError(
                f"cases of {call} are tuples of {len(names)} arguments and an answer, at least one;"
                " an argument is written as $name"
            )
        *columns, answers = ([*values] for values in zip(*cases, strict=True))
        given = {
            name: pa.array(values, (types or {}).get(name))
            for name, values in zip(names, columns, strict=True)
        }
        seen: set[str] = set()
        combinations = 0
        for chosen in itertools.product(*(layouts(array.type) for array in given.values())):
            seen.update(layout.name for layout in chosen)
            arrays = {
                name: laid_out(array, layout.type)
                for (name, array), layout in zip(given.items(), chosen, strict=True)
            }
            run = Run(self.session, call, arrays, answers)
            if any(layout.name in refuses for layout in chosen):
                run.refused()
            else:
                # Mixed layouts say something about arrays; scalars are dear, a query for each.
                run.check(scalars=len({layout.name for layout in chosen}) == 1 or len(names) == 1)
            combinations += 1
        if unknown := sorted(set(refuses) - seen):
            raise ValueError(f"no argument of {call} has the layout {', '.join(unknown)}")
        return combinations


@dataclass(frozen=True)
class Run:
    """One combination of layouts.

    Attributes:
        session: A session that has the function.
        call: The expression.
        arrays: The arguments.
        answers: What is expected.
    """

    session: SessionContext
    call: str
    arrays: dict[str, pa.Array]
    answers: list[object]

    def check(self, *, scalars: bool) -> None:
        """Run the call as arrays, slices, no rows, and scalars."""
        whole = self.answer(self.arrays)
        self.compare("an array", whole, self.answers)
        sliced = {name: in_the_middle(array) for name, array in self.arrays.items()}
        self.compare("a slice of a longer array", self.answer(sliced), self.answers)
        empty = self.answer({name: array.slice(0, 0) for name, array in self.arrays.items()})
        self.compare("an array without rows", empty, [])
        found = {"an array": whole.type, "an array without rows": empty.type}
        if scalars:
            found |= dict(self.check_scalars())
        if len(set(found.values())) > 1:
            listed = ", ".join(f"{type_} for {name}" for name, type_ in found.items())
            raise AssertionError(f"the type of {self.described()} depends on its input: {listed}")

    def check_scalars(self) -> Iterator[tuple[str, pa.DataType]]:
        """Run each case with all arguments as scalars, and with each alone as one."""
        alone = [{name} for name in self.arrays] if len(self.arrays) > 1 else []
        for fixed in [set(self.arrays), *alone]:
            title = "scalars" if len(fixed) == len(self.arrays) else f"a scalar ${min(fixed)}"
            for row, expected in enumerate(self.answers):
                one = {name: array.slice(row, 1) for name, array in self.arrays.items()}
                answer = self.answer(one, fixed)
                self.compare(title, answer, [expected], row)
                yield title, answer.type

    def refused(self) -> None:
        """Fail if the call works."""
        try:
            self.answer(self.arrays)
        except Exception:  # noqa: BLE001 - whatever it says, it refused
            return
        raise AssertionError(f"{self.described()} works, and is said to be refused")

    def answer(self, arrays: Mapping[str, pa.Array], scalars: Collection[str] = ()) -> pa.Array:
        """Run the call over one batch, with some arguments as scalars."""
        batch = pa.record_batch(list(arrays.values()), names=list(arrays))
        self.session.register_record_batches("udf_cases", [[batch]])
        try:
            values = {name: arrays[name][0] for name in scalars if arrays[name][0].is_valid}

            def written(found: re.Match[str]) -> str:
                name = found[1]
                if name not in scalars:
                    return f'"{name}"'
                return found[0] if name in values else self.null(name)

            text = ARGUMENT.sub(written, self.call)
            query = f"SELECT {text} AS answer FROM udf_cases"  # noqa: S608 - the test's own SQL
            frame = self.session.sql(query, param_values=values)
            return pa.table(frame).column("answer").combine_chunks()
        finally:
            self.session.deregister_table("udf_cases")

    def null(self, name: str) -> str:
        """Write a NULL of an argument's type; pyarrow hands over no scalar of a NULL list."""
        query = f'SELECT arrow_typeof("{name}") AS type FROM udf_cases'  # noqa: S608
        (row,) = self.session.sql(query).to_pylist()
        return f"arrow_cast(NULL, '{row['type']}')"

    def compare(
        self, way: str, answer: pa.Array, expected: Sequence[object], first: int = 0
    ) -> None:
        """Fail unless answers are the expected ones of the cases from `first` on, in order."""
        found = [freeze(value, answer.type) for value in answer.to_pylist()]
        wanted = [freeze(value, answer.type) for value in expected]
        if len(found) != len(wanted):
            raise AssertionError(f"{self.described()} as {way} has {len(found)} rows")
        for row, (mine, other) in enumerate(zip(found, wanted, strict=True), first):
            # To Python, True is 1.
            if isinstance(mine, bool) != isinstance(other, bool) or not close(
                mine, other, 1e-12, 0.0
            ):
                given = ", ".join(f"${name}={a[row].as_py()!r}" for name, a in self.arrays.items())
                raise AssertionError(
                    f"{self.described()} as {way}, case {row} ({given}): {mine!r},"
                    f" expected {other!r}"
                )

    def described(self) -> str:
        """Name the call and its layouts."""
        types = ", ".join(f"${name} {array.type}" for name, array in self.arrays.items())
        return f"{self.call} with {types}"


def layouts(type_: pa.DataType) -> list[Layout]:
    """List the layouts of a type; what is neither text nor list has its own only."""
    if is_text(type_):
        return [
            Layout("Utf8", pa.string()),
            Layout("LargeUtf8", pa.large_string()),
            Layout("Utf8View", pa.string_view()),
            Layout("Dictionary", pa.dictionary(pa.int32(), pa.string())),
        ]
    if is_list(type_):
        return [
            Layout("List", pa.list_(type_.value_type)),
            Layout("LargeList", pa.large_list(type_.value_type)),
            Layout("ListView", pa.list_view(type_.value_type)),
        ]
    return [Layout(kind(type_), type_)]


def laid_out(array: pa.Array, type_: pa.DataType) -> pa.Array:
    """Give an array in a layout."""
    if is_list(type_):
        return pa.array(array.to_pylist(), type_)
    return array if array.type == type_ else array.cast(type_)


def in_the_middle(array: pa.Array) -> pa.Array:
    """Give the same values as a slice of an array that is longer at both ends."""
    if pa.types.is_dictionary(array.type):
        longer = pa.array([*array.to_pylist()] * 3, array.type.value_type).cast(array.type)
    else:
        longer = pa.array(array.to_pylist() * 3, array.type)
    # The values before and after are others wherever there is more than one.
    turned = longer.slice(len(array) - 1, len(array) + 2)
    return turned.slice(1, len(array))
