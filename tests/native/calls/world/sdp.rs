//! As much of SDP as the simulated connections need: sections, directions, streams, one ICE generation.

use meet_in_chat::call::media::Kind;

/// Which way a section goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Direction {
    pub(crate) sends: bool,
    pub(crate) receives: bool,
}

impl Direction {
    pub(crate) const BOTH: Self = Self { sends: true, receives: true };
    pub(crate) const SENDS: Self = Self { sends: true, receives: false };
    pub(crate) const RECEIVES: Self = Self { sends: false, receives: true };

    pub(crate) fn reversed(self) -> Self {
        Self { sends: self.receives, receives: self.sends }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self { sends: self.sends && other.sends, receives: self.receives && other.receives }
    }

    fn word(self) -> &'static str {
        match (self.sends, self.receives) {
            (true, true) => "sendrecv",
            (true, false) => "sendonly",
            (false, true) => "recvonly",
            (false, false) => "inactive",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::BOTH, Self::SENDS, Self::RECEIVES, Self { sends: false, receives: false }]
            .into_iter()
            .find(|direction| direction.word() == word)
    }
}

/// One media section.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Section {
    pub(crate) kind: Kind,
    pub(crate) direction: Direction,
    /// Its msid.
    pub(crate) stream: Option<String>,
}

/// A description.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sdp {
    /// Names the ICE generation.
    pub(crate) fragment: String,
    pub(crate) sections: Vec<Section>,
    pub(crate) candidates: Vec<String>,
}

impl Sdp {
    pub(crate) fn write(&self) -> String {
        let mut text = format!("v=0\r\na=ice-ufrag:{}\r\n", self.fragment);
        for section in &self.sections {
            let media = if section.kind == Kind::Audio { "audio" } else { "video" };
            text += &format!("m={media} 9 UDP/TLS/RTP/SAVPF 96\r\na={}\r\n", section.direction.word());
            if let Some(stream) = &section.stream {
                text += &format!("a=msid:{stream} {media}\r\n");
            }
        }
        for candidate in &self.candidates {
            text += &format!("a={candidate}\r\n");
        }
        text
    }

    /// `None` for what a browser would refuse.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut sdp = Self::default();
        if !text.starts_with("v=0\r\n") {
            return None;
        }
        for line in text.lines() {
            let (name, value) = line.split_once('=')?;
            let last = sdp.sections.last_mut();
            if name == "m" {
                let kind = if value.starts_with("video") { Kind::Video } else { Kind::Audio };
                sdp.sections.push(Section { kind, direction: Direction::BOTH, stream: None });
            } else if let Some(fragment) = value.strip_prefix("ice-ufrag:") {
                fragment.clone_into(&mut sdp.fragment);
            } else if value.starts_with("candidate:") {
                sdp.candidates.push(value.to_owned());
            } else if let (Some(section), Some(msid)) = (last, value.strip_prefix("msid:")) {
                section.stream = msid.split(' ').next().map(str::to_owned);
            } else if let (Some(section), Some(direction)) = (sdp.sections.last_mut(), Direction::read(value)) {
                section.direction = direction;
            }
        }
        Some(sdp)
    }
}
