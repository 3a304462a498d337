//! A dataset that rows can be written into: the declared columns, the gate and the order of what is written.

use std::sync::Arc;

use arrow::datatypes::Schema;
use codeanatomy_delta::operations::{
    CheckProtocolOptions, Source, Target, WriteOptions, check_new_protocol, check_protocol,
};
use codeanatomy_delta::{DeltaTableProvider, ScanSettings, TableLocation, TablePin, table_exists};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{
    ContractSpec, DatasetFormat, DatasetProvider, Record, ResolvedLocation, SchemaDescription,
    Strictness,
};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::LogicalPlan;

use crate::dedupe::sort_keys;
use crate::evolution::{ColumnChange, Evolution, Evolved, Undeclared};
use crate::layers::resolve_layers;
use crate::open_delta::{gate_options, table_location};
use crate::request::DatasetResolutionRequest;
use crate::resolve::planning;
use crate::write_dataset::WriteMode;

/// A dataset that can be written, with what is decided about it.
pub(crate) struct Writable<'a> {
    pub(crate) name: &'a str,
    pub(crate) location: TableLocation,
    pub(crate) resolved: ResolvedLocation,
    pub(crate) contract: Option<&'a ContractSpec>,
}

impl<'a> Writable<'a> {
    pub(crate) fn of(
        context: &SessionContext,
        request: &'a DatasetResolutionRequest,
    ) -> Result<Self> {
        request.check("$")?;
        check_writable(request)?;
        let location = &request.location;
        let (resolved, _) = resolve_layers(&context.state(), request)?;
        if resolved.provider.value == Some(DatasetProvider::DeltaCdf) {
            return Err(unwritable(
                &request.name,
                "it is the changes of a table",
                "write the dataset of the table itself",
            ));
        }
        Ok(Self {
            name: &request.name,
            location: table_location(location)?,
            resolved,
            contract: location.contract(),
        })
    }

    fn failed(&self) -> impl Fn(DataFusionError) -> EngineError + '_ {
        |error| planning(self.name, error)
    }

    /// The rows with the declared columns.
    pub(crate) fn evolved(
        &self,
        plan: LogicalPlan,
        declared: Option<&SchemaDescription>,
        defers_casts: bool,
        context: &SessionContext,
    ) -> Result<(LogicalPlan, Vec<ColumnChange>)> {
        let Some(declared) = declared else {
            return Ok((plan, Vec::new()));
        };
        let validation = &self.resolved.validation.options;
        let is_enabled = validation.is_enabled();
        let undeclared = match validation.strict.value().filter(|_| is_enabled) {
            Some(Strictness::Refuse) => Undeclared::Refused,
            Some(Strictness::Pass) => Undeclared::Kept,
            Some(Strictness::Filter) | None => Undeclared::LeftOut,
        };
        let evolution = Evolution {
            subject: format!("the rows for the dataset '{}'", self.name),
            code: ErrorCode::DeltaSchemaMismatch,
            declared,
            spec: &self.resolved.evolution_spec.options,
            undeclared,
            defers_casts,
        };
        let Evolved {
            columns, changes, ..
        } = evolution.of(plan.schema(), &[])?;
        let rows = DataFrame::new(context.state(), plan)
            .select(columns)
            .map_err(self.failed())?;
        Ok((rows.into_unoptimized_plan(), changes))
    }

    /// The rows that the table keeps, for an append to a table that is there.
    pub(crate) async fn present(
        &self,
        context: &SessionContext,
        mode: WriteMode,
    ) -> Result<Option<LogicalPlan>> {
        if mode == WriteMode::Overwrite || !table_exists(&self.location).await? {
            return Ok(None);
        }
        let table = DeltaTableProvider::open(
            self.location.clone(),
            TablePin::Latest,
            &ScanSettings::default(),
            &context.state(),
        )
        .await?;
        let rows = context.read_table(Arc::new(table)).map_err(self.failed())?;
        Ok(Some(rows.into_unoptimized_plan()))
    }

    /// Compares the protocol of the table, or of the one that the write creates, with the dataset's gate.
    pub(crate) async fn check_gate(
        &self,
        context: &SessionContext,
        target: &Target,
        schema: &Schema,
        options: &WriteOptions,
    ) -> Result<()> {
        let gate = gate_options(&self.resolved.feature_gate.options);
        if gate == CheckProtocolOptions::default() {
            return Ok(());
        }
        if target.version().is_some() {
            return check_protocol(target, &gate).map(drop);
        }
        let schema = Arc::new(schema.clone());
        check_new_protocol(&self.location, context, schema, options, &gate)
            .await
            .map(drop)
    }

    /// The rows in the order of the contract, as a source that is read once.
    pub(crate) async fn sorted(
        &self,
        context: &SessionContext,
        plan: LogicalPlan,
    ) -> Result<Source> {
        let keys = self
            .contract
            .map_or(&[][..], |contract| &contract.canonical_sort);
        if keys.is_empty() {
            return Ok(Source::from_logical_plan(plan));
        }
        let rows = DataFrame::new(context.state(), plan)
            .sort(sort_keys(keys))
            .map_err(self.failed())?;
        // A plan of its own, so that no optimizer takes the order for one that nobody needs.
        let physical = rows.create_physical_plan().await.map_err(self.failed())?;
        Source::from_plan(&physical).map_err(self.failed())
    }
}

fn check_writable(request: &DatasetResolutionRequest) -> Result<()> {
    let location = &request.location;
    let name = &request.name;
    if location.format != DatasetFormat::Delta {
        return Err(EngineError::new(
            ErrorCode::DatasetFormatMismatch,
            format!("the dataset '{}' is of files that no commit holds together; only a Delta table is written through a dataset", &**name),
        )
        .with_detail("dataset", &**name)
        .with_hint("make it a Delta table, or write files with COPY … TO, or with INSERT INTO where 'listing_mutable' is true"));
    }
    if location.delta_version.is_some() || location.delta_timestamp.is_some() {
        return Err(unwritable(
            name,
            "it is a version of a table",
            "leave 'delta_version' and 'delta_timestamp' out to write the latest one",
        ));
    }
    if !location.files.is_empty() || !request.scan_files.is_empty() {
        return Err(unwritable(
            name,
            "it is some files of a table",
            "leave 'files' and 'scan_files' out to write the table",
        ));
    }
    Ok(())
}

fn unwritable(name: &str, reason: &str, hint: &str) -> EngineError {
    EngineError::new(
        ErrorCode::InvalidOption,
        format!("the dataset '{name}' can't be written: {reason}"),
    )
    .with_detail("dataset", name)
    .with_hint(hint)
}
