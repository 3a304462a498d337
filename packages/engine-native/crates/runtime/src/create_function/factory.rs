//! The function factory that an install sets: what runs when a session is told `CREATE FUNCTION`.

use std::pin::Pin;
use std::sync::Arc;

use datafusion::common::{Result, plan_err};
use datafusion::execution::context::{FunctionFactory, RegisterFunction};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{CreateFunction, ScalarUDF};

use super::alias::{aggregate_alias, table_alias, window_alias};
use super::body::Definition;
use super::kind::{Kind, kind_of};
use super::names::{called_name, check_name};
use super::parameters::Parameters;
use super::scalar_macro::ScalarMacro;
use crate::policy::StatementPolicy;

/// Makes functions of SQL.
#[derive(Debug)]
pub(crate) struct CodeAnatomyFunctionFactory {
    pub(crate) policy: StatementPolicy,
}

/// Whether the factory is one that an install has set. Factories have no name but that of their type.
pub(crate) fn is_ours(factory: &Arc<dyn FunctionFactory>) -> bool {
    format!("{factory:?}").starts_with("CodeAnatomyFunctionFactory")
}

impl FunctionFactory for CodeAnatomyFunctionFactory {
    fn create<'factory, 'state, 'future>(
        &'factory self,
        state: &'state SessionState,
        statement: CreateFunction,
    ) -> Pin<Box<dyn Future<Output = Result<RegisterFunction>> + Send + 'future>>
    where
        'factory: 'future,
        'state: 'future,
        Self: 'future,
    {
        let created = self
            .policy
            .check_ddl("CREATE FUNCTION")
            .and_then(|()| define(state, statement));
        Box::pin(std::future::ready(created))
    }
}

fn define(state: &SessionState, statement: CreateFunction) -> Result<RegisterFunction> {
    let name = statement.name;
    let Some(body) = statement.params.function_body else {
        return plan_err!(
            "CREATE FUNCTION {name} has no body: end it with RETURN <expression>, or with LANGUAGE sql AS '<expression>'"
        );
    };
    let language = statement.params.language.as_ref();
    let kind = kind_of(
        state,
        &name,
        language,
        &body,
        statement.return_type.as_ref(),
    )?;
    check_name(state, &name, kind, statement.or_replace)?;
    let parameters = Parameters::declared(state, &name, statement.args)?;
    let definition = Definition {
        name,
        parameters,
        return_type: statement.return_type,
        volatility: statement.params.behavior,
        body,
    };
    match kind {
        Kind::Scalar => {
            let function = ScalarMacro::define(state, definition, language.is_some())?;
            Ok(RegisterFunction::Scalar(Arc::new(ScalarUDF::from(
                function,
            ))))
        }
        Kind::Aggregate => aggregate_alias(state, definition)
            .map(|function| RegisterFunction::Aggregate(Arc::new(function))),
        Kind::Window => window_alias(state, definition)
            .map(|function| RegisterFunction::Window(Arc::new(function))),
        Kind::Table => {
            // Calls of table functions are always looked up in lower case.
            let name = called_name(&definition.name);
            let function = table_alias(state, &definition)?;
            Ok(RegisterFunction::Table(name, function))
        }
    }
}
