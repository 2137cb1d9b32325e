//! Rows of figures: the middle one of several, with the extremes.

/// The times of one thing that was measured several times, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// The middle one.
    pub(crate) median: f64,
    least: f64,
    most: f64,
}

impl Figures {
    /// Of at least one time.
    pub(crate) fn of(times: impl IntoIterator<Item = f64>) -> anyhow::Result<Self> {
        let mut times: Vec<f64> = times.into_iter().collect();
        times.sort_by(f64::total_cmp);
        match (times.first(), times.get(times.len() / 2), times.last()) {
            (Some(&least), Some(&median), Some(&most)) => Ok(Self { median, least, most }),
            _ => anyhow::bail!("nothing was measured"),
        }
    }

    /// Prints a row of the table.
    pub(crate) fn print(&self, what: &str) {
        println!("{what:<WIDTH$} {:>7.0} {:>7.0} {:>7.0}", self.median, self.least, self.most);
    }
}

/// The width of the first column.
const WIDTH: usize = 58;

/// Prints the head of a table.
pub(crate) fn head(what: &str) {
    println!("\n{what:<WIDTH$} {:>7} {:>7} {:>7}", "median", "least", "most");
}

/// Prints how many times as long one thing takes as another.
pub(crate) fn ratio(what: &str, one: Figures, other: Figures) {
    println!("{what:<WIDTH$} {:>6.1}x", one.median / other.median);
}

/// How busy the machine was in the last minute, this program included: a figure from a busy machine says little.
pub(crate) fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    load.as_deref().and_then(|load| load.split(' ').next()).unwrap_or("unknown").to_owned()
}
