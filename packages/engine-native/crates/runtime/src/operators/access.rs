//! Steps into values: by the value's type, members of structs and maps, elements of lists, and values in JSON text.

use std::sync::{Arc, LazyLock};

use arrow::compute::can_cast_types;
use arrow::datatypes::DataType;
use codeanatomy_functions::json::json_get::JsonGet;
use codeanatomy_functions::json::json_get_text::JsonGetText;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::functions::core::get_field;
use datafusion::functions_nested::extract::array_element_udf;
use datafusion::functions_nested::map_extract::map_extract_udf;
use datafusion::logical_expr::{Cast, Expr, ExprSchemable, ScalarUDF, lit, when};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::call;

static JSON_GET: LazyLock<Arc<ScalarUDF>> =
    LazyLock::new(|| Arc::new(ScalarUDF::from(JsonGet::new())));
static JSON_GET_TEXT: LazyLock<Arc<ScalarUDF>> =
    LazyLock::new(|| Arc::new(ScalarUDF::from(JsonGetText::new())));

/// What is at the end of the steps; `None` if the operator is not defined on the value.
pub(super) fn follow(
    operator: &BinaryOperator,
    value: Expr,
    steps: Vec<Expr>,
    schema: &DFSchema,
) -> Result<Option<Expr>> {
    let mut reached = value;
    for step in steps {
        match take_step(operator, reached, step, schema)? {
            Some(next) => reached = next,
            None => return Ok(None),
        }
    }
    Ok(Some(reached))
}

fn take_step(
    operator: &BinaryOperator,
    value: Expr,
    step: Expr,
    schema: &DFSchema,
) -> Result<Option<Expr>> {
    // The type of a placeholder may be unknown.
    let (Ok(value_type), Ok(step_type)) = (value.get_type(schema), step.get_type(schema)) else {
        return Ok(None);
    };
    Ok(Some(match &value_type {
        DataType::Struct(fields) => {
            let name = literal_text(&step);
            if name.is_none_or(|name| fields.find(name).is_none()) {
                let names: Vec<_> = fields
                    .iter()
                    .map(|field| format!("'{}'", field.name()))
                    .collect();
                return plan_err!(
                    "{operator} takes a field of the struct as a constant text, not {step}; it has {}",
                    names.join(", ")
                );
            }
            call(get_field(), vec![value, step])
        }
        DataType::Map(..) => {
            let found = call(map_extract_udf(), vec![value, step]);
            call(array_element_udf(), vec![found, lit(1_i64)])
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => {
            let position = list_position(operator, step, &step_type)?;
            call(array_element_udf(), vec![value, position])
        }
        other if is_json_text(other) => json_step(value, step),
        _ => return Ok(None),
    }))
}

/// Whether a value of the type is read as JSON.
pub(super) fn is_json_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null => true,
        DataType::Dictionary(_, value) => value.is_string(),
        other => other.is_string(),
    }
}

fn literal_text(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Literal(value, _) => value.try_as_str().flatten(),
        _ => None,
    }
}

/// The position as DataFusion counts: from 1, and from -1 at the end.
fn list_position(operator: &BinaryOperator, step: Expr, step_type: &DataType) -> Result<Expr> {
    let text = literal_text(&step).map(|text| text.parse::<i64>().ok());
    match (&step, text) {
        (_, Some(Some(index))) => return Ok(lit(from_one(index))),
        (Expr::Literal(ScalarValue::Int64(Some(index)), _), _) => return Ok(lit(from_one(*index))),
        _ if step_type.is_integer() || step_type.is_null() => {}
        _ => {
            return plan_err!(
                "{operator} takes the number of an element of the list, from 0, not {step}"
            );
        }
    }
    let index = Expr::Cast(Cast::new(Box::new(step), DataType::Int64));
    when(index.clone().gt_eq(lit(0_i64)), index.clone() + lit(1_i64)).otherwise(index)
}

fn from_one(index: i64) -> i64 {
    if index < 0 {
        index
    } else {
        index.saturating_add(1)
    }
}

/// Steps one after the other are one call, so that a text is read once.
fn json_step(value: Expr, step: Expr) -> Expr {
    let mut arguments = match value {
        Expr::ScalarFunction(inner) if inner.func == *JSON_GET => inner.args,
        other => vec![other],
    };
    arguments.push(step);
    call(Arc::clone(&JSON_GET), arguments)
}

/// The value as text.
pub(super) fn as_text(operator: &BinaryOperator, value: Expr, schema: &DFSchema) -> Result<Expr> {
    if let Expr::ScalarFunction(inner) = &value
        && inner.func == *JSON_GET
    {
        return Ok(call(Arc::clone(&JSON_GET_TEXT), inner.args.clone()));
    }
    let data_type = value.get_type(schema)?;
    if data_type.is_string() {
        return Ok(value);
    }
    if !can_cast_types(&data_type, &DataType::Utf8View) {
        return plan_err!(
            "{operator} gives text, and a {data_type} has no form as text; use the operator without the second >"
        );
    }
    Ok(Expr::Cast(Cast::new(Box::new(value), DataType::Utf8View)))
}
