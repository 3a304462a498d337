//! Sessions whose SQL has to keep to a policy, and can't end the process: what a `datafusion.SessionContext` holds as `ctx`, with the one method changed that runs SQL.
//!
//! DataFusion carries most DDL and the statements about the session out by itself, before anything of the session is asked.

use std::collections::HashMap;

use codeanatomy_runtime::StatementPolicy;
use codeanatomy_sql::shallow;
use datafusion_python::common::data_type::PyScalarValue;
use datafusion_python::context::{PySQLOptions, PySessionContext};
use datafusion_python::dataframe::PyDataFrame;
use datafusion_python_util::errors::PyDataFusionResult;
use pyo3::prelude::*;

use crate::guard::run_native;

/// A session of `datafusion` under a policy of statements.
#[pyclass(frozen, extends = PySessionContext, name = "SessionContext", module = "codeanatomy_engine")]
pub(crate) struct PolicedSession {
    policy: StatementPolicy,
}

impl PolicedSession {
    /// The session, under the policy.
    pub(crate) fn of(
        session: PySessionContext,
        policy: StatementPolicy,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(session).add_subclass(Self { policy })
    }
}

#[pymethods]
impl PolicedSession {
    /// Runs SQL as `datafusion` does. What the policy or the options disallow is refused, and what is too deep to be parsed.
    #[pyo3(signature = (query, options = None, param_values = HashMap::default(), param_strings = HashMap::default()))]
    fn sql_with_options(
        slf: PyRef<'_, Self>,
        py: Python<'_>,
        query: String,
        options: Option<PySQLOptions>,
        param_values: HashMap<String, PyScalarValue>,
        param_strings: HashMap<String, String>,
    ) -> PyDataFusionResult<PyDataFrame> {
        let dialect = slf
            .as_super()
            .ctx
            .state()
            .config_options()
            .sql_parser
            .dialect;
        let query = run_native(py, || Ok(shallow(&query, dialect)?.into_owned()))?;
        let options = options.map(|options| options.options).unwrap_or_default();
        let options = PySQLOptions::from(slf.policy.within(options));
        slf.as_super()
            .sql_with_options(py, query, Some(options), param_values, param_strings)
    }
}
