//! `arg_min(value, key)`: the value beside the least key.

use std::cmp::Ordering;

use datafusion::logical_expr::Documentation;
use datafusion_macros::user_doc;

use super::Selection;

/// The SQL function `arg_min`.
#[user_doc(
    doc_section(label = "Selecting Aggregates"),
    description = "Returns the value of the row with the least key, and of these the least value, so that the answer depends on nothing \
                   but the rows. Keys and values are ordered as ORDER BY orders them: NaN is the greatest number, text goes by its bytes. \
                   Rows whose value or key is NULL are skipped; NULL if no row is left.",
    syntax_example = "arg_min(value, key)",
    sql_example = r"```sql
> select arg_min(state, version) as state from (values ('draft', 1), ('final', 3), ('review', 2), (null, 0)) as t(state, version);
+-------+
| state |
+-------+
| draft |
+-------+
```",
    argument(name = "value", description = "What to return. Any type."),
    argument(
        name = "key",
        description = "Which row to take it from: that with the least key. Any type."
    ),
    related_udf(name = "arg_max"),
    related_udf(name = "first_value")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ArgMin;

impl Selection for ArgMin {
    const NAME: &'static str = "arg_min";
    const ALIASES: &'static [&'static str] = &[];
    const PARAMETERS: [&'static str; 2] = ["value", "key"];
    const WINS: Ordering = Ordering::Less;

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
