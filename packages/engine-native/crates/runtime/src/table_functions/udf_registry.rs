//! `udf_registry()`: the functions of the session that DataFusion does not bring, one row a function.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::{DocSection, Documentation};

use super::LibraryTableFunction;
use super::session_table::{SessionTable, no_arguments};
use super::snapshot_table::SnapshotRows;
use super::udf_docs::{SECTION, list_of, text_list};
use crate::snapshot::Snapshot;

const NAME: &str = "udf_registry";

/// The table function `udf_registry`.
#[derive(Debug)]
pub(super) struct UdfRegistry;

impl UdfRegistry {
    pub(super) fn entry() -> LibraryTableFunction {
        LibraryTableFunction {
            name: NAME,
            function: Arc::new(Self),
            documentation: documentation(),
            tags: &["registry"],
        }
    }
}

impl TableFunctionImpl for UdfRegistry {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>> {
        no_arguments(NAME, &arguments)?;
        Ok(Arc::new(SessionTable::new(schema(), SnapshotRows(rows))))
    }
}

fn documentation() -> Documentation {
    Documentation::builder(
        DocSection {
            include: true,
            label: SECTION,
            description: None,
        },
        "Returns a table of the functions that the session has beside those of DataFusion, one row a function and kind: its name, kind (scalar, \
         aggregate, window or table), volatility (immutable, stable or volatile), aliases, parameter_names, and whether it rewrites calls of \
         itself (simplify), decides to which types its arguments are cast (coerce_types) and may leave arguments unevaluated (short_circuits). \
         The table is what the session has when the query is planned. What is not known of a table function is NULL.",
        "udf_registry()",
    )
    .with_sql_example(EXAMPLE)
    .with_related_udf("udf_docs")
    .build()
}

const EXAMPLE: &str = "```sql
> select name, kind, volatility, aliases, parameter_names from udf_registry() where name = 'stable_hash64';
+---------------+--------+------------+----------+-----------------+
| name          | kind   | volatility | aliases  | parameter_names |
+---------------+--------+------------+----------+-----------------+
| stable_hash64 | scalar | immutable  | [hash64] | [value]         |
+---------------+--------+------------+----------+-----------------+
```";

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("volatility", DataType::Utf8, true),
        Field::new("aliases", text_list(), false),
        Field::new("parameter_names", text_list(), true),
        Field::new("simplify", DataType::Boolean, true),
        Field::new("coerce_types", DataType::Boolean, true),
        Field::new("short_circuits", DataType::Boolean, true),
    ]))
}

fn rows(snapshot: &Snapshot, schema: SchemaRef) -> Result<RecordBatch> {
    let functions: Vec<_> = snapshot.kinds().collect();
    let names = || functions.iter().map(|(name, _)| *name);
    let no_aliases = Vec::new();
    let aliases =
        list_of(names().map(|name| Some(snapshot.aliases.get(name).unwrap_or(&no_aliases))));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(names())),
        Arc::new(StringArray::from_iter_values(
            functions.iter().map(|(_, kind)| *kind),
        )),
        Arc::new(
            names()
                .map(|name| snapshot.volatility.get(name).copied())
                .collect::<StringArray>(),
        ),
        Arc::new(aliases),
        Arc::new(list_of(
            names().map(|name| snapshot.parameter_names.get(name)),
        )),
        flags(names().map(|name| snapshot.simplify.get(name))),
        flags(names().map(|name| snapshot.coerce_types.get(name))),
        flags(names().map(|name| snapshot.short_circuits.get(name))),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn flags<'a>(values: impl Iterator<Item = Option<&'a bool>>) -> ArrayRef {
    Arc::new(
        values
            .map(Option::<&bool>::copied)
            .collect::<BooleanArray>(),
    )
}
