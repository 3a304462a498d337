//! One validation: the policy's settings, then columns, rows and uniqueness.

use std::sync::Arc;
use std::time::Instant;

use codeanatomy_errors::Result;
use codeanatomy_schema::{
    SchemaDescription, Setting, Strictness, ValidationPolicySpec, ValidationRule,
};
use datafusion::execution::SessionState;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;

use crate::coercion::{Coercion, logical};
use crate::columns::Columns;
use crate::evaluate::RowChecks;
use crate::predicate::Condition;
use crate::report::{Example, RuleReport, ValidationReport};
use crate::row_rules::{RowRule, compile, declared_rules};
use crate::rows::{Found, Pass};
use crate::source::{Rows, Source};
use crate::unique::Keys;

/// Why no rule was checked.
const DISABLED: &str = "the policy is not enabled";

/// Is told how far a validation is. It is called from the threads that check, so it must not wait.
pub trait ValidationObserver: Send + Sync {
    /// So many more rows are checked.
    fn checked(&self, rows: u64);
}

/// How a validation is made and told, apart from what is checked.
#[derive(Clone)]
pub struct ValidationOptions {
    /// How many examples each rule has at most.
    pub examples_per_rule: usize,
    /// Whether the tables of the input that are streams give their rows in the same order each time, so that the rows have numbers.
    pub streams_in_order: bool,
    /// Who is told how far it is.
    pub observer: Arc<dyn ValidationObserver>,
}

struct Nobody;

impl ValidationObserver for Nobody {
    fn checked(&self, _rows: u64) {}
}

impl Default for ValidationOptions {
    fn default() -> Self {
        Self {
            examples_per_rule: 5,
            streams_in_order: false,
            observer: Arc::new(Nobody),
        }
    }
}

/// Checks the rows of `input` by the rules of the policy and what the declared schema asks.
///
/// An option of the policy that is unset or null has its built-in default. To end a validation, drop the future.
///
/// # What a run without `lazy` reports
///
/// The first violation of a rule of severity `error`: columns before rows, rows before uniqueness. Among columns and uniqueness, it is the
/// first rule in the order of the report. Among rows, it is the first row in the order of the data, and of the rules that it violates the
/// first; that rule has one violation. All rules that were not checked to the end are skipped. A violation of severity `warning` ends
/// nothing.
///
/// # Errors
///
/// - `validation-rule-invalid`: a rule names a column that nothing has, or compares it with what it can't be compared with, or its SQL
///   is no condition on a row.
/// - `query-invalid`: the input can't be planned, or two of its columns have one name.
/// - `query-failed`: reading the input, or a function of a predicate, failed.
pub async fn validate(
    session: &SessionContext,
    input: LogicalPlan,
    declared: Option<&SchemaDescription>,
    policy: &ValidationPolicySpec,
    options: ValidationOptions,
) -> Result<ValidationReport> {
    let started = Instant::now();
    let rules = policy.rules.value().map_or(&[][..], Vec::as_slice);
    let mut report = if policy.is_enabled() {
        let validation = Validation::of(session, input, declared, policy)?;
        validation.run(options).await?
    } else {
        let mut reports: Vec<_> = rules.iter().map(RuleReport::of).collect();
        for report in &mut reports {
            report.skip(DISABLED);
        }
        ValidationReport::of(reports, 0)
    };
    report.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

fn setting<'a, T>(setting: &'a Setting<T>, default: &'a T) -> &'a T {
    setting.value().unwrap_or(default)
}

/// A validation whose columns are known.
pub(crate) struct Validation<'a> {
    state: SessionState,
    input: LogicalPlan,
    declared: Option<&'a SchemaDescription>,
    policy: &'a ValidationPolicySpec,
    rules: &'a [ValidationRule],
    columns: Columns,
}

/// The compiled rules with their reports.
#[derive(Default)]
struct Compiled {
    reports: Vec<RuleReport>,
    rows: Vec<RowRule>,
    unique: Vec<(usize, Keys)>,
}

impl<'a> Validation<'a> {
    pub(crate) fn of(
        session: &SessionContext,
        input: LogicalPlan,
        declared: Option<&'a SchemaDescription>,
        policy: &'a ValidationPolicySpec,
    ) -> Result<Self> {
        let mut state = session.state();
        state.mark_start_execution();
        let rules = policy.rules.value().map_or(&[][..], Vec::as_slice);
        let columns = Columns::of(
            input.schema().as_arrow(),
            declared,
            *setting(&policy.strict, &Strictness::Filter),
            *setting(&policy.coerce, &false),
            rules,
        )?;
        Ok(Self {
            state,
            input,
            declared,
            policy,
            rules,
            columns,
        })
    }

    /// The rules about single rows, and the rows that they are checked on.
    pub(crate) async fn row_checks(mut self) -> Result<(RowChecks, Arc<dyn ExecutionPlan>)> {
        let rules = self.compile()?.rows;
        // Rows that are only sorted out need no numbers.
        let source = Source::of(
            &self.state,
            &self.input,
            &self.columns.raw,
            self.policy,
            false,
        )
        .await?;
        Ok((self.checks(rules, 0)?, source.pass().await?.plan))
    }

