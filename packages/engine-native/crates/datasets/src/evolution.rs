//! How columns come to be the declared ones: which are added, left out or cast, and what is refused.

use arrow::compute::can_cast_types;
use arrow::datatypes::{DataType, Field};
use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use codeanatomy_schema::{EvolutionSpec, SchemaDescription};
use codeanatomy_validation::same_type;
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::logical_expr::{Expr, cast, lit};
use serde::Serialize;

/// What became of a column on its way to the declared ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnChange {
    /// The name.
    pub column: String,
    /// `added`: NULL in every row. `left_out`: it is not declared. `cast`: to the declared type.
    pub change: &'static str,
    /// The type that it had; `None` for one that is added.
    pub from: Option<String>,
    /// The type that it has; `None` for one that is left out.
    pub to: Option<String>,
}

/// What happens to columns that are not declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undeclared {
    LeftOut,
    Kept,
    Refused,
}

/// How columns may differ from the declared ones.
pub(crate) struct Evolution<'a> {
    /// What is told of, for example `the rows for the dataset 'orders'`.
    pub(crate) subject: String,
    /// What a refusal is.
    pub(crate) code: ErrorCode,
    pub(crate) declared: &'a SchemaDescription,
    pub(crate) spec: &'a EvolutionSpec,
    pub(crate) undeclared: Undeclared,
    /// Leaves columns of other types to what checks their casts.
    pub(crate) defers_casts: bool,
}

/// The declared columns as expressions over those that there are.
#[derive(Debug, Default)]
pub(crate) struct Evolved {
    pub(crate) columns: Vec<Expr>,
    pub(crate) changes: Vec<ColumnChange>,
    /// Whether the columns are what they were, in another order at most.
    pub(crate) is_unchanged: bool,
}

impl Evolution<'_> {
    /// Makes the declared columns of those of `data`; columns in `beside` stay as they are.
    pub(crate) fn of(&self, data: &DFSchema, beside: &[&str]) -> Result<Evolved> {
        let mut evolved = Evolved::default();
        for declared in self.declared.arrow().fields() {
            let column = match find(data, declared.name()) {
                Some((column, field)) => self.typed(column, &field, declared, &mut evolved)?,
                None => self.missing(data, declared, &mut evolved)?,
            };
            evolved.columns.push(column.alias(declared.name()));
        }
        for (qualifier, field) in data.iter() {
            if self.declared.has(field.name()) {
                continue;
            }
            if beside.contains(&field.name().as_str()) || self.undeclared == Undeclared::Kept {
                let column = Expr::Column(Column::from((qualifier, field)));
                evolved.columns.push(column.alias(field.name()));
                continue;
            }
            self.undeclared(field)?;
            evolved.changes.push(ColumnChange {
                column: field.name().clone(),
                change: "left_out",
                from: Some(field.data_type().to_string()),
                to: None,
            });
        }
        let names = evolved
            .columns
            .iter()
            .map(|column| column.schema_name().to_string());
        evolved.is_unchanged = evolved.changes.is_empty()
            && names.eq(data.fields().iter().map(|field| field.name().clone()));
        Ok(evolved)
    }

    fn typed(
        &self,
        column: Expr,
        field: &Field,
        declared: &Field,
        evolved: &mut Evolved,
    ) -> Result<Expr> {
        let (from, to) = (field.data_type(), declared.data_type());
        if same_type(from, to) || self.defers_casts && can_cast_types(from, to) {
            return Ok(column);
        }
        let differs = format!(
            "the column '{}' of {} is {from}, and declared as {to}",
            field.name(),
            self.subject
        );
        if self.spec.allow_casts.value() == Some(&false) {
            return Err(self
                .refused(field.name(), differs)
                .with_hint("give it the declared type, or allow casts with 'allow_casts'"));
        }
        if *from != DataType::Null && !can_cast_types(from, to) {
            return Err(self
                .refused(
                    field.name(),
                    format!("{differs}, which nothing casts it to"),
                )
                .with_hint("give it the declared type"));
        }
        evolved.changes.push(ColumnChange {
            column: field.name().clone(),
            change: "cast",
            from: Some(from.to_string()),
            to: Some(to.to_string()),
        });
        Ok(cast(column, to.clone()))
    }

    fn missing(&self, data: &DFSchema, declared: &Field, evolved: &mut Evolved) -> Result<Expr> {
        let name = declared.name();
        let lacks = format!(
            "{} have no column '{name}', which is declared",
            self.subject
        );
        if self.spec.allow_missing.value() == Some(&false) {
            let names = data.fields().iter().map(|field| field.name().as_str());
            let meant = nearest_name(name, names).map_or_else(String::new, |nearest| {
                format!("; is it called '{nearest}' there?")
            });
            return Err(self
                .refused(name, format!("{lacks}{meant}"))
                .with_hint("add the column, or let columns be missing with 'allow_missing'"));
        }
        if !declared.is_nullable() {
            return Err(self
                .refused(name, format!("{lacks} and may not be NULL"))
                .with_hint("add the column, or declare that it may be NULL"));
        }
        let data_type = declared.data_type();
        let null = ScalarValue::try_from(data_type)
            .map_err(|error| EngineError::new(ErrorCode::InternalError, error.strip_backtrace()))?;
        evolved.changes.push(ColumnChange {
            column: name.clone(),
            change: "added",
            from: None,
            to: Some(data_type.to_string()),
        });
        Ok(lit(null))
    }

    fn undeclared(&self, field: &Field) -> Result<()> {
        let refused =
            self.undeclared == Undeclared::Refused || self.spec.allow_extra.value() == Some(&false);
        if !refused {
            return Ok(());
        }
        let name = field.name();
        let meant = nearest_name(name, self.declared.columns())
            .map_or_else(String::new, |nearest| format!("; is '{nearest}' meant?"));
        let columns: Vec<_> = self.declared.columns().collect();
        Err(self
            .refused(
                name,
                format!(
                    "{} have a column '{name}', which is not declared{meant}",
                    self.subject
                ),
            )
            .with_hint(format!("the declared columns are {}", columns.join(", "))))
    }

    fn refused(&self, column: &str, message: String) -> EngineError {
        EngineError::new(self.code, message).with_detail("column", column)
    }
}

