//! Settings and arguments that take one of a few words.

/// Declares an enumeration whose values are written as words, in any case: what `SET` accepts and what the functions accept is one list.
macro_rules! choice {
    (
        $(#[$attribute:meta])*
        $name:ident, default $default:ident {
            $($(#[$value_attribute:meta])* $value:ident = $word:literal $(or $other:literal)*;)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$value_attribute])* $value,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        }

        impl $name {
            /// The words, as they are usually written.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl std::str::FromStr for $name {
            type Err = datafusion::error::DataFusionError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text.to_ascii_lowercase().as_str() {
                    $(word if word.eq_ignore_ascii_case($word) $(|| word.eq_ignore_ascii_case($other))* => Ok(Self::$value),)+
                    _ => datafusion::common::plan_err!(
                        "'{text}' is not one of {}",
                        Self::WORDS.join(", ")
                    ),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(match self {
                    $(Self::$value => $word,)+
                })
            }
        }

        datafusion::common::config_field!($name, value => value.parse()?);
    };
}

pub(crate) use choice;

#[cfg(test)]
mod tests {
    use crate::ColumnUnit;

    #[test]
    fn words_are_read_in_any_case_and_others_are_refused() {
        assert_eq!("UTF-8".parse::<ColumnUnit>().unwrap(), ColumnUnit::Byte);
        assert_eq!("Utf16".parse::<ColumnUnit>().unwrap().to_string(), "utf16");
        assert_eq!(ColumnUnit::default(), ColumnUnit::Byte);
        let error = "ebcdic".parse::<ColumnUnit>().unwrap_err();
        assert!(
            error
                .to_string()
                .contains("'ebcdic' is not one of byte, utf16, utf32"),
            "{error}"
        );
    }
}
