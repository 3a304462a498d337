//! `struct_pick(struct, field, …)`: some fields of a struct.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::utils::datafusion_strsim::levenshtein;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::maps::is_text;

/// The SQL function `struct_pick`.
#[user_doc(
    doc_section(label = "Struct Functions"),
    description = "Returns a struct that has only the named fields, in the order named. Fields keep their type and metadata; nothing is copied. \
                   NULL if the struct is NULL. A field that the struct does not have is an error.",
    syntax_example = "struct_pick(struct, field[, ..., field_n])",
    sql_example = r"```sql
> select struct_pick(named_struct('name', 'main', 'kind', 'call', 'line', 12), 'line', 'name') as node;
+------------------------+
| node                   |
+------------------------+
| {line: 12, name: main} |
+------------------------+
```",
    argument(name = "struct", description = "The struct."),
    argument(
        name = "field",
        description = "The name of a field, a constant; any number of them, each once."
    ),
    alternative_syntax = "struct_select(struct, field[, ..., field_n])",
    related_udf(name = "named_struct")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StructPick {
    signature: Signature,
    aliases: Vec<String>,
}

impl StructPick {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["struct".to_owned(), "field".to_owned()]);
        Self {
            signature,
            aliases: vec!["struct_select".to_owned()],
        }
    }
}

impl Default for StructPick {
    fn default() -> Self {
        Self::new()
    }
}

/// The fields of these names, in their order.
fn picked(fields: &Fields, names: &[Option<&ScalarValue>]) -> Result<Fields> {
    let mut seen = BTreeSet::new();
    names
        .iter()
        .map(|name| {
            let Some(name) = name.and_then(|name| name.try_as_str().flatten()) else {
                return plan_err!("each field of struct_pick is a constant text");
            };
            if !seen.insert(name) {
                return plan_err!("struct_pick names the field '{name}' twice");
            }
            let Some((_, field)) = fields.find(name) else {
                return plan_err!("{}", no_such_field(fields, name));
            };
            Ok(Arc::clone(field))
        })
        .collect()
}

fn no_such_field(fields: &Fields, name: &str) -> String {
    let names: Vec<_> = fields.iter().map(|field| field.name().as_str()).collect();
    let nearest = names
        .iter()
        .min_by_key(|other| levenshtein(&name.to_lowercase(), &other.to_lowercase()));
    match nearest {
        Some(nearest) => format!(
            "the struct of struct_pick has no field '{name}', but {}; did you mean '{nearest}'?",
            names.join(", ")
        ),
        None => format!("the struct of struct_pick has no field '{name}', it has none at all"),
    }
}

fn pick(from: &StructArray, to: &Fields) -> Result<StructArray> {
    let columns = to
        .iter()
        .map(|field| {
            let Some(column) = from.column_by_name(field.name()) else {
                return internal_err!("the struct of struct_pick has no field '{}'", field.name());
            };
            Ok(Arc::clone(column))
        })
        .collect::<Result<_>>()?;
    Ok(StructArray::try_new(
        to.clone(),
        columns,
        from.nulls().cloned(),
    )?)
}

impl ScalarUDFImpl for StructPick {
    fn name(&self) -> &'static str {
        "struct_pick"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [from, names @ ..] = given else {
            return plan_err!("struct_pick takes a struct and at least one field, got none");
        };
        if !matches!(from, DataType::Struct(_)) {
            return plan_err!("the first argument of struct_pick is a struct, not {from}");
        }
        if names.is_empty() {
            return plan_err!("struct_pick takes a struct and at least one field, got no field");
        }
        if let Some(other) = names.iter().find(|name| !is_text(name)) {
            return plan_err!("each field of struct_pick is a constant text, not {other}");
        }
        Ok(given.to_vec())
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        internal_err!("the type that struct_pick returns depends on the fields")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let ([from, ..], [_, names @ ..]) = (arguments.arg_fields, arguments.scalar_arguments)
        else {
            return internal_err!("struct_pick has a struct");
        };
        let DataType::Struct(fields) = from.data_type() else {
            return plan_err!(
                "the first argument of struct_pick is a struct, not {}",
                from.data_type()
            );
        };
        let data_type = DataType::Struct(picked(fields, names)?);
        Ok(Arc::new(Field::new(
            self.name(),
            data_type,
            from.is_nullable(),
        )))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let DataType::Struct(fields) = arguments.return_field.data_type() else {
            return internal_err!("struct_pick returns a struct");
        };
        match arguments.args.first() {
            Some(ColumnarValue::Array(array)) => {
                let Some(from) = array.as_struct_opt() else {
                    return internal_err!("the struct of struct_pick is {}", array.data_type());
                };
                Ok(ColumnarValue::Array(Arc::new(pick(from, fields)?)))
            }
            Some(ColumnarValue::Scalar(ScalarValue::Struct(from))) => {
                let picked = ScalarValue::Struct(Arc::new(pick(from, fields)?));
                Ok(ColumnarValue::Scalar(picked))
            }
            _ => internal_err!("struct_pick has a struct"),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
