//! What is known of the columns before any row is read: which are there, of which types, and which rules can be checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::compute::can_cast_types;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use codeanatomy_errors::Result;
use codeanatomy_schema::{ColumnName, SchemaDescription, Strictness, ValidationRule};

use crate::error::{unfit, unknown_column};
use crate::point::value_type;
use crate::report::RuleReport;

/// The columns of the data beside the declared ones.
pub(crate) struct Columns {
    /// The columns that are checked, as the data have them.
    pub(crate) raw: SchemaRef,
    /// The same columns as the rules see them: after coercion.
    pub(crate) checked: SchemaRef,
    /// What the rules may name: also columns that are missing, and declared types instead of wrong ones.
    pub(crate) expected: SchemaRef,
    /// The columns that no rule can be checked on, with the reason.
    pub(crate) unusable: BTreeMap<String, String>,
    /// The columns to cast, by their place.
    pub(crate) coerced: Vec<usize>,
    /// What the declared schema asks of the columns themselves.
    pub(crate) reports: Vec<RuleReport>,
    /// All columns of the data.
    present: BTreeSet<String>,
}

impl Columns {
    pub(crate) fn of(
        data: &Schema,
        declared: Option<&SchemaDescription>,
        strict: Strictness,
        coerce: bool,
        rules: &[ValidationRule],
    ) -> Result<Self> {
        let present = distinct_names(data)?;
        let mut columns = Self {
            raw: Arc::new(data.clone()),
            checked: Arc::new(data.clone()),
            expected: Arc::new(data.clone()),
            unusable: BTreeMap::new(),
            coerced: Vec::new(),
            reports: Vec::new(),
            present,
        };
        if let Some(declared) = declared {
            columns.declare(data, declared.arrow(), strict, coerce);
        }
        for rule in rules {
            if let ValidationRule::RequiredColumns(_) = rule {
                for column in columns.missing(rule) {
                    columns.unusable.entry(column.clone()).or_insert_with(|| {
                        format!("the column '{column}', which is required, is missing")
                    });
                }
            }
        }
        Ok(columns)
    }

    /// The columns of a rule that the data do not have.
    pub(crate) fn missing(&self, rule: &ValidationRule) -> Vec<String> {
        let names = rule.columns().iter().map(ColumnName::as_str);
        let missing = names.filter(|name| !self.present.contains(*name));
        missing.map(str::to_owned).collect()
    }

    /// Why a rule about the columns can't be checked; an error if nothing has one of them.
    pub(crate) fn obstacle<'a>(
        &self,
        label: &str,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Option<String>> {
        let mut obstacle = None;
        for column in columns {
            if let Some(reason) = self.unusable.get(column) {
                obstacle.get_or_insert_with(|| reason.clone());
            } else if self.checked.column_with_name(column).is_none() {
                return Err(self.unknown(label, column));
            }
        }
        Ok(obstacle)
    }

    fn unknown(&self, label: &str, column: &str) -> codeanatomy_errors::EngineError {
        if self.present.contains(column) {
            let problem = format!(
                "names the column '{column}', which the schema does not declare, so that 'strict' drops it"
            );
            return unfit(label, &problem)
                .with_detail("column", column)
                .with_hint("declare the column, or let undeclared ones pass with 'strict': false");
        }
        let known = self.expected.fields().iter();
        unknown_column(label, column, known.map(|field| field.name().as_str()))
    }

    fn declare(&mut self, data: &Schema, declared: &Schema, strict: Strictness, coerce: bool) {
        let mut raw = Vec::new();
        let mut checked = Vec::new();
        let mut expected = Vec::new();
        let mut undeclared = Vec::new();
        let mut of_other_type = Vec::new();
        for field in data.fields() {
            let Some((_, wanted)) = declared.column_with_name(field.name()) else {
                undeclared.push(field.name().clone());
                if strict != Strictness::Filter {
                    raw.push(Arc::clone(field));
                    checked.push(Arc::clone(field));
                    expected.push(Arc::clone(field));
                }
                continue;
            };
            let cast = Arc::new(Field::new(field.name(), wanted.data_type().clone(), true));
            if same_type(field.data_type(), wanted.data_type()) {
                checked.push(Arc::clone(field));
                expected.push(Arc::clone(field));
            } else if coerce && can_cast_types(field.data_type(), wanted.data_type()) {
                self.coerced.push(raw.len());
                checked.push(Arc::clone(&cast));
                expected.push(cast);
            } else {
                let (name, is) = (field.name(), field.data_type());
                let problem = format!("'{name}' is {is} instead of {}", wanted.data_type());
                let reason = format!("the column {problem}");
                of_other_type.push(problem);
                self.unusable.insert(name.clone(), reason);
                checked.push(Arc::clone(field));
                expected.push(cast);
            }
            raw.push(Arc::clone(field));
        }
        let mut absent = Vec::new();
        for field in declared.fields() {
            if data.column_with_name(field.name()).is_none() {
                let reason = format!(
                    "the column '{}', which the schema declares, is missing",
                    field.name()
                );
                self.unusable.insert(field.name().clone(), reason);
                absent.push(field.name().clone());
                expected.push(Arc::clone(field));
            }
        }
        self.raw = Arc::new(Schema::new(raw));
        self.checked = Arc::new(Schema::new(checked));
        self.expected = Arc::new(Schema::new(expected));
        let names: Vec<_> = declared
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        self.report("declared_columns", names.clone(), "missing", &absent);
        if strict == Strictness::Refuse {
            self.report(
                "undeclared_columns",
                undeclared.clone(),
                "undeclared",
                &undeclared,
            );
        }
        self.report("column_types", names, "of another type", &of_other_type);
    }

    fn report(
        &mut self,
        kind: &'static str,
        columns: Vec<String>,
        what: &str,
        violating: &[String],
    ) {
        let mut report = RuleReport::new(kind.to_owned(), kind, columns);
        if !violating.is_empty() {
            report.fail_columns(format!("{what}: {}", violating.join(", ")), violating.len());
        }
        self.reports.push(report);
    }
}

fn distinct_names(data: &Schema) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for field in data.fields() {
        if !names.insert(field.name().clone()) {
            return Err(codeanatomy_errors::EngineError::new(
                codeanatomy_errors::ErrorCode::QueryInvalid,
                format!(
                    "two columns of the data are called '{}', which no rule could tell apart",
                    field.name()
                ),
            )
            .with_hint("give each column a name of its own with AS"));
        }
    }
    Ok(names)
}

/// Whether two types have the same values, whichever way Arrow lays them out.
#[must_use]
pub fn same_type(left: &DataType, right: &DataType) -> bool {
    match (value_type(left), value_type(right)) {
        (left, right) if left.is_string() && right.is_string() => true,
        (
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView,
        ) => true,
        (DataType::FixedSizeList(left, size), DataType::FixedSizeList(right, other)) => {
            size == other && same_type(left.data_type(), right.data_type())
        }
        (DataType::Map(left, _), DataType::Map(right, _)) => {
            same_type(left.data_type(), right.data_type())
        }
        (DataType::Struct(left), DataType::Struct(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| {
                    left.name() == right.name() && same_type(left.data_type(), right.data_type())
                })
        }
        (left, right) => match (elements(left), elements(right)) {
            (Some(left), Some(right)) => same_type(left.data_type(), right.data_type()),
            _ => left == right,
        },
    }
}

fn elements(data_type: &DataType) -> Option<&Field> {
    match data_type {
        DataType::List(elements)
        | DataType::LargeList(elements)
        | DataType::ListView(elements)
        | DataType::LargeListView(elements) => Some(elements),
        _ => None,
    }
}
