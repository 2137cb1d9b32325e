use proptest::prelude::{ProptestConfig, any, prop_assert};
use proptest::proptest;
use serde_json::json;

use super::*;

/// A bar of one line.
const BAR: i32 = 60;

const DESK: Area = Area { width: 944, height: 900 };
const PHONE: Area = Area { width: 390, height: 844 };
/// The room beside the list on a phone of 844 by 390 that lies on its side.
const ON_ITS_SIDE: Area = Area { width: 556, height: 390 };

fn beside() -> Wish {
    Wish::default().laid(Layout::Beside)
}

#[test]
fn who_has_chosen_nothing_has_it_above_the_timeline() {
    for area in [DESK, PHONE, ON_ITS_SIDE] {
        assert_eq!(arrange(&Wish::default(), area, BAR).layout, Layout::Pinned);
    }
    let share = arrange(&Wish::default(), DESK, BAR).share.expect("a share");
    assert_eq!((share.now, share.pixels()), (52, 468));
}

#[test]
fn side_by_side_needs_a_wide_room_and_falls_back_to_pinned() {
    assert_eq!(arrange(&beside(), DESK, BAR).layout, Layout::Beside);
    assert_eq!(arrange(&beside(), ON_ITS_SIDE, BAR).layout, Layout::Beside);
    let narrow = arrange(&beside(), PHONE, BAR);
    assert_eq!((narrow.layout, narrow.fits_beside), (Layout::Pinned, false));
    assert!(narrow.share.is_some_and(|share| share.now == 52), "with the size that belongs there");
}

#[test]
fn maximised_fills_the_room_and_what_was_before_comes_back() {
    for wish in [Wish::default(), beside()] {
        let large = wish.laid(Layout::Maximised);
        let arrangement = arrange(&large, DESK, BAR);
        assert_eq!((arrangement.layout, arrangement.share), (Layout::Maximised, None));
        assert_eq!(Wish { maximised: false, ..large }, wish);
    }
}

#[test]
fn the_timeline_keeps_its_rest_and_the_frame_its_least() {
    let all = |wish: Wish, size| wish.sized(arrange(&wish, DESK, BAR).layout, size);
    let tall = arrange(&all(Wish::default(), 99), DESK, BAR).share.expect("a share");
    assert_eq!(tall.now, tall.max);
    assert!(DESK.height - tall.pixels() >= 340);
    let low = arrange(&all(Wish::default(), 1), DESK, BAR).share.expect("a share");
    assert!(low.pixels() >= 160);
    let wide = arrange(&all(beside(), 99), DESK, BAR).share.expect("a share");
    assert!(DESK.width - wide.pixels() >= 280);
    let slim = arrange(&all(beside(), 1), DESK, BAR).share.expect("a share");
    assert!(slim.pixels() >= 260);
}

#[test]
fn where_not_both_fit_the_frame_gets_a_third_and_there_is_nothing_to_choose() {
    let share = arrange(&Wish::default(), ON_ITS_SIDE, BAR).share.expect("a share");
    assert_eq!((share.now, share.pixels(), share.is_free()), (33, 128, false));
}

#[test]
fn a_room_without_a_size_has_no_share_yet() {
    assert_eq!(arrange(&Wish::default(), Area::default(), BAR).share, None);
    assert_eq!(arrange(&beside(), Area { width: -5, height: -5 }, BAR).share, None);
}

#[test]
fn keys_move_the_border_within_its_bounds() {
    let share = arrange(&Wish::default(), DESK, BAR).share.expect("a share");
    let after = |key| share.after(key, Layout::Pinned, false);
    assert_eq!((after("ArrowDown"), after("ArrowUp")), (Some(56), Some(48)));
    assert_eq!((after("Home"), after("End")), (Some(share.min), Some(share.max)));
    assert_eq!((after("ArrowRight"), after("Enter"), after(" ")), (None, None, None));
    let at_the_end = Share { now: share.max, ..share };
    assert_eq!(at_the_end.after("ArrowDown", Layout::Pinned, false), Some(share.max));

    let share = arrange(&beside(), DESK, BAR).share.expect("a share");
    let after = |key, rtl| share.after(key, Layout::Beside, rtl);
    assert_eq!((after("ArrowRight", false), after("ArrowLeft", false)), (Some(64), Some(56)));
    assert_eq!((after("ArrowRight", true), after("ArrowLeft", true)), (Some(56), Some(64)));
    assert_eq!(after("ArrowDown", false), None);
}

