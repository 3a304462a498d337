//! `any_value_det(value, order_key)`: one value of the group, always the same one.

use std::cmp::Ordering;

use datafusion::logical_expr::Documentation;
use datafusion_macros::user_doc;

use super::Selection;

/// The SQL function `any_value_det`.
#[user_doc(
    doc_section(label = "Selecting Aggregates"),
    description = "Returns one value of the group, the same one whatever the order and the partitions of the rows: that of the row with the least \
                   order key, and of these the least value. Keys and values are ordered as ORDER BY orders them: NaN is the greatest \
                   number, text goes by its bytes. Rows whose value or key is NULL are skipped; NULL if no row is left.",
    syntax_example = "any_value_det(value, order_key)",
    sql_example = r"```sql
> select any_value_det(path, line) as path from (values ('b.py', 7), ('a.py', 3), (null, 1)) as t(path, line);
+------+
| path |
+------+
| a.py |
+------+
```",
    argument(name = "value", description = "What to return. Any type."),
    argument(
        name = "order_key",
        description = "Which row to take it from: that with the least key. Any type."
    ),
    related_udf(name = "arg_min")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct AnyValueDet;

impl Selection for AnyValueDet {
    const NAME: &'static str = "any_value_det";
    const ALIASES: &'static [&'static str] = &[];
    const PARAMETERS: [&'static str; 2] = ["value", "order_key"];
    const WINS: Ordering = Ordering::Less;

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
