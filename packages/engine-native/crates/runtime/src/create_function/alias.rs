//! Further names for functions that a session has: what is checked when one is made.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::catalog::TableFunctionImpl;
use datafusion::common::{Result, plan_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    AggregateUDF, DocSection, Documentation, DocumentationBuilder, Expr, Signature, WindowFrame,
    WindowFunctionDefinition, WindowUDF,
};

use super::aggregate_alias::AggregateAlias;
use super::body::Definition;
use super::kind::target_name;
use super::names::called_name;
use super::parameters::Parameters;
use super::window_alias::WindowAlias;

/// Where created functions are documented.
pub(super) const SECTION: DocSection = DocSection {
    include: true,
    label: "SQL Macros",
    description: None,
};

/// The name without capitals as a further name, where that is another name: a call without quotation marks looks for it.
pub(super) fn lower_case_alias(name: &str) -> Vec<String> {
    let called = called_name(name);
    if called == name {
        Vec::new()
    } else {
        vec![called]
    }
}

/// What a created function says about itself.
pub(super) fn documentation_of(
    section: DocSection,
    name: &str,
    parameters: &Parameters,
    description: String,
) -> Documentation {
    let names: Vec<_> = parameters
        .list
        .iter()
        .map(|parameter| match &parameter.default {
            Some(default) => format!("{} = {default}", parameter.name),
            None => parameter.name.clone(),
        })
        .collect();
    let syntax = format!("{name}({})", names.join(", "));
    let builder = DocumentationBuilder::new_with_details(section, description, syntax);
    let documented = parameters.list.iter().fold(builder, |builder, parameter| {
        builder.with_argument(&parameter.name, parameter.data_type.to_string())
    });
    documented.build()
}

/// What an alias of an aggregate or a window function takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct AliasCall {
    /// The declared parameters, with the types to which the function that is named casts them; `None` takes whatever that function takes.
    pub(super) parameters: Option<Parameters>,
    pub(super) signature: Signature,
}

impl AliasCall {
    /// Checks a declaration against the function that it names.
    fn declared(
        definition: &Definition,
        target: &str,
        signature: &Signature,
        call: Option<&[Expr]>,
        coerce: impl Fn(&[FieldRef]) -> Result<Vec<FieldRef>>,
        return_type: impl Fn(&[FieldRef]) -> Result<DataType>,
    ) -> Result<Self> {
        let Definition {
            name, parameters, ..
        } = definition;
        if let Some(declared) = definition.volatility
            && declared != signature.volatility
        {
            return plan_err!(
                "CREATE FUNCTION {name}: {target} is {:?}, so its alias can't be {declared:?}",
                signature.volatility
            );
        }
        if parameters
            .list
            .iter()
            .any(|parameter| parameter.default.is_some())
        {
            return plan_err!("CREATE FUNCTION {name}: an alias can't have default values");
        }
        if parameters.list.is_empty() && call.is_none() {
            return Ok(Self {
                parameters: None,
                signature: signature.clone(),
            });
        }
        if let Some(arguments) = call {
            check_arguments(name, target, arguments, parameters)?;
        }
        let fields: Vec<FieldRef> = parameters
            .list
            .iter()
            .map(|parameter| {
                Arc::new(Field::new(
                    &parameter.name,
                    parameter.data_type.clone(),
                    true,
                ))
            })
            .collect();
        let fields = coerce(&fields)
            .map_err(|error| error.context(format!("CREATE FUNCTION {name}: {target}")))?;
        let returned = return_type(&fields)?;
        if let Some(declared) = &definition.return_type
            && *declared != returned
            && !(declared.is_string() && returned.is_string())
        {
            return plan_err!(
                "CREATE FUNCTION {name}: {target} returns {returned} for ({parameters}), not {declared}"
            );
        }
        let mut parameters = parameters.clone();
        for (parameter, field) in parameters.list.iter_mut().zip(&fields) {
            parameter.data_type = field.data_type().clone();
        }
        Ok(Self {
            signature: parameters.signature(signature.volatility),
            parameters: Some(parameters),
        })
    }

    /// The types to which the arguments of a call are cast.
    pub(super) fn coerce(
        &self,
        name: &str,
        given: &[DataType],
        target: impl Fn(&[DataType]) -> Result<Vec<DataType>>,
    ) -> Result<Vec<DataType>> {
        match &self.parameters {
            Some(parameters) => parameters.coerce(name, given),
            None => target(given),
        }
    }
}

