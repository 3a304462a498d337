//! Which calls a function accepts, as far as its signature can tell.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use datafusion::logical_expr::{Signature, TypeSignature};

use super::type_name::type_name;

/// How many strings are tried on a function that decides by itself what it takes.
const TRIED_STRINGS: usize = 8;
/// How many arguments of other types are tried on it, in every order.
const TRIED_ARGUMENTS: usize = 4;

/// The argument types of one call.
pub(super) enum AcceptedCall {
    /// These types.
    Types(Vec<DataType>),
    /// That many arguments of any type.
    Any(usize),
}

impl AcceptedCall {
    /// The types, where the signature names them.
    pub(super) fn types(&self) -> Option<&[DataType]> {
        match self {
            Self::Types(types) => Some(types),
            Self::Any(_) => None,
        }
    }

    /// The types as the snapshot spells them.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Types(types) => types.iter().map(type_name).collect(),
            Self::Any(count) => vec!["any".to_owned(); *count],
        }
    }
}

/// The calls that the signature accepts.
///
/// A function that decides by itself is asked (`coerce`) for the shortest call that it takes: of strings or, if it takes none, of strings,
/// integers, maps, lists and spans.
///
/// Of a function in another library each question crosses a boundary, so that it is only asked for strings.
pub(super) fn accepted_calls(
    signature: &Signature,
    is_foreign: bool,
    coerce: impl Fn(&[DataType]) -> Result<Vec<DataType>>,
) -> Vec<AcceptedCall> {
    let mut calls = Vec::new();
    let most = if is_foreign { 0 } else { TRIED_ARGUMENTS };
    collect(&signature.type_signature, most, &coerce, &mut calls);
    calls
}

fn collect(
    signature: &TypeSignature,
    most: usize,
    coerce: &impl Fn(&[DataType]) -> Result<Vec<DataType>>,
    calls: &mut Vec<AcceptedCall>,
) {
    match signature {
        TypeSignature::OneOf(alternatives) => {
            for alternative in alternatives {
                collect(alternative, most, coerce, calls);
            }
        }
        TypeSignature::UserDefined => {
            let call = (1..=TRIED_STRINGS)
                .map(|count| vec![DataType::Utf8; count])
                .chain((1..=most).flat_map(mixed_types))
                .find_map(|types| coerce(&types).ok());
            calls.extend(call.map(AcceptedCall::Types));
        }
        TypeSignature::Nullary => calls.push(AcceptedCall::Types(Vec::new())),
        TypeSignature::Any(count) | TypeSignature::Comparable(count) => {
            calls.push(AcceptedCall::Any(*count));
        }
        other => calls.extend(
            other
                .get_example_types()
                .into_iter()
                .map(AcceptedCall::Types),
        ),
    }
}

/// All calls of `count` arguments with the types that are tried.
fn mixed_types(count: usize) -> impl Iterator<Item = Vec<DataType>> {
    let kinds = TRIED_TYPES.len();
    (0..kinds.pow(u32::try_from(count).unwrap_or(0))).map(move |number| {
        (0..count)
            .rev()
            .scan(number, |rest, position| {
                let place = kinds.pow(u32::try_from(position).unwrap_or(0));
                let kind = *rest / place;
                *rest %= place;
                Some(TRIED_TYPES[kind].clone())
            })
            .collect()
    })
}

static TRIED_TYPES: LazyLock<[DataType; 5]> = LazyLock::new(|| {
    let field = |name: &str, data_type| Field::new(name, data_type, true);
    let entries = DataType::Struct(
        vec![
            Field::new("key", DataType::Utf8, false),
            field("value", DataType::Int64),
        ]
        .into(),
    );
    let span = [("bstart", DataType::Int64), ("bend", DataType::Int64)]
        .map(|(name, data_type)| field(name, data_type));
    [
        DataType::Utf8,
        DataType::Int64,
        DataType::Map(Arc::new(Field::new("entries", entries, false)), false),
        DataType::List(Arc::new(field("item", DataType::Int64))),
        DataType::Struct(span.to_vec().into()),
    ]
});

/// Whether the function itself decides to which types its arguments are cast.
pub(super) fn decides_coercion(signature: &TypeSignature) -> bool {
    match signature {
        TypeSignature::UserDefined => true,
        TypeSignature::OneOf(alternatives) => alternatives.iter().any(decides_coercion),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_of_types_is_tried_once() {
        let all: Vec<_> = mixed_types(2).collect();
        assert_eq!(all.len(), 25);
        assert_eq!(all[1], [DataType::Utf8, DataType::Int64]);
        assert!(all.iter().all(|types| types.len() == 2));
        let mut names: Vec<_> = all.iter().map(|types| format!("{types:?}")).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 25);
    }

    #[test]
    fn a_function_that_decides_by_itself_is_asked_for_its_shortest_call() {
        let signature = Signature::user_defined(datafusion::logical_expr::Volatility::Immutable);
        let takes = |wanted: &'static [DataType]| {
            move |types: &[DataType]| {
                if types == wanted {
                    Ok(types.to_vec())
                } else {
                    datafusion::common::plan_err!("no")
                }
            }
        };
        let calls = accepted_calls(&signature, false, takes(&[DataType::Utf8, DataType::Int64]));
        let names: Vec<_> = calls.iter().map(AcceptedCall::names).collect();
        assert_eq!(names, [["string", "int64"]]);
        assert!(accepted_calls(&signature, false, takes(&[])).is_empty());
        assert!(accepted_calls(&signature, true, takes(&[DataType::Int64])).is_empty());
    }
}
