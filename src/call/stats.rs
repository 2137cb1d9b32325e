//! A connection's `getStats`, read into a [`Sample`]. Chromium and Safari name the pair in use by their transport; Firefox has no
//! `transport` and marks the pair itself.

use serde_json::Value;

use crate::call::peer::{Path, Sample};
use crate::json::{self, Object};

/// Reads the values of an `RTCStatsReport`, a list of objects. What is missing stays empty.
pub fn sample(stats: &Value) -> Sample {
    let all: Vec<&Object> = stats.as_array().into_iter().flatten().filter_map(Value::as_object).collect();
    let mut sample = Sample::default();
    for stat in of_type(&all, "inbound-rtp") {
        sample.received = sample.received.saturating_add(count(stat, "packetsReceived"));
        sample.bytes_received = sample.bytes_received.saturating_add(count(stat, "bytesReceived"));
        sample.lost = sample.lost.saturating_add(json::integer(stat, "packetsLost").unwrap_or(0));
        sample.freezes = sample.freezes.saturating_add(count(stat, "freezeCount"));
        sample.jitter = larger(sample.jitter, milliseconds(stat, "jitter"));
        sample.frames_per_second = larger(sample.frames_per_second, number(stat, "framesPerSecond"));
    }
    for stat in of_type(&all, "outbound-rtp") {
        sample.bytes_sent = sample.bytes_sent.saturating_add(count(stat, "bytesSent"));
        match json::string(stat, "qualityLimitationReason") {
            Some("cpu") => sample.limited_by_cpu = true,
            Some("bandwidth") => sample.limited_by_bandwidth = true,
            _ => {}
        }
    }
    if let Some(pair) = pair(&all) {
        sample.round_trip = milliseconds(pair, "currentRoundTripTime");
        sample.path = json::string(pair, "localCandidateId").and_then(|id| by_id(&all, id)).and_then(path);
    }
    sample
}

fn of_type<'a>(all: &[&'a Object], name: &str) -> impl Iterator<Item = &'a Object> {
    all.iter().copied().filter(move |stat| json::string(stat, "type") == Some(name))
}

fn by_id<'a>(all: &[&'a Object], id: &str) -> Option<&'a Object> {
    all.iter().copied().find(|stat| json::string(stat, "id") == Some(id))
}

/// The pair in use: the transport's, the one marked `selected`, or the nominated one that most was sent by (after an ICE restart
/// the old one may be there still).
fn pair<'a>(all: &[&'a Object]) -> Option<&'a Object> {
    let by_transport = of_type(all, "transport")
        .filter_map(|transport| json::string(transport, "selectedCandidatePairId"))
        .find_map(|id| by_id(all, id));
    let pairs = || of_type(all, "candidate-pair");
    by_transport.or_else(|| pairs().find(|pair| json::boolean(pair, "selected") == Some(true))).or_else(|| {
        let in_use = |pair: &&Object| {
            json::boolean(pair, "nominated") == Some(true) && json::string(pair, "state") == Some("succeeded")
        };
        pairs().filter(in_use).max_by_key(|pair| count(pair, "bytesSent"))
    })
}

fn path(candidate: &Object) -> Option<Path> {
    if json::string(candidate, "relayProtocol").is_some() {
        return Some(Path::Relayed);
    }
    match json::string(candidate, "candidateType")? {
        "relay" => Some(Path::Relayed),
        "host" => Some(Path::Direct),
        "srflx" | "prflx" => Some(Path::Mapped),
        _ => None,
    }
}

fn count(stat: &Object, key: &str) -> u64 {
    json::integer(stat, key).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

fn number(stat: &Object, key: &str) -> Option<f64> {
    stat.get(key).and_then(Value::as_f64)
}

fn milliseconds(stat: &Object, key: &str) -> Option<f64> {
    number(stat, key).map(|seconds| seconds * 1000.0)
}

fn larger(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_transport_names_the_pair_among_several() {
        let stats = json!([
            { "type": "candidate-pair", "id": "old", "nominated": true, "state": "succeeded", "bytesSent": 999,
              "currentRoundTripTime": 0.5, "localCandidateId": "relay" },
            { "type": "candidate-pair", "id": "new", "nominated": true, "state": "succeeded", "bytesSent": 1,
              "currentRoundTripTime": 0.02, "localCandidateId": "host" },
            { "type": "transport", "id": "t", "selectedCandidatePairId": "new" },
            { "type": "local-candidate", "id": "host", "candidateType": "host" },
            { "type": "local-candidate", "id": "relay", "candidateType": "relay" },
        ]);
        let sample = sample(&stats);
        assert_eq!((sample.round_trip, sample.path), (Some(20.0), Some(Path::Direct)));
    }

    #[test]
    fn without_a_transport_the_selected_pair_counts_and_then_the_busiest_nominated_one() {
        let pair = |id: &str, selected: bool, sent: u64| {
            json!({ "type": "candidate-pair", "id": id, "selected": selected, "nominated": true, "state": "succeeded",
                    "bytesSent": sent, "localCandidateId": format!("local {id}") })
        };
        let candidate = |id: &str, kind: &str| json!({ "type": "local-candidate", "id": format!("local {id}"), "candidateType": kind });
        let candidates = [candidate("a", "host"), candidate("b", "srflx")];
        let read = |pairs: [Value; 2]| sample(&[pairs.as_slice(), &candidates].concat().into()).path;
        assert_eq!(read([pair("a", false, 9), pair("b", true, 1)]), Some(Path::Mapped));
        assert_eq!(read([pair("a", false, 9), pair("b", false, 1)]), Some(Path::Direct));
    }

    /// A peer-reflexive candidate of a TURN server's socket is called `prflx` by its type.
    #[test]
    fn a_relay_protocol_is_a_relay_whatever_the_type() {
        let stats = json!([
            { "type": "candidate-pair", "id": "p", "selected": true, "localCandidateId": "c" },
            { "type": "local-candidate", "id": "c", "candidateType": "prflx", "relayProtocol": "udp" },
        ]);
        assert_eq!(sample(&stats).path, Some(Path::Relayed));
    }

    #[test]
    fn kinds_are_added_up_and_the_worst_jitter_counts() {
        let stats = json!([
            { "type": "inbound-rtp", "kind": "audio", "packetsReceived": 10, "packetsLost": -1, "bytesReceived": 100, "jitter": 0.01 },
            { "type": "inbound-rtp", "kind": "video", "packetsReceived": 20, "packetsLost": 3, "bytesReceived": 1000,
              "jitter": 0.03, "framesPerSecond": 29.5, "freezeCount": 2 },
            { "type": "outbound-rtp", "bytesSent": 7 },
            { "type": "outbound-rtp", "bytesSent": 8, "qualityLimitationReason": "cpu" },
        ]);
        let expected = Sample {
            received: 30,
            lost: 2,
            jitter: Some(30.0),
            bytes_received: 1100,
            bytes_sent: 15,
            frames_per_second: Some(29.5),
            freezes: 2,
            limited_by_cpu: true,
            ..Sample::default()
        };
        assert_eq!(sample(&stats), expected);
    }

    #[test]
    fn nonsense_measures_nothing() {
        for stats in [json!(null), json!([1, "x", {}]), json!([{ "type": "inbound-rtp", "packetsLost": "many" }])] {
            assert_eq!(sample(&stats), Sample::default(), "{stats}");
        }
    }
}
