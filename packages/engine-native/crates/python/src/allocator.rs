//! Tunes the allocator that `datafusion-python` sets for the process.

use std::ffi::{c_int, c_long};

/// `mi_option_purge_delay` of mimalloc 2 and 3 (`mimalloc.h`).
const PURGE_DELAY: c_int = 15;
const PURGE_DELAY_MILLISECONDS: c_long = 1_000;

/// Keeps freed memory for a second before it goes back to the system.
///
/// A query frees and allocates batches all the time. With mimalloc's default of 10 ms the pages are given back and faulted in again: a build
/// of the standard library spent a quarter of its processor time in the kernel for that.
#[expect(
    unsafe_code,
    reason = "the allocator's option is only reachable through its C interface"
)]
pub(crate) fn tune() {
    unsafe extern "C" {
        fn mi_option_set(option: c_int, value: c_long);
    }
    // SAFETY: the declaration is that of `mimalloc.h`, the allocator is linked into this library, and the call only stores an integer.
    unsafe { mi_option_set(PURGE_DELAY, PURGE_DELAY_MILLISECONDS) }
}
