//! Which keys may occur several times: those whose hash does.
//!
//! Most data are unique, and 8 bytes a row show it: hashes of equal keys are equal. They are kept in buckets by their highest bits, each of
//! which is searched in a cache. A bucket that is full is sorted earlier, and keeps each hash once, so that many equal keys need little.
//! Where memory does not hold all hashes, a pass over the keys takes a share of them.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, RecordBatch};
use arrow::buffer::NullBuffer;
use codeanatomy_errors::Result;
use datafusion::common::hash_utils::{QualityRandomState, create_hashes};
use datafusion::common::runtime::JoinSet;
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::TryStreamExt;

use crate::error::failed;
use crate::pieces::of_pieces;
use crate::seen::Seen;

const BUCKET_BITS: u32 = 8;
const BUCKETS: usize = 1 << BUCKET_BITS;
/// Any will do: hashes are compared within one run only.
const HASH: QualityRandomState = QualityRandomState::with_seed(0x636f_6465);

/// The hashes of the keys that are not NULL, and for each row of the batch whether its key is one of them.
pub(crate) fn hashes(keys: &RecordBatch) -> DataFusionResult<(Vec<u64>, Option<NullBuffer>)> {
    let mut hashes = vec![0; keys.num_rows()];
    create_hashes(keys.columns(), &HASH, &mut hashes)?;
    let known = keys.columns().iter().fold(None, |known, column| {
        NullBuffer::union(known.as_ref(), column.logical_nulls().as_ref())
    });
    Ok((hashes, known))
}

/// Which of all hashes a pass takes.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    pub(crate) pass: u64,
    pub(crate) passes: u64,
}

impl Share {
    /// The lowest bits decide, because the highest choose the bucket.
    const fn has(self, hash: u64) -> bool {
        hash % self.passes == self.pass
    }
}

/// The hashes of a share that several rows of the plan have, ascending; `None` if they do not fit into the session's memory.
///
/// All columns of the plan are the key. `rows` is how many rows the plan gives.
pub(crate) async fn repeated(
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    rows: u64,
    share: Share,
    parallel: usize,
) -> Result<Option<Vec<u64>>> {
    let reservation = MemoryConsumer::new("uniqueness").register(context.memory_pool());
    let Some(buckets) = Buckets::reserved(rows.div_ceil(share.passes), reservation) else {
        return Ok(None);
    };
    let buckets = Arc::new(buckets);
    let partitions = plan.output_partitioning().partition_count();
    let mut tasks = JoinSet::new();
    for partition in 0..partitions {
        let keys = plan
            .execute(partition, Arc::clone(&context))
            .map_err(failed)?;
        let buckets = Arc::clone(&buckets);
        tasks.spawn(async move {
            let made = of_pieces(keys, parallel.div_ceil(partitions), move |piece| {
                hashes(&piece).map(|(hashes, known)| scattered(&hashes, known.as_ref(), share))
            });
            let mut made = std::pin::pin!(made);
            while let Some(scattered) = made.try_next().await? {
                if !buckets.add(&scattered) {
                    return Ok(false);
                }
            }
            Ok(true)
        });
    }
    let mut all_fit = true;
    while let Some(joined) = tasks.join_next().await {
        all_fit &= joined
            .map_err(|error| DataFusionError::ExecutionJoin(Box::new(error)))
            .and_then(|fits| fits)
            .map_err(failed)?;
        if !all_fit {
            // What comes next needs their memory.
            tasks.shutdown().await;
            return Ok(None);
        }
    }
    buckets.repeated(parallel).await
}

/// The hashes of one batch by bucket.
struct Scattered {
    hashes: Vec<u64>,
    ends: Vec<usize>,
}

const fn bucket_of(hash: u64) -> usize {
    // A bucket's number has few bits.
    (hash >> (u64::BITS - BUCKET_BITS)) as usize
}

