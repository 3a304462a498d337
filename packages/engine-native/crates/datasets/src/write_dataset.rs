//! Rows into a dataset, as its contract and its policies say.

use std::collections::BTreeSet;

use codeanatomy_delta::operations::{
    CommitOptions, OverwriteOptions, Source, Target, WriteReport, Written as Done, append_to,
    files, overwrite_in,
};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{Setting, ValidationPolicySpec};
use codeanatomy_validation::ValidationReport;
use datafusion::execution::context::SessionContext;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::checked_rows::{Checked, RowChecks, compares_keys, whole_policy};
use crate::dedupe::declared_before;
use crate::evolution::ColumnChange;
use crate::maintenance::{MaintenanceStep, maintained};
use crate::optimize_due::{Written, asks_for_partitions};
use crate::request::DatasetResolutionRequest;
use crate::writable::Writable;
use crate::write_options::write_options;

/// The field of a commit that tells the version of the contract.
const CONTRACT_VERSION: &str = "codeanatomy.contract_version";

/// What a write does with the rows that are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WriteMode {
    /// They stay.
    #[default]
    Append,
    /// The new ones replace them.
    Overwrite,
}

/// What a write does when a row violates a rule of severity `error`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnViolation {
    /// Nothing is written.
    #[default]
    Refuse,
    /// It is told, and all rows are written; what Delta itself refuses stays refused.
    Report,
    /// Rows that violate a rule about single rows are left out and told, and the others are written. Rules about columns and `unique` refuse
    /// all rows as before, which they are asked about without those that are left out.
    Drop,
}

/// How rows are written into a dataset, beside what its records say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetWriteOptions {
    /// What happens to the rows that are there.
    pub mode: WriteMode,
    /// What happens when a row violates a rule.
    pub on_violation: OnViolation,
    /// How many examples of violations each rule has at most.
    pub examples: usize,
    /// What the commit carries; its `app_id` and `app_version` make a write that is tried again happen once.
    pub commit: CommitOptions,
}

impl Default for DatasetWriteOptions {
    fn default() -> Self {
        Self {
            mode: WriteMode::default(),
            on_violation: OnViolation::default(),
            examples: 5,
            commit: CommitOptions::default(),
        }
    }
}

impl DatasetWriteOptions {
    /// Reads the options as JSON.
    ///
    /// # Errors
    ///
    /// `invalid-option`: there is no such option, or it has another type.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or(&text);
            EngineError::new(
                ErrorCode::InvalidOption,
                format!("the options of a write are not valid: {text}"),
            )
            .with_hint("the options are mode, on_violation, examples and commit")
        })
    }
}

/// What a write into a dataset did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetWriteReport {
    /// The name of the dataset.
    pub dataset: String,
    /// What became of columns that were not as declared.
    pub columns: Vec<ColumnChange>,
    /// How many rows came; `None` where nothing is asked of them, so that they were not counted.
    pub rows_read: Option<u64>,
    /// How many of them were left out, because they violate rules.
    pub rows_dropped: u64,
    /// What the checks found; `None` where nothing is checked.
    pub validation: Option<ValidationReport>,
    /// The commit; `None` if the rows were refused, and nothing was written.
    pub write: Option<WriteReport>,
    /// What was due afterwards. What went wrong there leaves the write as it is.
    pub maintenance: Vec<MaintenanceStep>,
}

/// What the maintenance of a dataset did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetMaintenanceReport {
    /// The name of the dataset.
    pub dataset: String,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// The version of the table afterwards.
    pub version: u64,
    /// What is due, in the order in which it is done.
    pub steps: Vec<MaintenanceStep>,
}

/// Writes rows into a dataset of a Delta table: the declared columns are made of theirs, the contract and the policies of the dataset are checked,
/// rows with one key become one, they are written in the order of the contract, and what the maintenance policy asks for follows.
///
/// Rows are streamed. Where something is asked of them, they are put aside on disk first, so that those that are checked are those that are
/// written. A report without a commit means that rows violate the rules, and that nothing was written.
///
/// # Errors
///
/// - `dataset-format-mismatch`, `invalid-option`: the dataset can't be written: other files than a Delta table, the changes of one, or a pinned
///   version; or bad rows are to be dropped, and only some are checked.
/// - `delta-schema-mismatch`: a column is missing, undeclared or of another type, and the dataset does not allow it.
/// - `delta-protocol-insufficient`: the table lacks what the feature gate needs.
/// - `validation-rule-invalid`: a rule does not fit the rows.
/// - `query-invalid`, `query-failed`: the rows can't be planned or read.
/// - Those of [`append`](codeanatomy_delta::operations::append) and [`overwrite`](codeanatomy_delta::operations::overwrite).
pub async fn write_dataset(
    context: &SessionContext,
    request: &DatasetResolutionRequest,
    source: Source,
    options: DatasetWriteOptions,
) -> Result<DatasetWriteReport> {
    Box::pin(write(context, request, source, options)).await
}

