//! The check of calls, in a frame of the site's own `check.html`: it asks, the chat tells it what only the chat knows.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use leptos::prelude::Callable;
use leptos::prelude::Callback;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::{Calls, Engine, page_address};
use crate::browser::frames::{Frame, FrameEvent};
use crate::check::calls::{Brief, Word, look};
use crate::check::{self, Subject};
use crate::host::{HostEvent, Subscription};
use crate::integrations::PROVISIONING;
use crate::meet::settings;
use crate::page::Theme;
use crate::text_key;

/// An open check. Dropping it closes its frame, which frees the devices that it has open.
pub(in crate::ui) struct Check {
    frame: Rc<RefCell<Option<Frame>>>,
    _following: Subscription,
}

impl Drop for Check {
    fn drop(&mut self) {
        drop(self.frame.take());
    }
}

impl Calls {
    /// Opens the check inside `place`. `leave`, when the person wants it closed.
    pub(in crate::ui) fn open_check(&self, place: &HtmlElement, leave: Option<Callback<()>>) -> Option<Check> {
        let engine = &self.0;
        let address = check::address(Subject::Calls, Some(engine.look()), Some(&engine.host.language()));
        let wrapper = settings::own_wrapper(&engine.host.configuration(), &page_address())?;
        let url = [wrapper.strip_suffix("jitsi.html")?, &address].concat();
        let frame = Rc::<RefCell<Option<Frame>>>::default();
        let (open, weak) = (Rc::downgrade(&frame), Rc::downgrade(engine));
        let report = Rc::new(move |event| {
            let FrameEvent::Message(message) = event else { return };
            match Word::read(&message) {
                Some(Word::Ready) => {
                    // It may have changed since the frame was given its address.
                    tell_look(&weak, &open);
                    brief(weak.clone(), open.clone());
                }
                Some(Word::Close) => {
                    if let Some(leave) = leave {
                        leave.run(());
                    }
                }
                None => {}
            }
        });
        let title = engine.texts.get(text_key!("settings.check"));
        *frame.borrow_mut() = Some(Frame::of_check(&url, &title, place, report)?);
        let (open, weak) = (Rc::downgrade(&frame), Rc::downgrade(engine));
        let following = engine.host.subscribe(Rc::new(move |event| {
            if let HostEvent::LookChanged = event {
                tell_look(&weak, &open);
            }
        }));
        Some(Check { frame, _following: following })
    }
}

impl Engine {
    fn look(&self) -> Theme {
        Theme::of_name(self.theme())
    }
}

fn tell_look(engine: &Weak<Engine>, frame: &Weak<RefCell<Option<Frame>>>) {
    if let (Some(engine), Some(frame)) = (engine.upgrade(), frame.upgrade())
        && let Some(frame) = frame.borrow().as_ref()
    {
        frame.post(&look(engine.look()));
    }
}

/// Tells the frame what it can't know. It has to wait for the homeserver's word on TURN, whose passwords end.
fn brief(engine: Weak<Engine>, frame: Weak<RefCell<Option<Frame>>>) {
    let Some(host) = engine.upgrade().map(|engine| engine.host.clone()) else { return };
    spawn_local(async move {
        let turn = host.turn_server().await;
        let provisioning = host.newest_account_data(PROVISIONING).await.ok().flatten();
        let (Some(engine), Some(frame)) = (engine.upgrade(), frame.upgrade()) else { return };
        let (me, site) = (host.identity().user_id, engine.site());
        let chosen = (&site.choice.domain, site.choice.origin);
        let server = me.server_name().unwrap_or_default();
        let told = Brief::write(server, chosen, turn, provisioning.as_ref(), &host.configuration());
        if let Some(frame) = frame.borrow().as_ref() {
            frame.post(&told);
        }
    });
}
