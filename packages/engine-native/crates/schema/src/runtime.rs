//! The schema runtime: records and policies as JSON texts in, JSON texts out.

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use schemars::r#gen::SchemaSettings;
use serde_json::Value;

use crate::json::{REFUSED, decode, encode, to_value};
use crate::options::{Layers, OptionField, Options, resolve};
use crate::records::{
    ContractSpec, DataFusionScanOptions, DatasetFormat, DatasetLocation, DatasetLocationOverrides,
    DatasetPolicies, DatasetSpec, DedupeSpec, DeltaCdfOptions, DeltaCdfPolicy, DeltaFeatureGate,
    DeltaMaintenancePolicy, DeltaPolicyBundle, DeltaScanOptions, DeltaScanPolicyDefaults,
    DeltaSchemaPolicy, DeltaWritePolicy, EvolutionSpec, LocationRequest, ParquetWriterPolicy,
    ScanPolicyConfig, ScanPolicyDefaults, SessionOptions, TableSchemaContract, TableSpec,
    ValidationPolicySpec, resolve_location,
};
use crate::{Record, SchemaDescription, fingerprint};

/// One entry of the table of records.
struct Entry {
    name: &'static str,
    schema: fn() -> Result<Value>,
    fingerprint: fn(&str, &str) -> Result<String>,
    options: Option<OptionsEntry>,
}

/// What is known of a record of options beside.
struct OptionsEntry {
    fields: &'static [OptionField],
    resolve: fn(&str, &str) -> Result<String>,
}

const fn record<R: Record>() -> Entry {
    Entry {
        name: R::NAME,
        schema: schema_of::<R>,
        fingerprint: |text, argument| fingerprint(&decode::<R>(text, argument)?),
        options: None,
    }
}

const fn options<O: Options>() -> Entry {
    Entry {
        options: Some(OptionsEntry {
            fields: O::FIELDS,
            resolve: |text, argument| encode(&resolve(&decode::<Layers<O>>(text, argument)?)),
        }),
        schema: || Ok(with_targets(schema_of::<O>()?, O::FIELDS)),
        ..record::<O>()
    }
}

const RECORDS: &[Entry] = &[
    record::<ContractSpec>(),
    options::<DataFusionScanOptions>(),
    record::<DatasetLocation>(),
    record::<DatasetLocationOverrides>(),
    record::<DatasetPolicies>(),
    record::<DatasetSpec>(),
    record::<DedupeSpec>(),
    record::<DeltaCdfOptions>(),
    options::<DeltaCdfPolicy>(),
    options::<DeltaFeatureGate>(),
    options::<DeltaMaintenancePolicy>(),
    record::<DeltaPolicyBundle>(),
    options::<DeltaScanOptions>(),
    options::<DeltaScanPolicyDefaults>(),
    options::<DeltaSchemaPolicy>(),
    options::<DeltaWritePolicy>(),
    options::<EvolutionSpec>(),
    record::<LocationRequest>(),
    record::<ParquetWriterPolicy>(),
    record::<ScanPolicyConfig>(),
    options::<ScanPolicyDefaults>(),
    record::<SchemaDescription>(),
    record::<SessionOptions>(),
    record::<TableSchemaContract>(),
    record::<TableSpec>(),
    options::<ValidationPolicySpec>(),
];

fn schema_of<R: Record>() -> Result<Value> {
    let schema = SchemaSettings::draft2019_09()
        .into_generator()
        .into_root_schema_for::<R>();
    to_value(&schema)
}

/// Says in the description of each option what it is applied to.
fn with_targets(mut schema: Value, fields: &[OptionField]) -> Value {
    for field in fields {
        let pointer = format!("/properties/{}/description", field.name);
        if let Some(Value::String(description)) = schema.pointer_mut(&pointer) {
            description.push_str("\n\nApplied to ");
            description.push_str(field.applied_to);
            description.push('.');
        }
    }
    schema
}

fn entry(name: &str) -> Result<&'static Entry> {
    RECORDS
        .iter()
        .find(|entry| entry.name == name)
        .ok_or_else(|| {
            let meant = nearest_name(name, record_names())
                .map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
            EngineError::new(
                ErrorCode::InvalidOption,
                format!("there is no record '{name}'{meant}"),
            )
            .with_detail("option", "name")
            .with_hint(format!(
                "the records are {}",
                record_names().collect::<Vec<_>>().join(", ")
            ))
        })
}

/// The names of all records that have a JSON Schema of their own.
pub fn record_names() -> impl Iterator<Item = &'static str> {
    RECORDS.iter().map(|entry| entry.name)
}

/// The JSON Schema (draft 2019-09) of a record.
///
/// # Errors
///
/// `invalid-option`: there is no such record.
pub fn json_schema(name: &str) -> Result<Value> {
    (entry(name)?.schema)()
}

/// The fields of a record of options with what each is applied to; empty for other records.
///
/// # Errors
///
/// `invalid-option`: there is no such record.
pub fn option_fields(name: &str) -> Result<&'static [OptionField]> {
    Ok(entry(name)?
        .options
        .as_ref()
        .map_or(&[], |options| options.fields))
}

