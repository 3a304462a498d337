//! How a dataset's Delta table is written: what its policies come to as options of a write and as properties of the table.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use codeanatomy_delta::operations::{ParquetOptions, SchemaMode, WriteOptions};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{
    ColumnMapping, ColumnName, DeltaFeature, DeltaWritePolicy, Options, Origin,
    ParquetWriterPolicy, Resolved, ResolvedLocation, StatisticsPolicy, WriteSchemaMode,
};

/// The options of a write to a location, without what a single commit carries.
///
/// An option whose value is null is left to the table, or to deltalake. The properties are those of [`table_properties`], which a write states
/// for a table that it creates.
///
/// # Errors
///
/// Those of [`table_properties`].
pub fn write_options(resolved: &ResolvedLocation) -> Result<WriteOptions> {
    let policy = &resolved.write_policy.options;
    let partition_by = policy.partition_by.value().map(|columns| names(columns));
    Ok(WriteOptions {
        schema_mode: resolved
            .schema_policy
            .options
            .schema_mode
            .value()
            .map(|mode| match mode {
                WriteSchemaMode::Merge => SchemaMode::Merge,
                WriteSchemaMode::Overwrite => SchemaMode::Overwrite,
            }),
        // No columns are a statement where somebody makes it: that the table is not partitioned.
        partition_by: partition_by.filter(|columns| {
            !columns.is_empty() || is_stated(&resolved.write_policy, "partition_by")
        }),
        target_file_size: policy
            .target_file_size
            .value()
            .and_then(|size| NonZeroU64::new(size.bytes())),
        parquet: policy.parquet_writer_policy.value().map(parquet_options),
        properties: table_properties(resolved)?,
        ..WriteOptions::default()
    })
}

/// The properties that a location states about its table.
///
/// A built-in default states none: it is what Delta does without the property. A value that equals the default, but that somebody states, is
/// a property.
///
/// # Errors
///
/// `invalid-option`: two policies state different values of one property; statistics are `explicit`, and no columns are stated; or an option of
/// statistics is stated that nothing reads.
pub fn table_properties(resolved: &ResolvedLocation) -> Result<BTreeMap<String, String>> {
    let mut properties = Properties::default();
    properties.add_features(resolved)?;
    properties.add_statistics(resolved)?;
    let schema = &resolved.schema_policy;
    if let Some(mode) = schema.options.column_mapping_mode.value() {
        let mode = match mode {
            ColumnMapping::Id => "id",
            ColumnMapping::Name => "name",
        };
        properties.add("delta.columnMapping.mode", mode, "column_mapping_mode")?;
    } else if properties.is_stated("delta.columnMapping.mode", "") {
        properties.set("delta.columnMapping.mode", "name");
    }
    let maintenance = &resolved.maintenance_policy;
    let stated = |field| is_stated(maintenance, field);
    if let Some(enabled) = maintenance.options.enable_deletion_vectors.value()
        && stated("enable_deletion_vectors")
    {
        properties.add(
            "delta.enableDeletionVectors",
            &enabled.to_string(),
            "enable_deletion_vectors",
        )?;
    }
    if let Some(enabled) = maintenance.options.enable_v2_checkpoints.value()
        && stated("enable_v2_checkpoints")
    {
        let policy = if *enabled { "v2" } else { "classic" };
        properties.add("delta.checkpointPolicy", policy, "enable_v2_checkpoints")?;
    }
    if let Some(versions) = maintenance.options.checkpoint_version_interval.value() {
        properties.add(
            "delta.checkpointInterval",
            &versions.to_string(),
            "checkpoint_version_interval",
        )?;
    }
    Ok(properties.values)
}

/// The constraints that a location states about its table, by name: conditions as SQL.
pub(crate) fn constraints(resolved: &ResolvedLocation) -> BTreeMap<String, String> {
    let stated = resolved.constraints.value.iter().flatten();
    stated
        .map(|constraint| (constraint.name.to_string(), constraint.sql.to_string()))
        .collect()
}

/// Refuses an option of statistics that nothing reads, unless a stronger layer decided so.
fn check_read(policy: &Resolved<DeltaWritePolicy>) -> Result<()> {
    let decided = policy.options.stats_policy.value();
    let columns = policy.options.stats_columns.value();
    for (option, has_value, read_by, name) in [
        (
            "stats_columns",
            columns.is_some_and(|columns| !columns.is_empty()),
            StatisticsPolicy::Explicit,
            "explicit",
        ),
        (
            "stats_max_columns",
            policy.options.stats_max_columns.value().is_some(),
            StatisticsPolicy::Auto,
            "auto",
        ),
    ] {
        let is_read = decided == Some(&read_by);
        let is_overruled = policy.origin("stats_policy") < policy.origin(option);
        if is_stated(policy, option) && has_value && !is_read && !is_overruled {
            return Err(EngineError::new(
                ErrorCode::InvalidOption,
                format!("'{option}' is stated, and only the 'stats_policy' '{name}' reads it"),
            )
            .with_detail("option", option)
            .with_hint(format!(
                "state the 'stats_policy' '{name}', or leave '{option}' out"
            )));
        }
    }
    Ok(())
}

