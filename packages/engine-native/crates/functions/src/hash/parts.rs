//! The types of the arguments of functions that take a prefix and any number of parts.

use arrow::compute::can_cast_types;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};

/// The types in which a prefix and parts of the given types are hashed.
pub(crate) fn coerce_parts(function: &str, given: &[DataType]) -> Result<Vec<DataType>> {
    let [prefix, parts @ ..] = given else {
        return plan_err!("{function} takes a prefix and at least one part, got none");
    };
    if parts.is_empty() {
        return plan_err!("{function} takes a prefix and at least one part, got no part");
    }
    let value = match prefix {
        DataType::Dictionary(_, value) => value.as_ref(),
        other => other,
    };
    if !is_text(value) {
        return plan_err!("the prefix of {function} is text, not {prefix}");
    }
    let mut types = vec![prefix.clone()];
    for (position, part) in parts.iter().enumerate() {
        match part_type(part) {
            Some(part) => types.push(part),
            None => {
                return plan_err!(
                    "part {} of {function} is {part}, which is nested; pass its fields as parts",
                    position + 1
                );
            }
        }
    }
    Ok(types)
}

/// The type in which a part of the given type is hashed; `None` if it can't be a part.
fn part_type(given: &DataType) -> Option<DataType> {
    match given {
        text if is_text(text) => Some(text.clone()),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Some(given.clone()),
        DataType::FixedSizeBinary(_) => Some(DataType::Binary),
        DataType::Dictionary(_, value) => match part_type(value)? {
            kept if kept == **value && kept != DataType::Int64 => Some(given.clone()),
            other => Some(other),
        },
        // The kernel writes 64-bit integers as their decimal text itself, without an array of texts in between.
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => Some(DataType::Int64),
        nested if nested.is_nested() => None,
        other => can_cast_types(other, &DataType::Utf8).then_some(DataType::Utf8),
    }
}

/// Whether it is text that is no dictionary, or NULL.
fn is_text(given: &DataType) -> bool {
    matches!(
        given,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null
    )
}
