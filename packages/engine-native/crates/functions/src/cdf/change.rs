//! The change types and their ranks, and the signature that the functions of this group share.

use datafusion::logical_expr::{Signature, Volatility};

use crate::hash::argument::text_argument;

/// The rank of a change type that is none.
const UNKNOWN: i32 = -1;
const UPDATE_PREIMAGE: i32 = 0;
const DELETE: i32 = 1;
const INSERT: i32 = 2;
const UPDATE_POSTIMAGE: i32 = 3;

/// Which of the changes of a row in one commit counts: the one of the highest rank.
pub(super) fn rank(change_type: &[u8]) -> i32 {
    match change_type {
        b"update_postimage" => UPDATE_POSTIMAGE,
        b"insert" => INSERT,
        b"delete" => DELETE,
        b"update_preimage" => UPDATE_PREIMAGE,
        _ => UNKNOWN,
    }
}

/// Whether the row exists after the change.
pub(super) fn is_upsert(change_type: &[u8]) -> bool {
    matches!(rank(change_type), INSERT | UPDATE_POSTIMAGE)
}

/// Whether the row is gone after the change.
pub(super) fn is_delete(change_type: &[u8]) -> bool {
    rank(change_type) == DELETE
}

/// One argument, the change type.
pub(super) fn signature() -> Signature {
    let mut signature = Signature::coercible(vec![text_argument()], Volatility::Immutable);
    signature.parameter_names = Some(vec!["change_type".to_owned()]);
    signature
}
