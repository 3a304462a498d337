//! Fields that other libraries, or an earlier form of these records, have and that could have no effect here; each with the reason.

/// Record, field, reason.
pub(crate) const REFUSED: &[(&str, &str, &str)] = &[
    (
        "DataFusionScanOptions",
        "skip_arrow_metadata",
        "DataFusion 55 skips the Arrow schema of a Parquet file only when it writes one; 'skip_metadata' is the option of reading",
    ),
    (
        "DataFusionScanOptions",
        "parquet_column_options",
        "all of DataFusion's options of single Parquet columns are options of writing; state them in 'parquet_writer_policy' of a write policy",
    ),
    (
        "DataFusionScanOptions",
        "unbounded",
        "a listing of files is finite, and DataFusion 55 has no unbounded file scan",
    ),
    (
        "DataFusionScanOptions",
        "expr_adapter_factory",
        "it is a callable, which can't be stated as data; files are adapted to the declared schema by DataFusion's own adapter",
    ),
    (
        "DatasetSpec",
        "query_spec",
        "a query over a dataset is a view; state it in 'view_specs'",
    ),
    (
        "DatasetSpec",
        "pushdown_predicate",
        "the optimizer pushes 'predicate' into the scan by itself",
    ),
    (
        "DatasetSpec",
        "metadata_spec",
        "metadata belong to the schema and its fields; state them in 'table_spec.schema'",
    ),
    (
        "DatasetPolicies",
        "dataframe_validation",
        "there is one validation, the engine's; state it as 'validation'",
    ),
    (
        "DatasetLocationOverrides",
        "dataframe_validation",
        "there is one validation, the engine's; state it as 'validation'",
    ),
    (
        "TableSpec",
        "version",
        "a table has the versions of its log; the version of a contract is 'contract_spec.version'",
    ),
    (
        "ContractSpec",
        "virtual_fields",
        "a computed column is one of the dataset's 'derived_fields'",
    ),
    (
        "ContractSpec",
        "virtual_field_docs",
        "what a column means stands in the metadata of its field",
    ),
    (
        "ContractSpec",
        "view_specs",
        "views belong to the dataset; state them in 'view_specs' of the dataset spec",
    ),
    (
        "DatasetLocation",
        "delta_log_storage_options",
        "deltalake 1.1 opens the log and the data of a table with one store; state 'storage_options'",
    ),
    (
        "DatasetLocation",
        "filesystem",
        "it is an object of Python, which can't be stated as data; the scheme of 'path' chooses the store, and 'storage_options' configure it",
    ),
    (
        "DeltaWritePolicy",
        "zorder_by",
        "a write of deltalake does not order; state 'z_order_cols' and 'z_order_when' in the maintenance policy",
    ),
];

/// The refused field and its reason.
pub(super) fn refusal(record: &str, field: &str) -> Option<(&'static str, &'static str)> {
    REFUSED
        .iter()
        .find(|(of, name, _)| *of == record && *name == field)
        .map(|(_, name, reason)| (*name, *reason))
}
