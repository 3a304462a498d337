//! Runs one query and writes its rows in the format that was asked for.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::csv::WriterBuilder;
use arrow::datatypes::SchemaRef;
use arrow::json::{ArrayWriter, LineDelimitedWriter};
use arrow::util::display::FormatOptions;
use arrow::util::pretty::pretty_format_batches_with_options;
use codeanatomy_errors::{EngineError, ErrorCode, Result};
use codeanatomy_runtime::engine_error;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::context::SessionContext;
use datafusion::prelude::SQLOptions;
use futures::StreamExt;
use parquet::arrow::ArrowWriter;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultFormat {
    /// A table for people, with NULL spelled out.
    Table,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values with a header.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl ResultFormat {
    /// All formats with their names.
    pub const ALL: &[(&str, Self)] = &[
        ("table", Self::Table),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("csv", Self::Csv),
        ("parquet", Self::Parquet),
    ];

    /// The format called `name`.
    pub fn from_name(name: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, format)| *format).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|(name, _)| *name).collect();
            EngineError::new(
                ErrorCode::InvalidOption,
                format!("'{name}' is not a format; formats are {}", names.join(", ")),
            )
        })
    }
}

/// What a query gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryOutput {
    /// The number of rows written.
    pub rows: u64,
    /// Whether there were more rows than `max_rows`.
    pub truncated: bool,
    /// The written rows; `None` if they went to a file or to standard output.
    pub text: Option<Vec<u8>>,
}

/// Runs `sql`, which must be a query, and writes its rows.
///
/// `output` is a file that is replaced at once when the query is finished, `-` for standard output, or `None` to return the bytes. Rows
/// stream in every format but `Table`, whose columns are as wide as their widest value.
pub async fn run_query(
    context: &SessionContext,
    sql: &str,
    format: ResultFormat,
    output: Option<&Path>,
    max_rows: Option<usize>,
) -> Result<QueryOutput> {
    // A graph is read; it changes by builds only.
    let options = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    let frame = context
        .sql_with_options(sql, options)
        .await
        .map_err(invalid)?;
    let stream = frame.execute_stream().await.map_err(invalid)?;
    match output {
        None => {
            let mut text = Vec::new();
            let (rows, truncated) = write_rows(stream, format, &mut text, max_rows).await?;
            Ok(QueryOutput {
                rows,
                truncated,
                text: Some(text),
            })
        }
        Some(path) if path.as_os_str() == "-" => {
            let mut stdout = BufWriter::new(io::stdout());
            let (rows, truncated) = write_rows(stream, format, &mut stdout, max_rows).await?;
            stdout.flush().map_err(unwritable)?;
            Ok(QueryOutput {
                rows,
                truncated,
                text: None,
            })
        }
        Some(path) => {
            let directory = match path.parent() {
                Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
                Some(parent) => parent,
                None => Path::new("."),
            };
            let mut file = tempfile::NamedTempFile::new_in(directory).map_err(unwritable)?;
            let mut buffer = BufWriter::new(file.as_file_mut());
            let (rows, truncated) = write_rows(stream, format, &mut buffer, max_rows).await?;
            buffer.flush().map_err(unwritable)?;
            drop(buffer);
            let _: File = file
                .persist(path)
                .map_err(|error| unwritable(error.error))?;
            Ok(QueryOutput {
                rows,
                truncated,
                text: None,
            })
        }
    }
}

/// Takes batches one by one.
enum RowWriter<W: Write + Send> {
    Table {
        batches: Vec<RecordBatch>,
        schema: SchemaRef,
        sink: W,
    },
    Json(ArrayWriter<W>),
    Ndjson(LineDelimitedWriter<W>),
    Csv(Box<arrow::csv::Writer<W>>),
    Parquet(Box<ArrowWriter<W>>),
}

