//! How the Parquet files of a write are encoded.

use std::num::NonZeroU64;

use codeanatomy_errors::{EngineError, ErrorCode, Result, nearest_name};
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde::Deserialize;

/// How Parquet files are encoded. What is left out is as deltalake encodes it: Snappy, dictionaries and statistics in each page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ParquetOptions {
    /// The codec, such as `snappy` or `zstd(3)`.
    pub compression: Option<String>,
    /// How many rows a row group has at most.
    pub max_row_group_rows: Option<NonZeroU64>,
    /// The columns with statistics in each page; with some, the others have them in each row group alone.
    pub page_statistics: Vec<String>,
    /// The columns with a Bloom filter.
    pub bloom_filters: Vec<String>,
    /// The columns encoded as dictionaries; with some, the others are not.
    pub dictionaries: Vec<String>,
}

impl ParquetOptions {
    /// What the writer of files takes. `columns` are those of the files.
    ///
    /// # Errors
    ///
    /// `invalid-option`: there is no such codec or column, or the names of the columns in the files are not those of the table.
    pub(super) fn properties(&self, columns: &[&str], is_mapped: bool) -> Result<WriterProperties> {
        let named = [
            ("page_statistics", &self.page_statistics),
            ("bloom_filters", &self.bloom_filters),
            ("dictionaries", &self.dictionaries),
        ];
        for (option, names) in named {
            for name in names {
                check_column(option, name, columns, is_mapped)?;
            }
        }
        let mut builder = WriterProperties::builder().set_compression(self.codec()?);
        if let Some(rows) = self.max_row_group_rows {
            let rows = usize::try_from(rows.get()).unwrap_or(usize::MAX);
            builder = builder.set_max_row_group_row_count(Some(rows));
        }
        if !self.page_statistics.is_empty() {
            builder = builder.set_statistics_enabled(EnabledStatistics::Chunk);
        }
        if !self.dictionaries.is_empty() {
            builder = builder.set_dictionary_enabled(false);
        }
        for name in &self.page_statistics {
            builder = builder.set_column_statistics_enabled(path(name), EnabledStatistics::Page);
        }
        for name in &self.bloom_filters {
            builder = builder.set_column_bloom_filter_enabled(path(name), true);
        }
        for name in &self.dictionaries {
            builder = builder.set_column_dictionary_enabled(path(name), true);
        }
        Ok(builder.build())
    }

    fn codec(&self) -> Result<Compression> {
        let Some(text) = &self.compression else {
            return Ok(Compression::SNAPPY);
        };
        text.parse().map_err(|_| {
            refused("compression", format!("'{text}' is no codec of Parquet"))
                .with_hint("codecs are uncompressed, snappy, lz4_raw, gzip(6), brotli(5), zstd(3)")
        })
    }
}

/// The path of a column that is not nested; a dot is part of its name.
fn path(name: &str) -> ColumnPath {
    ColumnPath::new(vec![name.to_owned()])
}

fn check_column(option: &str, name: &str, columns: &[&str], is_mapped: bool) -> Result<()> {
    if is_mapped {
        return Err(refused(
            option,
            format!("{option} names the column '{name}', and the table maps its columns to other names in the files"),
        )
        .with_hint("leave the columns out, or do not map columns"));
    }
    if columns.contains(&name) {
        return Ok(());
    }
    let meant = nearest_name(name, columns.iter().copied())
        .map_or_else(String::new, |nearest| format!(" (is '{nearest}' meant?)"));
    Err(refused(
        option,
        format!("{option} names the column '{name}', which the rows do not have{meant}"),
    )
    .with_hint(format!("the columns are: {}", columns.join(", "))))
}

fn refused(option: &str, message: String) -> EngineError {
    EngineError::new(ErrorCode::InvalidOption, message).with_detail("option", option)
}

#[cfg(test)]
mod tests {
    use codeanatomy_errors::ErrorCode;
    use parquet::basic::Compression;
    use parquet::file::properties::EnabledStatistics;

    use super::{ParquetOptions, path};

    #[test]
    fn nothing_stated_is_what_deltalake_writes() {
        let properties = ParquetOptions::default().properties(&["a"], false).unwrap();
        assert_eq!(properties.compression(&path("a")), Compression::SNAPPY);
        assert!(properties.dictionary_enabled(&path("a")));
        assert_eq!(
            properties.statistics_enabled(&path("a")),
            EnabledStatistics::Page
        );
        assert!(properties.bloom_filter_properties(&path("a")).is_none());
    }

    #[test]
    fn each_option_has_its_effect_on_its_columns() {
        let options = ParquetOptions {
            compression: Some("zstd(3)".to_owned()),
            max_row_group_rows: 7.try_into().ok(),
            page_statistics: vec!["a".to_owned()],
            bloom_filters: vec!["a.b".to_owned()],
            dictionaries: vec!["a".to_owned()],
        };
        let properties = options.properties(&["a", "a.b"], false).unwrap();
        let (first, second) = (path("a"), path("a.b"));
        assert!(
            matches!(properties.compression(&first), Compression::ZSTD(level) if level.compression_level() == 3)
        );
        assert_eq!(properties.max_row_group_row_count(), Some(7));
        assert_eq!(
            properties.statistics_enabled(&first),
            EnabledStatistics::Page
        );
        assert_eq!(
            properties.statistics_enabled(&second),
            EnabledStatistics::Chunk
        );
        assert!(properties.bloom_filter_properties(&second).is_some());
        assert!(properties.bloom_filter_properties(&first).is_none());
        assert!(properties.dictionary_enabled(&first));
        assert!(!properties.dictionary_enabled(&second));
    }

    #[test]
    fn columns_that_are_not_there_are_refused() {
        let options = ParquetOptions {
            bloom_filters: vec!["nmae".to_owned()],
            ..ParquetOptions::default()
        };
        let error = options.properties(&["name"], false).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidOption);
        assert!(error.message().contains("is 'name' meant?"), "{error}");
        let named = ParquetOptions {
            bloom_filters: vec!["name".to_owned()],
            ..ParquetOptions::default()
        };
        assert!(named.properties(&["name"], true).is_err());
        let codec = ParquetOptions {
            compression: Some("rar".to_owned()),
            ..ParquetOptions::default()
        };
        assert!(codec.properties(&[], false).is_err());
    }
}
