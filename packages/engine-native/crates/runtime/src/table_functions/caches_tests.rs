//! The cache tables beside real scans of real files.

use std::path::Path;

use datafusion::execution::context::SessionContext;

use super::tests::lines;
use crate::{Layer, Profile, new_session};

const CACHES: [&str; 3] = ["list_files_cache", "metadata_cache", "statistics_cache"];

fn session(settings: &str) -> SessionContext {
    let layer = Layer::from_json("argument", settings).unwrap();
    new_session(&Profile::resolve(&[layer]).unwrap()).unwrap()
}

/// A directory of as many Parquet files, as the table `t`.
async fn with_files(context: &SessionContext, directory: &Path, count: usize) {
    for file in 0..count {
        let path = directory.join(format!("{file}.parquet"));
        let copy = format!("copy (select {file} as n) to '{}'", path.display());
        lines(context, &copy).await;
    }
    let location = directory.display();
    let create = format!("create external table t stored as parquet location '{location}/'");
    context.sql(&create).await.unwrap();
}

/// `entry_count` and `hit_count`.
async fn counts(context: &SessionContext, cache: &str) -> (i64, i64) {
    let query = format!("select entry_count, hit_count from {cache}()");
    let rows = lines(context, &query).await;
    let (entries, hits) = rows[0].split_once('|').unwrap();
    (entries.parse().unwrap(), hits.parse().unwrap())
}

#[tokio::test]
async fn scans_fill_and_hit_the_caches() {
    let (context, directory) = (session("{}"), tempfile::tempdir().unwrap());
    for cache in CACHES {
        assert_eq!(counts(&context, cache).await, (0, 0), "{cache}");
    }
    with_files(&context, directory.path(), 3).await;
    let query = "select count(*), sum(n) from t where n >= 0";
    assert_eq!(lines(&context, query).await, ["3|3"]);
    let mut before = Vec::new();
    for (cache, expected) in CACHES.into_iter().zip([1, 3, 3]) {
        let found = counts(&context, cache).await;
        assert_eq!(found.0, expected, "{cache}");
        before.push(found.1);
    }
    assert_eq!(lines(&context, query).await, ["3|3"]);
    for ((cache, entries), before) in CACHES.into_iter().zip([1, 3, 3]).zip(before) {
        let found = counts(&context, cache).await;
        assert_eq!(found.0, entries, "{cache}");
        assert!(found.1 > before, "{cache}: {} after {before}", found.1);
    }
    context.sql("drop table t").await.unwrap();
    assert_eq!(counts(&context, "list_files_cache").await, (0, 0));

    // Another session has caches of its own.
    assert_eq!(counts(&session("{}"), "metadata_cache").await, (0, 0));
}

#[tokio::test]
async fn rows_say_what_is_set_and_nothing_that_is_not_counted() {
    let context = session(r#"{"datafusion": {"execution.parquet.max_predicate_cache_size": 77}}"#);
    let columns = "cache_name, miss_count, eviction_count, config_ttl, config_limit";
    for (function, expected) in [
        ("list_files_cache", "list_files||||1048576"),
        ("metadata_cache", "metadata||||52428800"),
        ("statistics_cache", "statistics||||20971520"),
        ("predicate_cache", "predicate||||77"),
    ] {
        let query = format!("select {columns} from {function}()");
        assert_eq!(lines(&context, &query).await, [expected]);
        let query = format!(
            "select event_time_unix_ms between extract(epoch from now()) * 1000 - 60000 and extract(epoch from now()) * 1000 + 60000 \
             from {function}()"
        );
        assert_eq!(lines(&context, &query).await, ["true"]);
        let error = context.sql(&format!("select * from {function}('t')")).await;
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains("takes no arguments, but got 1"),
            "{message}"
        );
    }
    let counted = "select entry_count, hit_count from predicate_cache()";
    assert_eq!(lines(&context, counted).await, ["|"]);

    for set in [
        "set datafusion.runtime.list_files_cache_ttl = '5m'",
        "set datafusion.runtime.list_files_cache_limit = '2M'",
        "set datafusion.runtime.metadata_cache_limit = '3M'",
    ] {
        context.sql(set).await.unwrap();
    }
    let query = "select config_ttl, config_limit from list_files_cache() union all \
                 select config_ttl, config_limit from metadata_cache() order by config_limit";
    assert_eq!(lines(&context, query).await, ["300s|2097152", "|3145728"]);
    context
        .sql("set datafusion.runtime.list_files_cache_limit = '0'")
        .await
        .unwrap();
    let count = "select count(*) from list_files_cache()";
    assert_eq!(lines(&context, count).await, ["0"]);
}
