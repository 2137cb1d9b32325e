//! The bytes that each page loads, against the budgets of `docs/design.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::pages::compress::brotli;
use crate::pages::html::tags;
use crate::pages::{self, Profile};
use crate::workspace;

/// Budgets and the table count in units of 1024 bytes.
pub(crate) const KB: usize = 1024;

/// What something may weigh, as the table of `docs/design.md` says.
pub(crate) struct Limit {
    /// How its row begins.
    pub(crate) what: &'static str,
    /// With brotli at quality 11.
    pub(crate) brotli_kb: usize,
}

/// A page and what it may weigh.
struct Budget {
    limit: Limit,
    html: &'static str,
    /// Its words, `locales/{prefix}.{language}.json`: of each list a visit loads one.
    locales: &'static [&'static [&'static str]],
}

const BUDGETS: [Budget; 3] = [
    Budget { limit: Limit { what: "wrapper page", brotli_kb: 58 }, html: "jitsi.html", locales: &[&["wrapper"]] },
    Budget {
        limit: Limit { what: "check page", brotli_kb: 65 },
        html: "check.html",
        locales: &[&["check"], &["hosting", "calls"]],
    },
    Budget { limit: Limit { what: "chat page", brotli_kb: 424 }, html: "index.html", locales: &[&["chat"]] },
];

/// What a server sends for one file: as it is, with gzip at level 9, with brotli at quality 11.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    raw: usize,
    gzip: usize,
    pub(crate) brotli: usize,
}

/// Builds the release pages where they are not up to date, prints what they weigh and fails where one is above its budget.
pub fn run() -> Result<()> {
    let dist = pages::ready(Profile::Release)?;
    let files = files(&dist)?;
    println!("KB = {KB} bytes; gzip 9, brotli 11\n{}", row("", "raw", "gzip", "brotli"));
    let mut above = Vec::new();
    for budget in &BUDGETS {
        let mut total = Weight::default();
        for name in loaded(&files, budget.html, budget.locales) {
            let weight = weigh(&files[&name]).with_context(|| format!("{name} can't be compressed"))?;
            total = total.plus(weight);
            println!("{}", weight.row(&name));
        }
        let Limit { what, brotli_kb } = budget.limit;
        println!("{}  of {brotli_kb} KB\n", total.row(what));
        if total.brotli > brotli_kb * KB {
            above.push(format!("{what} by {} KB", kb(total.brotli - brotli_kb * KB)));
        }
    }
    if !above.is_empty() {
        bail!("above the budget of docs/design.md: {}; make it smaller, or argue there for more", above.join(", "));
    }
    Ok(())
}

/// The built files by their path. The configuration is what the operator put there, else our sample stands in for it.
fn files(dist: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for folder in ["", "locales/"] {
        let path = dist.join(folder);
        let list = || fs::read_dir(&path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>();
        for file in list().with_context(|| format!("{} can't be read", path.display()))? {
            if let (true, Some(name)) = (file.is_file(), file.file_name().and_then(|name| name.to_str())) {
                let bytes = fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?;
                files.insert(format!("{folder}{name}"), bytes);
            }
        }
    }
    if let (false, Ok(sample)) =
        (files.contains_key(CONFIG), fs::read(workspace::root().join("assets/config.sample.json")))
    {
        files.insert(CONFIG.to_owned(), sample);
    }
    Ok(files)
}

const CONFIG: &str = "config.json";

/// What one visit loads: the page, all that it names, what that names again, the configuration, and one of each of its locales
/// (the heaviest, so that the figure holds for every language).
fn loaded(files: &BTreeMap<String, Vec<u8>>, html: &str, locales: &[&[&str]]) -> BTreeSet<String> {
    let mut loaded = BTreeSet::from([html.to_owned()]);
    let mut queue = named_by_page(files, html);
    while let Some(name) = queue.pop() {
        if loaded.insert(name.clone()) && (name.ends_with(".js") || name.ends_with(".css")) {
            let text = String::from_utf8_lossy(&files[&name]);
            let named = files.keys().filter(|other| !is_page_or_json(other) && text.contains(other.as_str()));
            queue.extend(named.cloned());
        }
    }
    for prefixes in locales {
        let is_translation = |name: &&String| {
            prefixes.iter().any(|prefix| {
                let language = name.strip_prefix("locales/").and_then(|name| name.strip_prefix(prefix));
                language.is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".json") && rest != ".en.json")
            })
        };
        loaded.extend(files.keys().filter(is_translation).max_by_key(|name| files[*name].len()).cloned());
    }
    loaded.extend(files.contains_key(CONFIG).then(|| CONFIG.to_owned()));
    loaded
}

