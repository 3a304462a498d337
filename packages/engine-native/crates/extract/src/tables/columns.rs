//! Column builders, and the macro that makes a table's builder from its list of columns.

use arrow::array::{ArrayRef, BooleanBuilder, Int32Builder, Int64Builder, StringViewBuilder};
use arrow::buffer::Buffer;
use arrow::datatypes::DataType;
use std::sync::Arc;

/// What all column builders can do.
pub(crate) trait Column: Default {
    const DATA_TYPE: DataType;
    fn length(&self) -> usize;
    fn finish(&mut self) -> ArrayRef;
}

macro_rules! column {
    ($builder:ty, $data_type:expr) => {
        impl Column for $builder {
            const DATA_TYPE: DataType = $data_type;
            fn length(&self) -> usize {
                arrow::array::ArrayBuilder::len(self)
            }
            fn finish(&mut self) -> ArrayRef {
                Arc::new(self.finish())
            }
        }
    };
}

column!(BooleanBuilder, DataType::Boolean);
column!(Int32Builder, DataType::Int32);
column!(Int64Builder, DataType::Int64);

/// A text column.
#[derive(Debug, Default)]
pub(crate) struct Text {
    builder: StringViewBuilder,
    /// The value that many rows share, as the block that holds it and its length.
    shared: Option<(u32, u32)>,
}

impl Text {
    /// Sets the value that [`Text::append_shared`] repeats: it is stored once, rows only point to it.
    pub(crate) fn share(&mut self, value: &str) {
        let block = self.builder.append_block(Buffer::from(value.as_bytes()));
        // Paths and ids are far below 4 GiB.
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        self.shared = Some((block, length));
    }

    pub(crate) fn append_shared(&mut self) {
        let appended = self
            .shared
            .is_some_and(|(block, length)| self.builder.try_append_view(block, 0, length).is_ok());
        debug_assert!(appended, "a shared value is set before it is appended");
    }

    pub(crate) fn append(&mut self, value: &str) {
        self.builder.append_value(value);
    }

    pub(crate) fn append_option(&mut self, value: Option<&str>) {
        self.builder.append_option(value);
    }
}

impl Column for Text {
    const DATA_TYPE: DataType = DataType::Utf8View;

    fn length(&self) -> usize {
        arrow::array::ArrayBuilder::len(&self.builder)
    }

    fn finish(&mut self) -> ArrayRef {
        self.shared = None;
        Arc::new(self.builder.finish())
    }
}

/// Declares a table: its name, what a row is, and its columns in order with their builder, nullability and meaning.
macro_rules! table {
    ($(#[doc = $doc:literal])+ $builder:ident = $name:literal { $($column:ident: $kind:ty, $nullable:ident, $meaning:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Default)]
        pub(crate) struct $builder {
            $(#[doc = $meaning] pub(crate) $column: $kind,)+
        }

        impl $crate::tables::TableBuilder for $builder {
            const NAME: &'static str = $name;

            fn schema() -> arrow::datatypes::SchemaRef {
                static SCHEMA: std::sync::LazyLock<arrow::datatypes::SchemaRef> = std::sync::LazyLock::new(|| {
                    std::sync::Arc::new(arrow::datatypes::Schema::new(vec![$(
                        arrow::datatypes::Field::new(
                            stringify!($column),
                            <$kind as $crate::tables::columns::Column>::DATA_TYPE,
                            $crate::tables::columns::is_nullable(stringify!($nullable)),
                        ),
                    )+]))
                });
                std::sync::Arc::clone(&SCHEMA)
            }

            fn rows(&self) -> usize {
                let lengths = [$($crate::tables::columns::Column::length(&self.$column),)+];
                lengths[0]
            }

            fn finish(&mut self) -> Result<arrow::array::RecordBatch, arrow::error::ArrowError> {
                let columns = vec![$($crate::tables::columns::Column::finish(&mut self.$column),)+];
                arrow::array::RecordBatch::try_new(Self::schema(), columns)
            }
        }
    };
}

pub(crate) use table;

/// Reads the word of a [`table`] declaration.
pub(crate) fn is_nullable(word: &str) -> bool {
    word == "nullable"
}
