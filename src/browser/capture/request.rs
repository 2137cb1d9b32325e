//! Asking the browser for devices and for the screen.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack};

use crate::browser::js;
use crate::browser::queue::Queue;
use crate::call::capture_attempts::{Attempt, Attempts, Brought, Kinds, Still};
use crate::call::media::{MediaError, Wanted};

thread_local! {
    /// One request at a time on the page: two that overlap make some browsers fail one of them.
    pub(super) static REQUESTS: Queue = Queue::default();
}

/// What came of a request.
pub(super) struct Opened {
    pub(super) tracks: Vec<MediaStreamTrack>,
    pub(super) camera_failed: Option<MediaError>,
}

/// `navigator.mediaDevices`, which a page outside a secure context lacks.
pub(super) fn media_devices() -> Result<JsValue, MediaError> {
    let devices = js::get(&js::navigator(), "mediaDevices");
    if devices.is_undefined() {
        let secure = js::get(&js_sys::global(), "isSecureContext").is_truthy();
        return Err(if secure { MediaError::Unsupported } else { MediaError::Insecure });
    }
    Ok(devices)
}

/// Opens what can be had of what is wanted, as long as it is `still`. A kind that this machine has no device for shows in what the
/// browser answers; looking it up first would only take time. No tracks when nothing is wanted any more.
pub(super) async fn open(devices: &JsValue, wanted: &Wanted, still: impl Fn() -> Still) -> Result<Opened, MediaError> {
    let mut attempts = Attempts::of(wanted);
    while let Some(attempt) = attempts.next(still()) {
        match js::called(devices, "getUserMedia", &[&constraints(&attempt)]).await {
            Ok(stream) => {
                let tracks = tracks(stream);
                let has = |kind: &str| tracks.iter().any(|track| track.kind() == kind);
                let kinds = Kinds { audio: has("audio"), video: has("video") };
                match attempts.brought(&attempt, kinds, forbidden()) {
                    Brought::Kept { camera_failed } => return Ok(Opened { tracks, camera_failed }),
                    Brought::Stopped => tracks.iter().for_each(MediaStreamTrack::stop),
                }
            }
            Err(thrown) => attempts.failed(&attempt, named(&thrown), forbidden()),
        }
    }
    attempts.end().map_or_else(|| Ok(Opened { tracks: Vec::new(), camera_failed: None }), Err)
}

/// Asks for the screen. Must be called in the task of the person's gesture, which is used up by the time that a promise settles.
pub(super) fn ask_for_screen() -> Result<JsValue, MediaError> {
    let devices = media_devices()?;
    if !js::has(&devices, "getDisplayMedia") {
        return Err(MediaError::Unsupported);
    }
    let constraints = js::object(&[("video", &JsValue::TRUE), ("audio", &JsValue::TRUE)]);
    js::call(&devices, "getDisplayMedia", &[&constraints]).map_err(|error| screen_error(&error))
}

/// What the error means that came of asking for the screen.
pub(super) fn screen_error(error: &JsValue) -> MediaError {
    named(error).framed_if(forbids("display-capture"))
}

fn named(error: &JsValue) -> MediaError {
    MediaError::named(&js::text(error, "name").unwrap_or_default())
}

/// What the Permissions Policy forbids here.
fn forbidden() -> Kinds {
    Kinds { audio: forbids("microphone"), video: forbids("camera") }
}

/// Whether the Permissions Policy forbids this feature here. Browsers other than Chromium don't tell.
fn forbids(feature: &str) -> bool {
    let policy = js::get(&js::get(&js_sys::global(), "document"), "featurePolicy");
    js::call(&policy, "allowsFeature", &[&feature.into()]).is_ok_and(|may| may == false)
}

pub(super) fn tracks(stream: JsValue) -> Vec<MediaStreamTrack> {
    let stream = stream.dyn_into::<MediaStream>();
    stream.map(|stream| stream.get_tracks().into_iter().map(JsCast::unchecked_into).collect()).unwrap_or_default()
}

fn constraints(attempt: &Attempt) -> JsValue {
    let constraints = js::object(&[]);
    let demand = if attempt.exact { "exact" } else { "ideal" };
    let choose = |kind: &JsValue, id: &Option<String>| {
        if let Some(id) = id {
            js::set(kind, "deviceId", &js::object(&[(demand, &id.as_str().into())]));
        }
    };
    let ideal = |value: JsValue| js::object(&[("ideal", &value)]);
    if let Some(id) = &attempt.wanted.audio {
        let yes = ideal(JsValue::TRUE);
        let audio = js::object(&[("autoGainControl", &yes), ("echoCancellation", &yes), ("noiseSuppression", &yes)]);
        choose(&audio, id);
        js::set(&constraints, "audio", &audio);
    }
    if let Some(id) = &attempt.wanted.video {
        let video = js::object(&[
            ("width", &ideal(1280.into())),
            ("height", &ideal(720.into())),
            ("frameRate", &ideal(30.into())),
        ]);
        if id.is_none() {
            js::set(&video, "facingMode", &ideal("user".into()));
        }
        choose(&video, id);
        js::set(&constraints, "video", &video);
    }
    constraints
}
