//! The layers that decide on a dataset's options, put together: the request, its policy or the session's, and the session's settings.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use codeanatomy_errors::Result;
use codeanatomy_runtime::session_scan_policy;
use codeanatomy_schema::{
    LocationRequest, ResolvedLocation, SessionOptions, options_from_session, resolve_location,
};
use datafusion::common::config::ConfigOptions;
use datafusion::execution::cache::cache_manager::CacheManagerConfig;
use datafusion::execution::session_state::SessionState;

use crate::request::DatasetResolutionRequest;

static BROUGHT: LazyLock<BTreeMap<String, Option<String>>> = LazyLock::new(|| {
    ConfigOptions::new()
        .entries()
        .into_iter()
        .map(|entry| (entry.key, entry.value))
        .collect()
});

/// What all layers decide about the dataset, and the name of the session's scan policy if that is one of them.
pub(crate) fn resolve_layers(
    state: &SessionState,
    request: &DatasetResolutionRequest,
) -> Result<(ResolvedLocation, Option<String>)> {
    let of_session = session_scan_policy(state).filter(|_| request.policy.is_none());
    let policy = match &of_session {
        Some(named) => named.policy.clone(),
        None => request.policy.clone().unwrap_or_default(),
    };
    let resolved = resolve_location(&LocationRequest {
        location: request.location.clone(),
        call: request.call.clone(),
        policy,
        session: session_options(state)?,
    })?;
    Ok((resolved, of_session.map(|named| named.name.clone())))
}

/// What the session's settings say about scans: those that somebody has set, not those that DataFusion starts with.
fn session_options(state: &SessionState) -> Result<SessionOptions> {
    let brought = &*BROUGHT;
    let mut settings: BTreeMap<_, _> = state
        .config_options()
        .entries()
        .into_iter()
        .filter(|entry| brought.get(&entry.key) != Some(&entry.value))
        .filter_map(|entry| Some((entry.key, entry.value?)))
        .collect();
    let (caches, default) = (
        &state.runtime_env().cache_manager,
        CacheManagerConfig::default(),
    );
    if let Some(ttl) = caches.get_list_files_cache_ttl() {
        settings.insert(
            "datafusion.runtime.list_files_cache_ttl".to_owned(),
            format!("{}s", ttl.as_secs_f64()),
        );
    }
    let limit = caches.get_list_files_cache_limit();
    if limit != default.list_files_cache_limit {
        settings.insert(
            "datafusion.runtime.list_files_cache_limit".to_owned(),
            limit.to_string(),
        );
    }
    Ok(SessionOptions {
        datafusion_scan: options_from_session(&settings)?,
        delta_scan: options_from_session(&settings)?,
    })
}