async fn write(
    context: &SessionContext,
    request: &DatasetResolutionRequest,
    source: Source,
    options: DatasetWriteOptions,
) -> Result<DatasetWriteReport> {
    let dataset = Writable::of(context, request)?;
    let mut to_write = write_options(&dataset.resolved)?;
    to_write.commit = options.commit.clone();
    if let Some(version) = dataset.contract.and_then(|contract| contract.version) {
        let metadata = &mut to_write.commit.metadata;
        metadata.insert(CONTRACT_VERSION.to_owned(), Value::from(version));
    }
    let dedupe = dataset
        .contract
        .and_then(|contract| contract.dedupe.as_ref());
    let declared = dataset.resolved.table_spec.value.as_ref();
    let declared = declared
        .map(|table| declared_before(&table.schema, dedupe))
        .transpose()?;
    let mut policy = whole_policy(&dataset.resolved, dataset.contract)?;
    let drops = options.on_violation == OnViolation::Drop;
    if drops {
        asks_all_rows(&mut policy)?;
    }
    let coerces = policy.is_enabled() && policy.coerce.value() == Some(&true);
    let (plan, mut changes) =
        dataset.evolved(source.into_plan(), declared.as_ref(), coerces, context)?;
    let present = if compares_keys(&policy) {
        dataset.present(context, options.mode).await?
    } else {
        None
    };
    let checks = RowChecks {
        dataset: dataset.name,
        declared: declared.as_ref(),
        policy,
        dedupe,
        present,
        drops,
        examples: options.examples,
    };
    let checked = checks.run(context, plan).await?;
    let mut report = DatasetWriteReport {
        dataset: dataset.name.to_owned(),
        columns: Vec::new(),
        rows_read: checked.rows,
        rows_dropped: checked.dropped,
        validation: checked.report.clone(),
        write: None,
        maintenance: Vec::new(),
    };
    if options.on_violation != OnViolation::Report && checked.is_refused(drops) {
        report.rows_dropped = 0;
        report.columns = changes;
        return Ok(report);
    }
    let Checked { mut plan, .. } = checked;
    if coerces {
        // Whatever a cast loses is known by now.
        let table = dataset.resolved.table_spec.value.as_ref();
        let schema = table.map(|table| &table.schema);
        let (cast, more) = dataset.evolved(plan, schema, false, context)?;
        plan = cast;
        changes.extend(more);
    }
    report.columns = changes;
    // Opened once, and not before the rows were read: what others commit meanwhile is no conflict.
    let target = Target::open_or_new(&dataset.location).await?;
    dataset
        .check_gate(context, &target, plan.schema().as_arrow(), &to_write)
        .await?;
    let before = paths(&dataset, &target)?;
    let source = dataset.sorted(context, plan).await?;
    let Done {
        report: written,
        target,
    } = match options.mode {
        WriteMode::Append => append_to(&target, context, source, to_write).await?,
        WriteMode::Overwrite => {
            let options = OverwriteOptions {
                replace_where: None,
                write: to_write,
            };
            overwrite_in(&target, context, source, options).await?
        }
    };
    if written.skipped {
        report.write = Some(written);
        return Ok(report);
    }
    let files_added = written.commit.files_added;
    report.write = Some(written);
    report.maintenance = after_write(context, &dataset, target, before, files_added).await;
    Ok(report)
}

/// Makes the policy look at all rows to the end, as it has to where bad ones are left out.
fn asks_all_rows(policy: &mut ValidationPolicySpec) -> Result<()> {
    for (option, rows) in [
        ("head", &policy.head),
        ("tail", &policy.tail),
        ("sample", &policy.sample),
    ] {
        if rows.value().is_some() && policy.is_enabled() {
            return Err(EngineError::new(
                ErrorCode::InvalidOption,
                format!("on_violation is 'drop', and '{option}' of the validation policy lets only some rows be checked"),
            )
            .with_detail("option", "on_violation")
            .with_hint(format!(
                "leave '{option}' out, or refuse or report violations"
            )));
        }
    }
    policy.lazy = Setting::Value(true);
    Ok(())
}

/// Does what is due after a write; what goes wrong is a step of its own.
async fn after_write(
    context: &SessionContext,
    dataset: &Writable<'_>,
    target: Target,
    before: Option<BTreeSet<String>>,
    files_added: u64,
) -> Vec<MaintenanceStep> {
    let work = async {
        let mut added = Vec::new();
        if let Some(before) = before {
            added = files(&target)?;
            added.retain(|file| !before.contains(&file.path));
        }
        let written = Written { files_added, added };
        let resolved = &dataset.resolved;
        Box::pin(maintained(context, target, resolved, Some(&written), false)).await
    };
    match work.await {
        Ok((_, steps)) => steps,
        Err(error) => vec![MaintenanceStep::undecided(&error)],
    }
}

/// The files of the table before a write, where its maintenance asks which ones the write adds.
fn paths(dataset: &Writable<'_>, target: &Target) -> Result<Option<BTreeSet<String>>> {
    if !asks_for_partitions(&dataset.resolved.maintenance_policy.options) {
        return Ok(None);
    }
    if target.version().is_none() {
        return Ok(Some(BTreeSet::new()));
    }
    let files = files(target)?.into_iter();
    Ok(Some(files.map(|file| file.path).collect()))
}

/// Does what the maintenance policy of a dataset says is due now, or tells it.
///
/// # Errors
///
/// Those of a dataset that can't be written, as in [`write_dataset`], and of a table that can't be opened. A step that fails is reported.
pub async fn maintain_dataset(
    context: &SessionContext,
    request: &DatasetResolutionRequest,
    dry_run: bool,
) -> Result<DatasetMaintenanceReport> {
    let dataset = Writable::of(context, request)?;
    let target = Target::open(&dataset.location).await?;
    let resolved = &dataset.resolved;
    let (version, steps) = Box::pin(maintained(context, target, resolved, None, dry_run)).await?;
    Ok(DatasetMaintenanceReport {
        dataset: dataset.name.to_owned(),
        dry_run,
        version,
        steps,
    })
}
