//! Describes one function of any kind in the terms of the snapshot.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use codeanatomy_functions::Function;
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::function::WindowUDFFieldArgs;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    AggregateUDF, Expr, ReturnFieldArgs, ScalarUDF, Signature, Volatility, WindowUDF,
};
use datafusion_ffi::udaf::ForeignAggregateUDF;
use datafusion_ffi::udf::ForeignScalarUDF;
use datafusion_ffi::udwf::ForeignWindowUDF;

use crate::create_function::declared_calls;

use super::documentation::FunctionDocumentation;
use super::signature::{AcceptedCall, accepted_calls, decides_coercion};
use super::type_name::type_name;

/// What the snapshot says of a function.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of the snapshot"
)]
pub(super) struct Description {
    pub(super) aliases: Vec<String>,
    pub(super) parameter_names: Vec<String>,
    pub(super) volatility: &'static str,
    pub(super) simplify: bool,
    pub(super) coerce_types: bool,
    pub(super) short_circuits: bool,
    pub(super) signature_inputs: Vec<Vec<String>>,
    pub(super) return_types: Vec<String>,
    pub(super) documentation: Option<FunctionDocumentation>,
    pub(super) is_foreign: bool,
}

impl Description {
    pub(super) fn of_scalar(function: &Arc<ScalarUDF>) -> Self {
        let any_kind = Function::Scalar(Arc::clone(function));
        let calls = calls_of(&any_kind, |types| function.coerce_types(types));
        let return_types = returned(&calls, |fields| {
            let scalar_arguments = vec![None; fields.len()];
            let field = function.return_field_from_args(ReturnFieldArgs {
                arg_fields: fields,
                scalar_arguments: &scalar_arguments,
            });
            field.ok().map(|field| field.data_type().clone())
        });
        Self {
            simplify: calls
                .iter()
                .filter_map(AcceptedCall::types)
                .any(|types| simplifies(function, types)),
            short_circuits: function.short_circuits(),
            documentation: function.documentation().map(FunctionDocumentation::from),
            is_foreign: is_foreign(&any_kind),
            ..Self::new(
                function.aliases(),
                function.signature(),
                &calls,
                return_types,
            )
        }
    }

    pub(super) fn of_aggregate(function: &Arc<AggregateUDF>) -> Self {
        let any_kind = Function::Aggregate(Arc::clone(function));
        let calls = calls_of(&any_kind, |types| function.coerce_types(types));
        let return_types = returned(&calls, |fields| {
            let field = function.return_field(fields);
            field.ok().map(|field| field.data_type().clone())
        });
        Self {
            simplify: function.simplify().is_some(),
            documentation: function.documentation().map(FunctionDocumentation::from),
            is_foreign: is_foreign(&any_kind),
            ..Self::new(
                function.aliases(),
                function.signature(),
                &calls,
                return_types,
            )
        }
    }

    pub(super) fn of_window(function: &Arc<WindowUDF>) -> Self {
        let any_kind = Function::Window(Arc::clone(function));
        let calls = calls_of(&any_kind, |types| function.coerce_types(types));
        let return_types = returned(&calls, |fields| {
            let field = function.field(WindowUDFFieldArgs::new(fields, function.name()));
            field.ok().map(|field| field.data_type().clone())
        });
        Self {
            simplify: function.simplify().is_some(),
            documentation: function.documentation().map(FunctionDocumentation::from),
            is_foreign: is_foreign(&any_kind),
            ..Self::new(
                function.aliases(),
                function.signature(),
                &calls,
                return_types,
            )
        }
    }

    fn new(
        aliases: &[String],
        signature: &Signature,
        calls: &[AcceptedCall],
        return_types: Vec<String>,
    ) -> Self {
        let inputs: BTreeSet<_> = calls.iter().map(AcceptedCall::names).collect();
        Self {
            aliases: aliases.to_vec(),
            parameter_names: signature.parameter_names.clone().unwrap_or_default(),
            volatility: match signature.volatility {
                Volatility::Immutable => "immutable",
                Volatility::Stable => "stable",
                Volatility::Volatile => "volatile",
            },
            simplify: false,
            coerce_types: decides_coercion(&signature.type_signature),
            short_circuits: false,
            signature_inputs: inputs.into_iter().collect(),
            return_types,
            documentation: None,
            is_foreign: false,
        }
    }
}

/// The calls that the function takes: as they were declared, where SQL has created it.
fn calls_of(
    function: &Function,
    coerce: impl Fn(&[DataType]) -> Result<Vec<DataType>>,
) -> Vec<AcceptedCall> {
    match declared_calls(function) {
        Some(calls) => calls.into_iter().map(AcceptedCall::Types).collect(),
        None => accepted_calls(function.signature(), is_foreign(function), coerce),
    }
}

/// Whether the function is in another library and came as a capsule.
fn is_foreign(function: &Function) -> bool {
    match function {
        Function::Scalar(function) => function.inner().is::<ForeignScalarUDF>(),
        Function::Aggregate(function) => function.inner().is::<ForeignAggregateUDF>(),
        Function::Window(function) => function.inner().is::<ForeignWindowUDF>(),
    }
}

/// The distinct types that the calls return, as far as the function can tell without seeing values.
fn returned(
    calls: &[AcceptedCall],
    return_type: impl Fn(&[FieldRef]) -> Option<DataType>,
) -> Vec<String> {
    let names: BTreeSet<_> = calls
        .iter()
        .filter_map(AcceptedCall::types)
        .filter_map(|types| return_type(&argument_fields(types)))
        .map(|data_type| type_name(&data_type))
        .collect();
    names.into_iter().collect()
}

fn argument_fields(types: &[DataType]) -> Vec<FieldRef> {
    types
        .iter()
        .enumerate()
        .map(|(position, data_type)| {
            Arc::new(Field::new(
                format!("argument_{position}"),
                data_type.clone(),
                true,
            ))
        })
        .collect()
}

/// Some constant of the type. DataFusion panics on the default of a map, so that NULL stands for what is nested.
fn constant(data_type: &DataType) -> Result<ScalarValue> {
    if data_type.is_nested() {
        ScalarValue::try_from(data_type)
    } else {
        ScalarValue::new_default(data_type)
    }
}

/// Whether a call with columns, or one with constants, of these types is rewritten.
fn simplifies(function: &ScalarUDF, types: &[DataType]) -> bool {
    let fields = argument_fields(types);
    let columns: Vec<_> = fields
        .iter()
        .map(|field| Expr::Column(Column::from_name(field.name())))
        .collect();
    let constants: Vec<_> = types
        .iter()
        .filter_map(|data_type| constant(data_type).ok())
        .map(|value| Expr::Literal(value, None))
        .collect();
    let Ok(schema) = DFSchema::from_unqualified_fields(fields.into(), HashMap::new()) else {
        return false;
    };
    let context = SimplifyContext::builder()
        .with_schema(Arc::new(schema))
        .build();
    [columns, constants]
        .into_iter()
        .filter(|arguments| arguments.len() == types.len())
        .any(
            |arguments| match function.simplify(arguments.clone(), &context) {
                Ok(ExprSimplifyResult::Simplified(_)) => true,
                Ok(ExprSimplifyResult::Original(kept)) => kept != arguments,
                Err(_) => false,
            },
        )
}
