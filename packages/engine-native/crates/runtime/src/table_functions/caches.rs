//! `list_files_cache()`, `metadata_cache()`, `statistics_cache()` and `predicate_cache()`: the caches of a session, one row each.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::execution::cache::{Cache, CacheKey, CacheValue};
use datafusion::logical_expr::{DocSection, Documentation};

use super::LibraryTableFunction;
use super::session_table::{SessionRows, SessionTable, no_arguments};

/// The heading that the functions about caches belong under.
const SECTION: &str = "Cache Functions";

const COLUMNS: &str = "its columns are cache_name, event_time_unix_ms (when it was looked at, in milliseconds since 1970, UTC), entry_count, \
                       hit_count, miss_count, eviction_count, config_ttl (how long an entry is kept, for example 300s; NULL is for ever) and \
                       config_limit (bytes)";

/// The table function of one cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CacheTable {
    /// What listings of directories found.
    ListFiles,
    /// What files say about themselves, such as footers of Parquet.
    Metadata,
    /// Results of filters within a scan.
    Predicate,
    /// Statistics of files.
    Statistics,
}

/// What is known of a cache. What nobody counts is `None`.
struct Facts {
    entry_count: Option<i64>,
    hit_count: Option<i64>,
    ttl: Option<Duration>,
    limit: Option<i64>,
}

impl CacheTable {
    const ALL: [Self; 4] = [
        Self::ListFiles,
        Self::Metadata,
        Self::Predicate,
        Self::Statistics,
    ];

    /// The table functions of all caches.
    pub(super) fn entries() -> [LibraryTableFunction; 4] {
        Self::ALL.map(|cache| LibraryTableFunction {
            name: cache.function_name(),
            function: Arc::new(cache),
            documentation: cache.documentation(),
            tags: &["cache"],
        })
    }

    const fn function_name(self) -> &'static str {
        match self {
            Self::ListFiles => "list_files_cache",
            Self::Metadata => "metadata_cache",
            Self::Predicate => "predicate_cache",
            Self::Statistics => "statistics_cache",
        }
    }

    /// What the rows call the cache.
    const fn cache_name(self) -> &'static str {
        match self {
            Self::ListFiles => "list_files",
            Self::Metadata => "metadata",
            Self::Predicate => "predicate",
            Self::Statistics => "statistics",
        }
    }

    fn documentation(self) -> Documentation {
        let counted = "hit_count is how often the entries that are there were read since they came: DataFusion counts an entry's hits, and \
                       forgets them with the entry. It counts neither misses nor evictions, which are NULL. A cache that is turned off has no \
                       row. Datasets with a cache of their own are not in it.";
        let description = match self {
            Self::ListFiles => format!(
                "Returns a row about the session's cache of listed files, an entry a table and listed location; {COLUMNS}. {counted}"
            ),
            Self::Metadata => format!(
                "Returns a row about the session's cache of what files say about themselves, such as the footers of Parquet, an entry a \
                 file; {COLUMNS}. {counted}"
            ),
            Self::Statistics => format!(
                "Returns a row about the session's cache of the statistics of files, an entry a table and file; {COLUMNS}. {counted}"
            ),
            Self::Predicate => format!(
                "Returns a row about the cache of filters that Parquet's reader has where filters are pushed down; {COLUMNS}. It lives \
                 within the scan of one file, so that there is nothing to count between queries: EXPLAIN ANALYZE shows what a scan took \
                 from it. The limit is the option datafusion.execution.parquet.max_predicate_cache_size; NULL is the reader's own."
            ),
        };
        let others = Self::ALL.into_iter().filter(|other| *other != self);
        let documentation = Documentation::builder(
            DocSection {
                include: true,
                label: SECTION,
                description: None,
            },
            description,
            format!("{}()", self.function_name()),
        )
        .with_sql_example(self.example());
        others
            .fold(documentation, |documentation, other| {
                documentation.with_related_udf(other.function_name())
            })
            .build()
    }

    fn example(self) -> String {
        let limit = match self {
            Self::ListFiles => "1048576",
            Self::Metadata => "52428800",
            Self::Predicate => "",
            Self::Statistics => "20971520",
        };
        let (name, function) = (self.cache_name(), self.function_name());
        let width = name.len().max("cache_name".len());
        let line = format!("+-{}-+------------+--------------+", "-".repeat(width));
        format!(
            "```sql\n> select cache_name, config_ttl, config_limit from {function}();\n{line}\n\
             | {:<width$} | config_ttl | config_limit |\n{line}\n\
             | {name:<width$} |            | {limit:<12} |\n{line}\n```",
            "cache_name"
        )
    }

    /// What is known of the session's cache; `None` if it has none.
    fn facts(self, session: &dyn Session) -> Option<Facts> {
        let caches = &session.runtime_env().cache_manager;
        match self {
            Self::ListFiles => caches
                .get_list_files_cache()
                .map(|cache| Facts::of(&*cache)),
            Self::Statistics => caches
                .get_file_statistic_cache()
                .map(|cache| Facts::of(&*cache)),
            Self::Metadata => Some(Facts::of(&*caches.get_file_metadata_cache())),
            Self::Predicate => Some(Facts {
                entry_count: None,
                hit_count: None,
                ttl: None,
                limit: session
                    .config_options()
                    .execution
                    .parquet
                    .max_predicate_cache_size
                    .map(whole),
            }),
        }
    }
}

impl Facts {
    fn of<Key: CacheKey, Value: CacheValue>(cache: &dyn Cache<Key, Value>) -> Self {
        let entries = cache.list_entries();
        let hits: usize = entries.values().map(|entry| entry.hits).sum();
        Self {
            entry_count: Some(whole(entries.len())),
            hit_count: Some(whole(hits)),
            ttl: cache.cache_ttl(),
            limit: Some(whole(cache.cache_limit())),
        }
    }
}

impl TableFunctionImpl for CacheTable {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>> {
        no_arguments(self.function_name(), &arguments)?;
        Ok(Arc::new(SessionTable::new(schema(), *self)))
    }
}

impl SessionRows for CacheTable {
    fn rows(&self, session: &dyn Session, schema: SchemaRef) -> Result<RecordBatch> {
        let facts: Vec<_> = self.facts(session).into_iter().collect();
        let numbers = |number: fn(&Facts) -> Option<i64>| -> ArrayRef {
            Arc::new(facts.iter().map(number).collect::<Int64Array>())
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| whole(since.as_millis()));
        let ttls = facts.iter().map(|fact| fact.ttl);
        let ttls = ttls.map(|ttl| ttl.map(|ttl| format!("{}s", ttl.as_secs_f64())));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(vec![self.cache_name(); facts.len()])),
            Arc::new(Int64Array::from(vec![now; facts.len()])),
            numbers(|facts| facts.entry_count),
            numbers(|facts| facts.hit_count),
            numbers(|_| None),
            numbers(|_| None),
            Arc::new(ttls.collect::<StringArray>()),
            numbers(|facts| facts.limit),
        ];
        Ok(RecordBatch::try_new(schema, columns)?)
    }
}

fn schema() -> SchemaRef {
    let number = |name, nullable| Field::new(name, DataType::Int64, nullable);
    Arc::new(Schema::new(vec![
        Field::new("cache_name", DataType::Utf8, false),
        number("event_time_unix_ms", false),
        number("entry_count", true),
        number("hit_count", true),
        number("miss_count", true),
        number("eviction_count", true),
        Field::new("config_ttl", DataType::Utf8, true),
        number("config_limit", true),
    ]))
}

/// The number as a BIGINT; what is too large for one is the largest.
fn whole(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