fn scattered(hashes: &[u64], known: Option<&NullBuffer>, share: Share) -> Scattered {
    let is_known =
        |row: usize| share.has(hashes[row]) && known.is_none_or(|known| known.is_valid(row));
    let mut places = vec![0; BUCKETS];
    for (row, hash) in hashes.iter().enumerate() {
        places[bucket_of(*hash)] += usize::from(is_known(row));
    }
    let mut total = 0;
    for place in &mut places {
        total += std::mem::replace(place, total);
    }
    let mut sorted = vec![0; total];
    for (row, hash) in hashes.iter().enumerate() {
        if is_known(row) {
            let place = &mut places[bucket_of(*hash)];
            sorted[*place] = *hash;
            *place += 1;
        }
    }
    Scattered {
        hashes: sorted,
        ends: places,
    }
}

#[derive(Default)]
struct Bucket {
    hashes: Vec<u64>,
    /// Hashes that occurred several times so far.
    repeated: Vec<u64>,
}

impl Bucket {
    /// Keeps each hash once, and notes those that occurred several times.
    fn settle(&mut self) {
        self.hashes.sort_unstable();
        for pair in self.hashes.windows(2) {
            if pair[0] == pair[1] && self.repeated.last() != Some(&pair[0]) {
                self.repeated.push(pair[0]);
            }
        }
        self.hashes.dedup();
        self.repeated.sort_unstable();
        self.repeated.dedup();
    }

    /// Notes the hashes that occurred several times, as the last thing, and gives the memory of all others back.
    fn finish(&mut self, seen: &mut Seen) {
        let hashes = std::mem::take(&mut self.hashes);
        if !Seen::has_place_for(hashes.len()) {
            self.hashes = hashes;
            self.settle();
            self.hashes = Vec::new();
            return;
        }
        seen.clear(hashes.len());
        self.repeated
            .extend(hashes.into_iter().filter(|hash| !seen.insert(*hash)));
        self.repeated.sort_unstable();
        self.repeated.dedup();
    }

    /// Makes room for more hashes; `false` if memory does not allow it.
    fn has_room(&mut self, more: usize, reservation: &MemoryReservation) -> bool {
        let capacity = self.hashes.capacity();
        if self.hashes.len() + more <= capacity {
            return true;
        }
        let repeated = self.repeated.capacity();
        self.settle();
        let grown = self.repeated.capacity() - repeated;
        // Sorting again for a few places would take long.
        let enough = capacity - capacity / 4;
        let wanted = if self.hashes.len() + more <= enough {
            0
        } else {
            capacity.max(more)
        };
        if reservation.try_grow(bytes(grown + wanted)).is_err() {
            return false;
        }
        if wanted > 0 {
            let free = capacity - self.hashes.len();
            self.hashes.reserve_exact(free + wanted);
        }
        true
    }
}

struct Buckets {
    buckets: Vec<Mutex<Bucket>>,
    reservation: MemoryReservation,
}

impl Buckets {
    /// Buckets for so many hashes; `None` if memory does not allow it.
    fn reserved(rows: u64, reservation: MemoryReservation) -> Option<Self> {
        let each = usize::try_from(rows).ok()? / BUCKETS;
        // Even hashes fill the buckets nearly, but not exactly, alike.
        let capacity = each + each / 32 + 64;
        reservation
            .try_grow(bytes(capacity.checked_mul(BUCKETS)?))
            .ok()?;
        let bucket = |_| {
            Mutex::new(Bucket {
                hashes: Vec::with_capacity(capacity),
                repeated: Vec::new(),
            })
        };
        Some(Self {
            buckets: (0..BUCKETS).map(bucket).collect(),
            reservation,
        })
    }

    /// Adds the hashes of a batch; `false` if memory does not allow it.
    fn add(&self, scattered: &Scattered) -> bool {
        let mut start = 0;
        for (bucket, &end) in self.buckets.iter().zip(&scattered.ends) {
            let hashes = &scattered.hashes[start..end];
            start = end;
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            if !bucket.has_room(hashes.len(), &self.reservation) {
                return false;
            }
            bucket.hashes.extend_from_slice(hashes);
        }
        true
    }

