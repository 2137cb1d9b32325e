//! The little that is read out of an SDP (RFC 8866, RFC 8829): which media it has, and which way each goes.

/// A media section.
struct Section<'a> {
    media: &'a str,
    /// Its author takes what comes by it.
    receives: bool,
    /// Its port is 0. One that only borrows another's port (`a=bundle-only`, RFC 9143) is in use all the same.
    refused: bool,
}

/// Whether an SDP offers video (`calls-1to1.md` 1.6).
pub(super) fn has_video(sdp: &str) -> bool {
    sections(sdp).iter().any(|section| section.media == "video" && !section.refused)
}

/// Whether it has a place for a voice.
pub(super) fn has_voice(sdp: &str) -> bool {
    sections(sdp).iter().any(|section| section.media == "audio")
}

/// Whether its author sends to the other side and takes nothing from it: each section in use is `sendonly` or `inactive`. That is how
/// a call is put on hold (`calls-1to1.md` 1.9).
pub(super) fn holds(sdp: &str) -> bool {
    let sections = sections(sdp);
    let mut used = sections.iter().filter(|section| !section.refused).peekable();
    used.peek().is_some() && used.all(|section| !section.receives)
}

fn sections(sdp: &str) -> Vec<Section<'_>> {
    let mut found: Vec<Section<'_>> = Vec::new();
    // What holds for a section that says nothing of its own.
    let mut session = true;
    for line in sdp.lines() {
        if let Some(rest) = line.strip_prefix("m=") {
            let mut words = rest.split(' ');
            let media = words.next().unwrap_or_default();
            found.push(Section { media, receives: session, refused: words.next() == Some("0") });
            continue;
        }
        let receives = match line {
            "a=sendrecv" | "a=recvonly" => true,
            "a=sendonly" | "a=inactive" => false,
            "a=bundle-only" => {
                if let Some(section) = found.last_mut() {
                    section.refused = false;
                }
                continue;
            }
            _ => continue,
        };
        match found.last_mut() {
            Some(section) => section.receives = receives,
            None => session = receives,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_section_that_is_refused_is_no_video() {
        assert!(has_video("v=0\r\nm=audio 9 X 1\r\nm=video 9 X 1\r\n"));
        assert!(!has_video("v=0\r\nm=audio 9 X 1\r\nm=video 0 X 1\r\n"));
        // As Firefox writes a bundled offer.
        assert!(has_video("v=0\r\nm=audio 9 X 1\r\nm=video 0 X 1\r\na=bundle-only\r\n"));
    }

    #[test]
    fn who_takes_nothing_from_the_other_side_holds_the_call() {
        let both = |audio: &str, video: &str| {
            holds(&format!("v=0\r\nm=audio 9 X 1\r\na={audio}\r\nm=video 9 X 1\r\na={video}\r\n"))
        };
        assert!(both("sendonly", "sendonly") && both("inactive", "sendonly"));
        assert!(!both("sendrecv", "sendonly") && !both("recvonly", "recvonly"));
    }

    #[test]
    fn no_direction_means_both_ways_or_what_the_session_says() {
        assert!(!holds("v=0\r\nm=audio 9 X 1\r\n"));
        assert!(holds("v=0\r\na=sendonly\r\nm=audio 9 X 1\r\n"));
        assert!(!holds("v=0\r\na=sendonly\r\nm=audio 9 X 1\r\na=sendrecv\r\n"));
    }

    #[test]
    fn nonsense_holds_nothing() {
        for sdp in ["", "m=", "m=\nm=\na=sendrecv", "a=sendonly"] {
            assert!(!holds(sdp) && !has_video(sdp), "{sdp}");
        }
    }
}
