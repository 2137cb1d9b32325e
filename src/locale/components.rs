//! The texts of the components without those of the chat page: what the package carries of the one locale file that both share.

use super::CHAT_EN;

/// The first parts of the keys that the chat page's own views use alone. A line of the file that begins with one of them is left out.
pub const OF_THE_PAGE: [&str; 9] =
    ["account", "composer", "connection", "integrations", "members", "name", "page", "room", "sign_in"];

/// The English texts of the components.
pub static COMPONENTS_EN: &str = match str::from_utf8(&KEPT) {
    Ok(text) => text,
    Err(_) => panic!("whole lines of UTF-8 are UTF-8"),
};

const LENGTH: usize = kept::<{ CHAT_EN.len() }>().1;
static KEPT: [u8; LENGTH] = kept::<LENGTH>().0;

/// The lines that stay and how long they are; cut off where there is no room.
const fn kept<const ROOM: usize>() -> ([u8; ROOM], usize) {
    let file = CHAT_EN.as_bytes();
    let (mut kept, mut length, mut at) = ([b' '; ROOM], 0, 0);
    // The first character is the brace, which stays alone on its line.
    while at < file.len() {
        let mut end = at;
        while end < file.len() && file[end] != b'\n' {
            end += 1;
        }
        if !is_of_page(file, at) {
            while at < end {
                if length < ROOM {
                    kept[length] = file[at];
                }
                length += 1;
                at += 1;
            }
        }
        at = end + 1;
    }
    (kept, length)
}

const fn is_of_page(file: &[u8], line: usize) -> bool {
    let mut start = line;
    while start < file.len() && (file[start] == b' ' || file[start] == b'"') {
        start += 1;
    }
    let mut which = 0;
    while which < OF_THE_PAGE.len() {
        let section = OF_THE_PAGE[which].as_bytes();
        let mut at = 0;
        while at < section.len() && start + at < file.len() && file[start + at] == section[at] {
            at += 1;
        }
        if at == section.len() && start + at < file.len() && file[start + at] == b'.' {
            return true;
        }
        which += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::json::Object;

    fn read(file: &str) -> Object {
        serde_json::from_str(file).expect("a locale file")
    }

    fn is_kept(key: &str) -> bool {
        key.split_once('.').is_some_and(|(section, _)| !OF_THE_PAGE.contains(&section))
    }

    #[test]
    fn what_stays_is_the_file_without_the_pages_own_words() {
        let mut all = read(CHAT_EN);
        all.retain(|key, _| is_kept(key));
        assert_eq!(read(COMPONENTS_EN), all);
    }

    #[test]
    fn no_component_speaks_the_pages_own_words() {
        let own = |text: &str| {
            read(CHAT_EN).keys().find(|key| !is_kept(key) && text.contains(&format!("\"{key}\""))).cloned()
        };
        fn look(folder: &Path, own: &dyn Fn(&str) -> Option<String>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                // Pages' own, what the chat page alone does, and tests.
                let skipped = [
                    "chat",
                    "check",
                    "wrapper",
                    "page",
                    "matrix",
                    "integrations",
                    "locale",
                    "locale.rs",
                    "tests",
                    "tests.rs",
                ];
                if path.file_name().is_some_and(|name| skipped.iter().any(|skipped| name == *skipped)) {
                    continue;
                }
                if path.is_dir() {
                    look(&path, own);
                } else {
                    assert_eq!(own(&fs::read_to_string(&path).expect("a file")), None, "{}", path.display());
                }
            }
        }
        look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &own);
    }
}
