//! The properties that Delta knows, and whether a value is one that it understands.
//!
//! Delta itself stores any value, and takes the default for one that it does not understand: a retention that is misspelt would not hold.

use codeanatomy_errors::nearest_name;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use delta_kernel::table_properties::TableProperties;

/// The prefix of Delta's own properties; any other name is a user's own.
const OWN: &str = "delta.";
const CONSTRAINTS: &str = "delta.constraints.";

/// Every property of Delta's with a value that it accepts.
const EXAMPLES: &[(&str, &str)] = &[
    ("delta.appendOnly", "true"),
    ("delta.autoOptimize.autoCompact", "true"),
    ("delta.autoOptimize.optimizeWrite", "true"),
    ("delta.checkpoint.writeStatsAsJson", "true"),
    ("delta.checkpoint.writeStatsAsStruct", "true"),
    ("delta.checkpointInterval", "100"),
    ("delta.checkpointPolicy", "classic"),
    ("delta.columnMapping.mode", "name"),
    ("delta.dataSkippingNumIndexedCols", "32"),
    ("delta.dataSkippingStatsColumns", "id, name"),
    ("delta.deletedFileRetentionDuration", "interval 1 week"),
    ("delta.enableChangeDataFeed", "true"),
    ("delta.enableDeletionVectors", "true"),
    ("delta.enableExpiredLogCleanup", "true"),
    ("delta.isolationLevel", "Serializable"),
    ("delta.logRetentionDuration", "interval 30 days"),
    ("delta.minReaderVersion", "3"),
    ("delta.minWriterVersion", "7"),
    ("delta.randomPrefixLength", "2"),
    ("delta.randomizeFilePrefixes", "true"),
    ("delta.setTransactionRetentionDuration", "interval 30 days"),
    ("delta.targetFileSize", "104857600"),
    ("delta.tuneFileSizesForRewrites", "true"),
];

/// Checks a property's name and value.
pub(super) fn check_property(name: &str, value: &str, allow_unknown: bool) -> Result<()> {
    if name.starts_with(CONSTRAINTS) {
        return Err(refused(
            name,
            format!("'{name}' is a constraint, and no property to set"),
            "add it as a constraint, which looks at the rows that are there".to_owned(),
        ));
    }
    if !name.starts_with(OWN) || allow_unknown {
        return Ok(());
    }
    let Some((_, example)) = EXAMPLES.iter().find(|(known, _)| *known == name) else {
        let names = EXAMPLES.iter().map(|(known, _)| *known);
        let meant = nearest_name(name, names)
            .map_or_else(String::new, |nearest| format!(" (is '{nearest}' meant?)"));
        return Err(refused(
            name,
            format!("Delta has no property '{name}'{meant}"),
            "allow_unknown=True sets it nevertheless; a name of your own does not begin with 'delta.'"
                .to_owned(),
        ));
    };
    if !is_understood(name, value) && is_understood(name, example) {
        return Err(refused(
            name,
            format!("'{value}' is no value of {name}"),
            format!("a value that Delta understands is '{example}'"),
        ));
    }
    Ok(())
}

fn is_understood(name: &str, value: &str) -> bool {
    TableProperties::from([(name, value)])
        .unknown_properties
        .is_empty()
}

fn refused(name: &str, message: String, hint: String) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, message)
        .with_detail("option", "properties")
        .with_detail("property", name)
        .with_hint(hint)
}

#[cfg(test)]
mod tests {
    use deltalake_core::TableProperty;

    use super::{EXAMPLES, check_property};

    #[test]
    fn every_example_is_a_property_with_a_valid_value() {
        for (name, value) in EXAMPLES {
            assert!(name.parse::<TableProperty>().is_ok(), "{name}");
            assert!(check_property(name, value, false).is_ok(), "{name}");
        }
    }

    #[test]
    fn values_that_would_be_ignored_are_refused() {
        for (name, value) in [
            ("delta.logRetentionDuration", "30 days"),
            ("delta.deletedFileRetentionDuration", "interval 1 months"),
            ("delta.appendOnly", "yes"),
            ("delta.checkpointInterval", "0"),
            ("delta.logRetention", "interval 1 day"),
            ("delta.constraints.positive", "id > 0"),
        ] {
            assert!(check_property(name, value, false).is_err(), "{name}");
        }
        assert!(check_property("team", "graphs", false).is_ok());
        assert!(check_property("delta.new", "x", true).is_ok());
    }
}
