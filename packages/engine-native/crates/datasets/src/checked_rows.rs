//! The rows of a write, checked: what the contract and the policy of a dataset ask of them, and what becomes of those that violate it.

use codeanatomy_errors::Result;
use codeanatomy_schema::{
    ColumnName, ContractSpec, DedupeSpec, ResolvedLocation, SchemaDescription, Setting,
    SqlConstraint, TableSpec, ValidationPolicySpec, ValidationRule, rules,
};
use codeanatomy_validation::{
    RuleReport, RuleStatus, ValidationOptions, ValidationReport, passing_rows, validate,
};
use datafusion::common::Column;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan};

use crate::dedupe::{deduped, named};
use crate::resolve::planning;
use crate::staged_rows::stage;

/// What is checked of the rows of a write.
pub(crate) struct RowChecks<'a> {
    pub(crate) dataset: &'a str,
    /// The declared columns of the rows, before they are deduplicated.
    pub(crate) declared: Option<&'a SchemaDescription>,
    pub(crate) policy: ValidationPolicySpec,
    pub(crate) dedupe: Option<&'a DedupeSpec>,
    /// The rows that the dataset has already and keeps.
    pub(crate) present: Option<LogicalPlan>,
    /// Whether rows that violate a rule about single rows are left out.
    pub(crate) drops: bool,
    pub(crate) examples: usize,
}

/// Rows that may be written, or not.
pub(crate) struct Checked {
    pub(crate) plan: LogicalPlan,
    /// How many rows came; `None` where none of them was looked at.
    pub(crate) rows: Option<u64>,
    /// How many of them are left out of the plan.
    pub(crate) dropped: u64,
    pub(crate) report: Option<ValidationReport>,
}

impl Checked {
    /// Whether rules are violated that rows are refused for: all but those whose rows are left out.
    pub(crate) fn is_refused(&self, drops: bool) -> bool {
        let rules = self.report.iter().flat_map(|report| &report.rules);
        rules
            .filter(|rule| rule.refuses())
            .any(|rule| !(drops && rule.is_of_rows()))
    }
}

/// The policy of a dataset with all that its contract, its table and its constraints imply, as rules.
pub(crate) fn whole_policy(
    resolved: &ResolvedLocation,
    contract: Option<&ContractSpec>,
) -> Result<ValidationPolicySpec> {
    let mut policy = resolved.validation.options.clone();
    let table = resolved.table_spec.value.as_ref();
    let mut all: Vec<ValidationRule> = contract
        .map(ContractSpec::implied_rule)
        .into_iter()
        .collect();
    all.extend(table.map(TableSpec::implied_rules).unwrap_or_default());
    for constraint in resolved.constraints.value.iter().flatten() {
        all.push(ValidationRule::Predicate(predicate(constraint)?));
    }
    all.extend(policy.rules.value().cloned().unwrap_or_default());
    policy.rules = Setting::Value(all);
    Ok(policy)
}

/// Whether keys are compared, so that those that the dataset has already have to be known.
pub(crate) fn compares_keys(policy: &ValidationPolicySpec) -> bool {
    let rules = policy.rules.value();
    policy.is_enabled()
        && rules.is_some_and(|rules| {
            rules
                .iter()
                .any(|rule| matches!(rule, ValidationRule::Unique(_)))
        })
}

/// A constraint of a Delta table as a rule: a row for which it is NULL violates it.
fn predicate(constraint: &SqlConstraint) -> Result<rules::Predicate> {
    let sql: &str = &constraint.sql;
    let sql = format!("({sql}) is true");
    Ok(rules::Predicate {
        name: constraint.name.clone(),
        sql: sql.try_into().map_err(|problem: String| {
            codeanatomy_errors::EngineError::new(
                codeanatomy_errors::ErrorCode::SchemaValueInvalid,
                problem,
            )
        })?,
        severity: None,
    })
}

