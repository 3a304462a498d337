//! Builds a column of text of which most rows are rows of another column, or parts of them.

use arrow::array::{Array, ByteView, MAX_INLINE_VIEW_LEN, StringViewArray, make_view};
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use datafusion::common::{Result, exec_err};

/// A text of at most this many bytes lies in its view.
const INLINE_LENGTH: usize = MAX_INLINE_VIEW_LEN as usize;
/// A block that is longer takes no further row: positions in it have to fit 32 bits.
const FULL_BLOCK: usize = 1 << 29;

/// The rows of a new column over the buffers of its source and buffers of its own.
pub(super) struct SharedViews<'a> {
    function: &'static str,
    source: &'a StringViewArray,
    views: Vec<u128>,
    valid: Vec<bool>,
    blocks: Vec<Buffer>,
    block: Vec<u8>,
    /// Whether a view points into a buffer of the source.
    shares: bool,
    /// Whether each row so far is the source's row at its place.
    is_source: bool,
    has_null: bool,
}

impl<'a> SharedViews<'a> {
    /// A column without rows, for the function of this name.
    pub(super) fn new(function: &'static str, source: &'a StringViewArray, rows: usize) -> Self {
        Self {
            function,
            source,
            views: Vec::with_capacity(rows),
            valid: Vec::with_capacity(rows),
            blocks: Vec::new(),
            block: Vec::new(),
            shares: false,
            is_source: true,
            has_null: false,
        }
    }

    fn push(&mut self, view: u128) {
        self.views.push(view);
        self.valid.push(true);
    }

    /// Appends NULL; `row` is the row of the source that it is made of.
    pub(super) fn append_null(&mut self, row: usize) {
        self.is_source &= row == self.views.len() && self.source.is_null(row);
        self.has_null = true;
        self.views.push(0);
        self.valid.push(false);
    }

    /// Appends the part of a row of the source that starts at the byte `start`.
    pub(super) fn append_part(&mut self, row: usize, start: usize, part: &str) {
        let Some(&view) = self.source.views().get(row) else {
            return self.append_null(row);
        };
        let whole = ByteView::from(view);
        let length = whole.length as usize;
        if start == 0 && part.len() == length {
            self.is_source &= row == self.views.len();
            self.shares |= length > INLINE_LENGTH;
            return self.push(view);
        }
        self.is_source = false;
        self.shares |= part.len() > INLINE_LENGTH;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a part starts in a text whose length and place fit 32 bits"
        )]
        let offset = whole.offset.saturating_add(start as u32);
        self.push(make_view(part.as_bytes(), whole.buffer_index, offset));
    }

    /// Appends a row that `write` puts at the end of the bytes it is given.
    pub(super) fn append_written(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        self.is_source = false;
        if self.block.len() > FULL_BLOCK {
            self.blocks
                .push(Buffer::from_vec(std::mem::take(&mut self.block)));
        }
        let start = self.block.len();
        write(&mut self.block);
        let text = &self.block[start..];
        let buffer = self.source.data_buffers().len() + self.blocks.len();
        let (Ok(buffer), Ok(offset), Ok(_)) = (
            u32::try_from(buffer),
            u32::try_from(start),
            i32::try_from(text.len()),
        ) else {
            return exec_err!(
                "{} made a text of {} bytes, which is too long for a column",
                self.function,
                text.len()
            );
        };
        let view = make_view(text, buffer, offset);
        if text.len() <= INLINE_LENGTH {
            self.block.truncate(start);
        }
        self.push(view);
        Ok(())
    }

    /// The column: the source itself if no row differs from it.
    pub(super) fn finish(mut self) -> Result<StringViewArray> {
        if self.is_source && self.views.len() == self.source.len() {
            return Ok(self.source.clone());
        }
        if !self.block.is_empty() {
            self.blocks.push(Buffer::from_vec(self.block));
        }
        let buffers = if self.shares {
            let mut buffers = self.source.data_buffers().to_vec();
            buffers.append(&mut self.blocks);
            buffers
        } else {
            // Nothing points into the source, so it need not stay in memory.
            let first = (self.source.data_buffers().len() as u128) << 64;
            for view in &mut self.views {
                if ByteView::from(*view).length > MAX_INLINE_VIEW_LEN {
                    *view -= first;
                }
            }
            self.blocks
        };
        let nulls = self.has_null.then(|| NullBuffer::from(self.valid));
        Ok(StringViewArray::try_new(
            ScalarBuffer::from(self.views),
            buffers,
            nulls,
        )?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "  a text that is longer than its view ";

    fn source() -> StringViewArray {
        StringViewArray::from(vec![Some(LONG), Some("short"), None, Some("x")])
    }

    #[test]
    fn unchanged_rows_are_the_source() {
        let source = source().slice(1, 3);
        let mut rows = SharedViews::new("f", &source, 3);
        rows.append_part(0, 0, "short");
        rows.append_null(1);
        rows.append_part(2, 0, "x");
        let column = rows.finish().unwrap();
        assert_eq!(column, source);
        assert_eq!(
            column.views().inner().as_ptr(),
            source.views().inner().as_ptr()
        );
    }

    #[test]
    fn parts_share_buffers_and_written_rows_do_not() {
        let source = source();
        let mut rows = SharedViews::new("f", &source, 4);
        rows.append_part(0, 2, LONG.trim());
        rows.append_part(0, 4, "text");
        rows.append_written(|block| block.extend(b"another text that is long"))
            .unwrap();
        rows.append_null(3);
        let column = rows.finish().unwrap();
        assert_eq!(
            column.iter().collect::<Vec<_>>(),
            [
                Some(LONG.trim()),
                Some("text"),
                Some("another text that is long"),
                None
            ]
        );
        assert_eq!(column.data_buffers().len(), 2);
        assert_eq!(
            column.data_buffers()[0].as_ptr(),
            source.data_buffers()[0].as_ptr()
        );
    }

    #[test]
    fn a_source_that_nothing_points_into_is_let_go() {
        let source = source();
        let mut rows = SharedViews::new("f", &source, 2);
        rows.append_written(|block| block.extend(b"another text that is long"))
            .unwrap();
        rows.append_written(|block| block.extend(b"short")).unwrap();
        let column = rows.finish().unwrap();
        assert_eq!(column.data_buffers().len(), 1);
        assert_eq!(
            column.iter().flatten().collect::<Vec<_>>(),
            ["another text that is long", "short"]
        );
    }
}
