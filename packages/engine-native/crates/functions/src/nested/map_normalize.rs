//! `map_normalize(map[, key_case, sort_keys])`: maps that are spelled alike.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, GenericStringBuilder, MapArray, OffsetSizeTrait, StringViewBuilder,
    StructArray, UInt32Array, make_comparator,
};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::lists::offsets;
use super::maps::{is_text, key_and_value};
use crate::{FunctionSettings, KeyCase};

/// The SQL function `map_normalize`.
#[user_doc(
    doc_section(label = "Map Functions"),
    description = "Returns the map with its keys spelled in one case and its entries sorted by key. Of keys that become equal the last one stays. \
                   Types are kept; keys that are not text keep their spelling. NULL if the map is NULL. Only if sort_keys is written as true does \
                   the result's type say that keys are sorted. What is not given, or is NULL, is taken from the settings map_normalize_key_case \
                   and map_normalize_sort_keys of codeanatomy_udf.",
    syntax_example = "map_normalize(map[, key_case[, sort_keys]])",
    sql_example = r"```sql
> select map_normalize(map {'Kind': 'call', 'FILE': 'a.py', 'kind': 'name'}, 'lower', true) as attributes;
+--------------------------+
| attributes               |
+--------------------------+
| {file: a.py, kind: name} |
+--------------------------+
```",
    argument(name = "map", description = "The map."),
    argument(
        name = "key_case",
        description = "How keys are spelled, a constant: 'lower', 'upper' or 'none'."
    ),
    argument(
        name = "sort_keys",
        description = "Whether entries are sorted by key, a constant: true or false."
    ),
    related_udf(name = "map_get_default")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct MapNormalize {
    signature: Signature,
}

impl MapNormalize {
    /// The function as it is registered.
    #[must_use]
    pub fn new() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names =
            Some(["map", "key_case", "sort_keys"].map(str::to_owned).to_vec());
        Self { signature }
    }
}

impl Default for MapNormalize {
    fn default() -> Self {
        Self::new()
    }
}

/// What the call says; `None` is what it leaves to the session.
#[derive(Debug, Default)]
struct Options {
    key_case: Option<KeyCase>,
    sort_keys: Option<bool>,
}

impl Options {
    /// Reads the arguments behind the map; one that is not a constant is `None`.
    fn of(arguments: &[Option<&ScalarValue>]) -> Result<Self> {
        let mut options = Self::default();
        for (name, argument) in ["key_case", "sort_keys"].into_iter().zip(arguments) {
            let Some(value) = argument else {
                return plan_err!("{name} of map_normalize is a constant");
            };
            if value.is_null() {
                continue;
            }
            if name == "key_case" {
                let word = value.try_as_str().flatten().unwrap_or_default();
                let Ok(key_case) = word.parse() else {
                    return plan_err!(
                        "key_case of map_normalize is one of {}, not '{word}'",
                        KeyCase::WORDS.join(", ")
                    );
                };
                options.key_case = Some(key_case);
            } else if let ScalarValue::Boolean(is_sorted) = value {
                options.sort_keys = *is_sorted;
            }
        }
        Ok(options)
    }
}

/// The keys in another case; keys that are no text as they are.
fn respell(keys: &ArrayRef, key_case: KeyCase) -> Result<ArrayRef> {
    if key_case == KeyCase::None || !is_text(keys.data_type()) {
        return Ok(Arc::clone(keys));
    }
    Ok(match keys.data_type() {
        DataType::Utf8 => respell_strings::<i32>(keys, key_case),
        DataType::LargeUtf8 => respell_strings::<i64>(keys, key_case),
        DataType::Utf8View => {
            let mut builder = StringViewBuilder::with_capacity(keys.len());
            for_each_respelled(keys.as_string_view().iter(), key_case, |text| {
                builder.append_option(text);
            });
            Arc::new(builder.finish())
        }
        DataType::Dictionary(_, _) => {
            let dictionary = keys.as_any_dictionary();
            dictionary.with_values(respell(dictionary.values(), key_case)?)
        }
        other => return internal_err!("{other} is not text"),
    })
}

fn respell_strings<Offset: OffsetSizeTrait>(keys: &ArrayRef, key_case: KeyCase) -> ArrayRef {
    let keys = keys.as_string::<Offset>();
    let mut builder =
        GenericStringBuilder::<Offset>::with_capacity(keys.len(), keys.values().len());
    for_each_respelled(keys.iter(), key_case, |text| builder.append_option(text));
    Arc::new(builder.finish())
}

fn for_each_respelled<'a>(
    texts: impl Iterator<Item = Option<&'a str>>,
    key_case: KeyCase,
    mut append: impl FnMut(Option<&str>),
) {
    let mut respelled = String::new();
    for text in texts {
        let Some(text) = text else {
            append(None);
            continue;
        };
        respelled.clear();
        match (key_case, text.is_ascii()) {
            (KeyCase::None, _) => respelled.push_str(text),
            (KeyCase::Lower, true) => {
                respelled.push_str(text);
                respelled.make_ascii_lowercase();
            }
            (KeyCase::Upper, true) => {
                respelled.push_str(text);
                respelled.make_ascii_uppercase();
            }
            (KeyCase::Lower, false) => respelled = text.to_lowercase(),
            (KeyCase::Upper, false) => respelled = text.to_uppercase(),
        }
        append(Some(&respelled));
    }
}

fn normalize(
    map: &MapArray,
    key_case: KeyCase,
    is_sorted: bool,
    to: &DataType,
) -> Result<ArrayRef> {
    let DataType::Map(entries, has_order) = to else {
        return internal_err!("map_normalize returns a map, not {to}");
    };
    let DataType::Struct(fields) = entries.data_type() else {
        return internal_err!("a map has entries, not {}", entries.data_type());
    };
    let keys = respell(map.keys(), key_case)?;
    let compare = make_comparator(&keys, &keys, SortOptions::default())?;
    let mut kept: Vec<u32> = Vec::with_capacity(keys.len());
    let mut ends = Vec::with_capacity(map.len());
    let mut positions: Vec<u32> = Vec::new();
    for (row, pair) in map.value_offsets().windows(2).enumerate() {
        // Offsets are not negative; what lies below a NULL map does not count.
        if map.is_valid(row)
            && let (Ok(first), Ok(last)) = (u32::try_from(pair[0]), u32::try_from(pair[1]))
        {
            positions.clear();
            // The sort is stable: of equal keys the first in reverse is the last in the map.
            positions.extend((first..last).rev());
            positions.sort_by(|left, right| compare(*left as usize, *right as usize));
            positions.dedup_by(|later, kept| compare(*later as usize, *kept as usize).is_eq());
            if !is_sorted {
                positions.sort_unstable();
            }
            kept.extend_from_slice(&positions);
        }
        ends.push(kept.len());
    }
    let kept = UInt32Array::from(kept);
    let columns = vec![take(&keys, &kept, None)?, take(map.values(), &kept, None)?];
    Ok(Arc::new(MapArray::try_new(
        Arc::clone(entries),
        offsets("map_normalize", &ends)?,
        StructArray::try_new(fields.clone(), columns, None)?,
        map.nulls().cloned(),
        *has_order,
    )?))
}

impl ScalarUDFImpl for MapNormalize {
    fn name(&self) -> &'static str {
        "map_normalize"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let ([map] | [map, _] | [map, _, _]) = given else {
            return plan_err!(
                "map_normalize takes a map, and perhaps key_case and sort_keys, got {} arguments",
                given.len()
            );
        };
        if key_and_value(map).is_none() && !map.is_null() {
            return plan_err!("the first argument of map_normalize is a map, not {map}");
        }
        if let Some(key_case) = given.get(1)
            && !is_text(key_case)
            && !key_case.is_null()
        {
            return plan_err!(
                "key_case of map_normalize is one of {}, not {key_case}",
                KeyCase::WORDS.join(", ")
            );
        }
        if let Some(sort_keys) = given.get(2)
            && *sort_keys != DataType::Boolean
            && !sort_keys.is_null()
        {
            return plan_err!("sort_keys of map_normalize is true or false, not {sort_keys}");
        }
        Ok(given.to_vec())
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        internal_err!("the type that map_normalize returns depends on sort_keys")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let ([map, ..], [_, options @ ..]) = (arguments.arg_fields, arguments.scalar_arguments)
        else {
            return internal_err!("map_normalize has a map");
        };
        let is_sorted = Options::of(options)?.sort_keys == Some(true);
        let data_type = match map.data_type() {
            DataType::Map(entries, _) => DataType::Map(Arc::clone(entries), is_sorted),
            other => other.clone(),
        };
        let field = Field::new(self.name(), data_type, map.is_nullable());
        Ok(Arc::new(field))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [map, options @ ..] = arguments.args.as_slice() else {
            return internal_err!("map_normalize has a map");
        };
        if map.data_type().is_null() {
            return Ok(map.clone());
        }
        let options: Vec<_> = options
            .iter()
            .map(|option| match option {
                ColumnarValue::Scalar(value) => Some(value),
                ColumnarValue::Array(_) => None,
            })
            .collect();
        let options = Options::of(&options)?;
        let settings = FunctionSettings::of(&arguments.config_options);
        let key_case = options.key_case.unwrap_or(settings.map_normalize_key_case);
        let is_sorted = options
            .sort_keys
            .unwrap_or(settings.map_normalize_sort_keys);
        let to = arguments.return_field.data_type();
        let normalized = |array: &ArrayRef| {
            let Some(map) = array.as_map_opt() else {
                return internal_err!("the map of map_normalize is {}", array.data_type());
            };
            normalize(map, key_case, is_sorted, to)
        };
        Ok(match map {
            ColumnarValue::Array(array) => ColumnarValue::Array(normalized(array)?),
            ColumnarValue::Scalar(scalar) => {
                let maps = normalized(&scalar.to_array()?)?;
                ColumnarValue::Scalar(ScalarValue::try_from_array(&maps, 0)?)
            }
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}
