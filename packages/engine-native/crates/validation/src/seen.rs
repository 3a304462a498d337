//! A set of hashes that fits into a cache, which tells faster than sorting which of them come again.

/// The most places of a set: 1 MiB of them.
const MOST_PLACES: usize = 1 << 17;

/// The hashes that were seen so far, each in the first free place from the one that its bits choose.
pub(crate) struct Seen {
    /// 0 is a free place.
    places: Vec<u64>,
    zero: bool,
    /// How many of the highest bits are the same in all hashes.
    skipped: u32,
    /// By how much the bits after those are shifted to be a place.
    shift: u32,
}

impl Seen {
    /// An empty set of hashes whose so many highest bits are the same.
    pub(crate) const fn skipping(skipped: u32) -> Self {
        Self {
            places: Vec::new(),
            zero: false,
            skipped,
            shift: 0,
        }
    }

    /// Whether so many hashes fit into a set.
    pub(crate) const fn has_place_for(hashes: usize) -> bool {
        hashes <= MOST_PLACES / 2
    }

    /// Forgets all hashes, and makes room for at most so many, which [`has_place_for`](Self::has_place_for) has to allow.
    pub(crate) fn clear(&mut self, hashes: usize) {
        // At most every second place is taken, so that one that is free is near.
        let places = (hashes * 2).next_power_of_two().max(2);
        self.shift = u64::BITS - places.trailing_zeros();
        self.zero = false;
        self.places.clear();
        self.places.resize(places, 0);
    }

    /// Adds a hash; `false` if it was there.
    pub(crate) fn insert(&mut self, hash: u64) -> bool {
        if hash == 0 {
            return !std::mem::replace(&mut self.zero, true);
        }
        let last = self.places.len() - 1;
        // The shift leaves as many bits as there are places for.
        let mut place = usize::try_from(hash << self.skipped >> self.shift).unwrap_or_default();
        loop {
            let there = &mut self.places[place & last];
            if *there == hash {
                return false;
            }
            if *there == 0 {
                *there = hash;
                return true;
            }
            place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{MOST_PLACES, Seen};

    #[test]
    fn a_hash_is_new_once() {
        let mut seen = Seen::skipping(8);
        // Some share all the bits that choose their place, and one of them is 0.
        let alike = [0, 1, 2, 3, u64::MAX, u64::MAX >> 8, 1 << 55, 0, 2, u64::MAX];
        let spread = (0..50_000_u64).map(|row| (row % 30_000).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for hashes in [alike.to_vec(), spread.collect(), vec![0], Vec::new()] {
            assert!(Seen::has_place_for(hashes.len()));
            seen.clear(hashes.len());
            let mut wanted = HashSet::new();
            for hash in hashes {
                assert_eq!(seen.insert(hash), wanted.insert(hash), "{hash}");
            }
        }
    }

    #[test]
    fn half_of_the_places_may_be_taken() {
        let mut seen = Seen::skipping(0);
        assert!(Seen::has_place_for(MOST_PLACES / 2));
        assert!(!Seen::has_place_for(MOST_PLACES / 2 + 1));
        seen.clear(MOST_PLACES / 2);
        assert!((0..MOST_PLACES as u64 / 2).all(|hash| seen.insert(hash)));
        assert!((0..MOST_PLACES as u64 / 2).all(|hash| !seen.insert(hash)));
    }
}