/// Whether a layer states the field, if only with the value of the built-in default.
fn is_stated<O: Options>(resolved: &Resolved<O>, field: &str) -> bool {
    resolved.origin(field).unwrap_or(Origin::Default) != Origin::Default
}

fn names(columns: &[ColumnName]) -> Vec<String> {
    columns.iter().map(|column| column.to_string()).collect()
}

pub(crate) fn parquet_options(policy: &ParquetWriterPolicy) -> ParquetOptions {
    ParquetOptions {
        compression: policy
            .compression
            .as_ref()
            .map(|codec| codec.as_str().to_owned()),
        max_row_group_rows: policy.max_row_group_size,
        page_statistics: names(&policy.statistics_enabled),
        bloom_filters: names(&policy.bloom_filter_enabled),
        dictionaries: names(&policy.dictionary_enabled),
    }
}

#[derive(Default)]
struct Properties {
    values: BTreeMap<String, String>,
}

impl Properties {
    fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    fn is_stated(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|stated| stated == value)
    }

    /// States a property that `enable_features` may have stated already.
    fn add(&mut self, name: &str, value: &str, option: &str) -> Result<()> {
        match self.values.get(name) {
            // The feature alone leaves the mode open.
            Some(stated) if !stated.is_empty() && stated != value => Err(EngineError::new(
                ErrorCode::InvalidOption,
                format!(
                    "'enable_features' states {name} = {stated}, and '{option}' states {name} = {value}"
                ),
            )
            .with_detail("option", option)
            .with_detail("property", name)
            .with_hint(format!("leave '{option}' out, or take the feature from 'enable_features'"))),
            _ => {
                self.set(name, value);
                Ok(())
            }
        }
    }

    fn add_features(&mut self, resolved: &ResolvedLocation) -> Result<()> {
        let features = resolved.write_policy.options.enable_features.value();
        for feature in features.map_or(&[][..], Vec::as_slice) {
            let (name, value) = match feature {
                DeltaFeature::AppendOnly => ("delta.appendOnly", "true"),
                DeltaFeature::ChangeDataFeed => ("delta.enableChangeDataFeed", "true"),
                DeltaFeature::ColumnMapping => ("delta.columnMapping.mode", ""),
                DeltaFeature::DeletionVectors => ("delta.enableDeletionVectors", "true"),
                DeltaFeature::V2Checkpoints => ("delta.checkpointPolicy", "v2"),
            };
            self.add(name, value, "enable_features")?;
        }
        Ok(())
    }

    fn add_statistics(&mut self, resolved: &ResolvedLocation) -> Result<()> {
        const INDEXED: &str = "delta.dataSkippingNumIndexedCols";
        let policy = &resolved.write_policy;
        check_read(policy)?;
        let columns = policy.options.stats_columns.value();
        match policy.options.stats_policy.value() {
            None => {}
            Some(StatisticsPolicy::Off) => self.set(INDEXED, "0"),
            Some(StatisticsPolicy::Explicit) => {
                let Some(columns) = columns.filter(|columns| !columns.is_empty()) else {
                    return Err(EngineError::new(
                        ErrorCode::InvalidOption,
                        "'stats_policy' is 'explicit', and 'stats_columns' states no column",
                    )
                    .with_detail("option", "stats_columns")
                    .with_hint("state at least one column, or the policy 'auto'"));
                };
                let quoted: Vec<_> = columns.iter().map(|name| quoted(name.as_str())).collect();
                self.set("delta.dataSkippingStatsColumns", &quoted.join(","));
            }
            Some(StatisticsPolicy::Auto) => {
                if let Some(most) = policy.options.stats_max_columns.value()
                    && (is_stated(policy, "stats_policy") || is_stated(policy, "stats_max_columns"))
                {
                    self.set(INDEXED, &most.to_string());
                }
            }
        }
        Ok(())
    }
}

