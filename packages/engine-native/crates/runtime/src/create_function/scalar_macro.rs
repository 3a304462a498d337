//! A function whose value is an expression over its arguments.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Column, DFSchema, Result, exec_err, plan_err};
use datafusion::execution::context::ExecutionProps;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::create_physical_expr;

use super::alias::{SECTION, documentation_of, lower_case_alias};
use super::body::{Body, Definition, rank};
use super::inline::{inline, substitute};
use super::parameters::Parameters;

/// A scalar function that SQL has defined.
#[derive(Debug, Clone)]
pub(super) struct ScalarMacro {
    pub(super) name: String,
    identity: Identity,
    aliases: Vec<String>,
    signature: Signature,
    pub(super) parameters: Parameters,
    pub(super) body: Body,
    documentation: Documentation,
}

/// What makes two calls calls of the same function.
///
/// Plans compare and hash their functions again and again. By its body, which holds the bodies of further macros, that would cost more with each
/// level of macros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Identity {
    definition: u64,
    /// The beginning of the query for which the macro was fixed, in microseconds.
    fixed_at: Option<i64>,
}

impl Identity {
    fn of_new_definition() -> Self {
        static DEFINED: AtomicU64 = AtomicU64::new(0);
        Self {
            definition: DEFINED.fetch_add(1, Ordering::Relaxed),
            fixed_at: None,
        }
    }
}

impl PartialEq for ScalarMacro {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Eq for ScalarMacro {}

impl Hash for ScalarMacro {
    fn hash<State: Hasher>(&self, state: &mut State) {
        self.identity.hash(state);
    }
}

/// The macro that the expression calls, if it calls one.
pub(super) fn macro_of(part: &Expr) -> Option<&ScalarMacro> {
    match part {
        Expr::ScalarFunction(call) => macro_of_function(&call.func),
        _ => None,
    }
}

/// The macro that the function is, if it is one.
pub(super) fn macro_of_function(function: &ScalarUDF) -> Option<&ScalarMacro> {
    function.inner().downcast_ref::<ScalarMacro>()
}

impl ScalarMacro {
    /// Plans the definition.
    pub(super) fn define(
        state: &SessionState,
        definition: Definition,
        from_text: bool,
    ) -> Result<Self> {
        let (body, reads) = Body::plan(state, &definition, from_text)?;
        let Definition {
            name,
            parameters,
            volatility,
            ..
        } = definition;
        if body.macros.contains(&name) {
            return plan_err!(
                "CREATE FUNCTION {name}: its body calls {name}, itself or by another macro; a macro can't be recursive"
            );
        }
        let volatility = volatility.unwrap_or(body.volatility);
        if rank(volatility) < rank(body.volatility) {
            return plan_err!(
                "CREATE FUNCTION {name}: it is declared {}, but its body calls a function that is {}",
                spelled(volatility),
                spelled(body.volatility)
            );
        }
        let documentation = documentation_of(
            SECTION,
            &name,
            &parameters,
            format!("Returns `{reads}` as {}.", body.data_type),
        );
        Ok(Self {
            identity: Identity::of_new_definition(),
            aliases: lower_case_alias(&name),
            signature: parameters.signature(volatility),
            name,
            parameters,
            body,
            documentation,
        })
    }

    /// The body over the arguments of a call, or the arguments if the call has to stay a call.
    pub(super) fn inline(
        &self,
        mut arguments: Vec<Expr>,
    ) -> Result<std::result::Result<Expr, Vec<Expr>>> {
        let given = arguments.len();
        arguments.extend(self.defaults(given));
        if arguments.len() != self.parameters.list.len() {
            arguments.truncate(given);
            return Ok(Err(arguments));
        }
        let inlined = inline(&self.body, &self.parameters, arguments)?;
        Ok(inlined.map_err(|mut arguments| {
            arguments.truncate(given);
            arguments
        }))
    }

    /// The values of the parameters from this position on.
    fn defaults(&self, given: usize) -> Vec<Expr> {
        self.parameters
            .list
            .iter()
            .skip(given)
            .filter_map(|parameter| parameter.default.clone())
            .collect()
    }

