//! The argument types that the functions of this group share. Dictionaries stay dictionaries, so that each distinct value is hashed once.

use datafusion::common::types::{logical_binary, logical_string};
use datafusion::logical_expr::{Coercion, EncodingPreservation, TypeSignatureClass};

/// Text of any layout: `Utf8`, `LargeUtf8`, `Utf8View` or a dictionary of one of them.
pub(crate) fn text_argument() -> Coercion {
    Coercion::new_exact(TypeSignatureClass::Native(logical_string()))
        .with_encoding_preservation(EncodingPreservation::dictionary())
}

/// Bytes of any layout: `Binary`, `LargeBinary`, `BinaryView` or a dictionary of one of them.
pub(crate) fn binary_argument() -> Coercion {
    Coercion::new_exact(TypeSignatureClass::Native(logical_binary()))
        .with_encoding_preservation(EncodingPreservation::dictionary())
}
