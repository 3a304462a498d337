//! The batch loop of the functions that make ids: constants are encoded once a batch, columns are read in place, nothing is allocated for a row,
//! and the rows are hashed side by side.
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
use twox_hash::XxHash3_64;

use super::digest::Messages;
use super::hexadecimal::hexadecimal;
use super::message::{push_integer, push_part};

/// What a NULL part means for the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NullPart {
    /// The id is NULL.
    Propagates,
    /// NULL is a part like any other, and differs from every value.
    IsHashed,
}

/// What is made of a row's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The 32 hexadecimal digits of [`digest`](super::digest).
    Blake3,
    /// XXH3-64 as a signed decimal number.
    Xxh3,
}

/// How many rows are hashed together: enough for the lanes of the hash, few enough for their messages to stay in a near cache.
const ROWS: usize = 256;

/// The ids `prefix:<hash of prefix and parts>` of `rows` rows; NULL where the prefix is NULL.
///
/// The prefix is text; parts are text, bytes, 64-bit integers (hashed as their decimal text) or dictionaries of text or bytes.
pub(crate) fn identities(
    prefix: &ColumnarValue,
    parts: &[ColumnarValue],
    null_part: NullPart,
    rows: usize,
    kind: Kind,
) -> Result<ColumnarValue> {
    let is_constant = std::iter::once(prefix)
        .chain(parts)
        .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
    let rows = if is_constant { 1 } else { rows };
    let ids = match Identities::of(prefix, parts, null_part)? {
        None => new_null_array(&DataType::Utf8View, rows),
        Some(identities) => match kind {
            Kind::Blake3 => identities.blake3(rows)?,
            Kind::Xxh3 => identities.xxh3(rows)?,
        },
    };
    if is_constant {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&ids, 0)?));
    }
    Ok(ColumnarValue::Array(ids))
}

/// The arguments of a batch, read in place.
struct Identities<'a> {
    prefix: Prefix<'a>,
    segments: Vec<Segment<'a>>,
    null_part: NullPart,
}

enum Prefix<'a> {
    Constant(String),
    Column(Bytes<'a>),
}

impl<'a> Identities<'a> {
    /// `None` when a constant NULL makes every id NULL.
    fn of(
        prefix: &'a ColumnarValue,
        parts: &'a [ColumnarValue],
        null_part: NullPart,
    ) -> Result<Option<Self>> {
        let mut segments = Vec::with_capacity(parts.len() + 1);
        let prefix = match prefix {
            ColumnarValue::Array(array) => Prefix::Column(Bytes::of(array)?),
            ColumnarValue::Scalar(scalar) => {
                let Some(prefix) = scalar_bytes(scalar)? else {
                    return Ok(None);
                };
                let mut encoded = Vec::new();
                push_part(&mut encoded, Some(&prefix));
                segments.push(Segment::Constant(encoded));
                Prefix::Constant(text(&prefix)?.to_owned())
            }
        };
        for part in parts {
            if !Segment::push(&mut segments, part, null_part)? {
                return Ok(None);
            }
        }
        Ok(Some(Self {
            prefix,
            segments,
            null_part,
        }))
    }

    fn blake3(&self, rows: usize) -> Result<ArrayRef> {
        let mut texts = Texts::with_capacity(rows);
        let mut messages = Messages::default();
        let mut is_null = Vec::with_capacity(ROWS);
        for first in (0..rows).step_by(ROWS) {
            messages.clear();
            is_null.clear();
            for row in first..rows.min(first + ROWS) {
                messages.push(|message| is_null.push(self.write(row, message)));
            }
            for (place, digest) in messages.digests().iter().enumerate() {
                if is_null[place] {
                    texts.push_null();
                } else {
                    texts.push(self.prefix_of(first + place)?, |text| {
                        hexadecimal(digest, text);
                    });
                }
            }
        }
        Ok(texts.finish())
    }

    fn xxh3(&self, rows: usize) -> Result<ArrayRef> {
        let mut texts = Texts::with_capacity(rows);
        let mut message = Vec::new();
        let mut digits = itoa::Buffer::new();
        for row in 0..rows {
            message.clear();
            if self.write(row, &mut message) {
                texts.push_null();
            } else {
                let hash = XxHash3_64::oneshot(&message).cast_signed();
                texts.push(self.prefix_of(row)?, |text| {
                    text.push_str(digits.format(hash));
                });
            }
        }
        Ok(texts.finish())
    }

    /// Writes the message of a row; whether its id is NULL.
    fn write(&self, row: usize, message: &mut Vec<u8>) -> bool {
        let mut is_null = false;
        if let Prefix::Column(prefixes) = &self.prefix {
            let Some(prefix) = prefixes.value(row) else {
                return true;
            };
            push_part(message, Some(prefix));
        }
        for segment in &self.segments {
            match segment {
                Segment::Constant(encoded) => message.extend_from_slice(encoded),
                Segment::Bytes(column) => {
                    let value = column.value(row);
                    is_null |= value.is_none();
                    push_part(message, value);
                }
                Segment::Integers(column) if column.is_null(row) => {
                    is_null = true;
                    push_part(message, None);
                }
                Segment::Integers(column) => push_integer(message, column.value(row)),
            }
        }
        is_null && self.null_part == NullPart::Propagates
    }

    /// The prefix of a row whose id is not NULL.
    fn prefix_of(&self, row: usize) -> Result<&str> {
        match &self.prefix {
            Prefix::Constant(prefix) => Ok(prefix),
            Prefix::Column(prefixes) => text(prefixes.value(row).unwrap_or_default()),
        }
    }
}

/// Collects texts that begin with a prefix and a colon.
struct Texts {
    texts: StringViewBuilder,
    text: String,
}

impl Texts {
    fn with_capacity(rows: usize) -> Self {
        Self {
            texts: StringViewBuilder::with_capacity(rows),
            text: String::new(),
        }
    }

    fn push(&mut self, prefix: &str, write: impl FnOnce(&mut String)) {
        self.text.clear();
        self.text.push_str(prefix);
        self.text.push(':');
        write(&mut self.text);
        self.texts.append_value(&self.text);
    }

    fn push_null(&mut self) {
        self.texts.append_null();
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(self.texts.finish())
    }
}

/// Neighbouring constants in their encoded form, or a column.
enum Segment<'a> {
    Constant(Vec<u8>),
    Bytes(Bytes<'a>),
    Integers(&'a Int64Array),
}

impl<'a> Segment<'a> {
    /// Adds a part; `false` when it is a constant NULL that makes every id NULL.
    fn push(
        segments: &mut Vec<Self>,
        part: &'a ColumnarValue,
        null_part: NullPart,
    ) -> Result<bool> {
        match part {
            ColumnarValue::Scalar(scalar) => {
                let value = scalar_bytes(scalar)?;
                if value.is_none() && null_part == NullPart::Propagates {
                    return Ok(false);
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
        Ok(true)
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
