//! `read_delta_cdf(location, first[, last])`: the changes of a table.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use codeanatomy_errors::{EngineError, ErrorCode};
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Documentation, Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use deltalake_core::DeltaTableError;
use deltalake_core::delta_datafusion::DeltaCdfTableProvider;

use super::arguments::Arguments;
use super::{DeltaTableFunction, LOCATION, SECTION};
use crate::blocking::wait_for;
use crate::external::external;
use crate::open::open_table;
use crate::table_location::TableLocation;
use crate::table_pin::TablePin;

const NAME: &str = "read_delta_cdf";

#[derive(Debug)]
struct ReadDeltaCdf;

impl TableFunctionImpl for ReadDeltaCdf {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>> {
        let read = || {
            let given = Arguments::of(NAME, &arguments, 2, 3)?;
            let (location, first, last) = (given.location()?, given.pin(1)?, given.pin(2)?);
            wait_for(DeltaChanges::open(location, first, last, false))
        };
        Ok(Arc::new(read().map_err(external)?))
    }
}

/// The changes of a table as rows, with errors in the engine's terms.
#[derive(Debug)]
pub struct DeltaChanges {
    location: TableLocation,
    inner: DeltaCdfTableProvider,
}

impl DeltaChanges {
    /// Opens the changes from one version or time to another, both inclusive; [`TablePin::Latest`] leaves an end open.
    ///
    /// `allow_out_of_range` makes versions that the table does not have give no rows, instead of an error.
    ///
    /// # Errors
    ///
    /// Those of [`open_table`], and `delta-version-not-found` if the changes of these versions are not recorded.
    pub async fn open(
        location: TableLocation,
        first: TablePin,
        last: TablePin,
        allow_out_of_range: bool,
    ) -> codeanatomy_errors::Result<Self> {
        let table = open_table(&location, &TablePin::Latest).await?;
        let mut changes = table.scan_cdf();
        changes = match first {
            TablePin::Version(version) => changes.with_starting_version(version),
            TablePin::Timestamp(time) => changes.with_starting_timestamp(time),
            TablePin::Latest => changes,
        };
        changes = match last {
            TablePin::Version(version) => changes.with_ending_version(version),
            TablePin::Timestamp(time) => changes.with_ending_timestamp(time),
            TablePin::Latest => changes,
        };
        if allow_out_of_range {
            changes = changes.with_allow_out_of_range();
        }
        let inner =
            DeltaCdfTableProvider::try_new(changes).map_err(|error| failed(&location, &error))?;
        Ok(Self { location, inner })
    }
}

#[async_trait]
impl TableProvider for DeltaChanges {
    fn schema(&self) -> SchemaRef {
        self.inner.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = self.inner.scan(session, projection, filters, limit).await;
        let plan = plan.map_err(|error| match error {
            DataFusionError::External(inner) => match inner.downcast::<DeltaTableError>() {
                Ok(inner) => external(failed(&self.location, &inner)),
                Err(inner) => DataFusionError::External(inner),
            },
            other => other,
        })?;
        with_partitions(plan)
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.inner.supports_filters_pushdown(filters)
    }
}

/// Versions without changes of one kind have a scan of no partitions, which DataFusion can't sort.
fn with_partitions(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let partitioned = plan.transform_up(|node| {
        if node.children().is_empty() && node.output_partitioning().partition_count() == 0 {
            let empty = EmptyExec::new(node.schema());
            return Ok(Transformed::yes(Arc::new(empty) as Arc<dyn ExecutionPlan>));
        }
        Ok(Transformed::no(node))
    })?;
    Ok(partitioned.data)
}

fn failed(location: &TableLocation, error: &DeltaTableError) -> EngineError {
    let hint = match error {
        DeltaTableError::ChangeDataNotEnabled { .. }
        | DeltaTableError::ChangeDataNotRecorded { .. } => {
            "changes are recorded from the version on that sets the property delta.enableChangeDataFeed to true"
        }
        DeltaTableError::ChangeDataInvalidVersionRange { .. }
        | DeltaTableError::ChangeDataTimestampGreaterThanCommit { .. }
        | DeltaTableError::InvalidVersion(_) => {
            "both ends are inclusive; delta_history('…') lists the versions"
        }
        other => return location.error(other),
    };
    EngineError::new(
        ErrorCode::DeltaVersionNotFound,
        format!(
            "the changes of the table {} can't be read: {error}",
            location.name()
        ),
    )
    .with_detail("location", location.url().to_string())
    .with_hint(hint)
}

const EXAMPLE: &str = "```sql
> select id, region, _change_type, _commit_version from read_delta_cdf('orders', 1) order by _commit_version;
+----+--------+--------------+-----------------+
| id | region | _change_type | _commit_version |
+----+--------+--------------+-----------------+
| 3  | north  | insert       | 1               |
| 2  | south  | delete       | 2               |
+----+--------+--------------+-----------------+
```";

pub(super) fn entry() -> DeltaTableFunction {
    DeltaTableFunction {
        name: NAME,
        function: Arc::new(ReadDeltaCdf),
        documentation: Documentation::builder(
            SECTION,
            "Returns the changes of a Delta table from one version to another, both inclusive, one row a changed row: the columns of the table, \
             then _change_type (insert, delete, update_preimage or update_postimage), _commit_version and _commit_timestamp. The table has to \
             have the property delta.enableChangeDataFeed in all these versions.",
            "read_delta_cdf(location, first[, last])",
        )
        .with_argument("location", LOCATION)
        .with_argument("first", "A version or a timestamp with a time zone: the first one whose changes are meant.")
        .with_argument("last", "A version or a timestamp with a time zone: the last one. The latest by default.")
        .with_sql_example(EXAMPLE)
        .with_related_udf("read_delta")
        .with_related_udf("cdf_is_upsert")
        .build(),
    }
}
