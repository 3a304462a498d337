//! The body of a macro: planned once against the parameters, so that what is wrong with it is said when it is created.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::DataType;
use codeanatomy_sql::plannable;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchemaRef, Result, plan_datafusion_err, plan_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable, Volatility};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::create_physical_expr;
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, Ident, Value, visit_expressions_mut};

use super::inline::{MAX_WEIGHT, expand, size_up_to};
use super::kind::text_of;
use super::parameters::Parameters;
use super::scalar_macro::macro_of;

/// What a statement says of a function.
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) parameters: Parameters,
    pub(super) return_type: Option<DataType>,
    pub(super) volatility: Option<Volatility>,
    pub(super) body: Expr,
}

/// A body that is planned: each parameter is a column of the parameter's name.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) expression: Expr,
    pub(super) data_type: DataType,
    pub(super) volatility: Volatility,
    /// Whether it calls functions that are constant during one query only, such as `now()`.
    pub(super) is_stable: bool,
    /// How often each parameter occurs.
    pub(super) uses: Vec<usize>,
    /// How many nodes the expression has; more than [`MAX_WEIGHT`] if it would have more with the bodies of all macros in it.
    pub(super) weight: usize,
    /// The names of all macros that are in it, also of those that are in macros.
    pub(super) macros: BTreeSet<String>,
}

impl Body {
    /// Plans the body of the definition, and says how it reads. `from_text` reads a body that is a text as SQL, as in `LANGUAGE sql AS 'a + b'`.
    pub(super) fn plan(
        state: &SessionState,
        definition: &Definition,
        from_text: bool,
    ) -> Result<(Self, String)> {
        let parameters = &definition.parameters;
        let at = format!("CREATE FUNCTION {}", definition.name);
        let schema = Arc::new(parameters.schema()?);
        let expression = match text_of(&definition.body).filter(|_| from_text) {
            Some(text) => plan_text(state, text, parameters, &schema)
                .map_err(|error| error.context(format!("{at}: the body '{text}'")))?,
            None => definition.body.clone(),
        };
        refuse_in_body(&at, &expression)?;
        let expression = placeholders_to_columns(&at, expression, parameters)?;
        let reads = expression.human_display().to_string();
        let expression = coerce(state, expression, &schema)
            .map_err(|error| error.context(format!("{at}: its body")))?;
        let given = expression.get_type(schema.as_ref())?;
        let data_type = definition
            .return_type
            .clone()
            .unwrap_or_else(|| given.clone());
        let expression = expression
            .cast_to(&data_type, schema.as_ref())
            .map_err(|_| {
                plan_datafusion_err!(
                    "{at}: its body is a {given}, which can't be cast to the return type {data_type}"
                )
            })?;
        // What has no physical form is refused now, not in the first query.
        create_physical_expr(
            &expression,
            &schema,
            state.execution_props(),
            &PhysicalPlanningContext::default(),
        )
        .map_err(|error| error.context(format!("{at}: its body")))?;
        let body = Self::of_expression(expression, data_type, parameters)?;
        Ok((body, reads))
    }

