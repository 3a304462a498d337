//! `@>`: whether a value has everything that another has.

use std::sync::Arc;

use arrow::datatypes::DataType;
use codeanatomy_functions::json::json_contains::JsonContains;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::functions::core::get_field;
use datafusion::functions_nested::array_has::array_has_all_udf;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, ScalarUDF, binary_expr, lit};

use super::access::is_json_text;
use super::call;

/// Whether `whole` contains `part`; `None` if that is not defined on their types.
///
/// A list contains a list whose elements it has; a struct a struct whose fields it has, each containing the other's or equal to it; JSON text
/// contains JSON text as `json_contains` says.
pub(super) fn contains(whole: &Expr, part: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    let (Ok(whole_type), Ok(part_type)) = (whole.get_type(schema), part.get_type(schema)) else {
        return Ok(None);
    };
    match (&whole_type, &part_type) {
        (DataType::Struct(whole_fields), DataType::Struct(part_fields)) => {
            let mut conditions = Vec::with_capacity(part_fields.len());
            for field in part_fields {
                let name = field.name();
                if whole_fields.find(name).is_none() {
                    return plan_err!("@> and <@: the containing struct has no field '{name}'");
                }
                let member = |of: &Expr| call(get_field(), vec![of.clone(), lit(name.clone())]);
                let (whole, part) = (member(whole), member(part));
                conditions.push(
                    match field.data_type() {
                        DataType::Struct(_) | DataType::List(_) | DataType::LargeList(_) => {
                            contains(&whole, &part, schema)?
                        }
                        _ => None,
                    }
                    .unwrap_or_else(|| binary_expr(whole, Operator::IsNotDistinctFrom, part)),
                );
            }
            Ok(Some(
                conditions
                    .into_iter()
                    .reduce(Expr::and)
                    .unwrap_or(lit(true)),
            ))
        }
        (one, other) if is_list(one) && is_list(other) => Ok(Some(call(
            array_has_all_udf(),
            vec![whole.clone(), part.clone()],
        ))),
        (one, other) if is_json_text(one) && is_json_text(other) => Ok(Some(call(
            Arc::new(ScalarUDF::from(JsonContains::new())),
            vec![whole.clone(), part.clone()],
        ))),
        (one, other) if one.is_nested() || other.is_nested() => plan_err!(
            "@> and <@ are defined on two lists, two structs or two texts of JSON, not on {one} and {other}"
        ),
        _ => Ok(None),
    }
}

fn is_list(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..)
    )
}
