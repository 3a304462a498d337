//! What a table is at a version: its columns, protocol, properties and files.

use std::collections::BTreeMap;

use codeanatomy_errors::Result;
use serde::Serialize;

use super::check_protocol::{ProtocolReport, protocol};
use super::constraints::constraints;
use super::error::{existing, failed};
use super::properties::properties;
use super::target::Target;

const OPERATION: &str = "snapshot";

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnReport {
    /// Its name.
    pub name: String,
    /// Its Arrow type.
    pub data_type: String,
    /// Whether it may be NULL.
    pub nullable: bool,
}

/// A table at a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotReport {
    /// Where it lies.
    pub location: String,
    /// The id that it was created with.
    pub id: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What it says about itself.
    pub description: Option<String>,
    /// The columns in order.
    pub columns: Vec<ColumnReport>,
    /// The columns that it is partitioned by.
    pub partition_by: Vec<String>,
    /// The properties that are set.
    pub properties: BTreeMap<String, String>,
    /// The constraints by name.
    pub constraints: BTreeMap<String, String>,
    /// How many files it has.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// How many rows they have; not known if one does not say.
    pub rows: Option<u64>,
    /// What it asks of readers and writers.
    #[serde(flatten)]
    pub protocol: ProtocolReport,
}

/// One file of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its path, relative to the table.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// How many rows it has, if it says so; those that a deletion vector hides count.
    pub rows: Option<u64>,
    /// The values of the partition columns.
    pub partition: BTreeMap<String, Option<String>>,
    /// When it was written, in milliseconds since 1970.
    pub modification_time: i64,
}

/// Describes the table at the version that was opened.
pub fn snapshot(target: &Target) -> Result<SnapshotReport> {
    let state = existing(target, OPERATION)?;
    let metadata = state.metadata();
    let files = files(target)?;
    let columns = state
        .snapshot()
        .arrow_schema()
        .fields()
        .iter()
        .map(|field| ColumnReport {
            name: field.name().clone(),
            data_type: field.data_type().to_string(),
            nullable: field.is_nullable(),
        })
        .collect();
    Ok(SnapshotReport {
        location: target.location().name(),
        id: metadata.id().to_owned(),
        name: metadata.name().map(ToOwned::to_owned),
        description: metadata.description().map(ToOwned::to_owned),
        columns,
        partition_by: metadata.partition_columns().to_vec(),
        properties: properties(target.table()),
        constraints: constraints(target.table()),
        files: files.len() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
        rows: files.iter().map(|file| file.rows).sum(),
        protocol: protocol(target.table()).map_err(|error| failed(target, OPERATION, &error))?,
    })
}

/// Lists the files of the table at the version that was opened, by path.
pub fn files(target: &Target) -> Result<Vec<FileReport>> {
    let state = existing(target, OPERATION)?;
    let mut files: Vec<FileReport> = state
        .log_data()
        .iter()
        .map(|file| FileReport {
            path: file.object_store_path().to_string(),
            bytes: u64::try_from(file.size()).unwrap_or_default(),
            rows: file.num_records().map(|rows| rows as u64),
            partition: file.partition_values_map().into_iter().collect(),
            modification_time: file.modification_time(),
        })
        .collect();
    files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}
