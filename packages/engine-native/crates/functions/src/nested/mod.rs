//! Lists, maps and structs.
//!
//! `array_compact`, also called `list_compact`, belongs to this group and is DataFusion's own.

pub mod list_unique_sorted;
mod lists;
pub mod map_get_default;
pub mod map_normalize;
mod maps;
pub mod struct_pick;
#[cfg(test)]
mod tests;

use datafusion::logical_expr::ScalarUDF;

use crate::LibraryFunction;

/// The functions of this group.
#[must_use]
pub fn functions() -> Vec<LibraryFunction> {
    vec![
        LibraryFunction::new(
            ScalarUDF::from(list_unique_sorted::ListUniqueSorted::new()),
            &["nested", "list"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(map_get_default::MapGetDefault::new()),
            &["nested", "map"],
        ),
        LibraryFunction::new(
            ScalarUDF::from(map_normalize::MapNormalize::new()),
            &["nested", "map"],
        )
        .reading(&["map_normalize_key_case", "map_normalize_sort_keys"]),
        LibraryFunction::new(
            ScalarUDF::from(struct_pick::StructPick::new()),
            &["nested", "struct"],
        ),
    ]
}
