//! The description of an Arrow schema.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use codeanatomy_errors::{Result, nearest_name};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::ipc;
use super::type_text::TypeText;
use crate::Record;
use crate::json::invalid;

/// A field of a schema: `{"name": …, "type": …, "nullable": true, "metadata": {}}`, where the last two may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldDescription {
    /// The name.
    pub name: String,
    /// The type in Arrow's text form, such as `Int64`, `Timestamp(µs, "UTC")` or `List(non-null Utf8)`.
    #[serde(rename = "type")]
    data_type: TypeText,
    /// Whether the column may hold NULL.
    #[serde(default = "nullable", skip_serializing_if = "is_nullable")]
    pub nullable: bool,
    /// Metadata of the field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl FieldDescription {
    /// Describes a field; `None` if Arrow's text form does not tell all of its type.
    #[must_use]
    pub fn of(field: &Field) -> Option<Self> {
        let description = Self {
            name: field.name().clone(),
            data_type: TypeText::of(field.data_type())?,
            nullable: field.is_nullable(),
            metadata: sorted(field.metadata()),
        };
        (description.to_field() == *field).then_some(description)
    }

    /// The type.
    #[must_use]
    pub const fn data_type(&self) -> &DataType {
        self.data_type.data_type()
    }

    /// The field as Arrow has it.
    #[must_use]
    pub fn to_field(&self) -> Field {
        Field::new(&self.name, self.data_type().clone(), self.nullable).with_metadata(
            self.metadata
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        )
    }
}

/// An Arrow schema as JSON: either `{"fields": […], "metadata": {…}}`, or `{"ipc": "…"}` with a message of Arrow's IPC format in base64.
///
/// Both forms of one schema are equal, and written alike: with `fields`, unless the text form of some type does not tell all of it.
///
/// ```
/// use codeanatomy_schema::SchemaDescription;
///
/// let schema: SchemaDescription =
///     serde_json::from_str(r#"{"fields": [{"name": "id", "type": "Int64", "nullable": false}]}"#)?;
/// assert!(!schema.arrow().field(0).is_nullable());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDescription {
    schema: SchemaRef,
}

/// An Arrow schema: either `fields` with `metadata`, or `ipc`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "SchemaDescription")]
struct Written {
    /// The fields in their order; not beside `ipc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<FieldDescription>>,
    /// The schema as a message of Arrow's IPC format, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ipc: Option<String>,
    /// Metadata of the schema; not beside `ipc`, which has its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

impl SchemaDescription {
    /// Describes a schema.
    ///
    /// # Errors
    ///
    /// Says which column name the schema has twice: SQL could not tell the two apart.
    pub fn of(schema: SchemaRef) -> Result<Self, String> {
        let mut names = BTreeSet::new();
        match schema
            .fields()
            .iter()
            .find(|field| !names.insert(field.name()))
        {
            Some(field) => Err(format!("two columns are called '{}'", field.name())),
            None => Ok(Self { schema }),
        }
    }

    /// The schema.
    #[must_use]
    pub const fn arrow(&self) -> &SchemaRef {
        &self.schema
    }

    /// The schema as an encapsulated message of Arrow's IPC format.
    #[must_use]
    pub fn to_message(&self) -> Vec<u8> {
        ipc::message(&self.schema)
    }

    /// The names of the columns in their order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
    }

    /// Whether there is a column of that name.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.schema.column_with_name(column).is_some()
    }

    /// Refuses a column that is not there; `at` is the path of whoever names it.
    pub(crate) fn require(&self, column: &str, at: &str) -> Result<()> {
        if self.has(column) {
            return Ok(());
        }
        let meant = nearest_name(column, self.columns())
            .map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
        let problem = format!("the schema has no column '{column}'{meant}");
        Err(invalid("", at, &problem)
            .with_detail("column", column)
            .with_hint(format!(
                "the columns are {}",
                self.columns().collect::<Vec<_>>().join(", ")
            )))
    }

    fn written(&self) -> Written {
        let fields: Option<Vec<_>> = self
            .schema
            .fields()
            .iter()
            .map(|field| FieldDescription::of(field))
            .collect();
        match fields {
            Some(fields) => Written {
                fields: Some(fields),
                ipc: None,
                metadata: sorted(self.schema.metadata()),
            },
            None => Written {
                fields: None,
                ipc: Some(ipc::encode(&self.schema)),
                metadata: BTreeMap::new(),
            },
        }
    }
}

impl Record for SchemaDescription {
    const NAME: &'static str = "SchemaDescription";
}

impl TryFrom<Written> for SchemaDescription {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let schema = match written {
            Written {
                fields: Some(fields),
                ipc: None,
                metadata,
            } => {
                let fields: Vec<_> = fields.iter().map(FieldDescription::to_field).collect();
                Schema::new_with_metadata(fields, metadata.into_iter().collect())
            }
            Written {
                fields: None,
                ipc: Some(text),
                metadata,
            } if metadata.is_empty() => ipc::decode(&text)?,
            _ => {
                return Err(
                    "a schema is either 'fields' with 'metadata', or 'ipc' alone".to_owned(),
                );
            }
        };
        Self::of(Arc::new(schema))
    }
}

impl Serialize for SchemaDescription {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SchemaDescription {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Written::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for SchemaDescription {
    fn schema_name() -> String {
        Written::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> schemars::schema::Schema {
        Written::json_schema(generator)
    }
}

fn sorted(metadata: &HashMap<String, String>) -> BTreeMap<String, String> {
    metadata
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

const fn nullable() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
const fn is_nullable(nullable: &bool) -> bool {
    *nullable
}
