//! What a manager wants people to agree to (MSC2140), and what they agreed to already.

use serde_json::Value;

use crate::json::{self, Object};
use crate::one_line::clean;
use crate::ordered;

/// The account data that hold the addresses of all terms that a person accepted, whoever's they are.
pub const ACCEPTED: &str = "m.accepted_terms";
/// The most documents that a manager may ask for: people are to see each, and one that has more is not meant to be read.
const MOST_POLICIES: usize = 20;
/// The longest address of a document, in bytes.
const LONGEST_ADDRESS: usize = 2048;

/// A document to agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What it is called, in the person's language where there is one.
    pub name: String,
    /// Where it is: http or https.
    pub url: String,
    /// Where it is in every language: each of them counts as having been read.
    all: Vec<String>,
}

impl Policy {
    /// The address that was accepted before, in whatever language.
    pub(super) fn accepted<'a>(&'a self, accepted: &[Value]) -> Option<&'a String> {
        self.all.iter().find(|url| accepted.iter().any(|known| known.as_str() == Some(url)))
    }
}

/// Reads `{ policies: { <id>: { version, <language>: { name, url } } } }`. `None` where a person could not be shown all of it.
pub(super) fn read(answer: &Object, language: &str) -> Option<Vec<Policy>> {
    let policies = json::object(answer, "policies")?;
    if policies.is_empty() || policies.len() > MOST_POLICIES {
        return None;
    }
    // An object has no order of its own: by their ids they stand in the same one each time.
    let policies = ordered::sorted(policies.iter().collect(), |one: &(&String, &Value), other| one.0.cmp(other.0));
    policies.into_iter().map(|(_, policy)| one(policy.as_object()?, language)).collect()
}

fn one(policy: &Object, language: &str) -> Option<Policy> {
    let in_language = |tag: &str| {
        let words = json::object(policy, tag)?;
        let url = json::string(words, "url").filter(|url| is_link(url))?;
        Some((clean(json::string(words, "name")?)?, url.to_owned()))
    };
    let primary = language.split('-').next().unwrap_or_default();
    let tags: Vec<&str> =
        ordered::sorted(policy.keys().map(String::as_str).collect(), |one: &&str, other| one.cmp(other));
    let (name, url) = [language, primary, "en"].into_iter().chain(tags.iter().copied()).find_map(in_language)?;
    Some(Policy { name, url, all: tags.into_iter().filter_map(|tag| Some(in_language(tag)?.1)).collect() })
}

/// Whether an address can be a link: nothing that runs in the page, and nothing without an end.
fn is_link(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= LONGEST_ADDRESS
}

/// The list in the account data.
pub(super) fn accepted(content: Option<&Value>) -> &[Value] {
    content.and_then(Value::as_object).map_or(&[], |content| json::array(content, "accepted"))
}

/// The account data with these addresses too; what else is there stays.
pub fn with_accepted(content: Option<Value>, urls: &[String]) -> Value {
    let mut all = accepted(content.as_ref()).to_vec();
    for url in urls {
        if !all.iter().any(|known| known.as_str() == Some(url)) {
            all.push(url.as_str().into());
        }
    }
    let mut content = match content {
        Some(Value::Object(content)) => content,
        _ => Object::new(),
    };
    content.insert("accepted".to_owned(), all.into());
    content.into()
}
