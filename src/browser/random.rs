//! Randomness for ids, from the browser's cryptographic source.

/// `N` random bytes. `None` where the browser has no `crypto`, which no secure context lacks.
pub fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    web_sys::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