/// The alias of an aggregate function: of `sum($1)`, or of the text `'sum'`.
pub(super) fn aggregate_alias(
    state: &SessionState,
    definition: Definition,
) -> Result<AggregateUDF> {
    let name = &definition.name;
    let (target, call) = match &definition.body {
        Expr::AggregateFunction(call) => {
            let parameters = &call.params;
            if parameters.distinct
                || parameters.filter.is_some()
                || !parameters.order_by.is_empty()
                || parameters.null_treatment.is_some()
            {
                return plan_err!(
                    "CREATE FUNCTION {name}: the call of {} can't have DISTINCT, FILTER, ORDER BY or a treatment of NULLs: \
                     the calls of {name} have them",
                    call.func.name()
                );
            }
            (Arc::clone(&call.func), Some(parameters.args.as_slice()))
        }
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(function) => {
                check_window(name, &definition.body)?;
                (Arc::clone(function), Some(window.params.args.as_slice()))
            }
            WindowFunctionDefinition::WindowUDF(function) => {
                return plan_err!(
                    "CREATE FUNCTION {name}: {} is a window function: its alias has LANGUAGE window",
                    function.name()
                );
            }
        },
        body => match target_name(body) {
            Some(target) => match state.aggregate_functions().get(&target) {
                Some(function) => (Arc::clone(function), None),
                None => {
                    return plan_err!(
                        "CREATE FUNCTION {name}: there is no aggregate function '{target}'"
                    );
                }
            },
            None => {
                return plan_err!(
                    "CREATE FUNCTION {name}: the body of an aggregate alias is one call such as sum($1), or the name of an \
                     aggregate function as a text; it is {body}"
                );
            }
        },
    };
    let accepted = AliasCall::declared(
        &definition,
        target.name(),
        target.signature(),
        call,
        |fields| fields_with_udf(fields, target.as_ref()),
        |fields| Ok(target.return_field(fields)?.data_type().clone()),
    )?;
    Ok(AggregateUDF::from(AggregateAlias::new(
        definition, target, accepted,
    )))
}

/// The alias of a window function: of `lag($1) OVER ()`, or of the text `'lag'`.
pub(super) fn window_alias(state: &SessionState, definition: Definition) -> Result<WindowUDF> {
    let name = &definition.name;
    let (target, call) = match &definition.body {
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::WindowUDF(function) => {
                check_window(name, &definition.body)?;
                (Arc::clone(function), Some(window.params.args.as_slice()))
            }
            WindowFunctionDefinition::AggregateUDF(function) => {
                return plan_err!(
                    "CREATE FUNCTION {name}: {} is an aggregate function: its alias has LANGUAGE aggregate, and can be called \
                     with OVER as well",
                    function.name()
                );
            }
        },
        body => match target_name(body) {
            Some(target) => match state.window_functions().get(&target) {
                Some(function) => (Arc::clone(function), None),
                None => {
                    return plan_err!(
                        "CREATE FUNCTION {name}: there is no window function '{target}'"
                    );
                }
            },
            None => {
                return plan_err!(
                    "CREATE FUNCTION {name}: the body of a window alias is one call such as lag($1) OVER (), or the name of a \
                     window function as a text; it is {body}"
                );
            }
        },
    };
    let accepted = AliasCall::declared(
        &definition,
        target.name(),
        target.signature(),
        call,
        |fields| fields_with_udf(fields, target.as_ref()),
        |fields| {
            let arguments =
                datafusion::logical_expr::function::WindowUDFFieldArgs::new(fields, name);
            Ok(target.field(arguments)?.data_type().clone())
        },
    )?;
    Ok(WindowUDF::from(WindowAlias::new(
        definition, target, accepted,
    )))
}

/// The function behind an alias of a table function, named by a text.
pub(super) fn table_alias(
    state: &SessionState,
    definition: &Definition,
) -> Result<Arc<dyn TableFunctionImpl>> {
    let name = &definition.name;
    let Some(target) = target_name(&definition.body) else {
        return plan_err!(
            "CREATE FUNCTION {name}: the body of a table alias is the name of a table function as a text; it is {}",
            definition.body
        );
    };
    if !definition.parameters.list.is_empty() || definition.return_type.is_some() {
        return plan_err!(
            "CREATE FUNCTION {name}: an alias of a table function takes and returns what {target} does; declare neither"
        );
    }
    let Some(function) = state.table_functions().get(&target) else {
        return plan_err!("CREATE FUNCTION {name}: there is no table function '{target}'");
    };
    Ok(Arc::clone(function.function()))
}

/// Whether the arguments are the parameters, each once and in order.
fn check_arguments(
    name: &str,
    target: &str,
    arguments: &[Expr],
    parameters: &Parameters,
) -> Result<()> {
    let in_order = arguments.len() == parameters.list.len()
        && arguments
            .iter()
            .zip(&parameters.list)
            .all(|(argument, parameter)| match argument {
                Expr::Placeholder(placeholder) => parameters
                    .of_placeholder(&placeholder.id)
                    .is_some_and(|found| found == parameter),
                _ => false,
            });
    if in_order {
        return Ok(());
    }
    plan_err!(
        "CREATE FUNCTION {name}: the arguments of {target} are the parameters ({parameters}), each once and in order; \
         other arguments need a macro"
    )
}

/// Whether a window call has an empty `OVER ()`.
fn check_window(name: &str, body: &Expr) -> Result<()> {
    let Expr::WindowFunction(window) = body else {
        return Ok(());
    };
    let parameters = &window.params;
    if parameters.partition_by.is_empty()
        && parameters.order_by.is_empty()
        && parameters.window_frame == WindowFrame::new(None)
        && parameters.filter.is_none()
        && parameters.null_treatment.is_none()
        && !parameters.distinct
    {
        return Ok(());
    }
    plan_err!(
        "CREATE FUNCTION {name}: the call of {} has an empty OVER () only: the calls of {name} have their windows",
        window.fun.name()
    )
}

/// How an alias is documented.
pub(super) fn alias_documentation(
    definition: &Definition,
    kind: &str,
    target: &str,
) -> Documentation {
    documentation_of(
        SECTION,
        &definition.name,
        &definition.parameters,
        format!("The {kind} function `{target}` under another name."),
    )
}