    /// All hashes that occurred several times, if memory allows it.
    async fn repeated(self: Arc<Self>, parallel: usize) -> Result<Option<Vec<u64>>> {
        let share = BUCKETS.div_ceil(parallel.clamp(1, BUCKETS));
        let mut tasks = JoinSet::new();
        for first in (0..BUCKETS).step_by(share) {
            let buckets = Arc::clone(&self);
            tasks.spawn(async move {
                let mut seen = Seen::skipping(BUCKET_BITS);
                for bucket in buckets.buckets.iter().skip(first).take(share) {
                    let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
                    bucket.finish(&mut seen);
                }
            });
        }
        while let Some(joined) = tasks.join_next().await {
            joined.map_err(|error| failed(DataFusionError::ExecutionJoin(Box::new(error))))?;
        }
        let mut repeated = Vec::new();
        for bucket in &self.buckets {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            repeated.append(&mut bucket.repeated);
        }
        Ok(Some(repeated))
    }
}

const fn bytes(hashes: usize) -> usize {
    hashes.saturating_mul(size_of::<u64>())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::execution::memory_pool::{
        GreedyMemoryPool, MemoryConsumer, MemoryPool, UnboundedMemoryPool,
    };

    use super::{BUCKETS, Buckets, Share, bytes, scattered};

    const ALL: Share = Share { pass: 0, passes: 1 };

    fn buckets(rows: u64, pool: &Arc<dyn MemoryPool>) -> Option<Arc<Buckets>> {
        let reservation = MemoryConsumer::new("test").register(pool);
        Buckets::reserved(rows, reservation).map(Arc::new)
    }

    /// Hashes that are all different: the multiplier is odd.
    fn different(rows: u64) -> Vec<u64> {
        (0..rows)
            .map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect()
    }

    #[tokio::test]
    async fn hashes_that_occur_several_times_are_found_wherever_they_come() {
        let unbounded: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
        let rows = 100_000;
        // Far too few places: buckets fill, settle and grow.
        for expected in [rows, 10] {
            let buckets = buckets(expected, &unbounded).unwrap();
            let all = different(rows);
            for part in all.chunks(1000) {
                assert!(buckets.add(&scattered(part, None, ALL)));
            }
            assert!(buckets.add(&scattered(&all[..3], None, ALL)));
            assert!(buckets.add(&scattered(&all[2..3], None, ALL)));
            let mut wanted = all[..3].to_vec();
            wanted.sort_unstable();
            assert_eq!(buckets.repeated(2).await.unwrap(), Some(wanted));
        }
    }

    #[tokio::test]
    async fn a_bucket_that_no_cache_holds_is_searched_as_well() {
        let unbounded: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
        let rows = 100_000;
        let buckets = buckets(rows * BUCKETS as u64, &unbounded).unwrap();
        let first_bucket: Vec<_> = different(rows).iter().map(|hash| hash >> 8).collect();
        assert!(buckets.add(&scattered(&first_bucket, None, ALL)));
        assert!(buckets.add(&scattered(&first_bucket[7..8], None, ALL)));
        let wanted = vec![first_bucket[7]];
        assert_eq!(buckets.repeated(2).await.unwrap(), Some(wanted));
    }

    #[tokio::test]
    async fn many_equal_keys_need_no_more_memory() {
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(bytes(BUCKETS * 200)));
        let buckets = buckets(1, &pool).unwrap();
        for _ in 0..1000 {
            assert!(buckets.add(&scattered(&different(64), None, ALL)));
        }
        assert_eq!(
            buckets.repeated(2).await.unwrap().map(|all| all.len()),
            Some(64)
        );
    }

    #[test]
    fn too_many_keys_for_the_memory_are_told() {
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(bytes(BUCKETS * 100)));
        assert!(buckets(1_000_000, &pool).is_none());
        let few = buckets(1, &pool).unwrap();
        assert!(!few.add(&scattered(&different(1_000_000), None, ALL)));
    }
}