/// The fields of a record that are refused, with the reason.
///
/// # Errors
///
/// `invalid-option`: there is no such record.
pub fn refused_fields(name: &str) -> Result<Vec<(&'static str, &'static str)>> {
    let name = entry(name)?.name;
    Ok(REFUSED
        .iter()
        .filter(|(record, _, _)| *record == name)
        .map(|(_, field, reason)| (*field, *reason))
        .collect())
}

/// The fingerprint of a record.
///
/// # Errors
///
/// `invalid-option`: there is no such record; or those of [`decode`].
pub fn fingerprint_json(name: &str, record_json: &str) -> Result<String> {
    (entry(name)?.fingerprint)(record_json, "record_json")
}

/// The name of a dataset.
///
/// # Errors
///
/// `dataset-name-missing`, or those of [`decode`].
pub fn dataset_name(spec_json: &str) -> Result<String> {
    Ok(spec(spec_json)?.name.into())
}

/// The declared table of a dataset, or `null`.
///
/// # Errors
///
/// Those of [`dataset_name`].
pub fn dataset_schema_json(spec_json: &str) -> Result<String> {
    encode(&spec(spec_json)?.table_spec)
}

/// The policies of a dataset, or `null` where it states none.
///
/// # Errors
///
/// Those of [`dataset_name`].
pub fn dataset_policy_json(spec_json: &str) -> Result<String> {
    let policies = spec(spec_json)?.policies;
    encode(&(policies != DatasetPolicies::default()).then_some(policies))
}

/// The contract of a dataset, or `null`.
///
/// # Errors
///
/// Those of [`dataset_name`].
pub fn dataset_contract_json(spec_json: &str) -> Result<String> {
    encode(&spec(spec_json)?.contract_spec)
}

fn spec(spec_json: &str) -> Result<DatasetSpec> {
    decode(spec_json, "spec_json")
}

/// Scan options over defaults: what the options leave unset is the defaults'. Both are `DataFusionScanOptions`, and so is the result.
///
/// # Errors
///
/// Those of [`decode`], or `schema-value-invalid` if the two together contradict each other.
pub fn apply_scan_policy_json(scan_policy_json: &str, defaults_json: &str) -> Result<String> {
    apply::<DataFusionScanOptions>(scan_policy_json, "scan_policy_json", defaults_json)
}

/// Options of a Delta scan over defaults: what the options leave unset is the defaults'. Both are `DeltaScanOptions`, and so is the result.
///
/// # Errors
///
/// Those of [`apply_scan_policy_json`].
pub fn apply_delta_scan_policy_json(delta_scan_json: &str, defaults_json: &str) -> Result<String> {
    apply::<DeltaScanOptions>(delta_scan_json, "delta_scan_json", defaults_json)
}

/// What a scan policy states about the listing of a dataset of that format: the defaults that [`apply_scan_policy_json`] takes.
///
/// # Errors
///
/// Those of [`decode`]; `schema-value-invalid` for a format that there is not.
pub fn scan_policy_of_format_json(policy_json: &str, dataset_format: &str) -> Result<String> {
    let policy: ScanPolicyConfig = decode(policy_json, "policy_json")?;
    encode(&policy.listing_of(DatasetFormat::from_name(dataset_format)?))
}

fn apply<O: Options>(options: &str, argument: &str, defaults: &str) -> Result<String> {
    let options: O = decode(options, argument)?;
    let merged = options.over(&decode(defaults, "defaults_json")?);
    merged.check("$")?;
    encode(&merged)
}

/// Decides on every option of a record from the layers `{"call": …, "override": …, "dataset": …, "policy": …, "session": …}`.
///
/// The result is `{"field": {"value": …, "origin": …}, …}`.
///
/// # Errors
///
/// `invalid-option`: there is no such record of options; or those of [`decode`].
pub fn resolve_options_json(name: &str, layers_json: &str) -> Result<String> {
    match &entry(name)?.options {
        Some(options) => (options.resolve)(layers_json, "layers_json"),
        None => Err(EngineError::new(
            ErrorCode::InvalidOption,
            format!("'{name}' is no record of options, so that nothing is to decide"),
        )
        .with_detail("option", "name")
        .with_hint("'resolve_location_json' decides on a whole location")),
    }
}

/// A described schema as an encapsulated message of Arrow's IPC format, which every Arrow library reads.
///
/// # Errors
///
/// Those of [`decode`].
pub fn schema_message(description_json: &str) -> Result<Vec<u8>> {
    Ok(decode::<SchemaDescription>(description_json, "description_json")?.to_message())
}

/// Decides everything about a location; the text is a `LocationRequest`.
///
/// # Errors
///
/// Those of [`decode`] and [`resolve_location`].
pub fn resolve_location_json(request_json: &str) -> Result<String> {
    resolve_location(&decode::<LocationRequest>(request_json, "request_json")?)?.to_json()
}
