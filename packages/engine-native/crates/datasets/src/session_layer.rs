//! What a session's settings say about scans: those that somebody has set, not those that DataFusion starts with.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use codeanatomy_errors::Result;
use codeanatomy_schema::{SessionOptions, options_from_session};
use datafusion::common::config::ConfigOptions;
use datafusion::execution::cache::cache_manager::CacheManagerConfig;
use datafusion::execution::session_state::SessionState;

static BROUGHT: LazyLock<BTreeMap<String, Option<String>>> = LazyLock::new(|| {
    ConfigOptions::new()
        .entries()
        .into_iter()
        .map(|entry| (entry.key, entry.value))
        .collect()
});

pub(crate) fn session_options(state: &SessionState) -> Result<SessionOptions> {
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
