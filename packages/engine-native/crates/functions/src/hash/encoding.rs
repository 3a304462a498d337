//! The form in which `stable_hash_any` hashes values of any type: what a value is, not how a column stores it.
//!
//! Each value begins with a byte that says what kind it is of ([`kind`]), and nothing that is hashed together can be read in two ways:
//!
//! - NULL: nothing more;
//! - boolean: one byte, 0 or 1;
//! - integer of any width: 16 bytes; float of any width: the 8 bytes of the 64-bit float, one zero and one NaN;
//! - decimal: mantissa without trailing zeros in 32 bytes, then the power of ten in 4 bytes;
//! - text and bytes of any layout: the length in 8 bytes, then the bytes;
//! - date: milliseconds, time of day, timestamp and duration: nanoseconds; 16 bytes each. A timestamp with a time zone is of another kind than
//!   one without, and the zone itself is not part of the value;
//! - interval: months and days in 4 bytes each, nanoseconds in 8 bytes;
//! - list of any layout: the number of elements in 8 bytes, then the elements;
//! - struct: the number of fields in 8 bytes, then each field's name (length and bytes) and value, in the order of the type;
//! - map: the number of entries in 8 bytes, then each key and value, in the order of their encoded bytes;
//! - dictionary, run-end encoding and union: the value itself.
//!
//! All numbers are little-endian, integers in two's complement.

use arrow::array::{
    Array, AsArray, GenericListArray, GenericListViewArray, MapArray, OffsetSizeTrait, RunArray,
    StructArray, UnionArray,
};
use arrow::datatypes::{
    ArrowNativeType, ArrowPrimitiveType, DataType, Int16Type, Int32Type, Int64Type, RunEndIndexType,
};
use datafusion::common::{Result, internal_err};

use super::encoding_values::{boolean_encoder, bytes_encoder, primitive_encoder, text_encoder};

/// The byte with which each value begins.
pub(super) mod kind {
    pub(in super::super) const NULL: u8 = 0;
    pub(in super::super) const BOOLEAN: u8 = 1;
    pub(in super::super) const INTEGER: u8 = 2;
    pub(in super::super) const FLOAT: u8 = 3;
    pub(in super::super) const DECIMAL: u8 = 4;
    pub(in super::super) const TEXT: u8 = 5;
    pub(in super::super) const BYTES: u8 = 6;
    pub(in super::super) const DATE: u8 = 7;
    pub(in super::super) const TIME: u8 = 8;
    pub(in super::super) const TIMESTAMP: u8 = 9;
    pub(in super::super) const INSTANT: u8 = 10;
    pub(in super::super) const DURATION: u8 = 11;
    pub(in super::super) const INTERVAL: u8 = 12;
    pub(in super::super) const LIST: u8 = 13;
    pub(in super::super) const STRUCT: u8 = 14;
    pub(in super::super) const MAP: u8 = 15;
}

/// Appends the encoded value of a row to a buffer.
pub(super) type Encoder<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

/// The encoder of a column; `canonical` is whether text is brought into NFKC and trimmed.
pub(super) fn encoder(array: &dyn Array, canonical: bool) -> Result<Encoder<'_>> {
    let encode = valid_encoder(array, canonical)?;
    let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else {
        return Ok(encode);
    };
    Ok(Box::new(move |row, message| {
        if nulls.is_null(row) {
            message.push(kind::NULL);
        } else {
            encode(row, message);
        }
    }))
}

/// The encoder of a column whose NULL rows it is not asked for.
fn valid_encoder(array: &dyn Array, canonical: bool) -> Result<Encoder<'_>> {
    let encode = match array.data_type() {
        DataType::Null => Some(null_encoder()),
        DataType::Boolean => boolean_encoder(array),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => text_encoder(array, canonical),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => bytes_encoder(array),
        DataType::List(_) => list_encoder(array.as_list_opt::<i32>(), canonical)?,
        DataType::LargeList(_) => list_encoder(array.as_list_opt::<i64>(), canonical)?,
        DataType::ListView(_) => list_view_encoder(array.as_list_view_opt::<i32>(), canonical)?,
        DataType::LargeListView(_) => {
            list_view_encoder(array.as_list_view_opt::<i64>(), canonical)?
        }
        DataType::FixedSizeList(_, _) => match array.as_fixed_size_list_opt() {
            Some(list) => {
                let element = encoder(list.values().as_ref(), canonical)?;
                let length = usize::try_from(list.value_length()).unwrap_or_default();
                Some(elements_encoder(element, move |row| (row * length, length)))
            }
            None => None,
        },
        DataType::Struct(_) => struct_encoder(array.as_struct_opt(), canonical)?,
        DataType::Map(_, _) => map_encoder(array.as_map_opt(), canonical)?,
        DataType::Dictionary(_, _) => match array.as_any_dictionary_opt() {
            // There is no key that is not NULL.
            Some(dictionary) if dictionary.values().is_empty() => Some(null_encoder()),
            Some(dictionary) => {
                let encode = encoder(dictionary.values().as_ref(), canonical)?;
                let keys = dictionary.normalized_keys();
                let encode: Encoder = Box::new(move |row, message| encode(keys[row], message));
                Some(encode)
            }
            None => None,
        },
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => run_encoder::<Int16Type>(array, canonical)?,
            DataType::Int32 => run_encoder::<Int32Type>(array, canonical)?,
            _ => run_encoder::<Int64Type>(array, canonical)?,
        },
        DataType::Union(_, _) => union_encoder(array.as_union_opt(), canonical)?,
        _ => primitive_encoder(array),
    };
    let Some(encode) = encode else {
        return internal_err!("stable_hash_any can't read {}", array.data_type());
    };
    Ok(encode)
}

