//! Opens files: Parquet, CSV, JSON, Arrow and Avro.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, SchemaRef};
use codeanatomy_delta::{TableLocation, table_exists};
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_schema::{
    DataFusionScanOptions, DatasetFormat, DatasetLocation, Name, Partitioning, ResolvedLocation,
    SortOrder,
};
use datafusion::catalog::Session;
use datafusion::common::config::{ConfigFileType, ConfigNonZeroUsize, TableOptions};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::avro::AvroFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{SortExpr, col};
use futures::TryStreamExt;

use crate::configured_session::{ConfiguredSession, ScanConfiguration};
use crate::configured_table::ConfiguredTable;
use crate::declared_columns::{check_files, refuses};
use crate::obligation::promise;
use crate::open::Opened;
use crate::open_delta::table_location;
use crate::report::SchemaOrigin;
use crate::resolve::planning;

/// Opens the files of a dataset.
pub(crate) async fn open_listing(
    state: &SessionState,
    name: &str,
    location: &DatasetLocation,
    files: &[Name],
    resolved: &ResolvedLocation,
) -> Result<Opened> {
    let scan = &resolved.datafusion_scan.options;
    let failed = |error: DataFusionError| planning(name, error);
    let environment = environment(state, scan).map_err(failed)?;
    let configuration = configuration(scan);
    let session = ConfiguredSession::new(state, &configuration, Some(&environment));
    let root = table_location(location)?;
    let paths = paths(state, name, &root, files)?;
    check_kind(name, location.format, &root).await?;
    let format = format(state, location, scan).map_err(failed)?;
    let mut options = ListingOptions::new(format);
    if let Some(extension) = scan.file_extension.value() {
        options = options.with_file_extension(extension.clone());
    }
    if let Some(order) = scan
        .file_sort_order
        .value()
        .filter(|order| !order.is_empty())
    {
        let keys = order.iter().map(|key| {
            let ascending = key.order == SortOrder::Ascending;
            SortExpr::new(
                col(datafusion::common::Column::from_name(key.column.as_str())),
                ascending,
                key.nulls_first.unwrap_or(!ascending),
            )
        });
        options = options.with_file_sort_order(vec![keys.collect()]);
    }
    let declared = declared(resolved);
    let partitions = partitions(
        &session,
        name,
        location,
        scan,
        &options,
        &paths,
        declared.as_ref(),
    )
    .await?;
    options = options.with_table_partition_cols(partitions.clone());
    let evolution = &resolved.evolution_spec.options;
    if let Some((schema, _)) = &declared
        && refuses(evolution)
    {
        for path in &paths {
            let files = options.infer_schema(&session, path).await.map_err(failed)?;
            let declared = without(schema, &partitions);
            check_files(name, location.format, files, declared, evolution)?;
        }
    }
    let (schema, schema_origin) = if let Some(declared) = declared {
        declared
    } else {
        let Some(first) = first_with_files(&session, &options, &paths)
            .await
            .map_err(failed)?
        else {
            return Err(no_files(name, location));
        };
        let inferred = options
            .infer_schema(&session, first)
            .await
            .map_err(failed)?;
        (inferred, SchemaOrigin::Files)
    };
    let schema = without(&schema, &partitions);
    let config = ListingTableConfig::new_with_multi_paths(paths)
        .with_listing_options(options)
        .with_schema(schema);
    let table = ListingTable::try_new(config)
        .map_err(failed)?
        .with_cache(environment.cache_manager.get_file_statistic_cache());
    Ok(Opened {
        provider: Arc::new(ConfiguredTable {
            dataset: name.to_owned(),
            inner: Arc::new(table),
            configuration,
            environment,
            is_mutable: scan.listing_mutable.value() == Some(&true),
            promise: promise(location, resolved),
        }),
        schema_origin,
    })
}

