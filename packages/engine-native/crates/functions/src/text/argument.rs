//! The argument types that functions on text and on positions in text share.

use datafusion::common::types::{logical_boolean, logical_string};
use datafusion::logical_expr::{Coercion, EncodingPreservation, TypeSignatureClass};

/// Text of any layout: `Utf8`, `LargeUtf8`, `Utf8View` or a dictionary of one of them, which stays a dictionary.
pub(crate) fn text_argument() -> Coercion {
    Coercion::new_exact(TypeSignatureClass::Native(logical_string()))
        .with_encoding_preservation(EncodingPreservation::dictionary())
}

/// True or false.
pub(crate) fn boolean_argument() -> Coercion {
    Coercion::new_exact(TypeSignatureClass::Native(logical_boolean()))
}

/// An integer of any width, signed or not.
pub(crate) fn integer_argument() -> Coercion {
    Coercion::new_exact(TypeSignatureClass::Integer)
}