impl RowChecks<'_> {
    /// Checks the rows of the plan, which is run once, and makes one of those with one key.
    pub(crate) async fn run(self, context: &SessionContext, plan: LogicalPlan) -> Result<Checked> {
        let failed = |error: DataFusionError| planning(self.dataset, error);
        let rules = self.policy.rules.value().map_or(&[][..], Vec::as_slice);
        let looks = self.policy.is_enabled() && (self.declared.is_some() || !rules.is_empty());
        if !looks {
            let plan = self.deduped(context, plan).map_err(failed)?;
            return Ok(Checked {
                plan,
                rows: None,
                dropped: 0,
                report: None,
            });
        }
        let staged = stage(&context.state(), &plan).await.map_err(failed)?;
        let (unique, of_rows): (Vec<_>, Vec<_>) = rules
            .iter()
            .cloned()
            .partition(|rule| matches!(rule, ValidationRule::Unique(_)));
        let mut report = self
            .validated(context, &staged.plan, self.declared, &of_rows)
            .await?;
        let mut plan = staged.plan;
        let goes_on = report.passed || self.policy.lazy.value() != Some(&false);
        let mut dropped = 0;
        let breaks = |of_rows: bool| {
            let mut rules = report.rules.iter();
            rules.any(|rule| rule.refuses() && rule.is_of_rows() == of_rows)
        };
        // Of columns that are not as they have to be, no row is good.
        if self.drops && breaks(true) && !breaks(false) {
            let policy = self.of_rules(&of_rows);
            let passing = passing_rows(context, plan, self.declared, &policy).await?;
            // Put aside once more: a predicate that changes its mind must not let other rows through later.
            let kept = stage(&context.state(), &passing).await.map_err(failed)?;
            dropped = staged.rows - kept.rows;
            plan = kept.plan;
        }
        plan = self.deduped(context, plan).map_err(failed)?;
        if !unique.is_empty() && goes_on {
            // Rows of one key are one by now, so that only what is left is compared.
            report.append(self.validated(context, &plan, None, &unique).await?);
            for rule in &unique {
                if let ValidationRule::Unique(rule_columns) = rule
                    && let Some(present) = &self.present
                {
                    let known = self
                        .known(context, &plan, present.clone(), rule_columns)
                        .await
                        .map_err(failed)?;
                    report.push(known_keys(rule, known, staged.rows - dropped));
                }
            }
        }
        Ok(Checked {
            plan,
            rows: Some(staged.rows),
            dropped,
            report: Some(report),
        })
    }

    async fn validated(
        &self,
        context: &SessionContext,
        plan: &LogicalPlan,
        declared: Option<&SchemaDescription>,
        rules: &[ValidationRule],
    ) -> Result<ValidationReport> {
        let policy = self.of_rules(rules);
        let options = ValidationOptions {
            examples_per_rule: self.examples,
            ..ValidationOptions::default()
        };
        validate(context, plan.clone(), declared, &policy, options).await
    }

    /// The policy with these rules instead of its own.
    fn of_rules(&self, rules: &[ValidationRule]) -> ValidationPolicySpec {
        ValidationPolicySpec {
            rules: Setting::Value(rules.to_vec()),
            ..self.policy.clone()
        }
    }

    fn deduped(
        &self,
        context: &SessionContext,
        plan: LogicalPlan,
    ) -> Result<LogicalPlan, DataFusionError> {
        let Some(dedupe) = self.dedupe else {
            return Ok(plan);
        };
        let rows = DataFrame::new(context.state(), plan);
        Ok(deduped(rows, dedupe)?.into_unoptimized_plan())
    }

    /// How many rows have a key that the dataset has already. A key with a NULL is no key.
    async fn known(
        &self,
        context: &SessionContext,
        plan: &LogicalPlan,
        present: LogicalPlan,
        rule: &rules::Unique,
    ) -> Result<u64, DataFusionError> {
        const NEW: &str = "new";
        const PRESENT: &str = "present";
        let columns = || rule.columns.iter().map(ColumnName::as_str);
        let state = context.state();
        let select = |plan: LogicalPlan, alias: &str| {
            DataFrame::new(state.clone(), plan)
                .select(columns().map(named))?
                .alias(alias)
        };
        let equal = columns().map(|name| {
            let side = |alias: &str| Expr::Column(Column::new(Some(alias), name));
            side(NEW).eq(side(PRESENT))
        });
        let known = select(plan.clone(), NEW)?.join_on(
            select(present, PRESENT)?,
            JoinType::LeftSemi,
            equal,
        )?;
        Ok(known.count().await? as u64)
    }
}

/// The report of keys that the dataset has already.
#[expect(
    clippy::cast_precision_loss,
    reason = "a fraction of more than 2^53 rows is exact enough"
)]
fn known_keys(rule: &ValidationRule, known: u64, rows: u64) -> RuleReport {
    RuleReport {
        rule: format!("{} in the dataset", rule.label()),
        kind: rule.kind(),
        columns: rule
            .columns()
            .iter()
            .map(|column| column.to_string())
            .collect(),
        severity: rule.severity(),
        status: if known == 0 {
            RuleStatus::Passed
        } else {
            RuleStatus::Failed
        },
        violations: known,
        fraction: (rows > 0).then(|| known as f64 / rows as f64),
        examples: Vec::new(),
        message: (known > 0).then(|| "the dataset has rows with these keys already".to_owned()),
    }
}
