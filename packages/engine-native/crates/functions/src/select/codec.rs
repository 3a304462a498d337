//! Writes a column as items that compare as `ORDER BY` does, and reads items back into a column.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryViewBuilder, GenericByteArray, new_null_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer};
use arrow::compute::{SortOptions, cast};
use arrow::datatypes::{
    ArrowNativeType, BinaryType, ByteArrayType, DataType, LargeBinaryType, LargeUtf8Type, Utf8Type,
};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{Result, exec_err, internal_err};

use super::arena::Arena;
use super::word::WordType;

/// The type without dictionaries: a value that is chosen once has no use for one.
pub(super) fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain_type(values),
        other => other.clone(),
    }
}

/// The array without dictionaries.
pub(super) fn plain(array: &ArrayRef) -> Result<ArrayRef> {
    match array.data_type() {
        DataType::Dictionary(_, _) => Ok(cast(array, &plain_type(array.data_type()))?),
        _ => Ok(Arc::clone(array)),
    }
}

/// Which rows have both a value and a key; `None` if all have.
pub(super) fn complete(value: &ArrayRef, key: &ArrayRef) -> Option<BooleanBuffer> {
    let nulls = NullBuffer::union(value.logical_nulls().as_ref(), key.logical_nulls().as_ref())?;
    (nulls.null_count() > 0).then(|| nulls.into_inner())
}

/// What rows are ordered by: as `ORDER BY` does where nothing else is said.
pub(super) fn sort_field(data_type: &DataType) -> SortField {
    let options = SortOptions::new(false, false);
    SortField::new_with_options(data_type.clone(), options)
}

/// How the items of a column are written.
#[derive(Debug)]
pub(super) struct Codec {
    data_type: DataType,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// The value in a word.
    Words(WordType),
    /// The bytes of text or binary, as they are.
    Bytes,
    /// The bytes of arrow's row format, whatever the type.
    Rows {
        converter: RowConverter,
        null: Box<[u8]>,
    },
}

/// A column, written.
pub(super) enum Encoded {
    Words(Vec<u64>),
    Bytes(ArrayRef),
    Rows(Rows),
}

