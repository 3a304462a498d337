//! The files of a version, and what their statistics say of their rows.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::Field;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{Column, ColumnStatistics, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::scalar::ScalarValue;
use delta_kernel::expressions::{Scalar, StructData};
use deltalake_core::kernel::LogicalFileView;
use object_store::ObjectMeta;
use object_store::path::Path;

use super::file_values::{partition_value, value_of};

/// How far the log's times may be from the file's: they are cut to milliseconds.
const MICROSECONDS_CUT: i64 = 1000;

/// A file whose rows are those of the table.
pub(super) struct PlainFile {
    pub(super) file: PartitionedFile,
    view: LogicalFileView,
    /// For each column of the file, taken from the log when a condition asks for it.
    bounds: Vec<OnceLock<Box<Bounds>>>,
}

/// What the log says of a column of a file.
struct Bounds {
    /// NULL where it is not known, as the greatest.
    least: ScalarValue,
    greatest: ScalarValue,
    nulls: Option<u64>,
}

impl PlainFile {
    /// The file; `None` where it is not all that its rows need.
    pub(super) fn new(
        view: &LogicalFileView,
        location: Path,
        columns: &TableSchema,
    ) -> Option<Self> {
        if view.deletion_vector_descriptor().is_some() {
            return None;
        }
        let size = u64::try_from(view.size()).ok()?;
        let mut file = PartitionedFile::new_from_meta(ObjectMeta {
            location,
            // As deltalake says of the same file, so that both find its metadata in the cache.
            last_modified: chrono::DateTime::UNIX_EPOCH,
            size,
            e_tag: None,
            version: None,
        });
        let partitions = columns.table_partition_cols();
        if !partitions.is_empty() {
            let values = view.partition_values()?;
            let values = partitions
                .iter()
                .map(|field| partition_value(named(&values, field.name())?, field.data_type()));
            file.partition_values = values.collect::<Option<_>>()?;
        }
        let rows = view.num_records();
        file.statistics = Some(Arc::new(Statistics {
            num_rows: rows.map_or(Precision::Absent, Precision::Exact),
            total_byte_size: usize::try_from(size).map_or(Precision::Absent, Precision::Inexact),
            column_statistics: vec![
                ColumnStatistics::new_unknown();
                columns.table_schema().fields().len()
            ],
        }));
        Some(Self {
            file,
            view: view.clone(),
            bounds: columns
                .file_schema()
                .fields()
                .iter()
                .map(|_| OnceLock::new())
                .collect(),
        })
    }

    /// The bounds of a column of the file; `None` where its type has no NULL.
    fn bounds(&self, place: usize, field: &Field) -> Option<&Bounds> {
        let unknown = ScalarValue::try_from(field.data_type()).ok()?;
        let bounds = self.bounds.get(place)?.get_or_init(|| {
            let bound = |values: Option<Scalar>, cut: i64| {
                of_column(values?, field.name())
                    .and_then(|scalar| value_of(&scalar, field.data_type()))
                    .and_then(|value| widened(value, cut))
            };
            let least = bound(self.view.min_values(), -MICROSECONDS_CUT);
            let greatest = bound(self.view.max_values(), MICROSECONDS_CUT);
            let nulls = self.view.null_counts();
            Box::new(Bounds {
                least: least.unwrap_or_else(|| unknown.clone()),
                greatest: greatest.unwrap_or_else(|| unknown.clone()),
                nulls: nulls.and_then(|nulls| match of_column(nulls, field.name())? {
                    Scalar::Long(count) => u64::try_from(count).ok(),
                    Scalar::Integer(count) => u64::try_from(count).ok(),
                    _ => None,
                }),
            })
        });
        Some(bounds)
    }
}

/// The value of a column among those of all.
fn of_column(values: Scalar, name: &str) -> Option<Scalar> {
    match values {
        Scalar::Struct(values) => named(&values, name).cloned(),
        _ => None,
    }
}

impl std::fmt::Debug for PlainFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("PlainFile")
            .field(&self.file.object_meta.location)
            .finish()
    }
}

fn named<'a>(values: &'a StructData, name: &str) -> Option<&'a Scalar> {
    let place = values
        .fields()
        .iter()
        .position(|field| field.name() == name)?;
    values.values().get(place)
}

/// Files that a condition on rows chooses from.
pub(super) struct Candidates<'a> {
    files: Vec<&'a PlainFile>,
    columns: &'a TableSchema,
}

impl<'a> Candidates<'a> {
    pub(super) const fn new(files: Vec<&'a PlainFile>, columns: &'a TableSchema) -> Self {
        Self { files, columns }
    }

    pub(super) fn kept(self, kept: &[bool]) -> Vec<&'a PlainFile> {
        let files = self.files.into_iter().zip(kept);
        files
            .filter(|(_, kept)| **kept)
            .map(|(file, _)| file)
            .collect()
    }

    pub(super) fn all(self) -> Vec<&'a PlainFile> {
        self.files
    }

    /// One bound of a column for each file.
    fn bound(&self, column: &Column, side: fn(&Bounds) -> &ScalarValue) -> Option<ArrayRef> {
        let schema = self.columns.table_schema();
        let place = schema.index_of(&column.name).ok()?;
        let of_files = self.columns.file_schema().fields().len();
        let values = self
            .files
            .iter()
            .map(|file| match place.checked_sub(of_files) {
                Some(partition) => file.file.partition_values.get(partition).cloned(),
                None => file
                    .bounds(place, schema.field(place))
                    .map(|bounds| side(bounds).clone()),
            });
        ScalarValue::iter_to_array(values.collect::<Option<Vec<_>>>()?).ok()
    }
}

/// A bound that holds also where the log cut its time.
fn widened(value: ScalarValue, cut: i64) -> Option<ScalarValue> {
    match value {
        ScalarValue::TimestampMicrosecond(Some(steps), zone) => Some(
            ScalarValue::TimestampMicrosecond(Some(steps.checked_add(cut)?), zone),
        ),
        other => Some(other),
    }
}

impl PruningStatistics for Candidates<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, |bounds| &bounds.least)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, |bounds| &bounds.greatest)
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let schema = self.columns.file_schema();
        let place = schema.index_of(&column.name).ok()?;
        let counts = self
            .files
            .iter()
            .map(|file| file.bounds(place, schema.field(place))?.nulls);
        Some(Arc::new(counts.collect::<UInt64Array>()))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let counts = self.files.iter().map(|file| {
            let rows = file.view.num_records()?;
            u64::try_from(rows).ok()
        });
        Some(Arc::new(counts.collect::<UInt64Array>()))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
