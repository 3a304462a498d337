//! The declaration of a record of options: each field once, with its type, default, and what it is applied to.

use std::fmt::Debug;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::{Origin, Record};

/// What a record of options says about one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OptionField {
    /// The name of the field.
    pub name: &'static str,
    /// What the option is applied to, by its name in `DataFusion`, deltalake or Delta's protocol.
    pub applied_to: &'static str,
    /// The setting of a session that decides where no layer above does.
    pub session_key: Option<&'static str>,
}

/// A record whose fields are all [`Setting`](crate::Setting)s; `options!` implements it.
pub trait Options: Record + Clone + Debug + Default + PartialEq {
    /// The fields in the order of their declaration.
    const FIELDS: &'static [OptionField];

    /// What holds where no layer decides; no field of it is unset.
    fn built_in() -> Self;

    /// Fills what is unset from a weaker layer, and names each field that the weaker layer decided on.
    fn fill_from(&mut self, weaker: &Self, decided: impl FnMut(&'static str));

    /// Writes an entry for each field in the order of their declaration: its value, null where it has none, and who decided.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn write_decided<M: SerializeMap>(
        &self,
        map: &mut M,
        origin: impl Fn(&str) -> Option<Origin>,
    ) -> Result<(), M::Error>;

    /// This layer over a weaker one.
    ///
    /// The empty record changes nothing on either side, three layers give the same in whichever pairs they are merged, and merging a layer
    /// with itself gives the layer.
    #[must_use]
    fn over(mut self, weaker: &Self) -> Self {
        self.fill_from(weaker, |_| {});
        self
    }
}

/// The entry of one field.
#[derive(Serialize)]
pub(crate) struct DecidedField<'a, T: Serialize> {
    pub(crate) origin: Option<Origin>,
    pub(crate) value: &'a crate::Setting<T>,
}

/// Declares a record of options.
///
/// A field is `name: Type = default => "what it is applied to"`, where the default is `Some(value)` or `None` for null, and may end with
/// `session "setting of the session"`.
macro_rules! options {
    (
        $(#[$attribute:meta])*
        $record:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr => $applied:literal $(, session $key:literal)?;)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $record {
            $(
                $(#[doc = $doc])+
                #[doc = ""]
                // `schemars` sees literals only, so `json_schema` adds this line to the descriptions.
                #[doc = concat!("Applied to ", $applied, ".")]
                #[serde(default, skip_serializing_if = "crate::Setting::is_unset")]
                pub $field: crate::Setting<$type>,
            )+
        }

        impl crate::Options for $record {
            const FIELDS: &'static [crate::OptionField] = &[$(crate::OptionField {
                name: stringify!($field),
                applied_to: $applied,
                session_key: crate::options::options!(@key $($key)?),
            },)+];

            fn built_in() -> Self {
                Self { $($field: crate::Setting::decided($default),)+ }
            }

            fn fill_from(&mut self, weaker: &Self, mut decided: impl FnMut(&'static str)) {
                $(if self.$field.is_unset() && !weaker.$field.is_unset() {
                    self.$field.clone_from(&weaker.$field);
                    decided(stringify!($field));
                })+
            }

            fn write_decided<M: serde::ser::SerializeMap>(
                &self,
                map: &mut M,
                origin: impl Fn(&str) -> Option<crate::Origin>,
            ) -> Result<(), M::Error> {
                $(map.serialize_entry(stringify!($field), &crate::options::DecidedField {
                    origin: origin(stringify!($field)),
                    value: &self.$field,
                })?;)+
                Ok(())
            }
        }
    };
    (@key) => { None };
    (@key $key:literal) => { Some($key) };
}

pub(crate) use options;