/// The items of a written column, row by row; those of NULLs mean nothing.
pub(super) enum Items<'column> {
    Words(&'column [u64]),
    Bytes(Vec<&'column [u8]>),
}

impl Codec {
    pub(super) fn new(data_type: &DataType) -> Result<Self> {
        let form = if let Some(word_type) = WordType::of(data_type) {
            Form::Words(word_type)
        } else if matches!(
            data_type,
            DataType::Utf8
                | DataType::LargeUtf8
                | DataType::Utf8View
                | DataType::Binary
                | DataType::LargeBinary
                | DataType::BinaryView
        ) {
            Form::Bytes
        } else {
            let converter = RowConverter::new(vec![sort_field(data_type)])?;
            let null = converter.convert_columns(&[new_null_array(data_type, 1)])?;
            let null = Box::from(null.row(0).data());
            Form::Rows { converter, null }
        };
        Ok(Self {
            data_type: data_type.clone(),
            form,
        })
    }

    /// Whether the items are words; else they are bytes.
    pub(super) fn writes_words(&self) -> bool {
        matches!(self.form, Form::Words(_))
    }

    pub(super) fn encode(&self, array: &ArrayRef) -> Result<Encoded> {
        Ok(match &self.form {
            Form::Words(word_type) => Encoded::Words(word_type.encode(array)),
            Form::Bytes => Encoded::Bytes(Arc::clone(array)),
            Form::Rows { converter, .. } => {
                Encoded::Rows(converter.convert_columns(&[Arc::clone(array)])?)
            }
        })
    }

    /// The column of these words.
    pub(super) fn column_of_words(&self, words: &[u64], nulls: NullBuffer) -> Result<ArrayRef> {
        match self.form {
            Form::Words(word_type) => word_type.decode(words, nulls, &self.data_type),
            Form::Bytes | Form::Rows { .. } => internal_err!("the items are bytes"),
        }
    }

    /// The column of the items of as many groups as `nulls` has.
    pub(super) fn column_of_bytes(&self, items: &Arena, nulls: NullBuffer) -> Result<ArrayRef> {
        if let Form::Rows { converter, null } = &self.form {
            let parser = converter.parser();
            let rows = (0..nulls.len()).map(|group| {
                parser.parse(if nulls.is_valid(group) {
                    items.get(group)
                } else {
                    null
                })
            });
            let Some(column) = converter.convert_rows(rows)?.pop() else {
                return internal_err!("a row has one column");
            };
            // Rows forget the dictionaries inside of nested types.
            return if column.data_type() == &self.data_type {
                Ok(column)
            } else {
                Ok(cast(&column, &self.data_type)?)
            };
        }
        match self.data_type {
            DataType::Utf8 => contiguous::<Utf8Type>(items, nulls),
            DataType::LargeUtf8 => contiguous::<LargeUtf8Type>(items, nulls),
            DataType::Binary => contiguous::<BinaryType>(items, nulls),
            DataType::LargeBinary => contiguous::<LargeBinaryType>(items, nulls),
            _ => {
                let mut views = BinaryViewBuilder::with_capacity(nulls.len());
                for group in 0..nulls.len() {
                    if nulls.is_valid(group) {
                        views.try_append_value(items.get(group))?;
                    } else {
                        views.append_null();
                    }
                }
                let views = views.finish();
                if self.data_type == DataType::Utf8View {
                    Ok(Arc::new(views.to_string_view()?))
                } else {
                    Ok(Arc::new(views))
                }
            }
        }
    }
}

/// The column whose values lie one after the other.
fn contiguous<Type: ByteArrayType>(items: &Arena, nulls: NullBuffer) -> Result<ArrayRef> {
    let groups = nulls.len();
    let length = (0..groups).map(|group| items.get(group).len()).sum();
    let mut values = Vec::with_capacity(length);
    if Type::Offset::from_usize(length).is_none() {
        return exec_err!(
            "the values of {groups} groups have {length} bytes, more than a column of {} holds; cast to {}View",
            Type::DATA_TYPE,
            Type::PREFIX
        );
    }
    for group in 0..groups {
        values.extend_from_slice(items.get(group));
    }
    let offsets =
        OffsetBuffer::<Type::Offset>::from_lengths((0..groups).map(|group| items.get(group).len()));
    let values = Buffer::from_vec(values);
    let column = GenericByteArray::<Type>::try_new(offsets, values, Some(nulls))?;
    Ok(Arc::new(column))
}

impl Encoded {
    pub(super) fn items(&self) -> Items<'_> {
        match self {
            Self::Words(words) => Items::Words(words),
            Self::Bytes(array) => Items::Bytes(slices(array)),
            Self::Rows(rows) => Items::Bytes(rows.iter().map(|row| row.data()).collect()),
        }
    }
}

/// The bytes of each value; none for NULL.
fn slices(array: &ArrayRef) -> Vec<&[u8]> {
    fn text<'array>(values: impl Iterator<Item = Option<&'array str>>) -> Vec<&'array [u8]> {
        values
            .map(|value| value.unwrap_or_default().as_bytes())
            .collect()
    }
    fn binary<'array>(values: impl Iterator<Item = Option<&'array [u8]>>) -> Vec<&'array [u8]> {
        values.map(Option::unwrap_or_default).collect()
    }
    match array.data_type() {
        DataType::Utf8 => text(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => text(array.as_string::<i64>().iter()),
        DataType::Utf8View => text(array.as_string_view().iter()),
        DataType::Binary => binary(array.as_binary::<i32>().iter()),
        DataType::LargeBinary => binary(array.as_binary::<i64>().iter()),
        _ => binary(array.as_binary_view().iter()),
    }
}
