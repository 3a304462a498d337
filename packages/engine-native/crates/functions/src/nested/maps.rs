//! What the functions of maps share.

use arrow::datatypes::{DataType, FieldRef, Fields};

/// The fields of a map's keys and values; `None` if it is no map.
pub(super) fn key_and_value(map_type: &DataType) -> Option<(&FieldRef, &FieldRef)> {
    let DataType::Map(entries, _) = map_type else {
        return None;
    };
    match entries.data_type() {
        DataType::Struct(fields) => pair(fields),
        _ => None,
    }
}

fn pair(fields: &Fields) -> Option<(&FieldRef, &FieldRef)> {
    match fields.as_ref() {
        [key, value] => Some((key, value)),
        _ => None,
    }
}

/// Whether it is text of any layout, dictionaries included.
pub(super) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

/// Whether every value of a type has its like in another, so that a cast loses nothing but what does not fit.
pub(super) fn casts_to(from: &DataType, into: &DataType) -> bool {
    match (from, into) {
        (from, into) if from == into => true,
        (DataType::Null, _) => true,
        (DataType::Dictionary(_, value), into) => casts_to(value, into),
        (from, DataType::Dictionary(_, value)) => casts_to(from, value),
        (from, into) if from.is_numeric() && into.is_numeric() => {
            from.is_integer() || !into.is_integer()
        }
        (from, into) if is_text(from) && is_text(into) => true,
        (from, into) if is_binary(from) && is_binary(into) => true,
        (DataType::Timestamp(_, _), DataType::Timestamp(_, _)) => true,
        (
            DataType::List(from) | DataType::LargeList(from),
            DataType::List(into) | DataType::LargeList(into),
        ) => casts_to(from.data_type(), into.data_type()),
        (DataType::Struct(from), DataType::Struct(into)) => {
            from.len() == into.len()
                && from.iter().zip(into).all(|(from, into)| {
                    from.name() == into.name() && casts_to(from.data_type(), into.data_type())
                })
        }
        _ => false,
    }
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView
    )
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{DataType, Field};

    use super::casts_to;

    #[test]
    fn fractions_are_not_cut_off_and_kinds_do_not_mix() {
        let list = |element| DataType::List(Field::new_list_field(element, true).into());
        for (from, into) in [
            (DataType::Null, list(DataType::Int8)),
            (DataType::Int64, DataType::Int8),
            (DataType::Int64, DataType::Float32),
            (DataType::Float64, DataType::Decimal128(10, 2)),
            (DataType::Utf8View, DataType::LargeUtf8),
            (list(DataType::Int64), list(DataType::Int32)),
        ] {
            assert!(casts_to(&from, &into), "{from} {into}");
        }
        for (from, into) in [
            (DataType::Float64, DataType::Int64),
            (DataType::Decimal128(10, 2), DataType::Int64),
            (DataType::Int64, DataType::Utf8),
            (DataType::Utf8, DataType::Date32),
            (DataType::Utf8, DataType::Binary),
            (list(DataType::Utf8), list(DataType::Int32)),
            (list(DataType::Utf8), DataType::Utf8),
        ] {
            assert!(!casts_to(&from, &into), "{from} {into}");
        }
    }
}