/// The first of the paths with a file to infer columns from.
async fn first_with_files<'paths>(
    session: &ConfiguredSession<'_>,
    options: &ListingOptions,
    paths: &'paths [ListingTableUrl],
) -> datafusion::common::Result<Option<&'paths ListingTableUrl>> {
    for path in paths {
        let store = session.runtime_env().object_store(path)?;
        let mut files = path
            .list_all_files(session, store.as_ref(), &options.file_extension)
            .await?;
        if files.try_next().await?.is_some() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The session's environment with a cache of listings of the dataset's own.
fn environment(
    state: &SessionState,
    scan: &DataFusionScanOptions,
) -> datafusion::common::Result<Arc<RuntimeEnv>> {
    let mut builder = RuntimeEnvBuilder::from_runtime_env(state.runtime_env());
    builder.cache_manager.list_files_cache = None;
    builder.cache_manager.list_files_cache_ttl = scan
        .list_files_cache_ttl
        .value()
        .map(codeanatomy_schema::Interval::duration);
    if let Some(limit) = scan.list_files_cache_limit.value() {
        builder.cache_manager.list_files_cache_limit =
            usize::try_from(limit.bytes()).unwrap_or(usize::MAX);
    }
    builder.build_arc()
}

fn configuration(scan: &DataFusionScanOptions) -> ScanConfiguration {
    ScanConfiguration {
        collect_statistics: scan.collect_statistics.value().copied(),
        meta_fetch_concurrency: scan
            .meta_fetch_concurrency
            .value()
            .and_then(|count| usize::try_from(count.get()).ok())
            .and_then(|count| ConfigNonZeroUsize::try_new(count).ok()),
        ignore_subdirectory: scan.listing_table_ignore_subdirectory.value().copied(),
    }
}

/// The URLs that are listed. A store that the session does not have yet is registered.
fn paths(
    state: &SessionState,
    name: &str,
    root: &TableLocation,
    files: &[Name],
) -> Result<Vec<ListingTableUrl>> {
    if root.local_path().is_none() {
        let store = root.object_store()?;
        state.runtime_env().register_object_store(root.url(), store);
    }
    let parse = |text: &str| ListingTableUrl::parse(text).map_err(|error| planning(name, error));
    if files.is_empty() {
        let text = match root.local_path() {
            Some(path) if path.is_file() => path.display().to_string(),
            Some(path) => format!("{}/", path.display()),
            None => root.url().to_string(),
        };
        return Ok(vec![parse(&text)?]);
    }
    files
        .iter()
        .map(|file| {
            let leaves = file.starts_with('/')
                || file.contains("://")
                || file.split(['/', '\\']).any(|part| part == "..");
            if leaves {
                return Err(EngineError::new(
                    ErrorCode::InvalidOption,
                    format!(
                        "the file '{}' of the dataset '{name}' is not below its path",
                        &**file
                    ),
                )
                .with_detail("option", "files")
                .with_hint("state files relative to the path, without '..'"));
            }
            match root.local_path() {
                Some(path) => parse(&path.join(&**file).display().to_string()),
                None => parse(&format!("{}{}", root.url(), &**file)),
            }
        })
        .collect()
}

/// Refuses what is not there, and files of a Delta table: a listing would read those that the table has deleted.
async fn check_kind(name: &str, format: DatasetFormat, root: &TableLocation) -> Result<()> {
    if let Some(path) = root.local_path()
        && !path.exists()
    {
        return Err(EngineError::new(
            ErrorCode::DatasetNotFound,
            format!(
                "there is nothing at the path of the dataset '{name}': {}",
                path.display()
            ),
        )
        .with_detail("location", root.url().to_string())
        .with_hint("check the path; a relative one starts at the current directory"));
    }
    if table_exists(root).await? {
        return Err(EngineError::new(
            ErrorCode::DatasetFormatMismatch,
            format!(
                "the dataset '{name}' is declared as {}, but there is a Delta table at {}",
                format_name(format),
                root.name()
            ),
        )
        .with_detail("location", root.url().to_string())
        .with_hint(
            "state the format 'delta': a listing would read files that the table has deleted",
        ));
    }
    Ok(())
}

fn no_files(name: &str, location: &DatasetLocation) -> EngineError {
    EngineError::new(
        ErrorCode::DatasetNotFound,
        format!(
            "the dataset '{name}' has no {} files, and nobody declares its columns",
            format_name(location.format)
        ),
    )
    .with_hint("check the path and the ending of the files ('file_extension'), or declare the table's columns ('table_spec')")
}

const fn format_name(format: DatasetFormat) -> &'static str {
    match format {
        DatasetFormat::Delta => "delta",
        DatasetFormat::Parquet => "parquet",
        DatasetFormat::Csv => "csv",
        DatasetFormat::Json => "json",
        DatasetFormat::Arrow => "arrow",
        DatasetFormat::Avro => "avro",
    }
}

