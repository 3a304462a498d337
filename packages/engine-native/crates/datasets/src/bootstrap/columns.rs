//! How the columns of a table differ from the declared ones.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use codeanatomy_errors::{EngineError, ErrorCode};
use codeanatomy_schema::{Origin, ResolvedLocation};
use serde::{Deserialize, Serialize};

/// In what a column differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The table lacks it.
    Missing,
    /// It is not declared.
    Extra,
    /// It has another type.
    Type,
    /// It may be NULL in one of the two only.
    Nullable,
}

/// A column that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDifference {
    /// The column.
    pub column: String,
    /// In what it differs.
    pub kind: DifferenceKind,
    /// What is declared; `None` for one that is not.
    pub declared: Option<String>,
    /// What is there; `None` for one that is missing.
    pub actual: Option<String>,
}

impl ColumnDifference {
    fn text(&self) -> String {
        let column = &self.column;
        let declared = self.declared.as_deref().unwrap_or_default();
        let actual = self.actual.as_deref().unwrap_or_default();
        match self.kind {
            DifferenceKind::Missing => format!("'{column}' is missing ({declared})"),
            DifferenceKind::Extra => format!("'{column}' is not declared ({actual})"),
            DifferenceKind::Type | DifferenceKind::Nullable => {
                format!("'{column}' is {actual}, and declared as {declared}")
            }
        }
    }
}

/// Which differences a dataset states to be none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tolerance {
    missing: bool,
    extra: bool,
    casts: bool,
}

impl Tolerance {
    /// What the evolution of the dataset's spec states itself. Its defaults, which are for reading, excuse nothing here.
    pub(super) fn of(resolved: &ResolvedLocation) -> Self {
        let evolution = &resolved.evolution_spec;
        let states = |field: &str, value: Option<&bool>| {
            value == Some(&true)
                && evolution
                    .origin(field)
                    .is_some_and(|origin| origin != Origin::Default)
        };
        let options = &evolution.options;
        Self {
            missing: states("allow_missing", options.allow_missing.value()),
            extra: states("allow_extra", options.allow_extra.value()),
            casts: states("allow_casts", options.allow_casts.value()),
        }
    }

    /// Internal tables get the columns that they lack with the next event, and keep those of a newer version.
    pub(super) const INTERNAL: Self = Self {
        missing: true,
        extra: true,
        casts: false,
    };
}

/// The differences, in the order of the declared columns, those that are not declared last.
pub(super) fn differences(
    declared: &Schema,
    actual: &Schema,
    tolerance: Tolerance,
) -> Vec<ColumnDifference> {
    let mut found = Vec::new();
    let mut add = |column: &str, kind, declared: Option<&Field>, actual: Option<&Field>| {
        found.push(ColumnDifference {
            column: column.to_owned(),
            kind,
            declared: declared.map(shown),
            actual: actual.map(shown),
        });
    };
    for wanted in declared.fields() {
        match actual.field_with_name(wanted.name()) {
            Err(_) if tolerance.missing => {}
            Err(_) => add(wanted.name(), DifferenceKind::Missing, Some(wanted), None),
            Ok(_) if tolerance.casts => {}
            Ok(there) if plain(there.data_type()) != plain(wanted.data_type()) => {
                add(
                    wanted.name(),
                    DifferenceKind::Type,
                    Some(wanted),
                    Some(there),
                );
            }
            Ok(there) if there.is_nullable() != wanted.is_nullable() => {
                add(
                    wanted.name(),
                    DifferenceKind::Nullable,
                    Some(wanted),
                    Some(there),
                );
            }
            Ok(_) => {}
        }
    }
    if !tolerance.extra {
        for there in actual.fields() {
            if declared.field_with_name(there.name()).is_err() {
                add(there.name(), DifferenceKind::Extra, None, Some(there));
            }
        }
    }
    found
}

/// The error of a table that is not what is declared.
pub(super) fn mismatch(name: &str, place: &str, differences: &[ColumnDifference]) -> EngineError {
    let listed: Vec<String> = differences.iter().map(ColumnDifference::text).collect();
    EngineError::new(
        ErrorCode::DeltaSchemaMismatch,
        format!(
            "the columns at {place} are not those that the dataset '{name}' declares: {}",
            listed.join("; ")
        ),
    )
    .with_detail("dataset", name)
    .with_hint("nothing was changed: declare the columns that are there, state what may differ in 'evolution_spec', change the table yourself, or choose another path")
}

fn shown(field: &Field) -> String {
    let nullable = if field.is_nullable() { "" } else { "non-null " };
    format!("{nullable}{}", field.data_type())
}

/// The type without what does not change values: metadata, and the names that writers give the elements of lists and the entries of maps.
pub(crate) fn plain(data_type: &DataType) -> DataType {
    let field = |field: &FieldRef, name: &str| {
        Arc::new(Field::new(
            name,
            plain(field.data_type()),
            field.is_nullable(),
        ))
    };
    match data_type {
        DataType::Struct(fields) => DataType::Struct(
            fields
                .iter()
                .map(|inner| field(inner, inner.name()))
                .collect(),
        ),
        DataType::List(element) => DataType::List(field(element, "element")),
        DataType::Map(entries, sorted) => {
            let DataType::Struct(pair) = entries.data_type() else {
                return data_type.clone();
            };
            let pair = pair
                .iter()
                .zip(["key", "value"])
                .map(|(inner, name)| field(inner, name))
                .collect();
            DataType::Map(
                Arc::new(Field::new("entries", DataType::Struct(pair), false)),
                *sorted,
            )
        }
        other => other.clone(),
    }
}
