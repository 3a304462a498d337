//! `count_distinct_agg`, called from SQL.

use std::sync::Arc;

use arrow::array::Array;

use super::{integers, kinds};
use crate::testing::Sql;

// DataFusion counts 0.0 and -0.0 once where the optimizer makes a grouping of DISTINCT, and twice elsewhere: floats show that both calls are planned
// in the same way.
#[test]
fn count_distinct_agg_is_count_distinct() {
    for (column, _) in kinds() {
        let data_type = column.data_type().clone();
        let keys: Vec<_> = (0..column.len())
            .map(|row| i64::try_from(row % 2).ok())
            .collect();
        for (partitions, passes) in [(1, 3), (1, 0), (4, 3), (4, 0)] {
            let sql = Sql::with_partitions(partitions).and_table(
                "t",
                vec![("value", Arc::clone(&column)), ("key", integers(&keys))],
            );
            // Without passes of the optimizer, nothing is simplified.
            sql.run(&format!("set datafusion.optimizer.max_passes = {passes}"));
            for query in [
                "select CALL from t",
                "select CALL from t where false",
                "select CALL from t group by key order by key",
                "select CALL filter (where key = 1) from t group by key order by key",
                "select CALL over (partition by key) from t order by key",
                "select CALL over (order by key rows between 1 preceding and current row) from t order by key",
            ] {
                assert_eq!(
                    sql.texts(&query.replace("CALL", "count_distinct_agg(value)")),
                    sql.texts(&query.replace("CALL", "count(distinct value)")),
                    "{data_type}, {partitions} partitions, {passes} passes: {query}"
                );
            }
        }
    }
    let sql = Sql::new();
    assert_eq!(
        sql.texts("select count_distinct_agg(v) from (values (1), (2), (1), (null)) as t (v)"),
        ["2"]
    );
    assert_eq!(
        sql.texts("select \"count_distinct_agg(t.v)\" from (select count_distinct_agg(v) from (values (1)) as t (v))"),
        ["1"]
    );
}
