//! What the layers of a location come to.

use codeanatomy_errors::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::delta_scan::check_file_column;
use super::{
    DataFusionScanOptions, DatasetFormat, DatasetKind, DatasetLocation, DatasetLocationOverrides,
    DatasetPolicies, DatasetProvider, DeltaCdfPolicy, DeltaFeatureGate, DeltaMaintenancePolicy,
    DeltaPolicyBundle, DeltaScanOptions, DeltaSchemaPolicy, DeltaWritePolicy, EvolutionSpec,
    Partitioning, ScanPolicyConfig, SqlConstraint, TableSpec, ValidationPolicySpec, is_empty,
};
use crate::options::{Layers, Options, Origin, Resolved, Setting, resolve};
use crate::{Record, json};

/// What a session's settings say about scans.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SessionOptions {
    /// About scans of files.
    #[serde(skip_serializing_if = "is_empty")]
    pub datafusion_scan: DataFusionScanOptions,
    /// About scans of Delta tables.
    #[serde(skip_serializing_if = "is_empty")]
    pub delta_scan: DeltaScanOptions,
}

impl Record for SessionOptions {
    const NAME: &'static str = "SessionOptions";
}

/// A location with the layers around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationRequest {
    /// The location, with its overrides and the spec of its dataset.
    pub location: DatasetLocation,
    /// What the caller states with the call.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub call: DatasetLocationOverrides,
    /// The scan policy of the profile.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub policy: ScanPolicyConfig,
    /// What the session's settings say.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub session: SessionOptions,
}

impl Record for LocationRequest {
    const NAME: &'static str = "LocationRequest";

    fn check(&self, at: &str) -> Result<()> {
        self.location.check(&format!("{at}.location"))?;
        let call = format!("{at}.call");
        self.call.check(&call)?;
        let table = self.call.table_spec.as_ref().map(|table| &table.schema);
        match table.or_else(|| self.location.schema()) {
            Some(schema) => self.call.check_columns(schema, &call),
            None => Ok(()),
        }
    }

    /// As of its location: without the values of `storage_options`.
    fn identity(&self) -> Result<serde_json::Value> {
        json::to_value(&Self {
            location: self.location.without_secrets(),
            ..self.clone()
        })
    }
}

/// A value that is no option, with who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Decided<T> {
    /// The value; `None` where nobody states one.
    pub value: Option<T>,
    /// Who decided.
    pub origin: Origin,
}

/// Everything that is decided about a location before it is opened, with who decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResolvedLocation {
    /// How the rows are provided.
    pub provider: Decided<DatasetProvider>,
    /// The declared table.
    pub table_spec: Decided<TableSpec>,
    /// How the files are scanned.
    pub datafusion_scan: Resolved<DataFusionScanOptions>,
    /// How a Delta table is scanned.
    pub delta_scan: Resolved<DeltaScanOptions>,
    /// What is asked of its change data feed.
    pub cdf_policy: Resolved<DeltaCdfPolicy>,
    /// What is done to it after a write.
    pub maintenance_policy: Resolved<DeltaMaintenancePolicy>,
    /// How it is written.
    pub write_policy: Resolved<DeltaWritePolicy>,
    /// How its schema may change.
    pub schema_policy: Resolved<DeltaSchemaPolicy>,
    /// What its protocol must have.
    pub feature_gate: Resolved<DeltaFeatureGate>,
    /// Conditions that hold for every row.
    pub constraints: Decided<Vec<SqlConstraint>>,
    /// How the schema of the files may differ from the declared one.
    pub evolution_spec: Resolved<EvolutionSpec>,
    /// What the rows are checked for.
    pub validation: Resolved<ValidationPolicySpec>,
}

