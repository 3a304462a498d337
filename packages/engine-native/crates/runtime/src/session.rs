//! The native session that the command line and the graph build use.

use codeanatomy_errors::Result;
use datafusion::execution::context::SessionContext;
use datafusion::prelude::SessionConfig;

use crate::install::install;
use crate::policy::RuntimePolicy;

/// A session with the runtime installed and `information_schema` on; everything else is as `config` says.
///
/// ```
/// use datafusion::prelude::SessionConfig;
///
/// let context = codeanatomy_runtime::new_session(SessionConfig::new())?;
/// assert!(context.state_ref().read().scalar_functions().contains_key("stable_id"));
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn new_session(config: SessionConfig) -> Result<SessionContext> {
    let context = SessionContext::new_with_config(config.with_information_schema(true));
    install(&context, &RuntimePolicy::default())?;
    Ok(context)
}