impl<W: Write + Send> RowWriter<W> {
    fn new(format: ResultFormat, schema: SchemaRef, sink: W) -> io::Result<Self> {
        Ok(match format {
            ResultFormat::Table => Self::Table {
                batches: Vec::new(),
                schema,
                sink,
            },
            ResultFormat::Json => Self::Json(
                arrow::json::WriterBuilder::new()
                    .with_explicit_nulls(true)
                    .build(sink),
            ),
            ResultFormat::Ndjson => Self::Ndjson(
                arrow::json::WriterBuilder::new()
                    .with_explicit_nulls(true)
                    .build(sink),
            ),
            ResultFormat::Csv => {
                Self::Csv(Box::new(WriterBuilder::new().with_header(true).build(sink)))
            }
            ResultFormat::Parquet => {
                let writer = ArrowWriter::try_new(sink, schema, None).map_err(io::Error::other)?;
                Self::Parquet(Box::new(writer))
            }
        })
    }

    fn write(&mut self, batch: RecordBatch) -> io::Result<()> {
        match self {
            Self::Table { batches, .. } => {
                batches.push(batch);
                Ok(())
            }
            Self::Json(writer) => writer.write(&batch).map_err(io::Error::other),
            Self::Ndjson(writer) => writer.write(&batch).map_err(io::Error::other),
            Self::Csv(writer) => writer.write(&batch).map_err(io::Error::other),
            Self::Parquet(writer) => writer.write(&batch).map_err(io::Error::other),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Table {
                mut batches,
                schema,
                mut sink,
            } => {
                if batches.is_empty() {
                    batches.push(RecordBatch::new_empty(schema));
                }
                let options = FormatOptions::default().with_null("NULL");
                let table = pretty_format_batches_with_options(&batches, &options)
                    .map_err(io::Error::other)?;
                writeln!(sink, "{table}")
            }
            Self::Json(mut writer) => {
                writer.finish().map_err(io::Error::other)?;
                writeln!(writer.into_inner())
            }
            Self::Ndjson(mut writer) => writer.finish().map_err(io::Error::other),
            Self::Csv(writer) => writer.into_inner().flush(),
            Self::Parquet(writer) => writer.close().map(drop).map_err(io::Error::other),
        }
    }
}

async fn write_rows<W: Write + Send>(
    mut stream: SendableRecordBatchStream,
    format: ResultFormat,
    sink: W,
    max_rows: Option<usize>,
) -> Result<(u64, bool)> {
    let schema = stream.schema();
    let mut writer = RowWriter::new(format, Arc::clone(&schema), sink).map_err(unwritable)?;
    if format == ResultFormat::Csv {
        // A result without rows still has its header.
        writer
            .write(RecordBatch::new_empty(schema))
            .map_err(unwritable)?;
    }
    let mut left = max_rows.unwrap_or(usize::MAX);
    let mut rows = 0_u64;
    let mut truncated = false;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(failed)?;
        if batch.num_rows() == 0 {
            continue;
        }
        if left == 0 {
            truncated = true;
            break;
        }
        let taken = batch.num_rows().min(left);
        truncated |= taken < batch.num_rows();
        left -= taken;
        rows += taken as u64;
        writer.write(batch.slice(0, taken)).map_err(unwritable)?;
        if truncated {
            break;
        }
    }
    writer.finish().map_err(unwritable)?;
    Ok((rows, truncated))
}

fn invalid(error: DataFusionError) -> EngineError {
    let error = engine_error(error, ErrorCode::QueryInvalid);
    if error.code() != ErrorCode::QueryInvalid || error.hint().is_some() {
        return error;
    }
    error.with_hint("'SHOW TABLES' lists the tables, 'SHOW COLUMNS FROM cpg_nodes' the columns of one; a graph is read with queries only")
}

fn failed(error: DataFusionError) -> EngineError {
    engine_error(error, ErrorCode::QueryFailed)
}

fn unwritable(error: io::Error) -> EngineError {
    EngineError::new(
        ErrorCode::WriteFailed,
        format!("the result can't be written: {error}"),
    )
    .with_source(error)
}