/// Decides everything about a location.
///
/// The contract of the dataset's spec stands below the spec's policies: its `canonical_sort` is the `file_sort_order`, its `validation` the
/// validation, where they leave it unset. A `partitioning` of `none` states that there are no partition columns, as the location's override.
///
/// # Errors
///
/// `schema-value-invalid`: the file column that is decided for a Delta scan is a column of the declared table.
pub fn resolve_location(request: &LocationRequest) -> Result<ResolvedLocation> {
    let LocationRequest {
        location,
        call,
        policy,
        session,
    } = request;
    let nothing = DatasetPolicies::default();
    let spec = location.dataset_spec.as_ref();
    let policies = spec.map_or(&nothing, |spec| &spec.policies);
    let delta = |choose: fn(&DeltaPolicyBundle) -> &DeltaScanOptions| Layers {
        call: choose(&call.delta).clone(),
        location: choose(&location.overrides.delta).clone(),
        dataset: choose(&policies.delta).clone(),
        policy: policy.delta_scan.clone().into(),
        session: session.delta_scan.clone(),
    };
    let delta_scan = resolve(&delta(|bundle| &bundle.scan));
    let cdf_policy = cdf_policy(request, policies);
    let table_spec = table_spec(request);
    if let Some(table) = &table_spec.value
        && location.format == DatasetFormat::Delta
    {
        check_file_column(&delta_scan.options, &table.schema, "$.delta_scan")?;
    }
    Ok(ResolvedLocation {
        provider: provider(request, &cdf_policy),
        table_spec,
        datafusion_scan: resolve(&scan_layers(request, policies)),
        delta_scan,
        cdf_policy,
        maintenance_policy: of_bundles(request, policies, |bundle| &bundle.maintenance_policy),
        write_policy: of_bundles(request, policies, |bundle| &bundle.write_policy),
        schema_policy: of_bundles(request, policies, |bundle| &bundle.schema_policy),
        feature_gate: of_bundles(request, policies, |bundle| &bundle.feature_gate),
        constraints: constraints(request, policies),
        evolution_spec: resolve(&Layers {
            dataset: spec.map_or_else(EvolutionSpec::default, |spec| spec.evolution_spec.clone()),
            ..Layers::default()
        }),
        validation: validation(request, policies),
    })
}

fn scan_layers(
    request: &LocationRequest,
    policies: &DatasetPolicies,
) -> Layers<DataFusionScanOptions> {
    let location = &request.location;
    let mut overrides = location.overrides.datafusion_scan.clone();
    if location.partitioning == Partitioning::None {
        overrides = overrides.over(&DataFusionScanOptions {
            partition_cols: Setting::Value(Vec::new()),
            listing_table_factory_infer_partitions: Setting::Value(false),
            ..DataFusionScanOptions::default()
        });
    }
    let contract = location
        .dataset_spec
        .as_ref()
        .and_then(|spec| spec.contract_spec.as_ref())
        .filter(|contract| !contract.canonical_sort.is_empty());
    let mut dataset = policies.datafusion_scan.clone();
    if let Some(contract) = contract {
        dataset = dataset.over(&DataFusionScanOptions {
            file_sort_order: Setting::Value(contract.canonical_sort.clone()),
            ..DataFusionScanOptions::default()
        });
    }
    Layers {
        call: request.call.datafusion_scan.clone(),
        location: overrides,
        dataset,
        policy: request.policy.listing_of(location.format),
        session: request.session.datafusion_scan.clone(),
    }
}

fn validation(
    request: &LocationRequest,
    policies: &DatasetPolicies,
) -> Resolved<ValidationPolicySpec> {
    let contract = request
        .location
        .dataset_spec
        .as_ref()
        .and_then(|spec| spec.contract_spec.as_ref());
    let mut dataset = policies.validation.clone();
    if let Some(contract) = contract {
        dataset = dataset.over(&contract.validation);
    }
    resolve(&Layers {
        call: request.call.validation.clone(),
        location: request.location.overrides.validation.clone(),
        dataset,
        ..Layers::default()
    })
}

