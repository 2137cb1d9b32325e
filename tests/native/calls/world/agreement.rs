//! What must hold once everything has come to rest: no call is half-way, and both sides say the same of a call that goes on.

use meet_in_chat::call::view::{CallView, Camera, Phase, Screen};

use super::{ANN, BEN, World};

impl World {
    /// Ann and Ben are in a call, and of one mind about it.
    #[track_caller]
    pub(crate) fn assert_agreed(&self) {
        assert_eq!((self.phase(ANN), self.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
        assert_eq!(self.disagreements(), Vec::<String>::new());
    }

    /// Everything that does not fit; nothing may be on its way any more.
    pub(crate) fn disagreements(&self) -> Vec<String> {
        let mut found = Vec::new();
        for page in 0..self.pages.len() {
            let view = self.pages[page].board.view();
            for call in &view.calls {
                if call.phase != Phase::Connected {
                    found.push(format!("page {page} is still {:?}", call.phase));
                    continue;
                }
                let other = call.connection.and_then(|id| self.other_end(page, id));
                let theirs = other.and_then(|(page, id)| {
                    let calls = self.pages[page].board.view().calls;
                    Some((page, calls.into_iter().find(|call| call.connection == Some(id))?))
                });
                match theirs {
                    Some((other, theirs)) => self.compare(page, call, other, &theirs, &mut found),
                    None => found.push(format!("page {page} is in a call with nobody")),
                }
            }
            for room in &self.server.rooms {
                if view.calls.iter().filter(|call| call.room.as_str() == room.id).count() > 1 {
                    found.push(format!("page {page} has two calls in {}", room.id));
                }
            }
            if view.calls.iter().filter(|call| !call.on_hold).count() > 1 {
                found.push(format!("page {page} speaks in two calls"));
            }
            self.look_for_leaks(page, &mut found);
        }
        found
    }

    fn compare(&self, page: usize, mine: &CallView, other: usize, theirs: &CallView, found: &mut Vec<String>) {
        let mut demand = |good: bool, what: &str| {
            if !good {
                found.push(format!("{what}: page {page} {}, page {other} {}", short(mine), short(theirs)));
            }
        };
        demand(mine.incoming != theirs.incoming, "directions");
        demand(mine.on_hold == theirs.held_by_peer, "hold");
        demand((mine.muted || mine.on_hold) == theirs.peer_muted, "mute");
        if !theirs.on_hold {
            demand((mine.camera == Camera::On) == theirs.peer_camera.is_some(), "camera");
            demand((mine.screen == Screen::On) == theirs.peer_screen.is_some(), "screen");
            demand(!theirs.peer_audio.is_empty(), "voice");
        }
    }

    /// What is open and should not be, or the other way round.
    fn look_for_leaks(&self, page: usize, found: &mut Vec<String>) {
        let view = self.pages[page].board.view();
        for (id, capture) in &self.pages[page].captures {
            let call = view.calls.iter().find(|call| call.capture == Some(*id));
            let previewed = view.preview.as_ref().is_some_and(|preview| preview.capture == *id);
            match call {
                Some(call) => {
                    if capture.video.is_some() != (call.camera == Camera::On) {
                        found.push(format!("page {page}: the camera is {:?}, and {capture:?}", call.camera));
                    }
                    if capture.screen.is_some() != (call.screen == Screen::On) {
                        found.push(format!("page {page}: the screen is {:?}, and {capture:?}", call.screen));
                    }
                    if capture.audio.is_some_and(|on| on == (call.muted || call.on_hold)) {
                        found
                            .push(format!("page {page}: muted {}, held {}, and {capture:?}", call.muted, call.on_hold));
                    }
                }
                None if capture.is_open() && !previewed => found.push(format!("page {page} leaks {capture:?}")),
                None => {}
            }
        }
        for (id, connection) in &self.pages[page].connections {
            if !connection.closed && !view.calls.iter().any(|call| call.connection == Some(*id)) {
                found.push(format!("page {page} leaks {id:?}"));
            }
        }
        if view.calls.is_empty() && self.pages[page].looping.is_some() {
            found.push(format!("page {page} still sounds"));
        }
        if view.calls.is_empty() && !(self.pages[page].kept.is_empty() && self.pages[page].last_words.is_empty()) {
            found.push(format!("page {page} keeps a call that is over"));
        }
    }
}

/// What the two sides have to agree on.
fn short(call: &CallView) -> String {
    let CallView { muted, camera, screen, peer_muted, peer_camera, peer_screen, on_hold, held_by_peer, .. } = call;
    format!(
        "muted {muted} {peer_muted} camera {camera:?} {peer_camera:?} screen {screen:?} {peer_screen:?} hold {on_hold} {held_by_peer}"
    )
}