#[test]
fn the_border_follows_the_pointer_within_its_bounds() {
    let share = arrange(&Wish::default(), DESK, BAR).share.expect("a share");
    assert_eq!(share.at(450), 50);
    assert_eq!((share.at(-4000), share.at(4000)), (share.min, share.max));
}

#[test]
fn what_was_chosen_is_kept_and_garbage_is_not_taken_for_a_choice() {
    let corner = Corner { top: true, start: true };
    let wish = Wish { maximised: true, beside: true, height: 40, width: 70, corner };
    assert_eq!(Wish::read(Some(&wish.kept())), wish);
    assert_eq!(Wish::read(None), Wish::default());
    for garbage in [
        json!(null),
        json!("beside"),
        json!([1]),
        json!({ "maximised": 1, "beside": "yes", "height": "tall", "width": null, "corner": 3 }),
        json!({ "height": 0, "width": 100, "corner": "middle" }),
        json!({ "height": -40, "width": 1e300 }),
        json!({ "height": 4.5, "width": 99_999_999_999_i64 }),
    ] {
        assert_eq!(Wish::read(Some(&garbage)), Wish::default(), "{garbage}");
    }
}

#[test]
fn the_window_goes_round_its_corners_and_where_an_arrow_points() {
    let mut corner = Corner::default();
    let names: Vec<_> = std::iter::repeat_with(|| {
        corner = corner.next();
        corner.name()
    })
    .take(4)
    .collect();
    assert_eq!(names, ["bottom-start", "top-start", "top-end", "bottom-end"]);
    let after = |key, rtl| Corner::default().after(key, rtl).map(Corner::name);
    assert_eq!((after("ArrowUp", false), after("ArrowDown", false)), (Some("top-end"), Some("bottom-end")));
    assert_eq!((after("ArrowLeft", false), after("ArrowRight", false)), (Some("bottom-start"), Some("bottom-end")));
    assert_eq!((after("ArrowLeft", true), after("ArrowRight", true)), (Some("bottom-end"), Some("bottom-start")));
    assert_eq!(after("Enter", false), None);
}

#[test]
fn it_drops_into_the_nearest_corner() {
    let at = |x, y, rtl| Corner::nearest(x, y, Area { width: 1000, height: 800 }, rtl).name();
    assert_eq!((at(10, 10, false), at(990, 10, false)), ("top-start", "top-end"));
    assert_eq!((at(10, 790, true), at(990, 790, true)), ("bottom-end", "bottom-start"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn no_window_and_no_wish_takes_the_timeline_away(
        (maximised, beside) in any::<(bool, bool)>(), height in any::<i32>(), width in any::<i32>(),
        area in any::<(i32, i32)>(), pixels in any::<i32>(),
    ) {
        let area = Area { width: area.0, height: area.1 };
        let wish = Wish { maximised, beside, height, width, corner: Corner::default() };
        let now = arrange(&wish, area, BAR);
        prop_assert!(now.fits_beside || now.layout != Layout::Beside);
        prop_assert!((now.layout == Layout::Maximised) == maximised);
        if let Some(share) = now.share {
            let whole = if now.layout == Layout::Beside { area.width } else { area.height };
            prop_assert!(share.min <= share.now && share.now <= share.max && share.now < 100);
            prop_assert!((share.min..=share.max).contains(&share.at(pixels)));
            let rest = whole - share.pixels();
            let kept = if now.layout == Layout::Beside { 280 } else { 340 };
            prop_assert!(rest >= kept || !share.is_free() && rest >= whole / 2, "{share:?}");
        }
    }
}

#[test]
fn the_timeline_keeps_its_rest_under_a_bar_of_three_lines() {
    let all = Wish::default().sized(Layout::Pinned, 99);
    let height = |bar| arrange(&all, DESK, bar).share.expect("a share").pixels();
    assert!((60..=80).contains(&(height(60) - height(130))), "{} {}", height(60), height(130));
    assert_eq!(arrange(&all, DESK, i32::MAX).share.map(Share::is_free), Some(false), "no bar is that high");
}
