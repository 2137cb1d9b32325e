//! The small graph in a call's details: round trip over the last two minutes, in whole units of its own grid, so that no
//! number is ever written with a fraction.

use crate::call::quality::{MOST_READINGS, Reading};

/// The grid's width: the newest reading is at its right edge.
pub const WIDTH: usize = (MOST_READINGS - 1) * STEP;
/// The grid's height.
pub const HEIGHT: u32 = 40;
/// From one reading to the next.
const STEP: usize = 2;
/// The top of the scale is at least this many milliseconds, so that a quiet line looks quiet.
const LEAST_TOP: f64 = 200.0;

/// The line as an SVG path; a reading without a round trip leaves a gap.
pub fn round_trips(readings: &[Reading]) -> String {
    let top = readings.iter().filter_map(|reading| reading.round_trip).fold(LEAST_TOP, f64::max);
    let newest = readings.get(readings.len().saturating_sub(MOST_READINGS)..).unwrap_or(readings);
    let first = MOST_READINGS - newest.len();
    let mut path = String::new();
    let mut begins = true;
    for (at, reading) in newest.iter().enumerate() {
        let Some(value) = reading.round_trip else {
            begins = true;
            continue;
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the height")]
        let up = ((value.max(0.0) / top) * f64::from(HEIGHT)) as u32;
        let words: [&str; 4] = [
            if begins { "M" } else { "L" },
            &((first + at) * STEP).to_string(),
            " ",
            &(HEIGHT - up.min(HEIGHT)).to_string(),
        ];
        path.extend(words);
        begins = false;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(round_trip: Option<f64>) -> Reading {
        let (loss, jitter, down, up) = (0.0, None, 0.0, 0.0);
        Reading { round_trip, loss, jitter, down, up, frames_per_second: None, froze: false }
    }

    #[test]
    fn the_newest_reading_is_at_the_right_edge() {
        assert_eq!(round_trips(&[reading(Some(0.0)), reading(Some(100.0))]), "M116 40L118 20");
        let many: Vec<_> = (0..100).map(|_| reading(Some(1.0))).collect();
        assert!(round_trips(&many).starts_with("M0 40L2 40"));
    }

    #[test]
    fn a_missing_reading_is_a_gap_and_no_zero() {
        assert_eq!(round_trips(&[reading(Some(50.0)), reading(None), reading(Some(50.0))]), "M114 30M118 30");
    }

    #[test]
    fn a_long_round_trip_and_a_wrong_one_stay_on_the_grid() {
        assert_eq!(round_trips(&[reading(Some(5000.0)), reading(Some(-3.0))]), "M116 0L118 40");
        assert_eq!(round_trips(&[reading(Some(f64::NAN))]), "M118 40");
        assert_eq!(round_trips(&[]), "");
    }
}
