//! `read_delta(location[, version])`: the rows of a table.

use std::sync::Arc;

use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::Documentation;

use super::arguments::Arguments;
use super::{DeltaTableFunction, LOCATION, PIN, SECTION};
use crate::blocking::wait_for;
use crate::external::external;
use crate::table::{DeltaTableProvider, ScanSettings};

const NAME: &str = "read_delta";

#[derive(Debug)]
struct ReadDelta;

impl TableFunctionImpl for ReadDelta {
    fn call_with_args(
        &self,
        arguments: TableFunctionArgs<'_, '_>,
    ) -> Result<Arc<dyn TableProvider>> {
        let read = || {
            let given = Arguments::of(NAME, &arguments, 1, 2)?;
            let (location, pin) = (given.location()?, given.pin(1)?);
            let settings = ScanSettings::default();
            let session = arguments.session();
            // The query can't be planned without the columns, and only the log knows them.
            wait_for(DeltaTableProvider::open(location, pin, &settings, session))
        };
        Ok(Arc::new(read().map_err(external)?))
    }
}

const EXAMPLE: &str = "```sql
> select * from read_delta('orders', 1) order by id;
+----+--------+
| id | region |
+----+--------+
| 1  | north  |
| 2  | south  |
| 3  | north  |
+----+--------+
```";

pub(super) fn entry() -> DeltaTableFunction {
    DeltaTableFunction {
        name: NAME,
        function: Arc::new(ReadDelta),
        documentation: Documentation::builder(
            SECTION,
            "Returns the rows of a Delta table. Without a version, a view of it reads the version that is the latest when it is queried.",
            "read_delta(location[, version])",
        )
        .with_argument("location", LOCATION)
        .with_argument("version", PIN)
        .with_sql_example(EXAMPLE)
        .with_related_udf("read_delta_cdf")
        .with_related_udf("delta_history")
        .build(),
    }
}
