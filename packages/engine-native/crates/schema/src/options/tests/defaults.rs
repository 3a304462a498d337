//! The built-in defaults against `DataFusion`'s own configuration.

use std::collections::BTreeMap;

use datafusion::common::config::ConfigOptions;
use datafusion::execution::cache::cache_manager::CacheManagerConfig;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;

use crate::json::to_value;
use crate::{DataFusionScanOptions, DeltaScanOptions, Options, Setting, options_from_session};

/// The settings of a session as texts.
fn session_settings() -> BTreeMap<String, String> {
    let configuration = ConfigOptions::new().entries();
    let runtime = RuntimeEnvBuilder::new().entries();
    configuration
        .into_iter()
        .chain(runtime)
        .filter_map(|entry| Some((entry.key, entry.value?)))
        .collect()
}

#[test]
fn defaults_of_scans_are_those_of_datafusion() {
    let settings = session_settings();
    let stated: DataFusionScanOptions = options_from_session(&settings).unwrap();
    let stated = to_value(&stated).unwrap();
    let built_in = to_value(&DataFusionScanOptions::built_in()).unwrap();
    let mut seen = 0;
    for field in DataFusionScanOptions::FIELDS {
        // Sizes are texts there and numbers here.
        if field.session_key.is_some() && field.name != "list_files_cache_limit" {
            let stated = stated.get(field.name).unwrap_or(&serde_json::Value::Null);
            assert_eq!(*stated, built_in[field.name], "{}", field.name);
            seen += 1;
        }
    }
    assert!(seen >= 10);
    let caches = CacheManagerConfig::default();
    let limit = DataFusionScanOptions::built_in().list_files_cache_limit;
    let bytes = limit
        .value()
        .map(|limit| usize::try_from(limit.bytes()).unwrap());
    assert_eq!(bytes, Some(caches.list_files_cache_limit));
}

#[test]
fn session_keys_exist() {
    let known: Vec<_> = ConfigOptions::new()
        .entries()
        .into_iter()
        .chain(RuntimeEnvBuilder::new().entries())
        .map(|entry| entry.key)
        .collect();
    for field in DataFusionScanOptions::FIELDS
        .iter()
        .chain(DeltaScanOptions::FIELDS)
    {
        if let Some(key) = field.session_key {
            assert!(known.iter().any(|name| name == key), "{key}");
        }
    }
}

#[test]
fn a_session_says_what_it_is_set_to() {
    let settings = BTreeMap::from([
        (
            "datafusion.execution.parquet.pushdown_filters".to_owned(),
            "true".to_owned(),
        ),
        (
            "datafusion.execution.meta_fetch_concurrency".to_owned(),
            "4".to_owned(),
        ),
        (
            "datafusion.runtime.list_files_cache_ttl".to_owned(),
            "2m".to_owned(),
        ),
        (
            "datafusion.execution.batch_size".to_owned(),
            "77".to_owned(),
        ),
    ]);
    let scan: DataFusionScanOptions = options_from_session(&settings).unwrap();
    assert_eq!(scan.pushdown_filters, Setting::Value(true));
    assert_eq!(
        scan.meta_fetch_concurrency.value().map(|count| count.get()),
        Some(4)
    );
    assert_eq!(
        scan.list_files_cache_ttl
            .value()
            .map(|ttl| ttl.duration().as_secs()),
        Some(120)
    );
    assert_eq!(scan.cache, Setting::Unset);
    let delta: DeltaScanOptions = options_from_session(&settings).unwrap();
    assert_eq!(delta.enable_parquet_pushdown, Setting::Value(true));
    let wrong = BTreeMap::from([(
        "datafusion.execution.meta_fetch_concurrency".to_owned(),
        "0".to_owned(),
    )]);
    let error = options_from_session::<DataFusionScanOptions>(&wrong).unwrap_err();
    assert_eq!(error.code().as_str(), "schema-value-invalid");
    assert_eq!(error.details()["path"], "$.meta_fetch_concurrency");
}
