//! TURN: what the homeserver answers (`calls-1to1.md` 2), checked so that no browser refuses it, and kept as long as it is good.

use serde_json::Value;

use crate::call::peer::IceServer;
use crate::call::settings::{Preferences, SiteSettings};
use crate::host::HostError;
use crate::json::{self, Object};
use crate::time::Millis;

/// The most addresses taken: browsers slow down with five servers and more, and homeservers name two to four.
pub(crate) const MOST_ADDRESSES: usize = 8;
/// The longest address, in bytes: a host name has 253 at most.
const LONGEST_ADDRESS: usize = 300;
/// How long an answer without any server counts.
const NOTHING_COUNTS_FOR: Millis = Millis::seconds(60);
/// The longest `ttl` believed: a day is usual, and sums must not overflow.
const LONGEST_TTL: Millis = Millis::seconds(7 * 24 * 3600);
/// An answer is asked for anew when less than this is left of it, or than half of it,
const FRESH_BEFORE: Millis = Millis::seconds(600);
/// but never later than this before its end.
const FRESH_AT_LEAST: Millis = Millis::seconds(60);

/// The homeserver's TURN servers as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    servers: Vec<IceServer>,
    /// From when the answer should be asked for anew, and from when it is worthless.
    until: Option<(Millis, Millis)>,
    asking: bool,
    /// The server said that this account gets none; it is not asked again.
    forbidden: bool,
}

impl Turn {
    /// Whether the homeserver should be asked now. Says so once until it has [answered](Self::answered).
    pub fn ask(&mut self, now: Millis) -> bool {
        let fresh = self.until.is_some_and(|(stale, _)| now < stale);
        let ask = !fresh && !self.asking && !self.forbidden;
        self.asking |= ask;
        ask
    }

    /// Whether an answer is under way.
    pub fn is_asking(&self) -> bool {
        self.asking
    }

    /// Takes the homeserver's answer. Whatever it is, calls go on with what there is.
    pub fn answered(&mut self, now: Millis, result: Result<&Value, &HostError>) {
        self.asking = false;
        match result {
            Ok(answer) => {
                let (servers, ttl) = read(answer);
                let left = FRESH_AT_LEAST.max(FRESH_BEFORE.min(Millis(ttl.0 / 2)));
                let stale = if servers.is_empty() { ttl } else { ttl.since(left) };
                self.until = Some((now.plus(stale), now.plus(ttl)));
                self.servers = servers;
            }
            Err(HostError::Refused { status: 403, .. }) => self.forbidden = true,
            Err(_) => {}
        }
    }

    /// What a connection that begins now may use.
    pub fn ice_servers(&self, now: Millis, preferences: &Preferences, site: &SiteSettings) -> Vec<IceServer> {
        let good = self.until.is_some_and(|(_, end)| now < end);
        if good && !self.servers.is_empty() {
            return self.servers.clone();
        }
        if preferences.fallback == Some(true) { fallback(site).into_iter().collect() } else { Vec::new() }
    }

    /// Whether the homeserver names a server that can relay.
    pub fn can_relay(&self, now: Millis) -> bool {
        self.until.is_some_and(|(_, end)| now < end) && self.servers.iter().any(is_relay)
    }

    /// Whether the person is still to be asked about the site's fallback servers: nothing else helps, and nobody forbids it.
    pub fn fallback_is_open(&self, now: Millis, preferences: &Preferences, site: &SiteSettings) -> bool {
        preferences.fallback.is_none()
            && self.ice_servers(now, preferences, site).is_empty()
            && fallback(site).is_some()
    }
}

/// The site's STUN servers that would be used, by their names: without their scheme.
pub fn fallback_names(site: &SiteSettings) -> Vec<String> {
    let urls = fallback(site).map(|server| server.urls).unwrap_or_default();
    urls.iter().map(|url| url.split_once(':').map_or(url.as_str(), |(_, place)| place).to_owned()).collect()
}

fn is_relay(server: &IceServer) -> bool {
    server.urls.iter().any(|url| url.starts_with("turn"))
}

/// The site's STUN servers; none where the homeserver forbids them.
fn fallback(site: &SiteSettings) -> Option<IceServer> {
    let urls: Vec<String> = site
        .fallback_ice_servers
        .iter()
        .filter_map(|address| checked(address))
        .filter(|address| address.starts_with("stun"))
        .take(MOST_ADDRESSES)
        .collect();
    (!site.fallback_forbidden && !urls.is_empty()).then_some(IceServer { urls, username: None, credential: None })
}

