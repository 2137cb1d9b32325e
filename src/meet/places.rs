//! The places on screen that a conference's frame may cover: boxes on stages, and the one that floats.

/// The places that there are. `E` is what is there, an element of the page.
#[derive(Debug)]
pub struct Places<E>(Vec<Place<E>>);

#[derive(Debug)]
struct Place<E> {
    element: E,
    on_stage: bool,
}

impl<E> Default for Places<E> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<E: PartialEq> Places<E> {
    /// One more is there.
    pub fn comes(&mut self, element: E, on_stage: bool) {
        self.0.push(Place { element, on_stage });
    }

    /// One goes away.
    pub fn goes(&mut self, element: &E) {
        self.0.retain(|place| place.element != *element);
    }

    /// The one to be covered, and whether it is on a stage: what floats goes again as soon as there is a stage. Of several the latest.
    pub fn current(&self) -> Option<(&E, bool)> {
        let on_stage = self.0.iter().rev().find(|place| place.on_stage);
        on_stage.or(self.0.last()).map(|place| (&place.element, place.on_stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_stage_and_a_float_that_come_at_once_the_stage_has_the_frame() {
        for stage_first in [true, false] {
            let mut places = Places::default();
            for on_stage in [stage_first, !stage_first] {
                places.comes(if on_stage { "stage" } else { "float" }, on_stage);
            }
            assert_eq!(places.current(), Some((&"stage", true)));
            places.goes(&"float");
            assert_eq!(places.current(), Some((&"stage", true)));
        }
    }

    #[test]
    fn a_stage_that_comes_and_goes_leaves_the_frame_where_it_was() {
        let mut places = Places::default();
        places.comes("float", false);
        places.comes("stage", true);
        places.goes(&"stage");
        assert_eq!(places.current(), Some((&"float", false)));
        places.goes(&"float");
        assert_eq!(places.current(), None);
    }

    #[test]
    fn of_two_stages_the_latest_has_it_and_the_other_when_that_goes() {
        let mut places = Places::default();
        places.comes("first", true);
        places.comes("second", true);
        assert_eq!(places.current(), Some((&"second", true)));
        places.goes(&"second");
        assert_eq!(places.current(), Some((&"first", true)));
    }
}