    /// The same macro with what is constant during one query as constants.
    fn fixed_at(&self, context: &SimplifyContext) -> Result<Self> {
        let mut fixed = self.clone();
        for parameter in &mut fixed.parameters.list {
            if let Some(default) = parameter.default.take() {
                let simplifier = ExprSimplifier::new(context.clone());
                parameter.default = Some(simplifier.simplify(default)?);
            }
        }
        fixed.identity.fixed_at = context
            .query_execution_start_time()
            .map(|start| start.timestamp_micros());
        fixed.body = self.body.fixed_at(context, &fixed.parameters)?;
        if fixed.signature.volatility == Volatility::Stable {
            fixed.signature.volatility = fixed.body.volatility;
        }
        Ok(fixed)
    }
}

/// A batch that has rows only.
fn no_columns(rows: usize) -> Result<RecordBatch> {
    let rows = RecordBatchOptions::new().with_row_count(Some(rows));
    let schema = Arc::new(Schema::empty());
    Ok(RecordBatch::try_new_with_options(
        schema,
        Vec::new(),
        &rows,
    )?)
}

/// The value of an expression over the columns of a batch.
fn evaluate(
    expression: &Expr,
    batch: &RecordBatch,
    options: &Arc<ConfigOptions>,
) -> Result<ColumnarValue> {
    let schema = DFSchema::try_from(batch.schema())?;
    let mut properties = ExecutionProps::new();
    properties.config_options = Some(Arc::clone(options));
    create_physical_expr(
        expression,
        &schema,
        &properties,
        &PhysicalPlanningContext::default(),
    )?
    .evaluate(batch)
}

fn spelled(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Immutable => "IMMUTABLE",
        Volatility::Stable => "STABLE",
        Volatility::Volatile => "VOLATILE",
    }
}

impl ScalarUDFImpl for ScalarMacro {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(self.body.data_type.clone())
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.parameters.coerce(&self.name, given)
    }

    fn simplify(
        &self,
        arguments: Vec<Expr>,
        context: &SimplifyContext,
    ) -> Result<ExprSimplifyResult> {
        let arguments = match self.inline(arguments)? {
            Ok(expression) => return Ok(ExprSimplifyResult::Simplified(expression)),
            Err(arguments) => arguments,
        };
        // A call that stays has to see the time at which the query began.
        if self.body.is_stable && context.query_execution_start_time().is_some() {
            let fixed = self.fixed_at(context)?;
            if !fixed.body.is_stable {
                let function = Arc::new(ScalarUDF::from(fixed));
                return Ok(ExprSimplifyResult::Simplified(Expr::ScalarFunction(
                    ScalarFunction::new_udf(function, arguments),
                )));
            }
        }
        Ok(ExprSimplifyResult::Original(arguments))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let ScalarFunctionArgs {
            args,
            number_rows,
            config_options,
            ..
        } = arguments;
        let given = args.len();
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for (argument, parameter) in args.into_iter().zip(&self.parameters.list) {
            values.push(match argument {
                ColumnarValue::Scalar(value) => Expr::Literal(value, None),
                ColumnarValue::Array(array) => {
                    fields.push(Field::new(&parameter.name, array.data_type().clone(), true));
                    columns.push(array);
                    Expr::Column(Column::new_unqualified(&parameter.name))
                }
            });
        }
        for (position, default) in (given..).zip(self.defaults(given)) {
            if !default.is_volatile() {
                values.push(default);
                continue;
            }
            // One random number a row, however often the body uses the parameter.
            let value = evaluate(&default, &no_columns(number_rows)?, &config_options)?;
            let array = value.into_array(number_rows)?;
            let name = &self.parameters.list[position].name;
            fields.push(Field::new(name, array.data_type().clone(), true));
            columns.push(array);
            values.push(Expr::Column(Column::new_unqualified(name)));
        }
        if values.len() != self.parameters.list.len() {
            return exec_err!(
                "{} takes ({}), got {given} arguments",
                self.name,
                self.parameters
            );
        }
        let schema = Arc::new(Schema::new(fields));
        let rows = RecordBatchOptions::new().with_row_count(Some(number_rows));
        let batch = RecordBatch::try_new_with_options(schema, columns, &rows)?;
        let expression = substitute(self.body.expression.clone(), &self.parameters, &values)?;
        evaluate(&expression, &batch, &config_options)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
