//! The thumbnails that were loaded, as object URLs that this owns.

use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag, Url};

use crate::matrix::bell::Bell;
use crate::matrix::mxc::Mxc;
use crate::matrix::request::MediaApi;
use crate::ordered::Map;

/// The most pictures that are kept: at about 10 KB each this is 10 MB. The oldest go first; a page that still shows one keeps
/// showing it.
const MOST: usize = 1000;

/// Which picture, in which size in pixels.
pub(super) type Key = (Mxc, u32);

/// An object URL, revoked when dropped.
pub(super) struct ObjectUrl(String);

impl ObjectUrl {
    pub(super) fn of(content_type: &str, bytes: &[u8]) -> Option<Self> {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(content_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Self)
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}

enum Slot {
    Loading(Rc<Bell>),
    Ready(ObjectUrl),
    /// The server has none.
    Missing,
}

/// What is known of a picture.
pub(super) enum Known {
    /// Here it is.
    Ready(String),
    /// There is none.
    Missing,
    /// Wait for this, then it is there or not.
    Loading(Rc<Bell>),
    /// Nothing: load it, ring this when [`Images::loaded`] was told, and wait for it.
    Unknown(Rc<Bell>),
}

/// The pictures of one client.
pub(super) struct Images {
    slots: Map<Key, Slot>,
    order: VecDeque<Key>,
    /// Where this server has its thumbnails, as far as is known.
    pub(super) api: MediaApi,
}

impl Images {
    pub(super) fn new() -> Self {
        Self { slots: Map::default(), order: VecDeque::new(), api: MediaApi::Authenticated }
    }

    /// What is known of a picture; of one that is unknown this notes that it is being loaded.
    pub(super) fn ask(&mut self, key: &Key) -> Known {
        match self.slots.get(key) {
            Some(Slot::Ready(url)) => Known::Ready(url.0.clone()),
            Some(Slot::Missing) => Known::Missing,
            Some(Slot::Loading(bell)) => Known::Loading(bell.clone()),
            None => {
                let bell = Rc::new(Bell::default());
                self.slots.insert(key.clone(), Slot::Loading(bell.clone()));
                self.order.push_back(key.clone());
                if self.order.len() > MOST
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.slots.remove(&oldest);
                }
                Known::Unknown(bell)
            }
        }
    }

    /// A picture that is there.
    pub(super) fn ready(&self, key: &Key) -> Option<String> {
        match self.slots.get(key)? {
            Slot::Ready(url) => Some(url.0.clone()),
            Slot::Loading(_) | Slot::Missing => None,
        }
    }

    /// Takes a loaded picture; `Ok(None)`: there is none; `Err`: it may come another time.
    pub(super) fn loaded(&mut self, key: Key, picture: Result<Option<ObjectUrl>, ()>) {
        match picture {
            // One that was let go while it was loading stays away.
            Ok(picture) => {
                if let Some(slot) = self.slots.get_mut(&key) {
                    *slot = picture.map_or(Slot::Missing, Slot::Ready);
                }
            }
            Err(()) => {
                self.order.retain(|known| *known != key);
                self.slots.remove(&key);
            }
        }
    }
}
