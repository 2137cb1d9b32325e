//! Chance in the simulated world: delays and faults, the same for the same seed.

/// What may go wrong, each one in so many times; 0 is never.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    /// A request is lost before the homeserver has it.
    pub(crate) lost: u64,
    /// The answer to a request is lost after the homeserver has it.
    pub(crate) unanswered: u64,
    /// The homeserver wants a pause.
    pub(crate) limited: u64,
    /// The homeserver has an accident.
    pub(crate) broken: u64,
    /// A sync leaves events out.
    pub(crate) gap: u64,
    /// What a gap left out is fetched only at the third try.
    pub(crate) fetch: u64,
    /// A sync brings events that came before.
    pub(crate) again: u64,
    /// The key of an event comes later.
    pub(crate) late_key: u64,
    /// A device can't be opened.
    pub(crate) devices: u64,
    /// TURN is answered late, or not at all.
    pub(crate) turn: u64,
}

/// Chance.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    state: u64,
    /// Every delay is its least, nothing fails.
    still: bool,
    /// Everything is so many times as fast.
    pub(crate) haste: u64,
    pub(crate) faults: Faults,
}

impl Dice {
    /// No chance at all.
    pub(crate) fn still() -> Self {
        Self { state: 1, still: true, haste: 1, faults: Faults::default() }
    }

    pub(crate) fn new(seed: u64, faults: Faults) -> Self {
        Self { state: seed ^ 0x9e37_79b9_7f4a_7c15, still: false, haste: 1, faults }
    }

    /// `SplitMix64`.
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes());
        }
        bytes
    }

    /// Mostly short, now and then long.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        let most = least.max(most / self.haste);
        if self.still || most <= least {
            return least;
        }
        let most = if self.next().is_multiple_of(8) { most } else { least + (most - least) / 8 };
        least + self.next() % (most - least + 1)
    }

    /// One in so many times.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        times != 0 && self.next().is_multiple_of(times)
    }
}
