//! `map_get_default(map, key, default)`: the value of a key, or something else.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, MapArray, Scalar, make_comparator};
use arrow::compute::kernels::cmp::eq;
use arrow::compute::{CastOptions, SortOptions, cast_with_options, interleave};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::maps::{casts_to, key_and_value};

/// The SQL function `map_get_default`.
#[user_doc(
    doc_section(label = "Map Functions"),
    description = "Returns the value that the map has for the key, or the default if it has no such key or is NULL. A key whose value is NULL \
                   is there: the answer is NULL. A NULL key is never there. If a key occurs several times, its last value counts. The answer has \
                   the type of the map's values. All arguments are evaluated for all rows.",
    syntax_example = "map_get_default(map, key, default)",
    sql_example = r"```sql
> select map_get_default(map {'line': 12, 'column': 4}, 'end_line', -1) as end_line;
+----------+
| end_line |
+----------+
| -1       |
+----------+
```",
    argument(name = "map", description = "The map."),
    argument(
        name = "key",
        description = "The key to look for, a constant or not. It is cast to the type of the map's keys; what does not fit is not there."
    ),
    argument(
        name = "default",
        description = "What to return for a missing key, a constant or not. It is cast to the type of the map's values."
    ),
    related_udf(name = "map_extract")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct MapGetDefault {
    signature: Signature,
}

impl MapGetDefault {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(["map", "key", "default"].map(str::to_owned).to_vec());
        Self { signature }
    }
}

impl Default for MapGetDefault {
    fn default() -> Self {
        Self::new()
    }
}

/// One value for all rows, or one for each.
struct Rows {
    array: ArrayRef,
    is_constant: bool,
}

impl Rows {
    fn of(value: &ColumnarValue) -> Result<Self> {
        Ok(match value {
            ColumnarValue::Array(array) => Self {
                array: Arc::clone(array),
                is_constant: false,
            },
            ColumnarValue::Scalar(scalar) => Self {
                array: scalar.to_array()?,
                is_constant: true,
            },
        })
    }

    fn position(&self, row: usize) -> usize {
        if self.is_constant { 0 } else { row }
    }
}

/// Where the entry with the key is, for each row; `None` if there is none.
fn entries(maps: &Rows, keys: &Rows, rows: usize) -> Result<Vec<Option<usize>>> {
    let Some(map) = maps.array.as_map_opt() else {
        return internal_err!("the map of map_get_default is {}", maps.array.data_type());
    };
    let wanted = cast_with_options(
        &keys.array,
        map.keys().data_type(),
        &CastOptions {
            safe: true,
            ..CastOptions::default()
        },
    )?;
    if keys.is_constant {
        if wanted.is_null(0) {
            return Ok(vec![None; rows]);
        }
        return entries_of_constant(map, maps, &wanted, rows);
    }
    let compare = make_comparator(map.keys(), &wanted, SortOptions::default())?;
    let nulls = wanted.logical_nulls();
    Ok((0..rows)
        .map(|row| {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                return None;
            }
            last_entry(map, maps.position(row), |entry| compare(entry, row).is_eq())
        })
        .collect())
}

/// Compares all keys of the batch with one constant at once.
fn entries_of_constant(
    map: &MapArray,
    maps: &Rows,
    wanted: &ArrayRef,
    rows: usize,
) -> Result<Vec<Option<usize>>> {
    if wanted.data_type().is_nested() {
        let compare = make_comparator(map.keys(), wanted, SortOptions::default())?;
        return Ok((0..rows)
            .map(|row| last_entry(map, maps.position(row), |entry| compare(entry, 0).is_eq()))
            .collect());
    }
    let offsets = map.value_offsets();
    let first = offsets
        .first()
        .map_or(Ok(0), |first| usize::try_from(*first));
    let last = offsets.last().map_or(Ok(0), |last| usize::try_from(*last));
    let (Ok(first), Ok(last)) = (first, last) else {
        return internal_err!("an offset of a map is negative");
    };
    let matches = eq(
        &map.keys().slice(first, last - first),
        &Scalar::new(Arc::clone(wanted)),
    )?;
    Ok((0..rows)
        .map(|row| {
            last_entry(map, maps.position(row), |entry| {
                matches.value(entry - first)
            })
        })
        .collect())
}

fn last_entry(map: &MapArray, row: usize, is_wanted: impl Fn(usize) -> bool) -> Option<usize> {
    if map.is_null(row) {
        return None;
    }
    let [start, end] = [row, row + 1].map(|row| usize::try_from(map.value_offsets()[row]));
    (start.ok()?..end.ok()?)
        .rev()
        .find(|entry| is_wanted(*entry))
}

fn get_default(map: &Rows, key: &Rows, default: &Rows, rows: usize) -> Result<ArrayRef> {
    let entries = entries(map, key, rows)?;
    let sources: Vec<_> = entries
        .into_iter()
        .enumerate()
        .map(|(row, entry)| match entry {
            Some(entry) => (0, entry),
            None => (1, default.position(row)),
        })
        .collect();
    let values = map.array.as_map().values();
    Ok(interleave(
        &[values.as_ref(), default.array.as_ref()],
        &sources,
    )?)
}

impl ScalarUDFImpl for MapGetDefault {
    fn name(&self) -> &'static str {
        "map_get_default"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [map, key, default] = given else {
            return plan_err!(
                "map_get_default takes a map, a key and a default, got {} arguments",
                given.len()
            );
        };
        let Some((keys, values)) = key_and_value(map) else {
            return plan_err!("the first argument of map_get_default is a map, not {map}");
        };
        if !casts_to(key, keys.data_type()) {
            return plan_err!(
                "the keys of this map are {}, the key of map_get_default is {key}",
                keys.data_type()
            );
        }
        if !casts_to(default, values.data_type()) {
            return plan_err!(
                "the values of this map are {}, the default of map_get_default is {default}",
                values.data_type()
            );
        }
        // The kernel casts the key, because one that does not fit is no error.
        Ok(vec![map.clone(), key.clone(), values.data_type().clone()])
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        let Some((_, value)) = given.first().and_then(key_and_value) else {
            return plan_err!("the first argument of map_get_default is a map");
        };
        Ok(value.data_type().clone())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let [map, _, default] = arguments.arg_fields else {
            return internal_err!("map_get_default has three arguments");
        };
        let Some((_, value)) = key_and_value(map.data_type()) else {
            return plan_err!("the first argument of map_get_default is a map");
        };
        let is_nullable = value.is_nullable() || default.is_nullable();
        let field = Field::new(self.name(), value.data_type().clone(), is_nullable);
        Ok(Arc::new(field))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [map, key, default] = arguments.args.as_slice() else {
            return internal_err!("map_get_default has three arguments");
        };
        let is_constant = [map, key, default]
            .iter()
            .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if is_constant {
            1
        } else {
            arguments.number_rows
        };
        let values = get_default(&Rows::of(map)?, &Rows::of(key)?, &Rows::of(default)?, rows)?;
        if is_constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &values, 0,
            )?));
        }
        Ok(ColumnarValue::Array(values))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
