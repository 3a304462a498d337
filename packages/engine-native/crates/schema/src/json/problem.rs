//! What is wrong with a value, and where: serde's errors kept apart instead of as text.

use std::fmt::{self, Display};

use codeanatomy_errors::{EngineError, ErrorCode, nearest_name};
use serde::de;

/// How much of an offending text an error repeats.
const MOST_CHARACTERS: usize = 60;

#[derive(Debug)]
pub(super) struct Problem {
    pub(super) kind: Kind,
    /// Where; `None` until the innermost level that knows says it.
    path: Option<String>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Unknown {
        field: String,
        known: Vec<&'static str>,
    },
    Refused {
        field: &'static str,
        reason: &'static str,
    },
    Missing {
        field: &'static str,
    },
    /// A dataset has no name, which has a code of its own.
    Nameless,
    Invalid(String),
}

impl Problem {
    pub(super) fn at(mut self, path: &impl Display) -> Self {
        self.path.get_or_insert_with(|| path.to_string());
        self
    }

    pub(super) fn into_error(self, argument: &str) -> EngineError {
        let path = self.path.unwrap_or_else(|| "$".to_owned());
        let error = match self.kind {
            Kind::Unknown { field, known } => {
                let field = shortened(&field);
                let meant = nearest_name(&field, known.iter().copied())
                    .map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
                EngineError::new(
                    ErrorCode::SchemaFieldUnknown,
                    format!("{argument}: there is no field '{field}' at {path}{meant}"),
                )
                .with_hint(format!("the fields are {}", known.join(", ")))
                .with_detail("field", field)
            }
            Kind::Refused { field, reason } => EngineError::new(
                ErrorCode::SchemaFieldRefused,
                format!("{argument}: the field '{field}' at {path} can have no effect: {reason}"),
            )
            .with_detail("field", field)
            .with_detail("reason", reason)
            .with_hint("leave the field out"),
            Kind::Missing { field } => EngineError::new(
                ErrorCode::SchemaFieldMissing,
                format!("{argument}: the field '{field}' is missing at {path}"),
            )
            .with_detail("field", field)
            .with_hint(format!("state '{field}'")),
            Kind::Nameless => EngineError::new(
                ErrorCode::DatasetNameMissing,
                format!(
                    "{argument}: the dataset at {path} has no 'name'; it takes a text of at least one character"
                ),
            )
            .with_hint("state the name under which SQL finds the dataset"),
            Kind::Invalid(what) => super::record::invalid(argument, &path, &what),
        };
        error
            .with_detail("argument", argument)
            .with_detail("path", path)
    }
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self { kind, path: None }
    }
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.kind)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: Display>(message: T) -> Self {
        Kind::Invalid(message.to_string()).into()
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Kind::Invalid(format!("{} given; it takes {expected}", shown(unexpected))).into()
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let meant = nearest_name(variant, expected.iter().copied())
            .map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
        let variant = shortened(variant);
        let expected = expected.join(", ");
        Kind::Invalid(format!(
            "'{variant}' given; it takes one of {expected}{meant}"
        ))
        .into()
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Kind::Unknown {
            field: field.to_owned(),
            known: expected.to_vec(),
        }
        .into()
    }

    fn missing_field(field: &'static str) -> Self {
        Kind::Missing { field }.into()
    }
}

/// What was given, in JSON's words.
fn shown(unexpected: de::Unexpected<'_>) -> String {
    match unexpected {
        de::Unexpected::Bool(flag) => flag.to_string(),
        de::Unexpected::Unsigned(number) => number.to_string(),
        de::Unexpected::Signed(number) => number.to_string(),
        de::Unexpected::Float(number) => number.to_string(),
        de::Unexpected::Str(text) => format!("the text '{}'", shortened(text)),
        de::Unexpected::Unit | de::Unexpected::Option => "null".to_owned(),
        de::Unexpected::Seq => "a list".to_owned(),
        de::Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