    async fn run(mut self, options: ValidationOptions) -> Result<ValidationReport> {
        let mut compiled = self.compile()?;
        let lazy = *setting(&self.policy.lazy, &true);
        if !lazy {
            // So far, only columns are reported.
            if let Some(first) = compiled.reports.iter().position(RuleReport::refuses) {
                return Ok(ValidationReport::ended(compiled.reports, first, 0));
            }
        }
        let source = Source::of(
            &self.state,
            &self.input,
            &self.columns.raw,
            self.policy,
            options.streams_in_order,
        )
        .await?;
        let mut reports = std::mem::take(&mut compiled.reports);
        let rows_checked = if compiled.rows.is_empty() {
            source.count().await?
        } else {
            let rules: Vec<_> = compiled.rows.iter().map(|rule| rule.report).collect();
            let pass = source.pass().await?;
            let context = source.task_context();
            let checks = self.checks(compiled.rows, options.examples_per_rule)?;
            let work = Pass {
                checks: Arc::new(checks),
                lazy,
                parallel: self.state.config().target_partitions(),
                observer: options.observer,
            };
            let found = work.run(Arc::clone(&pass.plan), context).await?;
            let rows = found.rows;
            if let Some(first) = count(&mut reports, &rules, found, &pass) {
                return Ok(ValidationReport::ended(reports, first, rows));
            }
            rows
        };
        for (report, keys) in compiled.unique {
            let examples = options.examples_per_rule;
            let found = keys
                .duplicates(&self.state, &source, rows_checked, examples)
                .await?;
            reports[report].count_rows(found.rows, rows_checked, found.examples);
            if !lazy && reports[report].refuses() {
                return Ok(ValidationReport::ended(reports, report, rows_checked));
            }
        }
        Ok(ValidationReport::of(reports, rows_checked))
    }

    /// Compiles every rule, also those that are skipped because of their columns.
    fn compile(&mut self) -> Result<Compiled> {
        let mut compiled = Compiled {
            reports: std::mem::take(&mut self.columns.reports),
            ..Compiled::default()
        };
        let not_null: Vec<_> = self
            .declared
            .into_iter()
            .flat_map(|declared| declared.arrow().fields())
            .filter(|field| !field.is_nullable())
            .map(|field| field.name().as_str())
            .collect();
        compiled.rows =
            declared_rules(&self.columns, &not_null, self.rules, &mut compiled.reports)?;
        for rule in self.rules {
            let mut report = RuleReport::of(rule);
            self.add(rule, &mut report, &mut compiled)?;
            compiled.reports.push(report);
        }
        Ok(compiled)
    }

    fn add(
        &self,
        rule: &ValidationRule,
        report: &mut RuleReport,
        compiled: &mut Compiled,
    ) -> Result<()> {
        let mut condition = None;
        match rule {
            ValidationRule::RequiredColumns(_) => {
                let missing = self.columns.missing(rule);
                if !missing.is_empty() {
                    let message = format!("missing: {}", missing.join(", "));
                    report.fail_columns(message, missing.len());
                }
                return Ok(());
            }
            ValidationRule::Predicate(predicate) => {
                let planned = Condition::plan(&self.state, predicate, &self.columns.expected)?;
                report.columns.clone_from(&planned.columns);
                condition = Some(planned);
            }
            _ => {}
        }
        let label = rule.label();
        let names = report.columns.iter().map(String::as_str);
        if let Some(obstacle) = self.columns.obstacle(&label, names)? {
            report.skip(&obstacle);
            return Ok(());
        }
        let place = compiled.reports.len();
        if let ValidationRule::Unique(_) = rule {
            let keys = self.keys(&report.columns);
            keys.check(&label)?;
            compiled.unique.push((place, keys));
        } else if let Some(check) = compile(&self.state, rule, condition.as_ref(), &self.columns)? {
            compiled
                .rows
                .push(RowRule::new(place, rule.severity(), check));
        }
        Ok(())
    }

    fn keys(&self, names: &[String]) -> Keys {
        let (raw, checked) = (&self.columns.raw, &self.columns.checked);
        let places = names.iter().filter_map(|name| checked.index_of(name).ok());
        let (columns, types) = places
            .map(|index| {
                let field = checked.field(index);
                let column = (field.name().clone(), logical(raw, checked, index));
                (column, field.data_type().clone())
            })
            .unzip();
        Keys { columns, types }
    }

    fn checks(&self, rules: Vec<RowRule>, examples: usize) -> Result<RowChecks> {
        let (raw, checked) = (&self.columns.raw, &self.columns.checked);
        let coercion = if self.columns.coerced.is_empty() {
            None
        } else {
            Some(Coercion::between(raw, checked)?)
        };
        Ok(RowChecks {
            coercion,
            rules,
            examples,
        })
    }
}

/// Reports what the rules found in the rows. Gives the report of the rule that ended the pass.
fn count(reports: &mut [RuleReport], rules: &[usize], found: Found, pass: &Rows) -> Option<usize> {
    let example = |(row, values)| Example {
        row: pass.number(row),
        count: None,
        values,
    };
    if let Some((rule, violating)) = found.ended_by {
        let report = rules[rule];
        reports[report].count_rows(1, found.rows, vec![example(violating)]);
        return Some(report);
    }
    for (&report, (violations, examples)) in rules.iter().zip(found.rules) {
        let examples = examples.into_iter().map(example).collect();
        reports[report].count_rows(violations, found.rows, examples);
    }
    None
}
