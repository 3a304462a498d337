"""How CodeAnatomy is asked: one session, tables that stay registered and look for new commits."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from repository.bench.datasets.appending import Append
from repository.bench.datasets.questions import DAYS, about_files, rows_read
from repository.bench.functions.on_datafusion import rows_of, session_of

if TYPE_CHECKING:
    from pathlib import Path

    from repository.bench.datasets.workload import Contender, Sizes

Rows = list[tuple[object, ...]]


class Query:
    """A registered table, and a query that is planned and run."""

    def __init__(self, contender: Contender, directory: Path, _size: Sizes) -> None:
        """Register the tables.

        Args:
            contender: What is asked.
            directory: Where the inputs are.
        """
        arrow: Any = import_module("pyarrow")
        self.question = contender.question
        self.session: Any = session_of("codeanatomy")
        register(self.session, "lines", directory)
        days = arrow.table({"shipdate": DAYS}).to_batches()
        self.session.register_record_batches("days", [days])

    def run(self) -> object:
        """Answer once."""
        return self.session.sql(self.question).collect()

    def rows(self, answer: Any) -> Rows:  # noqa: ANN401 - record batches
        """Return the rows of an answer."""
        return rows_of(answer)

    def facts(self) -> dict[str, float]:
        """Return how many rows the scan reads."""
        frame = self.session.sql(f"explain analyze {self.question}")
        return {"rows read": rows_read("\n".join(frame.to_pydict()["plan"]))}


class Filtered(Query):
    """The same, with a filter that a join makes of the keys that it has seen."""

    def __init__(self, contender: Contender, directory: Path, size: Sizes) -> None:
        """Turn such filters on."""
        super().__init__(contender, directory, size)
        setting = "datafusion.optimizer.enable_join_dynamic_filter_pushdown"
        self.session.sql(f"set {setting} = true").collect()


class Open:
    """A table that is opened each time, and a query that is planned."""

    def __init__(self, contender: Contender, directory: Path, size: Sizes) -> None:
        """Make a session.

        Args:
            contender: What is asked.
            directory: Where the inputs are.
            size: How many files there are.
        """
        self.session: Any = session_of("codeanatomy")
        self.prepare(directory)
        table = self.table(directory)
        self.question = about_files(contender.question, size, table)

    def prepare(self, directory: Path) -> None:
        """Do what is done once."""

    def table(self, directory: Path) -> str:
        """Return how the query names the table."""
        return f"read_delta('{directory / 'files'}')"

    def run(self) -> object:
        """Plan once."""
        frame = self.session.sql(self.question)
        frame.execution_plan()
        return frame

    def rows(self, answer: Any) -> Rows:  # noqa: ANN401 - a frame
        """Return the rows of what was planned."""
        return rows_of(answer.collect())

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


class Plan(Open):
    """A registered table, and a query that is planned."""

    def prepare(self, directory: Path) -> None:
        """Register the table."""
        register(self.session, "files", directory)

    def table(self, directory: Path) -> str:  # noqa: ARG002 - the other one needs it
        """Return the table's name."""
        return "files"


class Appended(Append):
    """A table that is made anew each time."""

    def run(self) -> object:
        """Append once."""
        delta: Any = import_module("codeanatomy.delta")
        return delta.DeltaTable(str(self.table)).append(self.stream())


class Resolve:
    """Requests that are there, and their resolutions."""

    def __init__(self, _contender: Contender, directory: Path, size: Sizes) -> None:
        """Make the requests.

        Args:
            directory: Only a name here.
            size: How many there are.
        """
        import_module("codeanatomy")
        self.datasets: Any = import_module("codeanatomy.datasets")
        self.requests = [self.request(directory, number) for number in range(size.datasets)]

    def request(self, directory: Path, number: int) -> object:
        """Return what is said of one dataset: something in each layer."""
        records = self.datasets
        columns = [("id", "Int64"), ("name", "Utf8"), ("price", "Float64"), ("day", "Date32")]
        fields = tuple(records.FieldDescription(name=name, type=kind) for name, kind in columns)
        schema = records.SchemaDescription(fields=fields)
        rules = (
            records.NotNull(column="id"),
            records.Unique(columns=("id",)),
            records.Range(column="price", min=0),
        )
        delta = records.DeltaPolicyBundle(
            scan=records.DeltaScanOptions(enable_parquet_pushdown=number % 2 == 0),
            write_policy=records.DeltaWritePolicy(partition_by=("day",)),
        )
        spec = records.DatasetSpec(
            name=f"dataset_{number}",
            table_spec=records.TableSpec(schema=schema, key_fields=("id",)),
            policies=records.DatasetPolicies(
                delta=delta, validation=records.ValidationPolicySpec(rules=rules)
            ),
        )
        scan = records.DataFusionScanOptions(collect_statistics=number % 3 == 0)
        return records.LocationRequest(
            location=records.DatasetLocation(
                path=str(directory / f"dataset_{number}"),
                format="delta",
                dataset_spec=spec,
                overrides=records.DatasetLocationOverrides(datafusion_scan=scan),
            ),
            policy=records.ScanPolicyConfig(
                listing=records.ScanPolicyDefaults(list_files_cache_ttl="5m"),
                delta_scan=records.DeltaScanPolicyDefaults(wrap_partition_values=False),
            ),
        )

    def run(self) -> object:
        """Resolve all."""
        return [self.datasets.resolve_location(request) for request in self.requests]

    def rows(self, answer: Any) -> Rows:  # noqa: ANN401 - resolutions
        """Return who decided on some options."""
        return [
            (
                each.provider.value,
                each.delta_scan["enable_parquet_pushdown"].origin,
                each.datafusion_scan["collect_statistics"].origin,
            )
            for each in answer
        ]

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


class Validation:
    """Rows in memory, and a policy of eight rules."""

    def __init__(self, _contender: Contender, directory: Path, _size: Sizes) -> None:
        """Map the rows.

        Args:
            directory: Where the inputs are.
        """
        arrow: Any = import_module("pyarrow")
        self.session: Any = session_of("codeanatomy")
        self.datasets: Any = import_module("codeanatomy.datasets")
        self.data = arrow.ipc.open_file(arrow.memory_map(str(directory / "rows.arrow"))).read_all()
        self.policy = {
            "rules": [
                {"kind": "not_null", "column": "id"},
                {"kind": "unique", "columns": ["id"]},
                {"kind": "range", "column": "quantity", "min": 1, "max": 50},
                {"kind": "range", "column": "price", "min": 0},
                {"kind": "not_null", "column": "flag"},
                {"kind": "allowed_values", "column": "flag", "values": ["A", "N", "R"]},
                {"kind": "predicate", "name": "named", "sql": "length(name) between 1 and 40"},
                {"kind": "predicate", "name": "ordered", "sql": "starts <= ends"},
            ]
        }

    def run(self) -> object:
        """Validate once."""
        return self.datasets.validate(self.session, self.data, self.policy)

    def rows(self, answer: Any) -> Rows:  # noqa: ANN401 - a report
        """Return how many rows violate each rule."""
        return [(number, rule.violations) for number, rule in enumerate(answer.rules)]

    def facts(self) -> dict[str, float]:
        """Return nothing."""
        return {}


def register(session: Any, name: str, directory: Path) -> None:  # noqa: ANN401 - DataFusion's
    """Register a Delta table as a live table."""
    location = str(directory / name)
    session.sql(f"create external table {name} stored as delta location '{location}'").collect()


WAYS = {
    "append": Appended,
    "filtered": Filtered,
    "open": Open,
    "plan": Plan,
    "query": Query,
    "resolve": Resolve,
    "validation": Validation,
}
