//! Plays scores (`call::tones`) note by note: a sine and, quietly, its octave. Notes are scheduled seconds ahead by the audio clock,
//! because a page that nobody sees has its timers slowed down to one a second.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AudioContext, AudioNode, GainNode};

use crate::browser::crash::{self, Entry};
use crate::browser::js;
use crate::call::tones::{Loop, Note, Score, Sound};

/// How far ahead notes are scheduled, in seconds.
const AHEAD: f64 = 4.0;
/// Between now and the first note, in seconds: what is scheduled for this very moment would click.
const SOON: f64 = 0.05;
/// How long a note takes to be there, and to be gone, in seconds.
const ATTACK: f64 = 0.012;
const RELEASE: f64 = 0.07;
/// How loud the octave is beside its sine.
const OCTAVE: f64 = 0.18;

/// The page's sounds. Dropping it ends them.
pub struct Sounds(Rc<Player>);

#[derive(Default)]
struct Player {
    /// Made with the first sound; suspended while there is none, so that the sound card can sleep.
    context: RefCell<Option<AudioContext>>,
    entry: RefCell<Option<Entry>>,
    looping: RefCell<Option<Looping>>,
    /// The end of the last note, by the audio clock.
    quiet_at: Cell<f64>,
    ticking: RefCell<Option<Interval>>,
    gestures: RefCell<Vec<EventListener>>,
}

struct Looping {
    which: Loop,
    bus: GainNode,
    /// When it begins again, by the audio clock.
    next: f64,
}

impl Sounds {
    /// Silence. From now on a press or key lets the browser play what it would not play before.
    pub fn new() -> Self {
        let player = Rc::new(Player::default());
        if let Some(window) = web_sys::window() {
            for gesture in ["pointerdown", "keydown"] {
                let weak = Rc::downgrade(&player);
                let listener = EventListener::new(&window, gesture, move |_| {
                    if let Some(player) = weak.upgrade().filter(|player| player.ticking.borrow().is_some()) {
                        player.resume();
                    }
                });
                player.gestures.borrow_mut().push(listener);
            }
        }
        Self(player)
    }

    /// Plays it; a browser that can't stays silent.
    pub fn play(&self, sound: Sound) {
        let _ = self.0.play(sound);
    }

    /// What is being repeated at the moment.
    pub fn looping(&self) -> Option<Loop> {
        self.0.looping.borrow().as_ref().map(|looping| looping.which)
    }
}

impl Default for Sounds {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Sounds {
    fn drop(&mut self) {
        let (context, ticking, gestures) = (self.0.context.take(), self.0.ticking.take(), self.0.gestures.take());
        drop(self.0.entry.take());
        if let Some(context) = context {
            close(&context);
        }
        // One of them may be running right now.
        spawn_local(async move { drop((ticking, gestures)) });
    }
}

impl Player {
    fn context(&self) -> Option<AudioContext> {
        let mut context = self.context.borrow_mut();
        if context.is_none() {
            *context = AudioContext::new().ok();
            let entry = context.clone().map(|context| crash::enter(move || close(&context)));
            *self.entry.borrow_mut() = entry;
        }
        context.clone()
    }

    fn resume(&self) {
        let context = self.context.borrow().clone();
        if let Some(context) = context {
            js::forget(context.resume().map(Into::into));
        }
    }

    fn play(self: &Rc<Self>, sound: Sound) -> Option<()> {
        match sound {
            Sound::Loop(which) => {
                let playing = self.looping.borrow().as_ref().map(|looping| looping.which);
                if playing == which {
                    return None;
                }
                self.stop_loop();
                let context = self.context().filter(|_| which.is_some())?;
                let (which, bus) = (which?, bus(&context)?);
                let next = context.current_time() + SOON;
                *self.looping.borrow_mut() = Some(Looping { which, bus, next });
            }
            Sound::Once(tone) => {
                let context = self.context()?;
                let start = context.current_time() + SOON;
                self.schedule(&context, &bus(&context)?, tone.score(), start);
            }
        }
        self.resume();
        self.tick();
        if self.ticking.borrow().is_none() {
            let weak = Rc::downgrade(self);
            let ticking = Interval::new(1000, move || {
                if let Some(player) = weak.upgrade() {
                    player.tick();
                }
            });
            *self.ticking.borrow_mut() = Some(ticking);
        }
        Some(())
    }

    /// Schedules what comes next; rests when nothing does.
    fn tick(&self) {
        let Some(context) = self.context.borrow().clone() else { return };
        let now = context.current_time();
        if let Some(looping) = self.looping.borrow_mut().as_mut() {
            // Whatever was missed while the browser let nothing play is not made up for.
            looping.next = looping.next.max(now);
            while looping.next < now + AHEAD {
                let score = looping.which.score();
                self.schedule(&context, &looping.bus, score, looping.next);
                looping.next += score.period;
            }
        } else if now > self.quiet_at.get() {
            let ticking = self.ticking.take();
            if ticking.is_some() {
                js::forget(context.suspend().map(Into::into));
                // It is running right now.
                spawn_local(async move { drop(ticking) });
            }
        }
    }

    fn schedule(&self, context: &AudioContext, bus: &GainNode, score: Score, start: f64) {
        for note in score.notes {
            let _ = sound(context, bus, note, start);
        }
        self.quiet_at.set(self.quiet_at.get().max(start + score.period + RELEASE));
    }

    /// Fades what loops; notes scheduled already end by themselves, unheard.
    fn stop_loop(&self) {
        let looping = self.looping.borrow_mut().take();
        if let (Some(looping), Some(context)) = (looping, self.context.borrow().as_ref()) {
            let (gain, now) = (looping.bus.gain(), context.current_time());
            let _ = gain.set_value_at_time(1.0, now);
            let _ = gain.linear_ramp_to_value_at_time(0.0, now + SOON);
        }
    }
}

/// Gives the sound card back.
pub(super) fn close(context: &AudioContext) {
    js::forget(context.close().map(Into::into));
}

fn bus(context: &AudioContext) -> Option<GainNode> {
    let bus = context.create_gain().ok()?;
    bus.connect_with_audio_node(&context.destination()).ok()?;
    Some(bus)
}

fn sound(context: &AudioContext, bus: &AudioNode, note: &Note, start: f64) -> Option<()> {
    let (begin, end) = (start + note.at, start + note.at + note.length);
    for (pitch, loudness) in [(note.pitch, note.loudness), (note.pitch * 2.0, note.loudness * OCTAVE)] {
        #[expect(clippy::cast_possible_truncation, reason = "hertz and loudness")]
        let (pitch, loudness) = (pitch as f32, loudness as f32);
        let (voice, envelope) = (context.create_oscillator().ok()?, context.create_gain().ok()?);
        voice.frequency().set_value(pitch);
        let gain = envelope.gain();
        gain.set_value(0.0);
        gain.set_value_at_time(0.0, begin).ok()?;
        gain.linear_ramp_to_value_at_time(loudness, begin + ATTACK).ok()?;
        gain.set_value_at_time(loudness, (end - RELEASE).max(begin + ATTACK)).ok()?;
        gain.linear_ramp_to_value_at_time(0.0, end).ok()?;
        voice.connect_with_audio_node(&envelope).ok()?.connect_with_audio_node(bus).ok()?;
        voice.start_with_when(begin).ok()?;
        voice.stop_with_when(end).ok()?;
    }
    Some(())
}
