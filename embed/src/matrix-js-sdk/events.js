// Events of the SDK as JSON, and which of them calls heed.

export const ENCRYPTED = "m.room.encrypted";
export const MEMBER = "m.room.member";
export const WIDGETS = ["im.vector.modular.widgets", "m.widget"];

/** An event of the SDK in the client format, decrypted where that was possible. */
export function eventJson(event) {
  const json = {
    type: event.getType(),
    sender: event.getSender(),
    origin_server_ts: event.getTs(),
    content: event.getContent(),
    unsigned: { ...event.getUnsigned() },
  };
  const [id, stateKey] = [event.getId(), event.getStateKey()];
  if (id !== undefined) json.event_id = id;
  if (stateKey !== undefined) json.state_key = stateKey;
  return json;
}

/** Whether it is still a secret: it came encrypted, and could not be read so far. */
export function isUnread(event) {
  return event.getType() === ENCRYPTED || event.isDecryptionFailure();
}

/** Whether it belongs to a call between two. Until it is read it may. */
export function mayBeOfCall(event) {
  return event.getStateKey() === undefined && (isUnread(event) || isCall(event));
}

/** Whether it does. */
export function isCall(event) {
  return event.getStateKey() === undefined && /^(m|org\.matrix)\.call\./.test(event.getType());
}

/** Whether it is a conference, or another widget. */
export function isWidget(event) {
  return event.getStateKey() !== undefined && WIDGETS.includes(event.getType());
}

/** Has an event decrypted, and waits for that. Whether it worked stands in the event. */
export async function decrypt(client, event) {
  try {
    await client.decryptEventIfNeeded?.(event);
  } catch {
    // It stays unread.
  }
}

/** As a host tells a live event. `receivedAt` is by this page's clock. */
export function liveEvent(event, receivedAt) {
  return { roomId: event.getRoomId(), event: eventJson(event), encrypted: event.isEncrypted(), receivedAt };
}
