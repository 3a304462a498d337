//! Works on the batches of a stream in their order, several at a time.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use futures::{Stream, StreamExt, TryStreamExt, stream};

/// Larger batches are worked on in pieces, so that one huge batch keeps all cores busy and what is made of a piece stays in their caches.
const PIECE: usize = 32 * 1024;

/// What `work` makes of each piece, in the order of the rows. Tasks of their own work on as many pieces as are allowed at a time.
pub(crate) fn of_pieces<Made: Send + 'static>(
    rows: SendableRecordBatchStream,
    at_once: usize,
    work: impl Fn(RecordBatch) -> Result<Made> + Send + Sync + 'static,
) -> impl Stream<Item = Result<Made>> + Send {
    let work = Arc::new(work);
    rows.map_ok(|batch| stream::iter(pieces(batch).map(Ok::<_, DataFusionError>)))
        .try_flatten()
        .map(move |piece: Result<RecordBatch>| {
            let work = Arc::clone(&work);
            async move {
                let piece = piece?;
                if at_once < 2 {
                    return work(piece);
                }
                SpawnedTask::spawn(async move { work(piece) })
                    .join_unwind()
                    .await
                    .map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))?
            }
        })
        .buffered(at_once.max(1))
}

fn pieces(batch: RecordBatch) -> impl Iterator<Item = RecordBatch> + Send {
    let rows = batch.num_rows();
    (0..rows)
        .step_by(PIECE)
        .map(move |start| batch.slice(start, PIECE.min(rows - start)))
}
