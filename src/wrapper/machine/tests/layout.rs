//! How Meet is laid out, by the client's wish or because the room is a video room.

use super::*;

/// The commands that went to Meet, with their arguments.
fn commands(actions: &[Action]) -> Vec<(&str, &Value)> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::PostToFrame { message, .. } => message.pointer("/params/data"),
            _ => None,
        })
        .filter_map(|data| Some((data.get("name")?.as_str()?, data.get("data")?)))
        .collect()
}

#[test]
fn a_video_room_has_tiles_and_few_buttons() {
    for (screens, buttons) in [("true", true), ("1", false)] {
        let address = [ADDRESS, "&isVideoChannel=true&supportsScreensharing=", screens].concat();
        let mut visit = Visit::opened(&address, true).0;
        let actions = visit.client_asks("io.element.join", json!({}));
        let url = opened_frame(&actions).expect("a frame");
        assert!(url.contains("config.toolbarButtons=%5B%22microphone%22"), "{url}");
        assert!(url.contains("config.disableSelfViewSettings=true") && url.contains("config.conferenceInfo="), "{url}");
        assert_eq!(url.contains("%22desktop%22"), buttons, "{url}");
        visit.meet_speaks();
        assert!(commands(&visit.meet_lets_in()).contains(&("set-tile-view", &json!([true]))));
    }
}

#[test]
fn any_other_room_is_laid_out_by_meet() {
    let mut visit = Visit::in_client();
    let actions = visit.presses(Press::Join);
    assert!(opened_frame(&actions).is_some_and(|url| !url.contains("toolbarButtons")));
    visit.meet_speaks();
    assert!(!commands(&visit.meet_lets_in()).iter().any(|(name, _)| *name == "set-tile-view"));
}

#[test]
fn a_layout_that_the_client_wants_holds_for_the_next_meeting_too() {
    let mut visit = Visit::in_client();
    visit.client_asks("io.element.tile_layout", json!({}));
    visit.presses(Press::Join);
    visit.meet_speaks();
    assert!(commands(&visit.meet_lets_in()).contains(&("set-tile-view", &json!([true]))));
    let actions = visit.client_asks("io.element.spotlight_layout", json!({}));
    assert_eq!(commands(&actions), [("set-tile-view", &json!([false]))]);
}

#[test]
fn a_stream_starts_in_the_meeting() {
    let mut visit = Visit::in_client();
    visit.presses(Press::Join);
    visit.meet_speaks();
    visit.meet_lets_in();
    let actions = visit.client_asks("im.vector.start_live_stream", json!({"rtmpStreamKey": "rtmp://audio.test/1"}));
    assert!(commands(&actions).iter().any(|(name, _)| *name == "start-recording"), "{actions:?}");
}
