//! Names across files: one row for each path that a file asked for and could not resolve alone.

pub(crate) mod facts;
mod resolve;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringViewBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use std::sync::{Arc, LazyLock};

use facts::ModuleFacts;
use resolve::{Linker, Outcome};

/// The name under which the views of the graph read the resolved paths.
pub const SYMBOLS: &str = "extracted_symbols";

/// The columns of [`SYMBOLS`]; `symbol_id` is its key.
pub(crate) static SYMBOLS_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let column = |name: &str, nullable| Field::new(name, DataType::Utf8View, nullable);
    Arc::new(Schema::new(vec![
        Field::new("symbol_id", DataType::Int32, false),
        // `internal`, `external`, `builtin` or `failed`.
        column("outcome", false),
        column("target_def_id", true),
        column("target_kind", true),
        column("target_qualified_name", true),
        // The module that holds an internal target.
        column("target_module_def_id", true),
        column("reason", true),
    ]))
});

/// Resolves `paths`, which lie in the order of their numbers, over `modules`, sorted by the paths of their files.
pub(crate) fn link(
    modules: Vec<ModuleFacts>,
    paths: &[Arc<str>],
) -> Result<RecordBatch, ArrowError> {
    let linker = Linker::new(modules);
    let mut columns: [StringViewBuilder; 6] = std::array::from_fn(|_| StringViewBuilder::new());
    for path in paths {
        let outcome = linker.resolve(path);
        let row = match &outcome {
            Outcome::Internal {
                target,
                module_def_id,
            } => [
                Some("internal"),
                Some(&*target.def_id),
                Some(target.kind.as_str()),
                Some(&*target.qualified_name),
                Some(&**module_def_id),
                None,
            ],
            Outcome::External(name) => [
                Some("external"),
                None,
                Some("external"),
                Some(&**name),
                None,
                None,
            ],
            Outcome::Builtin(name) => [
                Some("builtin"),
                None,
                Some("builtin"),
                Some(&**name),
                None,
                None,
            ],
            Outcome::Failed(reason) => [Some("failed"), None, None, None, None, Some(*reason)],
        };
        for (column, value) in columns.iter_mut().zip(row) {
            column.append_option(value);
        }
    }
    let ids = Int32Array::from_iter_values((0..).take(paths.len()));
    let columns = std::iter::once(Arc::new(ids) as ArrayRef).chain(
        columns
            .iter_mut()
            .map(|column| Arc::new(column.finish()) as ArrayRef),
    );
    RecordBatch::try_new(Arc::clone(&SYMBOLS_SCHEMA), columns.collect())
}
