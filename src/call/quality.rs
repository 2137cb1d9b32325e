//! How good a connection is, from readings of `getStats` two seconds apart (`calls-1to1.md` 3.9).

use crate::call::peer::Sample;

/// The most readings kept: two minutes.
pub const MOST_READINGS: usize = 60;

/// In three steps: good below 150 ms and 1 % loss, fair below 300 ms and 5 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// Nothing to notice.
    Good,
    /// A careful ear notices.
    Fair,
    /// Everybody notices.
    Poor,
}

/// What happened between two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Round trip in milliseconds.
    pub round_trip: Option<f64>,
    /// Share of packets lost since the reading before, 0 to 1.
    pub loss: f64,
    /// Jitter in milliseconds.
    pub jitter: Option<f64>,
    /// Received, in kilobit per second.
    pub down: f64,
    /// Sent, in kilobit per second.
    pub up: f64,
    /// Frames per second of their video.
    pub frames_per_second: Option<f64>,
    /// Their video froze since the reading before.
    pub froze: bool,
}

impl Reading {
    /// The reading between two samples taken `seconds` apart.
    pub fn between(before: &Sample, after: &Sample, seconds: f64) -> Self {
        let more = |before: u64, after: u64| {
            #[expect(clippy::cast_precision_loss, reason = "counts of one call")]
            let difference = after.saturating_sub(before) as f64;
            difference
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of one call")]
        let lost = after.lost.saturating_sub(before.lost).max(0) as f64;
        let received = more(before.received, after.received);
        let rate = |bytes: f64| if seconds > 0.0 { bytes * 8.0 / 1000.0 / seconds } else { 0.0 };
        Self {
            round_trip: after.round_trip,
            loss: if lost + received > 0.0 { lost / (lost + received) } else { 0.0 },
            jitter: after.jitter,
            down: rate(more(before.bytes_received, after.bytes_received)),
            up: rate(more(before.bytes_sent, after.bytes_sent)),
            frames_per_second: after.frames_per_second,
            froze: after.freezes > before.freezes,
        }
    }

    /// The reading's quality.
    pub fn quality(&self) -> Quality {
        let round_trip = self.round_trip.unwrap_or(0.0);
        if round_trip < 150.0 && self.loss < 0.01 && !self.froze {
            Quality::Good
        } else if round_trip < 300.0 && self.loss < 0.05 {
            Quality::Fair
        } else {
            Quality::Poor
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(received: u64, lost: i64, round_trip: f64) -> Sample {
        Sample { received, lost, round_trip: Some(round_trip), bytes_received: received * 1000, ..Sample::default() }
    }

    #[test]
    fn loss_counts_between_readings_and_not_since_the_beginning() {
        let reading = Reading::between(&sample(100, 50, 20.0), &sample(200, 50, 20.0), 2.0);
        assert_eq!((reading.loss, reading.quality()), (0.0, Quality::Good));
        let reading = Reading::between(&sample(100, 0, 20.0), &sample(197, 3, 20.0), 2.0);
        assert_eq!(reading.quality(), Quality::Fair);
        let reading = Reading::between(&sample(100, 0, 20.0), &sample(190, 10, 20.0), 2.0);
        assert_eq!(reading.quality(), Quality::Poor);
    }

    #[test]
    fn a_late_packet_takes_a_loss_back_and_is_no_negative_loss() {
        assert_eq!(Reading::between(&sample(100, 5, 1.0), &sample(200, 4, 1.0), 2.0).loss, 0.0);
    }

    #[test]
    fn a_long_way_is_heard() {
        for (round_trip, quality) in [(149.0, Quality::Good), (150.0, Quality::Fair), (300.0, Quality::Poor)] {
            assert_eq!(Reading::between(&sample(0, 0, 0.0), &sample(9, 0, round_trip), 2.0).quality(), quality);
        }
    }

    #[test]
    fn rates_are_kilobits_a_second() {
        assert_eq!(Reading::between(&sample(0, 0, 0.0), &sample(100, 0, 0.0), 2.0).down, 400.0);
    }
}
