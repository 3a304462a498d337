"""The schema runtime of the compiled module; a file of its own keeps `_engine.pyi` short.

There is no such module at run time: `codeanatomy_engine._engine` has what stands here.
"""

from typing import Any, TypedDict, final, type_check_only

from typing_extensions import Self

@type_check_only
class OptionTarget(TypedDict):
    """What an option of a dataset is applied to."""

    name: str
    applied_to: str
    session_key: str | None

@type_check_only
class RefusedField(TypedDict):
    """A field that could have no effect, with the reason."""

    name: str
    reason: str

@type_check_only
class RecordFields(TypedDict):
    """What is known of the fields of a record."""

    options: list[OptionTarget]
    refused: list[RefusedField]

@final
class SchemaRuntime:
    """Decodes, checks and merges the records of datasets: JSON texts in, JSON texts out.

    Every method but `record_names` raises `DatasetSpecError`, a `ValueError`, if it does not accept
    a text, with the path of what is wrong in its `details`; those that take the name of a record
    raise `InvalidOptionError` if there is none of that name.
    """

    def __new__(cls) -> Self: ...
    def dataset_name(self, spec_json: str) -> str:
        """Return the name of a dataset.

        Args:
            spec_json: A `DatasetSpec`.
        """

    def dataset_schema_json(self, spec_json: str) -> str:
        """Return the `table_spec` of a `DatasetSpec`, or `null`.

        Args:
            spec_json: A `DatasetSpec`.
        """

    def dataset_policy_json(self, spec_json: str) -> str:
        """Return the `policies` of a `DatasetSpec`, or `null` where it states none.

        Args:
            spec_json: A `DatasetSpec`.
        """

    def dataset_contract_json(self, spec_json: str) -> str:
        """Return the `contract_spec` of a `DatasetSpec`, or `null`.

        Args:
            spec_json: A `DatasetSpec`.
        """

    def apply_scan_policy_json(self, scan_policy_json: str, defaults_json: str) -> str:
        """Fill what scan options leave unset from defaults; explicit values and nulls stay.

        Args:
            scan_policy_json: `DataFusionScanOptions`.
            defaults_json: `DataFusionScanOptions`.

        Returns:
            `DataFusionScanOptions`.
        """

    def apply_delta_scan_policy_json(self, delta_scan_json: str, defaults_json: str) -> str:
        """Fill what options of a Delta scan leave unset from defaults.

        Args:
            delta_scan_json: `DeltaScanOptions`.
            defaults_json: `DeltaScanOptions`.

        Returns:
            `DeltaScanOptions`.
        """

    def scan_policy_of_format_json(self, policy_json: str, dataset_format: str) -> str:
        """Return what a scan policy states about the listing of a dataset of that format.

        Args:
            policy_json: A `ScanPolicyConfig`.
            dataset_format: The format, such as `parquet` or `delta`.

        Returns:
            `DataFusionScanOptions`.
        """

    def resolve_options_json(self, record: str, layers_json: str) -> str:
        """Decide on every option of a record.

        Args:
            record: The name of a record of options.
            layers_json: What each layer states: `{"call": …, "override": …, "dataset": …,
                "policy": …, "session": …}`, each of them a record of that name, or left out.

        Returns:
            `{"field": {"value": …, "origin": …}, …}`.
        """

    def resolve_location_json(self, request_json: str) -> str:
        """Decide everything about a location.

        Args:
            request_json: A `LocationRequest`.

        Returns:
            For each record of options an object as `resolve_options_json` gives it, for the rest
            `{"value": …, "origin": …}`.
        """

    def schema_message(self, description_json: str) -> bytes:
        """Return a described Arrow schema as a message of Arrow's IPC format.

        Args:
            description_json: A `SchemaDescription`.
        """

    def fingerprint(self, record: str, record_json: str) -> str:
        """Identify what a record states, by 32 hexadecimal digits of BLAKE3.

        Args:
            record: The name of the record.
            record_json: The record.
        """

    def record_names(self) -> list[str]:
        """Return the names of all records."""

    def json_schema(self, record: str) -> dict[str, Any]:
        """Return the JSON Schema of a record, draft 2019-09.

        Args:
            record: The name of the record.
        """

    def fields(self, record: str) -> RecordFields:
        """Return what the options of a record are applied to, and which fields are refused.

        Args:
            record: The name of the record.
        """