/// A name as Delta reads it in a list of columns.
fn quoted(name: &str) -> String {
    let is_plain = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_plain {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

#[cfg(test)]
mod tests {
    use codeanatomy_errors::ErrorCode;
    use codeanatomy_schema::{LocationRequest, ResolvedLocation, decode, resolve_location};
    use serde_json::{Value, json};

    use super::{table_properties, write_options};

    fn resolved(delta: &Value) -> ResolvedLocation {
        let text = json!({"location": {"path": "t"}, "call": {"delta": delta}}).to_string();
        resolve_location(&decode::<LocationRequest>(&text, "request").unwrap()).unwrap()
    }

    fn properties(delta: &Value) -> Value {
        serde_json::to_value(table_properties(&resolved(delta)).unwrap()).unwrap()
    }

    #[test]
    fn each_setting_has_its_property_and_unset_and_null_have_none() {
        for (delta, expected) in [
            (json!({}), json!({})),
            (json!({"write_policy": {"stats_policy": null}}), json!({})),
            (
                json!({"write_policy": {"stats_policy": "auto"}}),
                json!({"delta.dataSkippingNumIndexedCols": "32"}),
            ),
            (
                json!({"write_policy": {"stats_max_columns": 3}}),
                json!({"delta.dataSkippingNumIndexedCols": "3"}),
            ),
            (
                json!({"write_policy": {"stats_max_columns": null}}),
                json!({}),
            ),
            (
                json!({"write_policy": {"stats_policy": "off"}}),
                json!({"delta.dataSkippingNumIndexedCols": "0"}),
            ),
            (
                json!({"write_policy": {"stats_policy": "explicit", "stats_columns": ["a", "b c"]}}),
                json!({"delta.dataSkippingStatsColumns": "a,`b c`"}),
            ),
            (
                json!({"write_policy": {"enable_features": ["append_only", "change_data_feed", "column_mapping", "v2_checkpoints"]}}),
                json!({
                    "delta.appendOnly": "true",
                    "delta.enableChangeDataFeed": "true",
                    "delta.columnMapping.mode": "name",
                    "delta.checkpointPolicy": "v2",
                }),
            ),
            (
                json!({"write_policy": {"enable_features": ["column_mapping"]}, "schema_policy": {"column_mapping_mode": "id"}}),
                json!({"delta.columnMapping.mode": "id"}),
            ),
            (
                json!({"maintenance_policy": {"enable_deletion_vectors": false, "enable_v2_checkpoints": false, "checkpoint_version_interval": 5}}),
                json!({
                    "delta.enableDeletionVectors": "false",
                    "delta.checkpointPolicy": "classic",
                    "delta.checkpointInterval": "5",
                }),
            ),
        ] {
            assert_eq!(properties(&delta), expected, "{delta}");
        }
    }

    #[test]
    fn contradictions_and_statistics_without_columns_are_refused() {
        for delta in [
            json!({"write_policy": {"stats_policy": "explicit"}}),
            json!({"write_policy": {"stats_columns": ["a"]}}),
            json!({"write_policy": {"stats_columns": ["a"], "stats_policy": null}}),
            json!({"write_policy": {"stats_policy": "off", "stats_max_columns": 3}}),
            json!({
                "write_policy": {"enable_features": ["deletion_vectors"]},
                "maintenance_policy": {"enable_deletion_vectors": false},
            }),
            json!({
                "write_policy": {"enable_features": ["v2_checkpoints"]},
                "maintenance_policy": {"enable_v2_checkpoints": false},
            }),
        ] {
            let error = table_properties(&resolved(&delta)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidOption, "{delta}");
        }
    }

    #[test]
    fn a_stronger_layer_may_leave_an_option_unread() {
        let text = json!({
            "location": {
                "path": "t",
                "overrides": {"delta": {"write_policy": {"stats_policy": "explicit", "stats_columns": ["a"]}}},
            },
            "call": {"delta": {"write_policy": {"stats_policy": "off"}}},
        })
        .to_string();
        let request = decode::<LocationRequest>(&text, "request").unwrap();
        let properties = table_properties(&resolve_location(&request).unwrap()).unwrap();
        assert_eq!(properties["delta.dataSkippingNumIndexedCols"], "0");
    }

    #[test]
    fn options_of_the_write_follow_the_policies() {
        let unset = write_options(&resolved(&json!({}))).unwrap();
        assert_eq!(unset.target_file_size.map(u64::from), Some(96 << 20));
        assert_eq!((unset.partition_by, unset.parquet), (None, None));
        assert_eq!(unset.schema_mode, None);

        let null = write_options(&resolved(
            &json!({"write_policy": {"target_file_size": null, "partition_by": null}}),
        ))
        .unwrap();
        assert_eq!((null.target_file_size, null.partition_by), (None, None));

        let stated = write_options(&resolved(&json!({
            "write_policy": {
                "target_file_size": "1MB",
                "partition_by": [],
                "parquet_writer_policy": {"compression": "zstd(3)", "max_row_group_size": 9, "bloom_filter_enabled": ["a"]},
            },
            "schema_policy": {"schema_mode": "merge"},
        })))
        .unwrap();
        assert_eq!(stated.partition_by, Some(Vec::new()));
        assert_eq!(serde_json::to_value(stated.schema_mode).unwrap(), "merge");
        let parquet = stated.parquet.unwrap();
        assert_eq!(parquet.compression.as_deref(), Some("zstd(3)"));
        assert_eq!(parquet.max_row_group_rows.map(u64::from), Some(9));
        assert_eq!(parquet.bloom_filters, ["a"]);
    }
}
