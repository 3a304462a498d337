//! BLAKE3 of many short messages at once.
//!
//! BLAKE3 is made for long inputs: the crate hashes the chunks of one input side by side, and short inputs one after the other. Ids are short,
//! so here the rows of a batch take the place of the chunks. That needs messages of whole blocks: each is padded, and what an id is the digest
//! of is the padded message, whichever way it was hashed.

use blake3::platform::Platform;
use blake3::{BLOCK_LEN, IncrementCounter, OUT_LEN};

/// The number of bytes of a digest: BLAKE3 cut to 128 bits.
pub(super) const DIGEST_LENGTH: usize = 16;

/// A digest of a message.
pub(super) type Digest = [u8; DIGEST_LENGTH];

/// The state in which BLAKE3 without a key begins, from its specification.
const INITIAL: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];
/// What the specification says of a first block, and of a last one of an input that is no longer than a chunk.
const FIRST_BLOCK: u8 = 1;
const LAST_BLOCK: u8 = 2 | 8;
/// As many messages as the widest vectors take at once.
const LANES: usize = 16;
/// Longer messages, which are rare, are hashed one after the other.
const MOST_BLOCKS: usize = 4;

/// Fills the message that begins at `start` up to whole blocks: the byte 0x80, then zeros. Two messages never become one, since the last byte
/// that is not zero says where a message ends.
pub(super) fn pad(messages: &mut Vec<u8>, start: usize) {
    messages.push(0x80);
    let length = (messages.len() - start).next_multiple_of(BLOCK_LEN);
    messages.resize(start + length, 0);
}

/// The digest of one padded message.
pub(super) fn digest(message: &[u8]) -> Digest {
    shortened(blake3::hash(message).as_bytes())
}

/// Padded messages, one after the other, and their digests.
#[derive(Debug, Default)]
pub(super) struct Messages {
    bytes: Vec<u8>,
    /// Where each message ends, and the next begins.
    ends: Vec<usize>,
    digests: Vec<Digest>,
}

impl Messages {
    /// Forgets all messages.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds a message: what `write` appends, padded.
    pub(super) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        pad(&mut self.bytes, start);
        self.ends.push(self.bytes.len());
    }

    /// The digests of all messages, in their order.
    pub(super) fn digests(&mut self) -> &[Digest] {
        self.digests.clear();
        self.digests.resize(self.ends.len(), Digest::default());
        let platform = Platform::detect();
        self.side_by_side::<{ BLOCK_LEN }>(platform);
        self.side_by_side::<{ 2 * BLOCK_LEN }>(platform);
        self.side_by_side::<{ 3 * BLOCK_LEN }>(platform);
        self.side_by_side::<{ MOST_BLOCKS * BLOCK_LEN }>(platform);
        let mut start = 0;
        for (end, place) in self.ends.iter().zip(&mut self.digests) {
            if end - start > MOST_BLOCKS * BLOCK_LEN {
                *place = digest(&self.bytes[start..*end]);
            }
            start = *end;
        }
        &self.digests
    }

    /// Hashes the messages of `LENGTH` bytes.
    fn side_by_side<const LENGTH: usize>(&mut self, platform: Platform) {
        let mut lanes = [&[0_u8; LENGTH]; LANES];
        let mut rows = [0; LANES];
        let mut filled = 0;
        let mut start = 0;
        for (row, &end) in self.ends.iter().enumerate() {
            let message = &self.bytes[start..end];
            start = end;
            let Ok(message) = message.try_into() else {
                continue;
            };
            lanes[filled] = message;
            rows[filled] = row;
            filled += 1;
            if filled == LANES {
                hash_lanes(platform, &lanes, &rows, &mut self.digests);
                filled = 0;
            }
        }
        hash_lanes(
            platform,
            &lanes[..filled],
            &rows[..filled],
            &mut self.digests,
        );
    }
}

fn hash_lanes<const LENGTH: usize>(
    platform: Platform,
    lanes: &[&[u8; LENGTH]],
    rows: &[usize],
    digests: &mut [Digest],
) {
    let mut hashes = [0; LANES * OUT_LEN];
    platform.hash_many(
        lanes,
        &INITIAL,
        0,
        IncrementCounter::No,
        0,
        FIRST_BLOCK,
        LAST_BLOCK,
        &mut hashes,
    );
    let (hashes, _) = hashes.as_chunks::<OUT_LEN>();
    for (hash, &row) in hashes.iter().zip(rows) {
        digests[row] = shortened(hash);
    }
}

fn shortened(hash: &[u8; OUT_LEN]) -> Digest {
    let mut digest = Digest::default();
    digest.copy_from_slice(&hash[..DIGEST_LENGTH]);
    digest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK_LEN, MOST_BLOCKS, Messages, digest, pad};

    fn padded(message: &[u8]) -> Vec<u8> {
        let mut padded = message.to_vec();
        pad(&mut padded, 0);
        padded
    }

    proptest! {
        #[test]
        fn side_by_side_or_alone_a_message_has_one_digest(
            lengths in prop::collection::vec(0..(MOST_BLOCKS + 2) * BLOCK_LEN, 0..200),
        ) {
            let written: Vec<Vec<u8>> = lengths
                .iter()
                .enumerate()
                .map(|(row, length)| (0..*length).map(|place| (row * 31 + place).to_le_bytes()[0]).collect())
                .collect();
            let mut messages = Messages::default();
            // What an earlier batch left behind does not count.
            messages.push(|bytes| bytes.push(7));
            messages.digests();
            messages.clear();
            for message in &written {
                messages.push(|bytes| bytes.extend_from_slice(message));
            }
            let expected: Vec<_> = written.iter().map(|message| digest(&padded(message))).collect();
            prop_assert_eq!(messages.digests(), &expected);
        }

        #[test]
        fn padding_can_be_taken_off(message in prop::collection::vec(any::<u8>(), 0..200)) {
            let padded = padded(&message);
            prop_assert_eq!(padded.len() % BLOCK_LEN, 0);
            let end = padded.iter().rposition(|byte| *byte != 0).unwrap();
            prop_assert_eq!((padded[end], &padded[..end]), (0x80, message.as_slice()));
        }
    }

    #[test]
    fn blocks_are_filled_at_each_length_around_their_ends() {
        for length in 0..=MOST_BLOCKS * BLOCK_LEN + 1 {
            assert_eq!(
                padded(&vec![1; length]).len(),
                (length / BLOCK_LEN + 1) * BLOCK_LEN,
                "{length}"
            );
        }
    }
}