fn format(
    state: &SessionState,
    location: &DatasetLocation,
    scan: &DataFusionScanOptions,
) -> datafusion::common::Result<Arc<dyn FileFormat>> {
    let mut options: TableOptions = state.default_table_options();
    let stated: HashMap<String, String> = location
        .read_options
        .iter()
        .map(|(name, value)| (format!("format.{name}"), value.clone()))
        .collect();
    Ok(match location.format {
        DatasetFormat::Csv => {
            options.set_config_format(ConfigFileType::CSV);
            options.alter_with_string_hash_map(&stated)?;
            Arc::new(CsvFormat::default().with_options(options.csv))
        }
        DatasetFormat::Json => {
            options.set_config_format(ConfigFileType::JSON);
            options.alter_with_string_hash_map(&stated)?;
            Arc::new(JsonFormat::default().with_options(options.json))
        }
        DatasetFormat::Arrow => Arc::new(ArrowFormat),
        DatasetFormat::Avro => Arc::new(AvroFormat),
        DatasetFormat::Parquet | DatasetFormat::Delta => {
            let mut parquet = options.parquet;
            for (setting, option) in [
                (&scan.parquet_pruning, &mut parquet.global.pruning),
                (&scan.pushdown_filters, &mut parquet.global.pushdown_filters),
                (&scan.skip_metadata, &mut parquet.global.skip_metadata),
                (&scan.binary_as_string, &mut parquet.global.binary_as_string),
                (
                    &scan.schema_force_view_types,
                    &mut parquet.global.schema_force_view_types,
                ),
            ] {
                if let Some(value) = setting.value() {
                    *option = *value;
                }
            }
            Arc::new(ParquetFormat::new().with_options(parquet))
        }
    })
}

/// The declared columns, those in paths among them.
fn declared(resolved: &ResolvedLocation) -> Option<(SchemaRef, SchemaOrigin)> {
    let scan = &resolved.datafusion_scan.options;
    if let Some(contract) = scan.table_schema_contract.value() {
        return Some((
            Arc::clone(contract.file_schema.arrow()),
            SchemaOrigin::TableSchemaContract,
        ));
    }
    let table = resolved.table_spec.value.as_ref()?;
    Some((Arc::clone(table.schema.arrow()), SchemaOrigin::TableSpec))
}

/// The columns in paths: as stated, or as the directories are named.
async fn partitions(
    session: &ConfiguredSession<'_>,
    name: &str,
    location: &DatasetLocation,
    scan: &DataFusionScanOptions,
    options: &ListingOptions,
    paths: &[ListingTableUrl],
    declared: Option<&(SchemaRef, SchemaOrigin)>,
) -> Result<Vec<(String, DataType)>> {
    let contract = scan
        .table_schema_contract
        .value()
        .map(|contract| &contract.partition_cols)
        .filter(|columns| !columns.is_empty());
    if let Some(stated) = scan.partition_cols.value().or(contract) {
        return Ok(stated
            .iter()
            .map(|column| (column.name.clone(), column.data_type().clone()))
            .collect());
    }
    let infers = scan.listing_table_factory_infer_partitions.value() != Some(&false);
    if location.partitioning == Partitioning::None || !infers {
        return Ok(Vec::new());
    }
    let Some(first) = paths.first() else {
        return Ok(Vec::new());
    };
    let names = options
        .infer_partitions(session, first)
        .await
        .map_err(|error| planning(name, error))?;
    Ok(names
        .into_iter()
        .map(|column| {
            let stated = declared
                .and_then(|(schema, _)| schema.field_with_name(&column).ok())
                .map(|field| field.data_type().clone());
            let data_type = stated.unwrap_or(DataType::Utf8);
            (column, data_type)
        })
        .collect())
}

/// The columns in the files.
fn without(schema: &Schema, partitions: &[(String, DataType)]) -> SchemaRef {
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .filter(|field| !partitions.iter().any(|(name, _)| name == field.name()))
        .cloned()
        .collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}
