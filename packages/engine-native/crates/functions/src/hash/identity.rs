//! The batch loop of the functions that make ids: constants are encoded once a batch, columns are read in place, nothing is allocated for a row.
//!
//! Ids are `Utf8View`: they pass through joins, repartitions and sorts, where a view moves 16 bytes and the text stays where it is. Parquet and
//! Delta writers take views as they are, and a comparison with a `Utf8` column casts that one without copying its text.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, Int64Array, LargeBinaryArray,
    LargeStringArray, StringArray, StringViewArray, StringViewBuilder, new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err, internal_err};
use datafusion::logical_expr::ColumnarValue;

use super::stable_id::{StableId, push_part};

/// What a NULL part means for the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NullPart {
    /// The id is NULL.
    Propagates,
    /// NULL is a part like any other, and differs from every value.
    IsHashed,
}

/// The ids `prefix:<digest of prefix and parts>` of `rows` rows; NULL where the prefix is NULL. `finish` makes the id of the pushed parts.
///
/// The prefix is text; parts are text, bytes, 64-bit integers (hashed as their decimal text) or dictionaries of text or bytes.
pub(crate) fn identities(
    prefix: &ColumnarValue,
    parts: &[ColumnarValue],
    null_part: NullPart,
    rows: usize,
    finish: fn(&mut StableId) -> &str,
) -> Result<ColumnarValue> {
    let is_constant = std::iter::once(prefix)
        .chain(parts)
        .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
    let rows = if is_constant { 1 } else { rows };
    let ids = identity_array(prefix, parts, null_part, rows, finish)?;
    if is_constant {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&ids, 0)?));
    }
    Ok(ColumnarValue::Array(ids))
}

fn identity_array(
    prefix: &ColumnarValue,
    parts: &[ColumnarValue],
    null_part: NullPart,
    rows: usize,
    finish: fn(&mut StableId) -> &str,
) -> Result<ArrayRef> {
    let Some(segments) = Segment::of_parts(parts, null_part)? else {
        return Ok(new_null_array(&DataType::Utf8View, rows));
    };
    let mut ids = StringViewBuilder::with_capacity(rows);
    match prefix {
        ColumnarValue::Scalar(scalar) => {
            let Some(prefix) = scalar_bytes(scalar)? else {
                return Ok(new_null_array(&DataType::Utf8View, rows));
            };
            let (constants, varying) = match segments.split_first() {
                Some((Segment::Constant(encoded), rest)) => (encoded.as_slice(), rest),
                _ => (&[][..], segments.as_slice()),
            };
            let mut id = StableId::new(text(&prefix)?);
            id.push_encoded(constants);
            id.keep_parts();
            for row in 0..rows {
                let is_null = push_parts(&mut id, varying, null_part, row);
                // `finish` also starts the next id, so it is called for NULL as well.
                let text = finish(&mut id);
                ids.append_option((!is_null).then_some(text));
            }
        }
        ColumnarValue::Array(array) => {
            let prefixes = Bytes::of(array)?;
            let mut id = StableId::new("");
            for row in 0..rows {
                match prefixes.value(row) {
                    None => ids.append_null(),
                    Some(prefix) => {
                        id.restart(text(prefix)?);
                        let is_null = push_parts(&mut id, &segments, null_part, row);
                        let text = finish(&mut id);
                        ids.append_option((!is_null).then_some(text));
                    }
                }
            }
        }
    }
    Ok(Arc::new(ids.finish()))
}

/// Adds the row's parts; whether its id is NULL.
fn push_parts(
    id: &mut StableId,
    segments: &[Segment<'_>],
    null_part: NullPart,
    row: usize,
) -> bool {
    let mut is_null = false;
    for segment in segments {
        match segment {
            Segment::Constant(encoded) => id.push_encoded(encoded),
            Segment::Bytes(column) => {
                let value = column.value(row);
                is_null |= value.is_none();
                id.push(value);
            }
            Segment::Integers(column) => {
                if column.is_null(row) {
                    is_null = true;
                    id.push(None);
                } else {
                    id.push_integer(column.value(row));
                }
            }
        }
    }
    is_null && null_part == NullPart::Propagates
}

/// Neighbouring constants in their encoded form, or a column.
enum Segment<'a> {
    Constant(Vec<u8>),
    Bytes(Bytes<'a>),
    Integers(&'a Int64Array),
}

impl<'a> Segment<'a> {
    /// The parts as segments; `None` when a constant NULL makes every id NULL.
    fn of_parts(parts: &'a [ColumnarValue], null_part: NullPart) -> Result<Option<Vec<Self>>> {
        let mut segments: Vec<Self> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                ColumnarValue::Scalar(scalar) => {
                    let value = scalar_bytes(scalar)?;
                    if value.is_none() && null_part == NullPart::Propagates {
                        return Ok(None);
                    }
                    if !matches!(segments.last(), Some(Self::Constant(_))) {
                        segments.push(Self::Constant(Vec::new()));
                    }
                    if let Some(Self::Constant(encoded)) = segments.last_mut() {
                        push_part(encoded, value.as_deref());
                    }
                }
                ColumnarValue::Array(array) => {
                    segments.push(match array.as_primitive_opt::<Int64Type>() {
                        Some(integers) => Self::Integers(integers),
                        None => Self::Bytes(Bytes::of(array)?),
                    });
                }
            }
        }
        Ok(Some(segments))
    }
}