/// The options of a location's changes decide before its policy.
fn cdf_policy(request: &LocationRequest, policies: &DatasetPolicies) -> Resolved<DeltaCdfPolicy> {
    let location = &request.location;
    let stated = location.delta_cdf_options.as_ref();
    let allowed = stated.and_then(|options| options.allow_out_of_range);
    let options = DeltaCdfPolicy {
        allow_out_of_range: allowed.map_or(Setting::Unset, Setting::Value),
        ..DeltaCdfPolicy::default()
    };
    resolve(&Layers {
        call: request.call.delta.cdf_policy.clone(),
        location: options.over(&location.overrides.delta.cdf_policy),
        dataset: policies.delta.cdf_policy.clone(),
        ..Layers::default()
    })
}

/// A record of the Delta policies, which neither a scan policy nor a session states.
fn of_bundles<O: Options>(
    request: &LocationRequest,
    policies: &DatasetPolicies,
    choose: fn(&DeltaPolicyBundle) -> &O,
) -> Resolved<O> {
    resolve(&Layers {
        call: choose(&request.call.delta).clone(),
        location: choose(&request.location.overrides.delta).clone(),
        dataset: choose(&policies.delta).clone(),
        ..Layers::default()
    })
}

fn constraints(
    request: &LocationRequest,
    policies: &DatasetPolicies,
) -> Decided<Vec<SqlConstraint>> {
    let contract = request
        .location
        .dataset_spec
        .as_ref()
        .and_then(|spec| spec.contract_spec.as_ref())
        .map(|contract| &contract.constraints)
        .filter(|constraints| !constraints.is_empty());
    for (layer, origin) in [
        (&request.call.delta.constraints, Origin::Call),
        (
            &request.location.overrides.delta.constraints,
            Origin::Override,
        ),
        (&policies.delta.constraints, Origin::Dataset),
    ] {
        if !layer.is_unset() {
            return Decided {
                value: layer.value().cloned(),
                origin,
            };
        }
    }
    Decided {
        origin: contract.map_or(Origin::Default, |_| Origin::Dataset),
        value: contract.cloned(),
    }
}

fn table_spec(request: &LocationRequest) -> Decided<TableSpec> {
    let spec = request.location.dataset_spec.as_ref();
    let promised = || {
        let contract = spec?.contract_spec.as_ref()?;
        Some(TableSpec {
            schema: contract.table_schema.clone(),
            key_fields: Vec::new(),
            required_non_null: Vec::new(),
        })
    };
    [
        (request.call.table_spec.clone(), Origin::Call),
        (
            request.location.overrides.table_spec.clone(),
            Origin::Override,
        ),
        (
            spec.and_then(|spec| spec.table_spec.clone()),
            Origin::Dataset,
        ),
        (promised(), Origin::Dataset),
    ]
    .into_iter()
    .find(|(table, _)| table.is_some())
    .map_or(
        Decided {
            value: None,
            origin: Origin::Default,
        },
        |(value, origin)| Decided { value, origin },
    )
}

/// The location's word, else a change data feed where one is asked for, else what the format gives.
fn provider(
    request: &LocationRequest,
    cdf_policy: &Resolved<DeltaCdfPolicy>,
) -> Decided<DatasetProvider> {
    let location = &request.location;
    let is_delta = location.format == DatasetFormat::Delta;
    let kind = location.dataset_spec.as_ref().map(|spec| spec.dataset_kind);
    let (provider, origin) = if let Some(stated) = location.datafusion_provider {
        (stated, Origin::Override)
    } else if !is_delta {
        (DatasetProvider::Listing, Origin::Default)
    } else if location.delta_cdf_options.is_some() {
        (DatasetProvider::DeltaCdf, Origin::Override)
    } else if cdf_policy.options.required.value() == Some(&true) {
        let origin = cdf_policy.origin("required").unwrap_or(Origin::Default);
        (DatasetProvider::DeltaCdf, origin)
    } else if kind == Some(DatasetKind::DeltaCdf) {
        (DatasetProvider::DeltaCdf, Origin::Dataset)
    } else {
        (DatasetProvider::Delta, Origin::Default)
    };
    Decided {
        value: Some(provider),
        origin,
    }
}

impl ResolvedLocation {
    /// The report as JSON.
    ///
    /// # Errors
    ///
    /// `internal-error`: it can't be written.
    pub fn to_json(&self) -> Result<String> {
        json::encode(self)
    }
}
