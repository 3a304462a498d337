//! What a validation found.

use codeanatomy_schema::{Severity, ValidationRule};
use serde::Serialize;
use serde_json::{Map, Value};

/// Why a rule was not checked to the end.
const ENDED: &str = "the first violation ended the validation before";

/// What came of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleStatus {
    /// Nothing violates it.
    Passed,
    /// Something violates it.
    Failed,
    /// It was not checked, or not to the end; `message` says why.
    Skipped,
}

/// A row, or a key of several rows, that violates a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The row's number, from 0 on, in the order of the whole dataset; `None` where that has no order, and for a key.
    pub row: Option<u64>,
    /// How many rows have the key, for `unique`.
    pub count: Option<u64>,
    /// The values of the row, or of the key, by column.
    ///
    /// Whatever JSON can't tell exactly is a text: decimals, points in time, NaN and infinities, and binaries, which are in hexadecimal. A
    /// text of more than 1,024 characters and a list of more than 100 elements are cut, and end with `…`.
    pub values: Map<String, Value>,
}

/// What came of a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleReport {
    /// The rule's name, or for example `unique(path, line)`.
    pub rule: String,
    /// The kind of the policy's rule; or `declared_columns`, `undeclared_columns`, `column_types`, `coercion` or `not_null` for what the
    /// declared schema and the policy's options ask.
    pub kind: &'static str,
    /// The columns that the rule is about.
    pub columns: Vec<String>,
    /// What a violation does.
    pub severity: Severity,
    /// What came of it.
    pub status: RuleStatus,
    /// How many rows violate it; for a rule about columns, how many columns do. For `unique`, all rows that share their key with another.
    pub violations: u64,
    /// The violations among the rows checked; `None` for a rule about columns, and where no row was checked.
    pub fraction: Option<f64>,
    /// The first violations. For `unique`, the least keys.
    pub examples: Vec<Example>,
    /// Which columns violate the rule, or why it was skipped.
    pub message: Option<String>,
}

impl RuleReport {
    /// A rule that nothing violates so far.
    pub(crate) fn new(rule: String, kind: &'static str, columns: Vec<String>) -> Self {
        Self {
            rule,
            kind,
            columns,
            severity: Severity::Error,
            status: RuleStatus::Passed,
            violations: 0,
            fraction: None,
            examples: Vec::new(),
            message: None,
        }
    }

    pub(crate) fn of(rule: &ValidationRule) -> Self {
        let columns = rule
            .columns()
            .iter()
            .map(|column| column.as_str().to_owned());
        let mut report = Self::new(rule.label(), rule.kind(), columns.collect());
        report.severity = rule.severity();
        report
    }

    /// Whether it is about single rows, so that those that violate it can be told from the others.
    #[must_use]
    pub fn is_of_rows(&self) -> bool {
        self.stage() == Stage::Rows
    }

    /// Whether it refuses the dataset.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.status == RuleStatus::Failed && self.severity == Severity::Error
    }

    pub(crate) fn skip(&mut self, message: &str) {
        self.status = RuleStatus::Skipped;
        self.message = Some(message.to_owned());
    }

    /// Columns that violate a rule about columns.
    pub(crate) fn fail_columns(&mut self, message: String, violations: usize) {
        self.status = RuleStatus::Failed;
        self.message = Some(message);
        self.violations = violations as u64;
    }

    /// The rows that violate a rule about rows.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a fraction of more than 2^53 rows is exact enough"
    )]
    pub(crate) fn count_rows(&mut self, violations: u64, rows: u64, examples: Vec<Example>) {
        self.violations = violations;
        self.fraction = (rows > 0).then(|| violations as f64 / rows as f64);
        self.examples = examples;
        if violations > 0 {
            self.status = RuleStatus::Failed;
        }
    }
}

/// What of the data a rule needs: the stages of a validation run in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Columns,
    Rows,
    Uniqueness,
}

impl RuleReport {
    fn stage(&self) -> Stage {
        match self.kind {
            "declared_columns" | "undeclared_columns" | "column_types" | "required_columns" => {
                Stage::Columns
            }
            "unique" => Stage::Uniqueness,
            _ => Stage::Rows,
        }
    }
}

/// What a validation found. But for `duration_ms`, the same data and policy give the same report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValidationReport {
    /// Whether no rule of severity `error` is violated.
    pub passed: bool,
    /// How many rows were checked.
    pub rows_checked: u64,
    /// What came of each rule: first of what the declared schema asks, then of the policy's rules in their order.
    pub rules: Vec<RuleReport>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

impl ValidationReport {
    /// Adds what came of one more rule.
    pub fn push(&mut self, rule: RuleReport) {
        self.passed &= !rule.refuses();
        self.rules.push(rule);
    }

    /// Adds what another validation of the same data found by other rules.
    pub fn append(&mut self, other: Self) {
        self.duration_ms += other.duration_ms;
        self.rows_checked = self.rows_checked.max(other.rows_checked);
        for rule in other.rules {
            self.push(rule);
        }
    }

    pub(crate) fn of(rules: Vec<RuleReport>, rows_checked: u64) -> Self {
        Self {
            passed: !rules.iter().any(RuleReport::refuses),
            rows_checked,
            rules,
            duration_ms: 0,
        }
    }

    /// The report of a validation that a rule ended: what was not checked to the end is skipped.
    pub(crate) fn ended(mut rules: Vec<RuleReport>, by: usize, rows_checked: u64) -> Self {
        let stage = rules[by].stage();
        for (place, rule) in rules.iter_mut().enumerate() {
            let earlier = rule.stage() < stage
                || (rule.stage() == stage && stage != Stage::Rows && place < by);
            if place != by && !earlier && rule.status != RuleStatus::Skipped {
                *rule = RuleReport {
                    severity: rule.severity,
                    ..RuleReport::new(rule.rule.clone(), rule.kind, rule.columns.clone())
                };
                rule.skip(ENDED);
            }
        }
        Self::of(rules, rows_checked)
    }
}
