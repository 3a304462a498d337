//! Tables of the session's registry snapshot.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::execution::session_state::SessionState;

use super::session_table::SessionRows;
use crate::portable::portable_snapshot;
use crate::snapshot::{Snapshot, snapshot_of};

/// Makes the rows of a snapshot.
#[derive(Debug)]
pub(super) struct SnapshotRows(pub(super) fn(&Snapshot, SchemaRef) -> Result<RecordBatch>);

impl SessionRows for SnapshotRows {
    fn rows(&self, session: &dyn Session, schema: SchemaRef) -> Result<RecordBatch> {
        let snapshot = match session.as_any().downcast_ref::<SessionState>() {
            Some(state) => snapshot_of(state),
            // A session of another library, to which the function came as a capsule.
            None => portable_snapshot(&session.task_ctx())?,
        };
        (self.0)(&snapshot, schema)
    }
}