fn named_by_page(files: &BTreeMap<String, Vec<u8>>, html: &str) -> Vec<String> {
    let page = files.get(html).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
    let addresses = |tag: &crate::pages::html::Tag<'_>| {
        ["src", "href"].into_iter().filter_map(|name| tag.attribute(name).map(str::to_owned)).collect::<Vec<_>>()
    };
    let named =
        tags(&page).iter().flat_map(addresses).map(|name| name.trim_start_matches("./").to_owned()).collect::<Vec<_>>();
    named.into_iter().filter(|name| files.contains_key(name) && !is_page_or_json(name)).collect()
}

fn is_page_or_json(name: &str) -> bool {
    name.ends_with(".html") || name.ends_with(".json")
}

pub(crate) fn weigh(bytes: &[u8]) -> Result<Weight> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let brotli = brotli(bytes)?.len();
    Ok(Weight { raw: bytes.len(), gzip: gzip.finish()?.len(), brotli })
}

#[cfg(test)]
impl Limit {
    pub(crate) fn assert_stands_in(&self, design: &str) {
        let row = design.lines().find(|line| line.starts_with(&format!("| {}", self.what))).expect("a budget");
        assert!(row.ends_with(&format!("| {} KB |", self.brotli_kb)), "{row}");
    }
}

impl Weight {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }

    pub(crate) fn row(self, name: &str) -> String {
        row(name, &kb(self.raw), &kb(self.gzip), &kb(self.brotli))
    }
}

pub(crate) fn row(name: &str, raw: &str, gzip: &str, brotli: &str) -> String {
    format!("{name:<36} {raw:>9} {gzip:>9} {brotli:>9}")
}

pub(crate) fn kb(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(KB);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> BTreeMap<String, Vec<u8>> {
        let page = r#"<link href="./chat-1.css"><script src="./chat-boot-1.js"></script><a href="jitsi.html"></a>"#;
        let files = [
            ("index.html", page),
            ("jitsi.html", "<script src='./jitsi-boot-1.js'></script>"),
            ("chat-1.css", "a{background:url(wave.svg)}"),
            ("chat-boot-1.js", "import('./chat-1.js'); './chat-1.wasm'; 'index.html'"),
            ("chat-1.js", "import './chat-1.wasm'"),
            ("chat-1.wasm", "jitsi-boot-1.js"),
            ("jitsi-boot-1.js", ""),
            ("wave.svg", ""),
            ("other.svg", ""),
            ("config.json", "{}"),
            ("locales/chat.en.json", "the longest of all"),
            ("locales/chat.de.json", "longer"),
            ("locales/chat.de.json.br", "compressed, and longer"),
            ("locales/chat.fr.json", "short"),
            ("locales/wrapper.de.json", "another page's, and long"),
        ];
        files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_page_weighs_all_that_it_leads_to_and_nothing_else() {
        let loaded = loaded(&site(), "index.html", &[&["chat", "other"]]);
        let expected = [
            "chat-1.css",
            "chat-1.js",
            "chat-1.wasm",
            "chat-boot-1.js",
            "config.json",
            "index.html",
            "locales/chat.de.json",
            "wave.svg",
        ];
        assert_eq!(loaded.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_site_without_configuration_or_locales_is_weighed_too() {
        let files = BTreeMap::from([("jitsi.html".to_owned(), b"<p>".to_vec())]);
        assert_eq!(loaded(&files, "jitsi.html", &[&["wrapper"]]), BTreeSet::from(["jitsi.html".to_owned()]));
    }

    #[test]
    fn compressed_bytes_are_counted() {
        let weight = weigh(&[b'a'; 10_000]).expect("a weight");
        assert_eq!(weight.raw, 10_000);
        assert!(weight.brotli < weight.gzip && weight.gzip < 100, "{weight:?}");
    }

    #[test]
    fn a_unit_has_1024_bytes_and_is_rounded_up() {
        assert_eq!(kb(1024), "1.0");
        assert_eq!(kb(1025), "1.1");
        assert_eq!(kb(0), "0.0");
    }

    #[test]
    fn the_budgets_are_those_of_the_design() {
        let design = fs::read_to_string(workspace::root().join("docs/design.md")).expect("the design");
        for budget in &BUDGETS {
            budget.limit.assert_stands_in(&design);
        }
    }
}
