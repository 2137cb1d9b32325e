// My account data, and what they say of calls: whether those ring on this device, and whom I ignore.

import { asHost } from "./failures.js";

const RULES = "m.push_rules";
const IGNORED = "m.ignored_user_list";
/** MSC3890; the device's id follows. */
const SILENCED = "org.matrix.msc3890.local_notification_settings.";
const TIMEOUT = 30_000;

export class Account {
  #client;

  constructor(client) {
    this.#client = client;
  }

  /** The content of a type as the syncs have it. */
  known(type) {
    return this.#client.getAccountData?.(type)?.getContent() ?? null;
  }

  /** The same as the homeserver has it now: the SDK's own way gives what the syncs have. */
  async fetch(type, roomId) {
    try {
      return await this.#request("GET", type, roomId);
    } catch (error) {
      if (error?.errcode === "M_NOT_FOUND") return null;
      throw error;
    }
  }

  /** Replaces the content. The SDK's own way waits for a sync, and repeats what failed. */
  replace(type, content, roomId) {
    return this.#request("PUT", type, roomId, content);
  }

  /** Whether a call may ring on this device. */
  ringAllowed() {
    const silence = this.known(SILENCED + this.#client.getDeviceId?.());
    return silence?.is_silenced !== true && letsCallsRing(this.#rules());
  }

  /** Whether my push rules notify of what is said in a room. */
  notifiesIn(roomId) {
    return !isMuted(this.#rules(), roomId);
  }

  /** Whether I ignore somebody. */
  isIgnored(userId) {
    const ignored = this.known(IGNORED)?.ignored_users;
    return typeof ignored === "object" && ignored !== null && Object.hasOwn(ignored, userId);
  }

  /** The global rules. */
  #rules() {
    const rules = this.#client.pushRules ?? this.known(RULES);
    return rules?.global ?? {};
  }

  #request(method, type, roomId, content) {
    const [user, kind] = [this.#client.getUserId(), type].map(encodeURIComponent);
    const room = roomId === undefined ? "" : `/rooms/${encodeURIComponent(roomId)}`;
    const path = `/user/${user}${room}/account_data/${kind}`;
    const options = { localTimeoutMs: TIMEOUT };
    return asHost(this.#client.http.authedRequest(method, path, undefined, content, options));
  }
}

/**
 * Whether push rules let a call ring (Client-Server API, "Push notifications"): `.m.rule.call` notifies with a sound, and
 * `.m.rule.master`, which silences everything, is off. Rules that are not there silence nothing.
 */
function letsCallsRing(rules) {
  const rule = (kind, id) => listed(rules, kind).find((rule) => rule.rule_id === id);
  const [master, call] = [rule("override", ".m.rule.master"), rule("underride", ".m.rule.call")];
  const isSound = (action) => action?.set_tweak === "sound" && "value" in action;
  return !(master && isOn(master)) && (!call || (isOn(call) && notifies(call) && actionsOf(call).some(isSound)));
}

/**
 * Whether a rule of its own keeps a room quiet: one that overrides everything for a room is mute, one for the room itself leaves
 * mentions. Both come before the rule for conferences (`.im.vector.jitsi`, an underride rule).
 */
function isMuted(rules, roomId) {
  const isQuiet = (rule) => isOn(rule) && !notifies(rule);
  const isOfRoom = ({ conditions }) => {
    const [condition, ...others] = Array.isArray(conditions) ? conditions : [];
    const { kind, key, pattern } = condition ?? {};
    return others.length === 0 && kind === "event_match" && key === "room_id" && pattern === roomId;
  };
  const overridden = listed(rules, "override").some((rule) => isQuiet(rule) && isOfRoom(rule));
  return overridden || listed(rules, "room").some((rule) => isQuiet(rule) && rule.rule_id === roomId);
}

function listed(rules, kind) {
  const list = Array.isArray(rules[kind]) ? rules[kind] : [];
  return list.filter((rule) => typeof rule === "object" && rule !== null);
}

function actionsOf(rule) {
  return Array.isArray(rule.actions) ? rule.actions : [];
}

function notifies(rule) {
  return actionsOf(rule).includes("notify");
}

function isOn(rule) {
  return rule.enabled ?? true;
}
