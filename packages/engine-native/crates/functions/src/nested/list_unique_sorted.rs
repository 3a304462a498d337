//! `list_unique_sorted(list)`: the set of a list's elements.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, PrimitiveArray, UInt64Array,
    downcast_primitive_array, make_comparator, new_empty_array,
};
use arrow::buffer::ScalarBuffer;
use arrow::compute::take;
use arrow::datatypes::DataType;
use datafusion::common::utils::normalize_float_zero;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::lists::{Lists, make_lists, plain_list};
use crate::collect::order::ASCENDING;

/// The SQL function `list_unique_sorted`.
#[user_doc(
    doc_section(label = "Array Functions"),
    description = "Returns the distinct elements of a list in ascending order, without NULLs; a NULL inside an element is its greatest value. The elements keep their type; 0.0 and -0.0 are \
                   equal, and so are two NaNs of the same bits. The result is a list, or a large list if the argument was large. \
                   NULL if the list is NULL.",
    syntax_example = "list_unique_sorted(list)",
    sql_example = r"```sql
> select list_unique_sorted(['name', 'call', null, 'name']) as kinds;
+--------------+
| kinds        |
+--------------+
| [call, name] |
+--------------+
```",
    argument(
        name = "list",
        description = "The list. Its elements may be anything that can be sorted, lists and structs included."
    ),
    alternative_syntax = "array_unique_sorted(list)",
    related_udf(name = "list_unique"),
    related_udf(name = "array_compact")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ListUniqueSorted {
    signature: Signature,
    aliases: Vec<String>,
}

impl ListUniqueSorted {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["list".to_owned()]);
        Self {
            signature,
            aliases: vec!["array_unique_sorted".to_owned()],
        }
    }
}

impl Default for ListUniqueSorted {
    fn default() -> Self {
        Self::new()
    }
}

/// The distinct elements of each list in `ranges`, one list after the other, and where each ends.
struct Sets {
    elements: ArrayRef,
    ends: Vec<usize>,
}

impl Sets {
    fn of(elements: &ArrayRef, ranges: &[Range<usize>]) -> Result<Self> {
        let elements = &normalize_float_zero(elements);
        downcast_primitive_array!(
            elements => Ok(Self::of_primitives(elements, ranges)),
            _ => Self::of_any(elements, ranges),
        )
    }

    /// Sorts the values themselves.
    fn of_primitives<Type: ArrowPrimitiveType>(
        elements: &PrimitiveArray<Type>,
        ranges: &[Range<usize>],
    ) -> Self {
        let mut values: Vec<Type::Native> = Vec::new();
        let mut ends = Vec::with_capacity(ranges.len());
        let mut set = Vec::new();
        for range in ranges {
            set.clear();
            let given = &elements.values()[range.clone()];
            match elements.nulls() {
                None => set.extend_from_slice(given),
                Some(nulls) => set.extend(
                    range
                        .clone()
                        .zip(given)
                        .filter(|(position, _)| nulls.is_valid(*position))
                        .map(|(_, value)| *value),
                ),
            }
            set.sort_unstable_by(|left, right| left.compare(*right));
            set.dedup_by(|left, right| left.is_eq(*right));
            values.extend_from_slice(&set);
            ends.push(values.len());
        }
        let values = PrimitiveArray::<Type>::new(ScalarBuffer::from(values), None)
            .with_data_type(elements.data_type().clone());
        Self {
            elements: Arc::new(values),
            ends,
        }
    }

    /// Sorts positions.
    fn of_any(elements: &ArrayRef, ranges: &[Range<usize>]) -> Result<Self> {
        let compare = make_comparator(elements, elements, ASCENDING)?;
        let nulls = elements.logical_nulls();
        let mut positions: Vec<u64> = Vec::new();
        let mut ends = Vec::with_capacity(ranges.len());
        let mut set = Vec::new();
        for range in ranges {
            set.clear();
            match &nulls {
                None => set.extend(range.clone()),
                Some(nulls) => set.extend(range.clone().filter(|row| nulls.is_valid(*row))),
            }
            set.sort_unstable_by(|left, right| compare(*left, *right));
            set.dedup_by(|left, right| compare(*left, *right).is_eq());
            positions.extend(set.iter().map(|position| *position as u64));
            ends.push(positions.len());
        }
        let elements = take(elements, &UInt64Array::from(positions), None)?;
        Ok(Self { elements, ends })
    }
}

fn unique_sorted(array: &dyn Array, list_type: &DataType) -> Result<ArrayRef> {
    let lists = Lists::of(array)?;
    let sets = Sets::of(lists.elements, &lists.ranges)?;
    let nulls = array.nulls().cloned();
    make_lists(
        "list_unique_sorted",
        list_type,
        &sets.ends,
        sets.elements,
        nulls,
    )
}

impl ScalarUDFImpl for ListUniqueSorted {
    fn name(&self) -> &'static str {
        "list_unique_sorted"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [list] = given else {
            return plan_err!(
                "list_unique_sorted takes one list, got {} arguments",
                given.len()
            );
        };
        if list.is_null() {
            return Ok(given.to_vec());
        }
        let Some(DataType::List(element) | DataType::LargeList(element)) = plain_list(list) else {
            return plan_err!("list_unique_sorted takes a list, not {list}");
        };
        let none = new_empty_array(element.data_type());
        if make_comparator(&none, &none, ASCENDING).is_err() {
            return plan_err!(
                "list_unique_sorted takes elements that can be sorted, not {}",
                element.data_type()
            );
        }
        Ok(given.to_vec())
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        let [list] = given else {
            return plan_err!(
                "list_unique_sorted takes one list, got {} arguments",
                given.len()
            );
        };
        match plain_list(list) {
            Some(list_type) => Ok(list_type),
            None if list.is_null() => Ok(DataType::Null),
            None => plan_err!("list_unique_sorted takes a list, not {list}"),
        }
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [list] = arguments.args.as_slice() else {
            return internal_err!("list_unique_sorted has one argument");
        };
        if list.data_type().is_null() {
            return Ok(list.clone());
        }
        let list_type = arguments.return_field.data_type();
        Ok(match list {
            ColumnarValue::Array(array) => ColumnarValue::Array(unique_sorted(array, list_type)?),
            ColumnarValue::Scalar(scalar) => {
                let sets = unique_sorted(&scalar.to_array()?, list_type)?;
                ColumnarValue::Scalar(ScalarValue::try_from_array(&sets, 0)?)
            }
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
    use arrow::datatypes::Int64Type;
    use proptest::prelude::*;

    use super::Sets;

    proptest! {
        #[test]
        fn sets_are_those_of_the_standard_library(
            lists in prop::collection::vec(prop::collection::vec(prop::option::of(-9_i64..9), 0..9), 0..9),
        ) {
            let elements: Vec<_> = lists.iter().flatten().copied().collect();
            let mut start = 0;
            let ranges: Vec<_> = lists.iter().map(|list| {
                let range = start..start + list.len();
                start = range.end;
                range
            }).collect();
            let expected: Vec<Vec<i64>> = lists
                .iter()
                .map(|list| list.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect())
                .collect();

            let numbers: ArrayRef = Arc::new(Int64Array::from(elements.clone()));
            let sets = Sets::of(&numbers, &ranges).unwrap();
            let found = sets.elements.as_primitive::<Int64Type>().values();
            let mut start = 0;
            for (end, expected) in sets.ends.iter().zip(&expected) {
                prop_assert_eq!(&found[start..*end], expected.as_slice());
                start = *end;
            }
            prop_assert_eq!(start, found.len());

            // Texts in the order of the numbers: the other kernel finds the same sets.
            let text = |number: i64| format!("{:02}", number + 9);
            let texts: ArrayRef = Arc::new(
                elements.iter().map(|element| element.map(text)).collect::<StringArray>(),
            );
            let other = Sets::of(&texts, &ranges).unwrap();
            prop_assert_eq!(&other.ends, &sets.ends);
            let found: Vec<_> = other.elements.as_string::<i32>().iter().flatten().map(str::to_owned).collect();
            prop_assert_eq!(found, expected.into_iter().flatten().map(text).collect::<Vec<_>>());
        }
    }
}
