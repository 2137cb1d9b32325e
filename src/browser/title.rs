//! The page's title, for a page that nobody sees: it is on the tab.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use web_sys::Document;

use crate::browser::crash::{self, Entry};
use crate::one_line;

/// Shows a word in turns with the page's title. Dropping it gives the title back.
pub struct Flashing {
    turns: Rc<Turns>,
    _ticking: Interval,
    _entry: Entry,
}

struct Turns {
    word: String,
    /// What the page called itself last.
    title: RefCell<String>,
}

impl Flashing {
    /// Begins at once. `None` for a word of which nothing can be seen.
    pub fn start(word: &str) -> Option<Self> {
        // A title that is read has no white space but single blanks in it, and has to be known again.
        let turns = Rc::new(Turns { word: one_line::clean(word)?, title: RefCell::default() });
        turns.flip()?;
        let (of_ticks, of_crash) = (turns.clone(), turns.clone());
        let ticking = Interval::new(1000, move || {
            if !crash::crashed() {
                of_ticks.flip();
            }
        });
        let entry = crash::enter(move || of_crash.end());
        Some(Self { turns, _ticking: ticking, _entry: entry })
    }
}

impl Turns {
    /// The page may change its title meanwhile: whatever is not the word is the title.
    fn flip(&self) -> Option<()> {
        let document = document()?;
        let shown = document.title();
        if shown == self.word {
            document.set_title(&self.title.borrow());
        } else {
            document.set_title(&self.word);
            *self.title.borrow_mut() = shown;
        }
        Some(())
    }

    fn end(&self) {
        if let (Some(document), Ok(title)) = (document(), self.title.try_borrow())
            && document.title() == self.word
        {
            document.set_title(&title);
        }
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

impl Drop for Flashing {
    fn drop(&mut self) {
        self.turns.end();
    }
}
