//! One byte string for each group, in one buffer that doesn't keep what was replaced.

use std::mem::size_of;

/// Below this many bytes there is nothing worth moving.
const SMALL: usize = 4096;

/// Byte strings by group; a group that has none has the empty one.
#[derive(Debug, Default)]
pub(super) struct Arena {
    bytes: Vec<u8>,
    places: Vec<Place>,
    /// How many of the bytes belong to no group.
    unused: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    start: usize,
    length: usize,
}

impl Arena {
    pub(super) fn resize(&mut self, groups: usize) {
        self.places.resize(groups, Place::default());
    }

    pub(super) fn get(&self, group: usize) -> &[u8] {
        let place = self.places[group];
        &self.bytes[place.start..place.start + place.length]
    }

    pub(super) fn set(&mut self, group: usize, item: &[u8]) {
        let place = &mut self.places[group];
        if item.len() <= place.length {
            self.unused += place.length - item.len();
            self.bytes[place.start..place.start + item.len()].copy_from_slice(item);
        } else {
            self.unused += place.length;
            place.start = self.bytes.len();
            self.bytes.extend_from_slice(item);
        }
        place.length = item.len();
        self.tidy();
    }

    /// Drops the first groups; the others move to their places.
    pub(super) fn drop_first(&mut self, groups: usize) {
        self.unused += self
            .places
            .drain(..groups)
            .map(|place| place.length)
            .sum::<usize>();
        if self.places.is_empty() {
            *self = Self::default();
        }
        self.tidy();
    }

    pub(super) fn size(&self) -> usize {
        self.bytes.capacity() + self.places.capacity() * size_of::<Place>()
    }

    /// Moves the byte strings together once half of the bytes are unused: what is moved was paid for by what was replaced.
    fn tidy(&mut self) {
        if self.unused <= SMALL || self.unused <= self.bytes.len() / 2 {
            return;
        }
        let mut bytes = Vec::with_capacity(self.bytes.len() - self.unused);
        for place in &mut self.places {
            let start = bytes.len();
            bytes.extend_from_slice(&self.bytes[place.start..place.start + place.length]);
            place.start = start;
        }
        self.bytes = bytes;
        self.unused = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_bytes_are_given_back() {
        let mut arena = Arena::default();
        arena.resize(3);
        for length in 0..2000 {
            arena.set(1, &vec![b'a'; length]);
            arena.set(2, b"fixed");
            assert!(arena.size() < 32_000, "{}", arena.size());
        }
        assert_eq!(arena.get(0), b"");
        assert_eq!(arena.get(1), vec![b'a'; 1999]);
        assert_eq!(arena.get(2), b"fixed");

        arena.set(1, b"short");
        arena.drop_first(1);
        assert_eq!([arena.get(0), arena.get(1)], [b"short", b"fixed"]);
        arena.drop_first(2);
        assert_eq!(arena.size(), 0);
    }
}
