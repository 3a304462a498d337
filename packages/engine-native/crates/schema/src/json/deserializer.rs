//! Decodes a record from a JSON value and knows the path of what it decodes.

use std::fmt::{self, Display};

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};

use super::problem::{Kind, Problem};
use super::refused::refusal;

/// Where a value stands, written as `$.policies.delta.constraints[0]`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Field(&'a Self, &'a str),
    Element(&'a Self, usize),
}

impl Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => formatter.write_str("$"),
            Self::Field(parent, name) => {
                write!(formatter, "{parent}.{}", super::problem::shortened(name))
            }
            Self::Element(parent, index) => write!(formatter, "{parent}[{index}]"),
        }
    }
}

/// A value at its path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'de, 'path> {
    pub(super) value: &'de Value,
    pub(super) path: Path<'path>,
}

impl<'de> Node<'de, '_> {
    fn unexpected(&self) -> Unexpected<'de> {
        match self.value {
            Value::Null => Unexpected::Unit,
            Value::Bool(flag) => Unexpected::Bool(*flag),
            Value::Number(number) => number.as_u64().map_or_else(
                || {
                    number.as_i64().map_or_else(
                        || Unexpected::Float(number.as_f64().unwrap_or_default()),
                        Unexpected::Signed,
                    )
                },
                Unexpected::Unsigned,
            ),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        }
    }
}

/// The record whose missing name has an error code of its own.
const NAMED: &str = "DatasetSpec";

/// Refuses the first field that the record does not have, or that could have no effect.
fn check_fields(
    record: &'static str,
    object: &Map<String, Value>,
    known: &'static [&'static str],
) -> Result<(), Problem> {
    for field in object.keys() {
        if let Some((field, reason)) = refusal(record, field) {
            return Err(Kind::Refused { field, reason }.into());
        }
        if !known.contains(&field.as_str()) {
            return Err(Problem::unknown_field(field, known));
        }
    }
    let blank = |name: &Value| name.as_str().is_some_and(|name| name.trim().is_empty());
    if record == NAMED && object.get("name").is_none_or(blank) {
        return Err(Kind::Nameless.into());
    }
    Ok(())
}

impl<'de> Deserializer<'de> for Node<'de, '_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let path = self.path;
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => {
                if let Some(number) = number.as_u64() {
                    visitor.visit_u64(number)
                } else if let Some(number) = number.as_i64() {
                    visitor.visit_i64(number)
                } else {
                    visitor.visit_f64(number.as_f64().unwrap_or_default())
                }
            }
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(elements) => visitor.visit_seq(Elements {
                rest: elements.iter().enumerate(),
                path: &path,
            }),
            Value::Object(object) => visitor.visit_map(Fields {
                rest: object.iter(),
                value: None,
                path: &path,
            }),
        }
        .map_err(|problem: Problem| problem.at(&path))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.value {
            Value::Object(object) => {
                check_fields(name, object, fields).map_err(|problem| problem.at(&self.path))?;
                self.deserialize_any(visitor)
            }
            // Serde would take a list for the fields in their order.
            _ => Err(Problem::invalid_type(self.unexpected(), &visitor).at(&self.path)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.value {
            Value::String(text) => {
                let name: StrDeserializer<'_, Problem> = text.as_str().into_deserializer();
                visitor.visit_enum(name)
            }
            _ => Err(Problem::invalid_type(self.unexpected(), &"a name")),
        }
        .map_err(|problem| problem.at(&self.path))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        identifier ignored_any
    }
}

struct Elements<'de, 'path> {
    rest: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
    path: &'path Path<'path>,
}

impl<'de> SeqAccess<'de> for Elements<'de, '_> {
    type Error = Problem;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some((index, value)) = self.rest.next() else {
            return Ok(None);
        };
        let path = Path::Element(self.path, index);
        seed.deserialize(Node { value, path })
            .map(Some)
            .map_err(|problem| problem.at(&path))
    }
}

struct Fields<'de, 'path> {
    rest: map::Iter<'de>,
    value: Option<(&'de str, &'de Value)>,
    path: &'path Path<'path>,
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = Problem;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some((name, value));
        let name: StrDeserializer<'_, Problem> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        let Some((name, value)) = self.value.take() else {
            return Err(Problem::custom("a value without a name"));
        };
        let path = Path::Field(self.path, name);
        seed.deserialize(Node { value, path })
            .map_err(|problem| problem.at(&path))
    }
}
