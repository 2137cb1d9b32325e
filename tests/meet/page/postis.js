// The transport to the embedding page: JSON strings over postMessage, one scope per meeting.

const READY = "__ready__";
const MESSAGE = "message";
const EVERY_MS = 50;

/** Speaks to `target` in the scope of one API id. What is sent before the other side is there waits in a list. */
export class Postis {
  #scope;
  #target;
  #checkId = `${Date.now()}-${Math.random()}`;
  #timer;
  #waiting = [];
  #ready = false;
  #onMessage;

  /**
   * @param {number} apiId
   * @param {Window} target
   * @param {(message: object) => void} onMessage
   */
  constructor(apiId, target, onMessage) {
    this.#scope = `jitsi_meet_external_api_${apiId}`;
    this.#target = target;
    this.#onMessage = onMessage;
    window.addEventListener("message", (event) => this.#receive(event));
    this.#timer = setInterval(() => this.#post(READY, this.#checkId), EVERY_MS);
  }

  /** Sends now or, before the handshake is over, later. */
  send(message) {
    if (this.#ready) this.#post(MESSAGE, message);
    else this.#waiting.push(message);
  }

  // As Meet does, any origin is heard that knows the scope.
  #receive(event) {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return;
    }
    if (data?.postis !== true || data.scope !== this.#scope) return;
    if (data.method === READY) this.#shakeHands(data.params);
    else if (data.method === MESSAGE && data.params) this.#onMessage(data.params);
  }

  #shakeHands(id) {
    if (id !== this.#checkId) {
      this.#post(READY, id);
      return;
    }
    clearInterval(this.#timer);
    this.#ready = true;
    for (const message of this.#waiting.splice(0)) this.#post(MESSAGE, message);
  }

  #post(method, params) {
    this.#target.postMessage(JSON.stringify({ postis: true, scope: this.#scope, method, params }), "*");
  }
}
