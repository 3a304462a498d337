//! Two valid values of every option, different from each other; an option without an entry fails every test that needs one.

use serde_json::{Value, json};

pub(crate) fn samples(record: &str, field: &str) -> [Value; 2] {
    let columns = || [json!(["id"]), json!(["id", "name"])];
    match field {
        "partition_cols" => [
            json!([{"name": "year", "type": "Int32"}]),
            json!([{"name": "day", "type": "Date32"}]),
        ],
        "file_sort_order" => [
            json!([{"column": "id", "order": "ascending"}]),
            json!([{"column": "id", "order": "descending", "nulls_first": false}]),
        ],
        "file_extension" => [json!(".parquet"), json!("")],
        "list_files_cache_ttl" => [json!("5m"), json!("1h 30m")],
        "list_files_cache_limit" | "optimize_target_size" | "target_file_size" => {
            [json!("64MiB"), json!(4096)]
        }
        "projection_exprs" => [json!(["id"]), json!(["upper(name) as name", "id"])],
        "table_schema_contract" => [
            json!({"file_schema": {"fields": [{"name": "id", "type": "Int64"}]}}),
            json!({
                "file_schema": {"fields": [{"name": "id", "type": "Int64"}]},
                "partition_cols": [{"name": "year", "type": "Int32"}],
            }),
        ],
        "file_column_name" => [json!("source_file"), json!("_file")],
        "schema" => [
            json!({"fields": [{"name": "id", "type": "Int64"}]}),
            json!({"fields": [{"name": "id", "type": "Utf8", "nullable": false}]}),
        ],
        "z_order_cols" | "partition_by" | "stats_columns" => columns(),
        "z_order_when" => [json!("periodic"), json!("after_partition_complete")],
        "schema_mode" => [json!("merge"), json!("overwrite")],
        "column_mapping_mode" => [json!("id"), json!("name")],
        "required_reader_features" | "required_writer_features" => {
            [json!(["columnMapping"]), json!(["deletionVectors"])]
        }
        "stats_policy" => [json!("off"), json!("explicit")],
        "parquet_writer_policy" => [
            json!({"compression": "zstd(3)"}),
            json!({"max_row_group_size": 1000, "bloom_filter_enabled": ["id"]}),
        ],
        "enable_features" => [json!(["change_data_feed"]), json!(["deletion_vectors"])],
        "rules" => [
            json!([{"kind": "not_null", "column": "id"}]),
            json!([{"kind": "range", "column": "id", "min": 1, "inclusive": true}]),
        ],
        "meta_fetch_concurrency"
        | "vacuum_retention_hours"
        | "optimize_file_threshold"
        | "total_file_threshold"
        | "vacuum_version_threshold"
        | "checkpoint_version_interval"
        | "min_reader_version"
        | "min_writer_version"
        | "stats_max_columns"
        | "sample"
        | "head"
        | "tail" => [json!(7), json!(9)],
        "parquet_pruning"
        | "pushdown_filters"
        | "skip_metadata"
        | "binary_as_string"
        | "schema_force_view_types"
        | "listing_table_factory_infer_partitions"
        | "listing_table_ignore_subdirectory"
        | "cache"
        | "collect_statistics"
        | "listing_mutable"
        | "enable_parquet_pushdown"
        | "wrap_partition_values"
        | "required"
        | "allow_out_of_range"
        | "optimize_on_write"
        | "vacuum_on_write"
        | "vacuum_dry_run"
        | "enforce_retention_duration"
        | "checkpoint_on_write"
        | "enable_deletion_vectors"
        | "enable_v2_checkpoints"
        | "enable_log_compaction"
        | "allow_missing"
        | "allow_extra"
        | "allow_casts"
        | "enabled"
        | "lazy"
        | "coerce"
        | "strict" => [json!(true), json!(false)],
        _ => panic!("{record}.{field} has no samples: add two valid values"),
    }
}
