//! Opens Delta tables and their changes.

use std::sync::Arc;

use codeanatomy_delta::operations::{
    CheckProtocolOptions, FileReport, Target, check_protocol, files,
};
use codeanatomy_delta::{DeltaChanges, DeltaTableProvider, ScanSettings, TableLocation, TablePin};
use codeanatomy_errors::Result;
use codeanatomy_schema::{
    DatasetLocation, DeltaFeatureGate, DeltaScanOptions, Instant, Name, ResolvedLocation,
};
use datafusion::catalog::TableProvider;
use datafusion::execution::session_state::SessionState;

use crate::obligation::obligation;
use crate::open::Opened;
use crate::report::SchemaOrigin;
use crate::resolve::planning;

/// Where the table lies.
pub(crate) fn table_location(location: &DatasetLocation) -> Result<TableLocation> {
    let options = location.storage_options.reveal();
    TableLocation::parse(
        &location.path,
        options
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    )
}

/// Opens the table, and compares its protocol with what the dataset needs.
pub(crate) async fn open_table(
    state: &SessionState,
    location: &DatasetLocation,
    chosen: &[Name],
    resolved: &ResolvedLocation,
) -> Result<(Opened, Target)> {
    let pin = match (location.delta_version, &location.delta_timestamp) {
        (Some(version), _) => TablePin::Version(version),
        (None, Some(time)) => at(time)?,
        (None, None) => TablePin::Latest,
    };
    let mut settings = settings(&resolved.delta_scan.options, chosen);
    settings.obligation = obligation(location, resolved);
    let provider =
        DeltaTableProvider::open(table_location(location)?, pin, &settings, state).await?;
    let target = provider.target();
    check_gate(&resolved.feature_gate.options, &target)?;
    let schema_origin = if settings.schema.is_some() {
        SchemaOrigin::DeltaScan
    } else if resolved.table_spec.value.is_some() {
        SchemaOrigin::TableSpec
    } else {
        SchemaOrigin::DeltaLog
    };
    let opened = Opened {
        provider: Arc::new(provider),
        schema_origin,
    };
    Ok((opened, target))
}

/// Opens the changes of a table.
///
/// They are planned once, so that a table that does not record them is refused now.
pub(crate) async fn open_changes(
    state: &SessionState,
    name: &str,
    location: &DatasetLocation,
    resolved: &ResolvedLocation,
) -> Result<Opened> {
    let stated = location.delta_cdf_options.clone().unwrap_or_default();
    let pin = |version: Option<u64>, time: Option<&Instant>| match (version, time) {
        (Some(version), _) => Ok(TablePin::Version(version)),
        (None, Some(time)) => at(time),
        (None, None) => Ok(TablePin::Latest),
    };
    let first = match pin(stated.starting_version, stated.starting_timestamp.as_ref())? {
        TablePin::Latest => TablePin::Version(0),
        first => first,
    };
    let last = pin(stated.ending_version, stated.ending_timestamp.as_ref())?;
    let allowed = stated
        .allow_out_of_range
        .or_else(|| {
            resolved
                .cdf_policy
                .options
                .allow_out_of_range
                .value()
                .copied()
        })
        .unwrap_or(false);
    let changes = DeltaChanges::open(table_location(location)?, first, last, allowed).await?;
    changes
        .scan(state, None, &[], None)
        .await
        .map_err(|error| planning(name, error))?;
    Ok(Opened {
        provider: Arc::new(changes),
        schema_origin: SchemaOrigin::DeltaLog,
    })
}

fn at(time: &Instant) -> Result<TablePin> {
    TablePin::at_microseconds(time.microseconds())
}

fn settings(options: &DeltaScanOptions, chosen: &[Name]) -> ScanSettings {
    ScanSettings {
        file_column: options
            .file_column_name
            .value()
            .map(|name| name.to_string()),
        wrap_partition_values: options.wrap_partition_values.value().copied(),
        parquet_pushdown: options.enable_parquet_pushdown.value().copied(),
        view_types: options.schema_force_view_types.value().copied(),
        schema: options
            .schema
            .value()
            .map(|schema| Arc::clone(schema.arrow())),
        obligation: None,
        files: (!chosen.is_empty()).then(|| chosen.iter().map(|file| file.to_string()).collect()),
    }
}

/// Refuses a table whose protocol lacks what the dataset needs.
fn check_gate(gate: &DeltaFeatureGate, target: &Target) -> Result<()> {
    check_protocol(target, &gate_options(gate)).map(drop)
}

/// What the dataset needs of a table's protocol.
pub(crate) fn gate_options(gate: &DeltaFeatureGate) -> CheckProtocolOptions {
    let version = |setting: Option<&u32>| Some(i32::try_from(*setting?).unwrap_or(i32::MAX));
    CheckProtocolOptions {
        min_reader_version: version(gate.min_reader_version.value()),
        min_writer_version: version(gate.min_writer_version.value()),
        required_reader_features: gate
            .required_reader_features
            .value()
            .cloned()
            .unwrap_or_default(),
        required_writer_features: gate
            .required_writer_features
            .value()
            .cloned()
            .unwrap_or_default(),
    }
}

/// The files that were asked for by name, as the log has them.
pub(crate) fn asked_files(target: &Target, asked: &[Name]) -> Result<Vec<FileReport>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    Ok(files(target)?
        .into_iter()
        .filter(|file| asked.iter().any(|name| file.path.ends_with(&**name)))
        .collect())
}