/// The servers of an answer, and how long they are good for. Never a server that a browser would refuse: one bad address would
/// make the whole connection throw.
fn read(answer: &Value) -> (Vec<IceServer>, Millis) {
    let nothing = Object::new();
    let answer = answer.as_object().unwrap_or(&nothing);
    let word = |key| json::string(answer, key).filter(|word| !word.is_empty()).map(str::to_owned);
    let (username, credential) = (word("username"), word("password"));
    let addresses = json::array(answer, "uris").iter().filter_map(Value::as_str).filter_map(checked);
    let (relays, others): (Vec<String>, Vec<String>) =
        addresses.take(MOST_ADDRESSES).partition(|address| address.starts_with("turn"));
    let mut servers = Vec::new();
    if !relays.is_empty() && username.is_some() && credential.is_some() {
        servers.push(IceServer { urls: relays, username, credential });
    }
    if !others.is_empty() {
        servers.push(IceServer { urls: others, username: None, credential: None });
    }
    let ttl = json::integer(answer, "ttl").and_then(|ttl| u64::try_from(ttl).ok()).map(Millis::seconds);
    let ttl = if servers.is_empty() { NOTHING_COUNTS_FOR } else { ttl.unwrap_or(NOTHING_COUNTS_FOR).min(LONGEST_TTL) };
    (servers, ttl)
}

/// An address that every browser takes (RFC 7064, RFC 7065), or none: scheme, host, port, and for TURN the transport.
pub(crate) fn checked(address: &str) -> Option<String> {
    if address.len() > LONGEST_ADDRESS {
        return None;
    }
    let (scheme, rest) = address.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
    if !is_place(place) {
        return None;
    }
    match (scheme.as_str(), query) {
        ("turn" | "turns", None | Some("transport=udp" | "transport=tcp")) => {
            let query = query.map_or_else(String::new, |query| ["?", query].concat());
            Some([&scheme, ":", place, &query].concat())
        }
        // A transport is refused there.
        ("stun" | "stuns", _) => Some([&scheme, ":", place].concat()),
        _ => None,
    }
}

