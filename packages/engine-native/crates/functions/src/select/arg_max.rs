//! `arg_max(value, key)`: the value beside the greatest key.

use std::cmp::Ordering;

use datafusion::logical_expr::Documentation;
use datafusion_macros::user_doc;

use super::Selection;

/// The SQL function `arg_max`.
#[user_doc(
    doc_section(label = "Selecting Aggregates"),
    description = "Returns the value of the row with the greatest key, and of these the greatest value, so that the answer depends on nothing \
                   but the rows. Keys and values are ordered as ORDER BY orders them: NaN is the greatest number, text goes by its bytes. \
                   Rows whose value or key is NULL are skipped; NULL if no row is left.",
    syntax_example = "arg_max(value, key)",
    sql_example = r"```sql
> select arg_max(state, version) as state from (values ('draft', 1), ('final', 3), ('review', 2), (null, 4)) as t(state, version);
+-------+
| state |
+-------+
| final |
+-------+
```",
    argument(name = "value", description = "What to return. Any type."),
    argument(
        name = "key",
        description = "Which row to take it from: that with the greatest key. Any type."
    ),
    related_udf(name = "arg_min"),
    related_udf(name = "last_value")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ArgMax;

impl Selection for ArgMax {
    const NAME: &'static str = "arg_max";
    const ALIASES: &'static [&'static str] = &["asof_select"];
    const PARAMETERS: [&'static str; 2] = ["value", "key"];
    const WINS: Ordering = Ordering::Greater;

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
