//! Sessions made natively, as a profile says.

use std::sync::Arc;

use codeanatomy_errors::{EngineError, ErrorCode, Result};
use datafusion::execution::context::SessionContext;

use crate::install::install;
use crate::profile::Profile;

/// A session of the profile, with the runtime installed and `information_schema` on. Nothing of it is shared with another session.
///
/// ```
/// use codeanatomy_runtime::{Profile, new_session};
///
/// let context = new_session(&Profile::resolve(&[])?)?;
/// assert!(context.state_ref().read().scalar_functions().contains_key("stable_id"));
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
pub fn new_session(profile: &Profile) -> Result<SessionContext> {
    let environment = profile.runtime_env().build().map_err(|error| {
        EngineError::new(
            ErrorCode::InvalidOption,
            format!(
                "a session of the profile can't be made: {}",
                error.strip_backtrace()
            ),
        )
        .with_hint("check that execution.spill_directory can be written")
    })?;
    let context =
        SessionContext::new_with_config_rt(profile.session_config()?, Arc::new(environment));
    install(&context, &profile.policy()?)?;
    Ok(context)
}
