//! The rules about single rows, compiled.

use std::sync::Arc;

use codeanatomy_errors::Result;
use codeanatomy_schema::{Severity, ValidationRule};
use datafusion::execution::SessionState;
use datafusion::physical_expr::PhysicalExpr;

use crate::bound::Compared;
use crate::coercion::loses;
use crate::columns::Columns;
use crate::predicate::Condition;
use crate::report::RuleReport;

/// How a rule is checked on a batch.
pub(crate) enum Check {
    /// No NULL in the column at that place.
    NotNull(usize),
    /// Violated where the expression over the rules' columns is true.
    Violated(Arc<dyn PhysicalExpr>),
    /// Violated where the expression over the columns of the data is true.
    ViolatedBefore(Arc<dyn PhysicalExpr>),
}

/// A rule that each row meets or not.
pub(crate) struct RowRule {
    /// The place of its report.
    pub(crate) report: usize,
    /// Whether a violation ends a run that is not lazy.
    pub(crate) ends: bool,
    pub(crate) check: Check,
}

impl RowRule {
    pub(crate) fn new(report: usize, severity: Severity, check: Check) -> Self {
        Self {
            report,
            ends: severity == Severity::Error,
            check,
        }
    }
}

/// What the declared schema asks of rows: that casts lose nothing, and that columns that are not nullable have no NULL.
///
/// The reports are added to `reports`. A `not_null` that a rule of the policy states as well is left to it.
pub(crate) fn declared_rules(
    columns: &Columns,
    not_null: &[&str],
    rules: &[ValidationRule],
    reports: &mut Vec<RuleReport>,
) -> Result<Vec<RowRule>> {
    let mut compiled = Vec::new();
    for &index in &columns.coerced {
        let name = columns.raw.field(index).name();
        let lost = loses(
            &columns.raw,
            index,
            columns.checked.field(index).data_type(),
        )?;
        compiled.push(RowRule::new(
            reports.len(),
            Severity::Error,
            Check::ViolatedBefore(lost),
        ));
        reports.push(RuleReport::new(
            format!("coercion({name})"),
            "coercion",
            vec![name.clone()],
        ));
    }
    for &name in not_null {
        let stated = rules.iter().any(|rule| {
            matches!(rule, ValidationRule::NotNull(_))
                && rule.severity() == Severity::Error
                && rule.columns().iter().any(|column| column.as_str() == name)
        });
        if stated {
            continue;
        }
        let mut report = RuleReport::new(
            format!("not_null({name})"),
            "not_null",
            vec![name.to_owned()],
        );
        match (columns.unusable.get(name), columns.checked.index_of(name)) {
            (None, Ok(index)) => compiled.push(RowRule::new(
                reports.len(),
                Severity::Error,
                Check::NotNull(index),
            )),
            (Some(reason), _) => report.skip(reason),
            (None, Err(_)) => report.skip("the column is missing"),
        }
        reports.push(report);
    }
    Ok(compiled)
}

/// Compiles a rule about rows; `None` for a rule of another kind.
pub(crate) fn compile(
    state: &SessionState,
    rule: &ValidationRule,
    condition: Option<&Condition>,
    columns: &Columns,
) -> Result<Option<Check>> {
    let label = rule.label();
    let compared = |name| -> Option<Compared<'_>> {
        Some(Compared {
            label: &label,
            name,
            index: columns.checked.index_of(name).ok()?,
            schema: &columns.checked,
        })
    };
    Ok(match rule {
        ValidationRule::NotNull(rule) => columns
            .checked
            .index_of(rule.column.as_str())
            .ok()
            .map(Check::NotNull),
        ValidationRule::Range(range) => compared(range.column.as_str())
            .map(|column| column.outside(range))
            .transpose()?
            .map(Check::Violated),
        ValidationRule::AllowedValues(list) => compared(list.column.as_str())
            .map(|column| column.not_among(&list.values))
            .transpose()?
            .map(Check::Violated),
        ValidationRule::Predicate(_) => condition
            .map(|condition| condition.violated(state, &columns.checked))
            .transpose()?
            .map(Check::Violated),
        ValidationRule::Unique(_) | ValidationRule::RequiredColumns(_) => None,
    })
}