/// `host[:port]`, the host a name, an IPv4 address or an IPv6 address in brackets.
fn is_place(place: &str) -> bool {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else {
            return false;
        };
        if host.parse::<std::net::Ipv6Addr>().is_err() {
            return false;
        }
        match after.strip_prefix(':') {
            None if after.is_empty() => ("v6", None),
            None => return false,
            Some(port) => ("v6", Some(port)),
        }
    } else {
        place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)))
    };
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !host.is_empty()
        && host.bytes().all(name)
        && port.is_none_or(|port| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port != 0)
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn servers(answer: Value) -> Vec<IceServer> {
        read(&answer).0
    }

    fn relay(uris: Value) -> Value {
        json!({ "uris": uris, "username": "u", "password": "p", "ttl": 86_400 })
    }

    fn turn_with(answer: &Value) -> Turn {
        let mut turn = Turn::default();
        assert!(turn.ask(Millis(0)));
        turn.answered(Millis(0), Ok(answer));
        turn
    }

    #[test]
    fn an_ordinary_answer_becomes_one_server() {
        let uris = ["turn:127.0.0.1:3478?transport=udp", "turn:127.0.0.1:3478?transport=tcp", "turns:t.test:443"];
        let expected = IceServer {
            urls: uris.map(str::to_owned).to_vec(),
            username: Some("u".into()),
            credential: Some("p".into()),
        };
        assert_eq!(servers(relay(json!(uris))), [expected]);
    }

    #[test]
    fn one_bad_address_does_not_cost_the_others() {
        let uris = json!([
            "",
            "http://x",
            7,
            "turn:",
            "turn:h:99999",
            "turn:h?transport=sctp",
            "turn:[::1",
            "turn:ok.test",
            "turn:a b"
        ]);
        assert_eq!(servers(relay(uris)).first().map(|server| server.urls.clone()), Some(vec!["turn:ok.test".into()]));
    }

    #[test]
    fn every_malformed_answer_means_no_server() {
        for answer in [
            json!({}),
            json!(null),
            json!([]),
            json!("turn:x"),
            json!({ "uris": [], "username": "", "password": "", "ttl": 0 }),
            json!({ "uris": "turn:x", "username": "u", "password": "p" }),
            json!({ "uris": ["turn:x"], "username": "", "password": "p" }),
            json!({ "uris": ["turn:x"], "username": "u" }),
            json!({ "uris": ["turn:x"], "username": 5, "password": "p", "ttl": -3 }),
        ] {
            assert!(servers(answer.clone()).is_empty(), "{answer}");
            turn_with(&answer).ice_servers(Millis(1), &Preferences::default(), &SiteSettings::default());
        }
    }

    #[test]
    fn stun_loses_its_transport_and_needs_no_password() {
        let answer = json!({ "uris": ["stun:s.test?transport=udp", "STUN:[::1]:3478"], "ttl": 600 });
        let urls = servers(answer).into_iter().flat_map(|server| server.urls).collect::<Vec<_>>();
        assert_eq!(urls, ["stun:s.test", "stun:[::1]:3478"]);
    }

    #[test]
    fn an_answer_is_asked_for_once_and_again_before_it_ends() {
        let mut turn = Turn::default();
        assert!(turn.ask(Millis(0)) && !turn.ask(Millis(0)));
        turn.answered(Millis(0), Ok(&relay(json!(["turn:x"]))));
        assert!(!turn.ask(Millis::seconds(85_000)));
        assert!(turn.ask(Millis::seconds(86_400 - 600)));
        // The old one serves until the new one is there.
        assert!(turn.can_relay(Millis::seconds(86_399)));
        assert!(!turn.can_relay(Millis::seconds(86_400)));
    }

    #[test]
    fn a_short_ttl_is_not_used_up() {
        let mut answer = relay(json!(["turn:x"]));
        answer["ttl"] = json!(200);
        let mut turn = turn_with(&answer);
        assert!(!turn.ask(Millis::seconds(99)) && turn.ask(Millis::seconds(100)));
    }

    #[test]
    fn a_guest_who_gets_none_does_not_ask_again_and_a_failure_asks_next_time() {
        let refused =
            |status| HostError::Refused { errcode: "M".into(), status, message: String::new(), retry_after: None };
        let mut turn = Turn::default();
        assert!(turn.ask(Millis(0)));
        turn.answered(Millis(0), Err(&refused(429)));
        assert!(turn.ask(Millis(1)));
        turn.answered(Millis(1), Err(&refused(403)));
        assert!(!turn.ask(Millis::seconds(9_999)));
    }

    #[test]
    fn fallback_servers_need_consent_and_can_be_forbidden() {
        let site = SiteSettings {
            fallback_ice_servers: vec!["stun:s.test".into(), "turn:t.test".into()],
            ..Default::default()
        };
        let turn = turn_with(&json!({}));
        let mut me = Preferences::default();
        assert!(turn.ice_servers(Millis(1), &me, &site).is_empty() && turn.fallback_is_open(Millis(1), &me, &site));
        me.fallback = Some(true);
        assert_eq!(turn.ice_servers(Millis(1), &me, &site).first().map(|one| one.urls.len()), Some(1));
        let forbidden = SiteSettings { fallback_forbidden: true, ..site.clone() };
        assert!(turn.ice_servers(Millis(1), &me, &forbidden).is_empty());
        let own = turn_with(&relay(json!(["turn:x"])));
        assert_eq!(
            own.ice_servers(Millis(1), &me, &site).first().map(|one| one.urls.clone()),
            Some(vec!["turn:x".into()])
        );
        me.fallback = Some(false);
        assert!(turn.ice_servers(Millis(1), &me, &site).is_empty() && !turn.fallback_is_open(Millis(1), &me, &site));
    }

    #[test]
    fn only_the_fallback_servers_that_would_be_used_are_named() {
        let servers = ["stun:stun.example.org:3478?transport=udp", "turn:t.test", "odd", "STUNS:s.test"];
        let site = SiteSettings { fallback_ice_servers: servers.map(str::to_owned).to_vec(), ..Default::default() };
        assert_eq!(fallback_names(&site), ["stun.example.org:3478", "s.test"]);
        assert!(fallback_names(&SiteSettings { fallback_forbidden: true, ..site }).is_empty());
    }
}
