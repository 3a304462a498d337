//! Lists of every layout, read and made in one way.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, GenericListArray, OffsetSizeTrait};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowNativeType, DataType};
use datafusion::common::{Result, exec_err, internal_err};

/// Where the elements of each list are.
pub(super) struct Lists<'a> {
    /// The elements of all lists, and perhaps others.
    pub(super) elements: &'a ArrayRef,
    /// The elements of each list; none where the list is NULL.
    pub(super) ranges: Vec<Range<usize>>,
}

impl<'a> Lists<'a> {
    pub(super) fn of(array: &'a dyn Array) -> Result<Self> {
        let rows = array.len();
        let (elements, ranges) = match array.data_type() {
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                (lists.values(), between(lists.value_offsets()))
            }
            DataType::LargeList(_) => {
                let lists = array.as_list::<i64>();
                (lists.values(), between(lists.value_offsets()))
            }
            DataType::FixedSizeList(_, size) => {
                let size = size.as_usize();
                let ranges = (0..rows).map(|row| row * size..(row + 1) * size);
                (array.as_fixed_size_list().values(), ranges.collect())
            }
            DataType::ListView(_) => {
                let lists = array.as_list_view::<i32>();
                (lists.values(), views(lists.offsets(), lists.sizes()))
            }
            DataType::LargeListView(_) => {
                let lists = array.as_list_view::<i64>();
                (lists.values(), views(lists.offsets(), lists.sizes()))
            }
            other => return internal_err!("{other} is not a list"),
        };
        let mut ranges = ranges;
        if let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) {
            for (range, is_valid) in ranges.iter_mut().zip(nulls) {
                if !is_valid {
                    *range = 0..0;
                }
            }
        }
        Ok(Self { elements, ranges })
    }
}

fn between<Offset: OffsetSizeTrait>(offsets: &[Offset]) -> Vec<Range<usize>> {
    offsets
        .windows(2)
        .map(|pair| pair[0].as_usize()..pair[1].as_usize())
        .collect()
}

fn views<Offset: OffsetSizeTrait>(offsets: &[Offset], sizes: &[Offset]) -> Vec<Range<usize>> {
    offsets
        .iter()
        .zip(sizes)
        .map(|(offset, size)| offset.as_usize()..offset.as_usize() + size.as_usize())
        .collect()
}

/// The list type that has the elements of the given list type, but may have any length: `List` or `LargeList`.
pub(super) fn plain_list(list_type: &DataType) -> Option<DataType> {
    match list_type {
        DataType::List(element)
        | DataType::FixedSizeList(element, _)
        | DataType::ListView(element) => Some(DataType::List(Arc::clone(element))),
        DataType::LargeList(element) | DataType::LargeListView(element) => {
            Some(DataType::LargeList(Arc::clone(element)))
        }
        _ => None,
    }
}

/// Makes lists of a plain list type from elements that lie one list after the other.
pub(super) fn make_lists(
    function: &str,
    list_type: &DataType,
    ends: &[usize],
    elements: ArrayRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    Ok(match list_type {
        DataType::List(element) => Arc::new(GenericListArray::<i32>::try_new(
            Arc::clone(element),
            offsets(function, ends)?,
            elements,
            nulls,
        )?),
        DataType::LargeList(element) => Arc::new(GenericListArray::<i64>::try_new(
            Arc::clone(element),
            offsets(function, ends)?,
            elements,
            nulls,
        )?),
        other => return internal_err!("{other} is not a plain list"),
    })
}

/// The offsets of lists, or of maps, that end at these elements.
pub(super) fn offsets<Offset: OffsetSizeTrait>(
    function: &str,
    ends: &[usize],
) -> Result<OffsetBuffer<Offset>> {
    let mut offsets = Vec::with_capacity(ends.len() + 1);
    offsets.push(Offset::zero());
    for end in ends {
        let Some(end) = Offset::from_usize(*end) else {
            return exec_err!("{function}: the result of one batch has more than 2^31 elements");
        };
        offsets.push(end);
    }
    Ok(OffsetBuffer::new(ScalarBuffer::from(offsets)))
}
