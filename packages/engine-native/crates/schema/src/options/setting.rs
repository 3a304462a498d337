//! An option of three states.

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, Schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::json_schema::{any_of, of_type};

/// What a layer says about one option.
///
/// In JSON, a field that is not there is unset, and `null` is null. A record leaves unset fields out when it is written.
///
/// ```
/// use codeanatomy_schema::{DataFusionScanOptions, Setting, decode};
///
/// let options: DataFusionScanOptions = decode(r#"{"cache": false, "pushdown_filters": null}"#, "options")?;
/// assert_eq!(options.cache, Setting::Value(false));
/// assert_eq!(options.pushdown_filters, Setting::Null);
/// assert_eq!(options.skip_metadata, Setting::Unset);
/// # Ok::<(), codeanatomy_errors::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Setting<T> {
    /// The layer leaves the option to the next one.
    #[default]
    Unset,
    /// The layer decides that the option has no value: no layer below is asked, and what the option is applied to keeps its own behaviour.
    Null,
    /// The layer decides for this value, also where it equals a default.
    Value(T),
}

impl<T> Setting<T> {
    /// Whether the layer leaves the option to the next one.
    #[must_use]
    pub const fn is_unset(&self) -> bool {
        matches!(self, Self::Unset)
    }

    /// The value, where there is one.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unset | Self::Null => None,
        }
    }

    /// A decision: the value, or null where there is none.
    #[must_use]
    pub fn decided(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Setting<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::decided)
    }
}

impl<T: JsonSchema> JsonSchema for Setting<T> {
    fn is_referenceable() -> bool {
        false
    }

    fn schema_name() -> String {
        format!("Setting_{}", T::schema_name())
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        any_of(vec![
            generator.subschema_for::<T>(),
            of_type(InstanceType::Null),
        ])
    }
}