    fn of_expression(
        expression: Expr,
        data_type: DataType,
        parameters: &Parameters,
    ) -> Result<Self> {
        let mut macros = BTreeSet::new();
        let mut volatility = Volatility::Immutable;
        let mut is_stable = false;
        let defaults = parameters
            .list
            .iter()
            .filter_map(|parameter| parameter.default.as_ref());
        for part in std::iter::once(&expression).chain(defaults) {
            part.apply(|part| {
                let own = volatility_of(part);
                volatility = loosest(volatility, own);
                is_stable |= own == Volatility::Stable;
                if let Some(called) = macro_of(part) {
                    macros.insert(called.name.clone());
                    macros.extend(called.body.macros.iter().cloned());
                    is_stable |= called.body.is_stable;
                }
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        let (expression, weight) = match expand(expression.clone())? {
            Some(expanded) => {
                let weight = size_up_to(&expanded, MAX_WEIGHT + 1);
                (expanded, weight)
            }
            None => (expression, MAX_WEIGHT + 1),
        };
        let mut uses = vec![0; parameters.list.len()];
        expression.apply(|part| {
            if let Expr::Column(column) = part
                && let Some(position) = parameters.position(&column.name)
            {
                uses[position] += 1;
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(Self {
            expression,
            data_type,
            volatility,
            is_stable,
            uses,
            weight,
            macros,
        })
    }

    /// The same body with what is constant during one query as constants.
    pub(super) fn fixed_at(
        &self,
        context: &SimplifyContext,
        parameters: &Parameters,
    ) -> Result<Self> {
        let context = SimplifyContext::builder()
            .with_schema(Arc::new(parameters.schema()?))
            .with_config_options(Arc::clone(context.config_options()))
            .with_query_execution_start_time(context.query_execution_start_time())
            .build();
        let expression = ExprSimplifier::new(context).simplify(self.expression.clone())?;
        let mut fixed = Self::of_expression(expression, self.data_type.clone(), parameters)?;
        fixed.macros.clone_from(&self.macros);
        Ok(fixed)
    }
}

/// Casts arguments to what functions take, and rewrites operators to functions, as the analyzer of the session does.
pub(super) fn coerce(state: &SessionState, expression: Expr, schema: &DFSchemaRef) -> Result<Expr> {
    let options = state.config_options();
    let context = SimplifyContext::builder()
        .with_schema(Arc::clone(schema))
        .with_config_options(Arc::clone(options))
        .build();
    let mut expression = ExprSimplifier::new(context).coerce(expression, schema)?;
    for rewrite in state.analyzer().function_rewrites() {
        expression = expression
            .transform_up(|part| rewrite.rewrite(part, schema, options))
            .data()?;
    }
    Ok(expression)
}

/// Refuses what needs more than one row or another table. `at` begins the message.
pub(super) fn refuse_in_body(at: &str, expression: &Expr) -> Result<()> {
    expression.apply(|part| {
        let refused = match part {
            Expr::AggregateFunction(call) => {
                format!("call the aggregate function {}", call.func.name())
            }
            Expr::WindowFunction(call) => format!("call the window function {}", call.fun.name()),
            Expr::ScalarSubquery(_)
            | Expr::InSubquery(_)
            | Expr::Exists(_)
            | Expr::SetComparison(_) => "have a subquery".to_owned(),
            Expr::Unnest(_) => "call unnest".to_owned(),
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        plan_err!("{at} can't {refused}")
    })?;
    Ok(())
}

/// Plans a body that was given as text: an expression, or `SELECT` with one.
fn plan_text(
    state: &SessionState,
    text: &str,
    parameters: &Parameters,
    schema: &DFSchemaRef,
) -> Result<Expr> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let text = match text.split_at_checked("select".len()) {
        Some((word, rest))
            if word.eq_ignore_ascii_case("select") && rest.starts_with(char::is_whitespace) =>
        {
            rest
        }
        _ => text,
    };
    let dialect = state.config_options().sql_parser.dialect;
    let text = plannable(text, dialect)?;
    let mut parsed = state.sql_to_expr_with_alias(&text, &dialect)?;
    // The planner knows the type of a column, and not that of a placeholder.
    let _: ControlFlow<()> = visit_expressions_mut(&mut parsed.expr, |part| {
        if let SqlExpr::Value(value) = part
            && let Value::Placeholder(placeholder) = &value.value
            && let Some(parameter) = parameters.of_placeholder(placeholder)
        {
            *part = SqlExpr::Identifier(Ident::with_quote('"', &parameter.name));
        }
        ControlFlow::Continue(())
    });
    state.create_logical_expr_from_sql_expr(parsed, schema)
}

fn placeholders_to_columns(at: &str, expression: Expr, parameters: &Parameters) -> Result<Expr> {
    expression
        .transform_up(|part| {
            let Expr::Placeholder(placeholder) = &part else {
                return Ok(Transformed::no(part));
            };
            let Some(parameter) = parameters.of_placeholder(&placeholder.id) else {
                return plan_err!(
                    "{at}: {} is no parameter; it has ({parameters})",
                    placeholder.id
                );
            };
            let column = Column::new_unqualified(&parameter.name);
            Ok(Transformed::yes(Expr::Column(column)))
        })
        .data()
}

fn volatility_of(part: &Expr) -> Volatility {
    match part {
        Expr::ScalarFunction(call) => call.func.signature().volatility,
        Expr::HigherOrderFunction(call) => call.func.signature().volatility,
        Expr::ScalarVariable(..) => Volatility::Stable,
        _ => Volatility::Immutable,
    }
}

fn loosest(one: Volatility, other: Volatility) -> Volatility {
    if rank(one) < rank(other) { other } else { one }
}

/// The higher, the less is promised.
pub(super) fn rank(volatility: Volatility) -> u8 {
    match volatility {
        Volatility::Immutable => 0,
        Volatility::Stable => 1,
        Volatility::Volatile => 2,
    }
}
