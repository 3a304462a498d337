//! `udf_docs()`: the documentation of the session's functions that DataFusion does not bring, one row a function.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, ListBuilder, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::{DocSection, Documentation};

use super::LibraryTableFunction;
use super::session_table::{SessionTable, no_arguments};
use super::snapshot_table::SnapshotRows;
use crate::snapshot::Snapshot;

const NAME: &str = "udf_docs";

/// The heading that the functions about functions belong under.
pub(super) const SECTION: &str = "Registry Functions";

/// The table function `udf_docs`.
#[derive(Debug)]
pub(super) struct UdfDocs;

impl UdfDocs {
    pub(super) fn entry() -> LibraryTableFunction {
        LibraryTableFunction {
            name: NAME,
            function: Arc::new(Self),
            documentation: documentation(),
            tags: &["registry"],
        }
    }
}

impl TableFunctionImpl for UdfDocs {
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
        "Returns a table of what the functions that the session has beside those of DataFusion say about themselves, one row a documented \
         function and kind: its name, kind, section, description, syntax, sql_example, argument_names, argument_descriptions, \
         alternative_syntax and related_udfs. The table is what the session has when the query is planned.",
        "udf_docs()",
    )
    .with_sql_example(EXAMPLE)
    .with_related_udf("udf_registry")
    .build()
}

const EXAMPLE: &str = "```sql
> select name, section, syntax, argument_names from udf_docs() where name = 'stable_id';
+-----------+-------------------+--------------------------+-----------------+
| name      | section           | syntax                   | argument_names  |
+-----------+-------------------+--------------------------+-----------------+
| stable_id | Hashing Functions | stable_id(prefix, value) | [prefix, value] |
+-----------+-------------------+--------------------------+-----------------+
```";

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("section", DataType::Utf8, false),
        Field::new("description", DataType::Utf8, false),
        Field::new("syntax", DataType::Utf8, false),
        Field::new("sql_example", DataType::Utf8, true),
        Field::new("argument_names", text_list(), false),
        Field::new("argument_descriptions", text_list(), false),
        Field::new("alternative_syntax", text_list(), false),
        Field::new("related_udfs", text_list(), false),
    ]))
}

fn rows(snapshot: &Snapshot, schema: SchemaRef) -> Result<RecordBatch> {
    let documented: Vec<_> = snapshot
        .kinds()
        .filter_map(|(name, kind)| Some((name, kind, snapshot.documentation.get(name)?)))
        .collect();
    let argument_names: Vec<Vec<&str>> = documented
        .iter()
        .map(|(_, _, documentation)| {
            documentation
                .arguments
                .iter()
                .map(|pair| &*pair.0)
                .collect()
        })
        .collect();
    let argument_descriptions: Vec<Vec<&str>> = documented
        .iter()
        .map(|(_, _, documentation)| {
            documentation
                .arguments
                .iter()
                .map(|pair| &*pair.1)
                .collect()
        })
        .collect();
    let documentations = || {
        documented
            .iter()
            .map(|(_, _, documentation)| *documentation)
    };
    let columns: Vec<ArrayRef> = vec![
        texts(documented.iter().map(|(name, _, _)| *name)),
        texts(documented.iter().map(|(_, kind, _)| *kind)),
        texts(documentations().map(|documentation| documentation.section)),
        texts(documentations().map(|documentation| &*documentation.description)),
        texts(documentations().map(|documentation| &*documentation.syntax)),
        Arc::new(
            documentations()
                .map(|documentation| documentation.sql_example.as_deref())
                .collect::<StringArray>(),
        ),
        Arc::new(list_of(argument_names.iter().map(Some))),
        Arc::new(list_of(argument_descriptions.iter().map(Some))),
        Arc::new(list_of(
            documentations().map(|documentation| Some(&documentation.alternative_syntax)),
        )),
        Arc::new(list_of(
            documentations().map(|documentation| Some(&documentation.related_udfs)),
        )),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// The type of a column of lists of texts.
pub(super) fn text_list() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
}

/// A column of lists of texts.
pub(super) fn list_of<'a, Text: AsRef<str> + 'a>(
    lists: impl Iterator<Item = Option<&'a Vec<Text>>>,
) -> ListArray {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for list in lists {
        for text in list.into_iter().flatten() {
            builder.values().append_value(text);
        }
        builder.append(list.is_some());
    }
    builder.finish()
}
