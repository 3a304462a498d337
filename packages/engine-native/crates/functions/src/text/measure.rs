//! The batch loop of the functions that compare two texts.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveBuilder, new_null_array};
use arrow::datatypes::{Field, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, Signature, TypeSignature, Volatility,
};

use super::argument::text_argument;
use super::column::{TextColumn, as_the_arguments, rows_to_compute};

/// How alike, or how far apart, two texts are. `measure(a, b)` is `measure(b, a)`.
pub(super) trait Measure {
    type Output: ArrowPrimitiveType;
    /// What is computed once for a constant, over bytes.
    type Bytes;
    /// What is computed once for a constant, over characters.
    type Characters;

    /// Compares two texts of ASCII.
    fn of_bytes(left: &str, right: &str) -> Native<Self>;
    /// Compares two texts.
    fn of_characters(left: &str, right: &str) -> Native<Self>;
    fn bytes(constant: &str) -> Self::Bytes;
    fn characters(constant: &str) -> Self::Characters;
    /// Compares a constant of ASCII with a text of ASCII.
    fn with_bytes(constant: &Self::Bytes, text: &str) -> Native<Self>;
    fn with_characters(constant: &Self::Characters, text: &str) -> Native<Self>;
}

type Native<M> = <<M as Measure>::Output as ArrowPrimitiveType>::Native;

/// Two texts, named `a` and `b`.
pub(super) fn two_texts() -> Signature {
    let mut signature = Signature::new(
        TypeSignature::Coercible(vec![text_argument(), text_argument()]),
        Volatility::Immutable,
    );
    signature.parameter_names = Some(vec!["a".to_owned(), "b".to_owned()]);
    signature
}

/// The field of a result that is NULL only where an argument is.
pub(super) fn result_field<M: Measure>(
    function: &str,
    arguments: &ReturnFieldArgs<'_>,
) -> FieldRef {
    let is_nullable = arguments.arg_fields.iter().any(|field| field.is_nullable());
    Arc::new(Field::new(function, M::Output::DATA_TYPE, is_nullable))
}

/// Compares the two arguments of a call.
pub(super) fn measure_arguments<M: Measure>(
    function: &str,
    arguments: &ScalarFunctionArgs,
) -> Result<ColumnarValue> {
    let [left, right] = arguments.args.as_slice() else {
        return internal_err!("{function} has two arguments");
    };
    let rows = rows_to_compute(&arguments.args, arguments.number_rows);
    let result = measure_columns::<M>(&TextColumn::of(left)?, &TextColumn::of(right)?, rows);
    as_the_arguments(&arguments.args, result)
}

/// Compares two columns row by row.
pub(super) fn measure_columns<M: Measure>(
    left: &TextColumn,
    right: &TextColumn,
    rows: usize,
) -> ArrayRef {
    if left.is_constant_null() || right.is_constant_null() {
        return new_null_array(&M::Output::DATA_TYPE, rows);
    }
    let mut results = PrimitiveBuilder::<M::Output>::with_capacity(rows);
    match (left.constant(), right.constant()) {
        (Some(constant), _) if rows > 1 => compare_all::<M>(constant, right, rows, &mut results),
        (_, Some(constant)) if rows > 1 => compare_all::<M>(constant, left, rows, &mut results),
        _ => {
            for row in 0..rows {
                results.append_option(match (left.value(row), right.value(row)) {
                    (Some(left), Some(right)) => Some(compare::<M>(left, right)),
                    _ => None,
                });
            }
        }
    }
    Arc::new(results.finish())
}

fn compare<M: Measure>(left: &str, right: &str) -> Native<M> {
    if left.is_ascii() && right.is_ascii() {
        M::of_bytes(left, right)
    } else {
        M::of_characters(left, right)
    }
}

fn compare_all<M: Measure>(
    constant: &str,
    column: &TextColumn,
    rows: usize,
    results: &mut PrimitiveBuilder<M::Output>,
) {
    let bytes = constant.is_ascii().then(|| M::bytes(constant));
    let characters = M::characters(constant);
    for row in 0..rows {
        results.append_option(column.value(row).map(|text| match &bytes {
            Some(bytes) if text.is_ascii() => M::with_bytes(bytes, text),
            _ => M::with_characters(&characters, text),
        }));
    }
}

/// Implements [`Measure`] by a module of the crate `rapidfuzz`, a method that compares, and a conversion of its result.
macro_rules! rapidfuzz_measure {
    ($name:ident, $module:ident :: $method:ident, $output:ty, $convert:expr) => {
        impl $crate::text::measure::Measure for $name {
            type Output = $output;
            type Bytes = rapidfuzz::distance::$module::BatchComparator<u8>;
            type Characters = rapidfuzz::distance::$module::BatchComparator<char>;

            fn of_bytes(
                left: &str,
                right: &str,
            ) -> <$output as arrow::array::ArrowPrimitiveType>::Native {
                $convert(rapidfuzz::distance::$module::$method(
                    left.bytes(),
                    right.bytes(),
                ))
            }

            fn of_characters(
                left: &str,
                right: &str,
            ) -> <$output as arrow::array::ArrowPrimitiveType>::Native {
                $convert(rapidfuzz::distance::$module::$method(
                    left.chars(),
                    right.chars(),
                ))
            }

            fn bytes(constant: &str) -> Self::Bytes {
                Self::Bytes::new(constant.bytes())
            }

            fn characters(constant: &str) -> Self::Characters {
                Self::Characters::new(constant.chars())
            }

            fn with_bytes(
                constant: &Self::Bytes,
                text: &str,
            ) -> <$output as arrow::array::ArrowPrimitiveType>::Native {
                $convert(constant.$method(text.bytes()))
            }

            fn with_characters(
                constant: &Self::Characters,
                text: &str,
            ) -> <$output as arrow::array::ArrowPrimitiveType>::Native {
                $convert(constant.$method(text.chars()))
            }
        }
    };
}

pub(super) use rapidfuzz_measure;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::damerau_levenshtein::Edits;
    use super::super::jaro_winkler_similarity::JaroWinkler;
    use super::super::text_similarity::Indel;
    use super::*;

    /// What a measure says in each of its ways, which have to agree to the last bit.
    fn all_ways<M: Measure>(left: &str, right: &str) -> Vec<Native<M>> {
        let mut answers = vec![
            M::of_characters(left, right),
            M::of_characters(right, left),
            M::with_characters(&M::characters(left), right),
            M::with_characters(&M::characters(right), left),
        ];
        if left.is_ascii() && right.is_ascii() {
            answers.push(M::of_bytes(left, right));
            answers.push(M::of_bytes(right, left));
            answers.push(M::with_bytes(&M::bytes(left), right));
            answers.push(M::with_bytes(&M::bytes(right), left));
        }
        answers
    }

    /// Texts that are short and alike, or longer than the 64 characters that one word of bits holds.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ab]{0,8}",
            "[abcé🐍]{0,8}",
            "[a-d]{0,150}",
            "[a-dé🐍]{60,70}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn every_way_gives_the_same(left in texts(), right in texts()) {
            for answers in [all_ways::<Indel>(&left, &right), all_ways::<JaroWinkler>(&left, &right)] {
                for answer in &answers {
                    prop_assert_eq!(answer.to_bits(), answers[0].to_bits(), "{:?}", &answers);
                    prop_assert!((0.0..=1.0).contains(answer));
                }
            }
            let answers = all_ways::<Edits>(&left, &right);
            for answer in &answers {
                prop_assert_eq!(*answer, answers[0]);
            }
        }
    }
}