fn find(data: &DFSchema, name: &str) -> Option<(Expr, Field)> {
    data.iter()
        .find(|(_, field)| field.name() == name)
        .map(|(qualifier, field)| {
            (
                Expr::Column(Column::from((qualifier, field))),
                field.as_ref().clone(),
            )
        })
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{DataType, Field, Schema};
    use codeanatomy_errors::{EngineError, ErrorCode};
    use codeanatomy_schema::{EvolutionSpec, SchemaDescription, decode};
    use datafusion::common::DFSchema;

    use super::{Evolution, Evolved, Undeclared};

    fn evolved(
        data: &[(&str, DataType)],
        spec: &str,
        undeclared: Undeclared,
    ) -> Result<Evolved, EngineError> {
        let declared: SchemaDescription = serde_json::from_str(
            r#"{"fields": [{"name": "id", "type": "Int64", "nullable": false}, {"name": "name", "type": "Utf8"}]}"#,
        )
        .unwrap();
        let spec: EvolutionSpec = decode(spec, "spec").unwrap();
        let fields: Vec<_> = data
            .iter()
            .map(|(name, data_type)| Field::new(*name, data_type.clone(), true))
            .collect();
        Evolution {
            subject: "the rows".to_owned(),
            code: ErrorCode::DeltaSchemaMismatch,
            declared: &declared,
            spec: &spec,
            undeclared,
            defers_casts: false,
        }
        .of(&DFSchema::try_from(Schema::new(fields)).unwrap(), &[])
    }

    fn changes(evolved: &Evolved) -> Vec<(&str, &str)> {
        let changes = evolved.changes.iter();
        changes
            .map(|change| (change.column.as_str(), change.change))
            .collect()
    }

    #[test]
    fn each_field_has_its_effect_unset_explicit_and_null() {
        let missing = [("id", DataType::Int64)];
        let extra = [
            ("id", DataType::Int64),
            ("name", DataType::Utf8),
            ("x", DataType::Utf8),
        ];
        let other = [("id", DataType::Utf8), ("name", DataType::Utf8View)];
        for (field, data, expected) in [
            ("allow_missing", &missing[..], ("name", "added")),
            ("allow_extra", &extra[..], ("x", "left_out")),
            ("allow_casts", &other[..], ("id", "cast")),
        ] {
            for spec in [
                "{}".to_owned(),
                format!(r#"{{"{field}": true}}"#),
                format!(r#"{{"{field}": null}}"#),
            ] {
                let evolved = evolved(data, &spec, Undeclared::LeftOut).unwrap();
                assert_eq!(changes(&evolved), [expected], "{spec}");
                assert!(!evolved.is_unchanged);
            }
            let spec = format!(r#"{{"{field}": false}}"#);
            let error = evolved(data, &spec, Undeclared::LeftOut).unwrap_err();
            assert_eq!(error.code(), ErrorCode::DeltaSchemaMismatch);
            assert_eq!(
                error.details().get("column").map(String::as_str),
                Some(expected.0)
            );
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn undeclared_columns_are_kept_or_refused_and_required_ones_never_made_up() {
        let extra = [
            ("id", DataType::Int64),
            ("name", DataType::Utf8),
            ("x", DataType::Utf8),
        ];
        let kept = evolved(&extra, "{}", Undeclared::Kept).unwrap();
        assert_eq!(kept.columns.len(), 3);
        assert!(kept.is_unchanged);
        assert!(evolved(&extra, "{}", Undeclared::Refused).is_err());
        assert!(evolved(&[("name", DataType::Utf8)], "{}", Undeclared::LeftOut).is_err());
        let nested = DataType::Struct(vec![Field::new("a", DataType::Int64, true)].into());
        let error = evolved(
            &[("id", nested), ("name", DataType::Utf8)],
            "{}",
            Undeclared::LeftOut,
        );
        assert!(error.unwrap_err().message().contains("nothing casts"));
    }
}