fn null_encoder<'a>() -> Encoder<'a> {
    Box::new(|_, message| message.push(kind::NULL))
}

/// Appends a length or a number of parts.
pub(super) fn push_length(length: usize, message: &mut Vec<u8>) {
    message.extend_from_slice(&(length as u64).to_le_bytes());
}

/// A list whose elements in a row are so many from a position on.
fn elements_encoder<'a>(
    element: Encoder<'a>,
    range: impl Fn(usize) -> (usize, usize) + 'a,
) -> Encoder<'a> {
    Box::new(move |row, message| {
        let (start, length) = range(row);
        message.push(kind::LIST);
        push_length(length, message);
        for position in start..start + length {
            element(position, message);
        }
    })
}

fn list_encoder<Offset: OffsetSizeTrait>(
    list: Option<&GenericListArray<Offset>>,
    canonical: bool,
) -> Result<Option<Encoder<'_>>> {
    let Some(list) = list else { return Ok(None) };
    let element = encoder(list.values().as_ref(), canonical)?;
    Ok(Some(elements_encoder(element, move |row| {
        let start = list.value_offsets()[row].as_usize();
        (start, list.value_offsets()[row + 1].as_usize() - start)
    })))
}

fn list_view_encoder<Offset: OffsetSizeTrait>(
    list: Option<&GenericListViewArray<Offset>>,
    canonical: bool,
) -> Result<Option<Encoder<'_>>> {
    let Some(list) = list else { return Ok(None) };
    let element = encoder(list.values().as_ref(), canonical)?;
    Ok(Some(elements_encoder(element, move |row| {
        (
            list.value_offsets()[row].as_usize(),
            list.value_sizes()[row].as_usize(),
        )
    })))
}

fn struct_encoder(structs: Option<&StructArray>, canonical: bool) -> Result<Option<Encoder<'_>>> {
    let Some(structs) = structs else {
        return Ok(None);
    };
    let fields = structs
        .fields()
        .iter()
        .zip(structs.columns())
        .map(|(field, column)| Ok((field.name().as_str(), encoder(column.as_ref(), canonical)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(Some(Box::new(move |row, message| {
        message.push(kind::STRUCT);
        push_length(fields.len(), message);
        for (name, value) in &fields {
            push_length(name.len(), message);
            message.extend_from_slice(name.as_bytes());
            value(row, message);
        }
    })))
}

fn map_encoder(map: Option<&MapArray>, canonical: bool) -> Result<Option<Encoder<'_>>> {
    let Some(map) = map else { return Ok(None) };
    let keys = encoder(map.keys().as_ref(), canonical)?;
    let values = encoder(map.values().as_ref(), canonical)?;
    Ok(Some(Box::new(move |row, message| {
        let start = map.value_offsets()[row].as_usize();
        let end = map.value_offsets()[row + 1].as_usize();
        message.push(kind::MAP);
        push_length(end - start, message);
        // Entries are encoded in place and then put in order, because the order of a map's entries says nothing.
        let first = message.len();
        let mut bounds = Vec::with_capacity(end - start);
        for position in start..end {
            let entry = message.len();
            keys(position, message);
            values(position, message);
            bounds.push(entry - first..message.len() - first);
        }
        let entries = message.split_off(first);
        bounds.sort_unstable_by(|one, other| entries[one.clone()].cmp(&entries[other.clone()]));
        for entry in bounds {
            message.extend_from_slice(&entries[entry]);
        }
    })))
}

fn run_encoder<Ends: RunEndIndexType + ArrowPrimitiveType>(
    array: &dyn Array,
    canonical: bool,
) -> Result<Option<Encoder<'_>>> {
    let Some(runs) = array.as_any().downcast_ref::<RunArray<Ends>>() else {
        return Ok(None);
    };
    let encode = encoder(runs.values().as_ref(), canonical)?;
    Ok(Some(Box::new(move |row, message| {
        encode(runs.get_physical_index(row), message);
    })))
}

fn union_encoder(union: Option<&UnionArray>, canonical: bool) -> Result<Option<Encoder<'_>>> {
    let (Some(union), DataType::Union(fields, _)) =
        (union, union.map_or(&DataType::Null, Array::data_type))
    else {
        return Ok(None);
    };
    let children = fields
        .iter()
        .map(|(type_id, _)| Ok((type_id, encoder(union.child(type_id).as_ref(), canonical)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(Some(Box::new(move |row, message| {
        let type_id = union.type_id(row);
        for (child, encode) in &children {
            if *child == type_id {
                encode(union.value_offset(row), message);
            }
        }
    })))
}
