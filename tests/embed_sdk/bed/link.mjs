// A client's way to the homeserver: what goes over it is written down, and can be held, refused or changed.

export class Link {
  /** `{ method, path, query, body, keepalive }` of each request, oldest first. */
  requests = [];
  /** Called with each request; what it returns is the answer, or nothing. */
  refuse = () => undefined;
  /** Called with the JSON of each answer to a sync; gives what the client gets. */
  change = (answer) => answer;
  #held = null;

  /** Answers of syncs wait until this is called again with `false`. */
  hold(isHeld) {
    if (isHeld) this.#held = Promise.withResolvers();
    else this.#held?.resolve();
    if (!isHeld) this.#held = null;
  }

  /** What went out and was not read: `type` is that of the event. */
  sent(type) {
    return this.requests.filter(({ method, path }) => method === "PUT" && path.includes(`/send/${type}/`));
  }

  async fetch(url, request = {}) {
    const { pathname: path, searchParams: query } = new URL(url);
    const { method = "GET", keepalive = false, headers = {} } = request;
    const body = typeof request.body === "string" ? JSON.parse(request.body) : undefined;
    const asked = { method, path: decodeURIComponent(path), query, body, keepalive, headers };
    this.requests.push(asked);
    const refusal = this.refuse(asked);
    if (refusal) return refusal;
    const isSync = path.endsWith("/sync");
    const answer = await fetch(url, request);
    if (!isSync || !answer.ok) return answer;
    if (this.#held) await this.#held.promise;
    return json(200, this.change(await answer.json()));
  }
}

/** An answer with a JSON body. */
export function json(status, body) {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

/** No answer at all, as `fetch` says it. */
export function unreachable() {
  return Promise.reject(new TypeError("fetch failed"));
}
