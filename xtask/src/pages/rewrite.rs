//! Turns what Trunk staged into what is served: pure, from files to files.
//!
//! Trunk's file names carry a hash from before the optimiser, so the same name could stand for other bytes. Here every
//! script, style and wasm gets the hash of its final bytes, each page a boot module, preloads with integrity, and a
//! policy.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::boot;
use super::digest::{hashed_name, integrity};
use super::html::{Tag, edited, tags};
use super::policy::{self, Page};

/// Every page, and which policy it has.
const PAGES: [(&str, Page); 3] =
    [("index.html", Page::Chat), ("jitsi.html", Page::Wrapper), ("check.html", Page::Check)];

/// Files by name; those of the package by path, with `/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// All pages and what they load, finished. `staged` is what Trunk made of them.
pub(super) fn finished(mut staged: Files) -> Result<Files> {
    for (name, page) in PAGES {
        let html = staged.remove(name).with_context(|| format!("Trunk made no {name}"))?;
        let html = String::from_utf8(html).with_context(|| format!("{name} is not UTF-8"))?;
        let html = finish(&html, page, &mut staged).with_context(|| format!("{name} can't be finished"))?;
        staged.insert(name.to_owned(), html.into_bytes());
    }
    Ok(staged)
}

fn finish(html: &str, page: Page, files: &mut Files) -> Result<String> {
    let tags = tags(html);
    let mut edits = vec![boot_edit(&tags, files)?];
    for tag in &tags {
        if let Some(href) = style_sheet(tag) {
            let name = rename(href, files)?;
            let integrity = integrity(content(&name, files)?);
            let link = format!(r#"<link rel="stylesheet" href="./{name}" integrity="{integrity}">"#);
            edits.push((tag.place.clone(), link));
        }
        if policy::is_reload_script(tag) {
            edits.push((tag.place.clone(), policy::reload_script_tag()));
        }
    }
    let head = tags.iter().find(|tag| tag.name == "head").context("it has no <head>")?;
    let policy = policy::element(&policy::policy(page, &tags));
    edits.push((head.place.end..head.place.end, format!("\n    {policy}")));
    Ok(edited(html, edits))
}

/// Replaces the mark that `pattern_script` of Trunk's configuration leaves.
fn boot_edit(tags: &[Tag<'_>], files: &mut Files) -> Result<(std::ops::Range<usize>, String)> {
    let mut marks = tags.iter().filter_map(|tag| Some((tag, tag.attribute("data-js")?, tag.attribute("data-wasm")?)));
    let (Some((mark, js, wasm)), None) = (marks.next(), marks.next()) else {
        bail!("it must have exactly one script with data-js and data-wasm; see pattern_script in Trunk.toml");
    };
    let wasm_name = rename(wasm, files)?;
    // The glue's own default for the wasm's address, so that its bytes follow from the final ones alone.
    let glue = String::from_utf8(content(js, files)?.to_vec()).with_context(|| format!("{js} is not UTF-8"))?;
    files.insert(js.to_owned(), glue.replace(wasm, &wasm_name).into_bytes());
    let js_name = rename(js, files)?;

    let wasm_integrity = integrity(content(&wasm_name, files)?);
    let keep = match mark.attribute("data-keep") {
        Some("messages") => boot::Keep::Messages,
        _ => boot::Keep::Nothing,
    };
    let module = boot::module(&js_name, &wasm_name, &wasm_integrity, keep).into_bytes();
    let page_name = js_name.split('-').next().unwrap_or("page");
    let boot_name = hashed_name(&format!("{page_name}-boot.js"), &module);
    let js_integrity = integrity(content(&js_name, files)?);
    let elements = boot::elements(&boot_name, &integrity(&module), &js_name, &js_integrity, &wasm_name);
    files.insert(boot_name, module);
    Ok((mark.place.start..mark.place.end + "</script>".len(), elements))
}

/// The address of a style sheet of our own.
fn style_sheet<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    let href = tag.attribute("href").filter(|_| tag.name == "link" && tag.attribute("rel") == Some("stylesheet"))?;
    Some(href.strip_prefix("./").unwrap_or(href))
}

/// Gives a file the name of its content.
fn rename(name: &str, files: &mut Files) -> Result<String> {
    let bytes = files.remove(name).with_context(|| format!("{name} is named in it but was not staged"))?;
    let new = hashed_name(name, &bytes);
    files.insert(new.clone(), bytes);
    Ok(new)
}

fn content<'a>(name: &str, files: &'a Files) -> Result<&'a [u8]> {
    files.get(name).map(Vec::as_slice).with_context(|| format!("{name} is named in it but was not staged"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = r#"<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <script type="module" data-js="chat-aaaaaaaaaaaaaaaa.js" data-wasm="chat-aaaaaaaaaaaaaaaa_bg.wasm"></script>
    <link rel="stylesheet" href="./chat-bbbbbbbbbbbbbbbb.css" integrity="sha384-old">
  </head>
  <body><p>kept — as it is</p></body>
</html>
"#;

    fn staged() -> Files {
        let text = |text: &str| text.as_bytes().to_vec();
        let mut files = Files::new();
        for (name, page) in [("index.html", "chat"), ("jitsi.html", "jitsi"), ("check.html", "check")] {
            files.insert(name.to_owned(), text(&INDEX.replace("chat-", &format!("{page}-"))));
            let glue = format!("new URL('{page}-aaaaaaaaaaaaaaaa_bg.wasm', import.meta.url)");
            files.insert(format!("{page}-aaaaaaaaaaaaaaaa.js"), text(&glue));
            files.insert(format!("{page}-aaaaaaaaaaaaaaaa_bg.wasm"), text(page));
            files.insert(format!("{page}-bbbbbbbbbbbbbbbb.css"), text("a{}"));
        }
        files
    }

    fn page(files: &Files, name: &str) -> String {
        String::from_utf8_lossy(&files[name]).into_owned()
    }

    #[test]
    fn every_name_and_integrity_is_that_of_the_final_bytes() {
        let files = finished(staged()).expect("finished");
        assert_eq!(files.len(), 15);
        for (name, bytes) in files.iter().filter(|(name, _)| !name.ends_with(".html")) {
            assert_eq!(*name, hashed_name(name, bytes));
        }
        for (name, _) in PAGES {
            let html = page(&files, name);
            let tags = tags(&html);
            let loaded: Vec<_> = tags.iter().filter(|tag| tag.attribute("integrity").is_some()).collect();
            assert_eq!(loaded.len(), 3, "{html}");
            for tag in loaded {
                let address = tag.attribute("src").or(tag.attribute("href")).expect("an address");
                let bytes = &files[address.strip_prefix("./").expect("a relative address")];
                assert_eq!(tag.attribute("integrity"), Some(integrity(bytes).as_str()));
            }
        }
    }

    #[test]
    fn nothing_in_a_script_or_page_names_a_file_that_is_gone() {
        let files = finished(staged()).expect("finished");
        for (name, bytes) in &files {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("aaaaaaaaaaaaaaaa") && !text.contains("bbbbbbbbbbbbbbbb"), "{name}: {text}");
        }
        let boot = files.keys().find(|name| name.starts_with("chat-boot-")).expect("a boot module");
        let wasm = files.keys().find(|name| name.starts_with("chat-") && name.ends_with(".wasm")).expect("a wasm");
        assert!(page(&files, boot).contains(wasm.as_str()));
        assert!(page(&files, boot).contains(&integrity(&files[wasm])));
        assert!(page(&files, "index.html").contains(wasm.as_str()));
    }

    #[test]
    fn other_wasm_bytes_change_every_name_that_leads_to_them() {
        let before = finished(staged()).expect("finished");
        let mut other = staged();
        other.insert("chat-aaaaaaaaaaaaaaaa_bg.wasm".to_owned(), b"optimised".to_vec());
        let after = finished(other).expect("finished");
        let same: Vec<_> =
            before.keys().filter(|name| name.starts_with("chat-") && after.contains_key(*name)).collect();
        assert!(same.iter().all(|name| name.ends_with(".css")), "{same:?}");
    }

    #[test]
    fn the_policy_comes_before_all_that_it_rules() {
        let files = finished(staged()).expect("finished");
        let html = page(&files, "index.html");
        let tags = tags(&html);
        let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).take(3).collect();
        assert_eq!(names, ["html", "head", "meta"]);
        assert_eq!(tags[2].attribute("http-equiv"), Some("Content-Security-Policy"));
        assert!(html.contains("<body><p>kept — as it is</p></body>"));
    }

    #[test]
    fn trunk_s_reload_script_still_runs_under_the_policy() {
        let mut files = staged();
        let served = INDEX.replace("<p>", "<script>'.well-known/trunk/ws'</script><p>");
        files.insert("index.html".to_owned(), served.into_bytes());
        let html = page(&finished(files).expect("finished"), "index.html");
        assert!(html.contains("<script nonce=\"trunk-serve\">'.well-known/trunk/ws'</script>"), "{html}");
        assert!(html.contains("'nonce-trunk-serve'"));
    }

    #[test]
    fn a_page_that_can_t_be_finished_says_why() {
        let failure = |change: &dyn Fn(&mut Files)| {
            let mut files = staged();
            change(&mut files);
            format!("{:#}", finished(files).expect_err("a failure"))
        };
        for (name, _) in PAGES {
            assert!(failure(&|files| drop(files.remove(name))).contains(&format!("no {name}")));
        }
        assert!(failure(&|files| drop(files.remove("chat-bbbbbbbbbbbbbbbb.css"))).contains("was not staged"));
        let twice = finished(staged()).expect("finished");
        assert!(format!("{:#}", finished(twice).expect_err("a failure")).contains("exactly one script"));
    }
}