/// A column of text or bytes, read in place.
pub(super) enum Bytes<'a> {
    Utf8(&'a StringArray),
    LargeUtf8(&'a LargeStringArray),
    Utf8View(&'a StringViewArray),
    Binary(&'a BinaryArray),
    LargeBinary(&'a LargeBinaryArray),
    BinaryView(&'a BinaryViewArray),
    Dictionary {
        keys: Vec<usize>,
        nulls: Option<NullBuffer>,
        values: Box<Self>,
    },
    AllNull,
}

impl<'a> Bytes<'a> {
    pub(super) fn of(array: &'a ArrayRef) -> Result<Self> {
        let array = array.as_ref();
        let column = match array.data_type() {
            DataType::Utf8 => array.as_string_opt().map(Self::Utf8),
            DataType::LargeUtf8 => array.as_string_opt().map(Self::LargeUtf8),
            DataType::Utf8View => array.as_string_view_opt().map(Self::Utf8View),
            DataType::Binary => array.as_binary_opt().map(Self::Binary),
            DataType::LargeBinary => array.as_binary_opt().map(Self::LargeBinary),
            DataType::BinaryView => array.as_binary_view_opt().map(Self::BinaryView),
            DataType::Null => Some(Self::AllNull),
            DataType::Dictionary(_, _) => match array.as_any_dictionary_opt() {
                Some(dictionary) if dictionary.values().is_empty() => Some(Self::AllNull),
                Some(dictionary) => Some(Self::Dictionary {
                    keys: dictionary.normalized_keys(),
                    nulls: dictionary.nulls().cloned(),
                    values: Box::new(Self::of(dictionary.values())?),
                }),
                None => None,
            },
            _ => None,
        };
        let Some(column) = column else {
            return internal_err!("{} is not text or bytes", array.data_type());
        };
        Ok(column)
    }

    pub(super) fn value(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Utf8(array) => (!array.is_null(row)).then(|| array.value(row).as_bytes()),
            Self::LargeUtf8(array) => (!array.is_null(row)).then(|| array.value(row).as_bytes()),
            Self::Utf8View(array) => (!array.is_null(row)).then(|| array.value(row).as_bytes()),
            Self::Binary(array) => (!array.is_null(row)).then(|| array.value(row)),
            Self::LargeBinary(array) => (!array.is_null(row)).then(|| array.value(row)),
            Self::BinaryView(array) => (!array.is_null(row)).then(|| array.value(row)),
            Self::Dictionary {
                keys,
                nulls,
                values,
            } => {
                if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                    return None;
                }
                keys.get(row).and_then(|&key| values.value(key))
            }
            Self::AllNull => None,
        }
    }
}

fn scalar_bytes(scalar: &ScalarValue) -> Result<Option<Cow<'_, [u8]>>> {
    Ok(match scalar {
        ScalarValue::Utf8(text) | ScalarValue::LargeUtf8(text) | ScalarValue::Utf8View(text) => {
            text.as_ref().map(|text| Cow::Borrowed(text.as_bytes()))
        }
        ScalarValue::Binary(bytes)
        | ScalarValue::LargeBinary(bytes)
        | ScalarValue::BinaryView(bytes) => bytes.as_deref().map(Cow::Borrowed),
        ScalarValue::Int64(value) => value.map(|value| Cow::Owned(value.to_string().into_bytes())),
        ScalarValue::Dictionary(_, value) => scalar_bytes(value)?,
        ScalarValue::Null => None,
        other => return internal_err!("{} is not text or bytes", other.data_type()),
    })
}

pub(super) fn text(bytes: &[u8]) -> Result<&str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return exec_err!("the prefix of an id is text, not bytes");
    };
    Ok(text)
}
