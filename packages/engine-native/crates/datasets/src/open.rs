//! What opening a dataset gives.

use std::sync::Arc;

use datafusion::catalog::TableProvider;

use crate::report::SchemaOrigin;

/// An opened dataset, before its own condition and columns are put over it.
pub(crate) struct Opened {
    pub(crate) provider: Arc<dyn TableProvider>,
    /// Where the columns come from.
    pub(crate) schema_origin: SchemaOrigin,
}
