//! The arguments that `json_get` and `json_get_text` share: a text and the steps into it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray, StringViewBuilder};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, Signature, Volatility};

use super::path::{Step, find};

/// `(text, key, …)`.
pub(super) fn signature() -> Signature {
    let mut signature = Signature::user_defined(Volatility::Immutable);
    signature.parameter_names = Some(vec!["text".to_owned(), "key".to_owned()]);
    signature
}

/// The types to which the arguments are cast.
pub(super) fn coerce(function: &str, given: &[DataType]) -> Result<Vec<DataType>> {
    let [text, keys @ ..] = given else {
        return plan_err!("{function} takes a text and one or more keys, got no argument");
    };
    if keys.is_empty() {
        return plan_err!("{function} takes a text and one or more keys, got no key");
    }
    if !is_text(text) {
        return plan_err!("{function} takes JSON as text first, got {text}");
    }
    let mut types = vec![DataType::Utf8View];
    for key in keys {
        types.push(match key {
            _ if is_text(key) => DataType::Utf8View,
            _ if key.is_integer() => DataType::Int64,
            other => {
                return plan_err!("{function} takes keys that are text or integers, got {other}");
            }
        });
    }
    Ok(types)
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null => true,
        DataType::Dictionary(_, value) => value.is_string(),
        other => other.is_string(),
    }
}

/// One argument, as rows read it.
enum Column {
    Constant(Option<String>),
    ConstantIndex(Option<i64>),
    Texts(StringViewArray),
    Indexes(Int64Array),
}

impl Column {
    fn of(argument: &ColumnarValue) -> Result<Self> {
        Ok(match argument {
            ColumnarValue::Scalar(ScalarValue::Int64(value)) => Self::ConstantIndex(*value),
            ColumnarValue::Scalar(value) => match value.try_as_str() {
                Some(value) => Self::Constant(value.map(str::to_owned)),
                None => return internal_err!("a text or an integer, got {}", value.data_type()),
            },
            ColumnarValue::Array(array) if array.data_type() == &DataType::Int64 => {
                Self::Indexes(array.as_primitive::<Int64Type>().clone())
            }
            ColumnarValue::Array(array) => Self::Texts(array.as_string_view().clone()),
        })
    }

    fn step(&self, row: usize) -> Option<Step<'_>> {
        match self {
            Self::Constant(key) => key.as_deref().map(Step::Key),
            Self::ConstantIndex(index) => index.map(Step::Index),
            Self::Texts(keys) => keys.is_valid(row).then(|| Step::Key(keys.value(row))),
            Self::Indexes(indexes) => indexes
                .is_valid(row)
                .then(|| Step::Index(indexes.value(row))),
        }
    }

    fn text(&self, row: usize) -> Option<&str> {
        match self.step(row) {
            Some(Step::Key(text)) => Some(text),
            _ => None,
        }
    }
}

/// What `write` makes of the value at the end of each row's steps; NULL where there is none.
pub(super) fn map_values(
    arguments: &[ColumnarValue],
    rows: usize,
    write: impl Fn(&mut StringViewBuilder, &str),
) -> Result<ColumnarValue> {
    let columns = arguments
        .iter()
        .map(Column::of)
        .collect::<Result<Vec<_>>>()?;
    let Some((texts, keys)) = columns.split_first() else {
        return internal_err!("a text and keys, got no argument");
    };
    let is_constant = arguments
        .iter()
        .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
    let rows = if is_constant { 1 } else { rows };
    let mut values = StringViewBuilder::with_capacity(rows);
    for row in 0..rows {
        match value_of(texts.text(row), keys, row) {
            Some(value) => write(&mut values, value),
            None => values.append_null(),
        }
    }
    let values: ArrayRef = Arc::new(values.finish());
    if is_constant {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
            &values, 0,
        )?));
    }
    Ok(ColumnarValue::Array(values))
}

fn value_of<'row>(text: Option<&'row str>, keys: &'row [Column], row: usize) -> Option<&'row str> {
    let text = text?;
    if keys.iter().any(|key| key.step(row).is_none()) {
        return None;
    }
    find(text, keys.iter().filter_map(|key| key.step(row)))
}
