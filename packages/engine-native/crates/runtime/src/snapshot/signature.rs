//! Which calls a function accepts, as far as its signature can tell.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{Signature, TypeSignature};

use super::type_name::type_name;

/// How many arguments are tried on a function that decides by itself which it takes.
const TRIED_ARGUMENTS: usize = 8;

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
/// A function that decides by itself is asked (`coerce`) for the shortest call with strings that it takes.
pub(super) fn accepted_calls(
    signature: &Signature,
    coerce: impl Fn(&[DataType]) -> Result<Vec<DataType>>,
) -> Vec<AcceptedCall> {
    let mut calls = Vec::new();
    collect(&signature.type_signature, &coerce, &mut calls);
    calls
}

fn collect(
    signature: &TypeSignature,
    coerce: &impl Fn(&[DataType]) -> Result<Vec<DataType>>,
    calls: &mut Vec<AcceptedCall>,
) {
    match signature {
        TypeSignature::OneOf(alternatives) => {
            for alternative in alternatives {
                collect(alternative, coerce, calls);
            }
        }
        TypeSignature::UserDefined => {
            let call = (1..=TRIED_ARGUMENTS)
                .map(|count| vec![DataType::Utf8; count])
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

/// Whether the function itself decides to which types its arguments are cast.
pub(super) fn decides_coercion(signature: &TypeSignature) -> bool {
    match signature {
        TypeSignature::UserDefined => true,
        TypeSignature::OneOf(alternatives) => alternatives.iter().any(decides_coercion),
        _ => false,
    }
}
