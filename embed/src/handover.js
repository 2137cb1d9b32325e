// What the program in front hears and can't heed, until the whole one is there to be told: it may ring.

/** A call that nobody took is over after a minute; with the time that two clocks may differ. */
const LONGEST = 2 * 60 * 1000;
/** How many batches are kept. A sync brings one, so that more come of a room that is flooded. */
const MOST = 200;
/** How long until the program is asked for again, at first and at most. */
const SOON = 5 * 1000;
const LATE = 60 * 1000;

export class Handover {
  #missed = [];
  #wanted = false;
  #fetching = false;
  #over = false;
  #again;
  #wait = SOON;
  #fetch;
  #done;
  #failed;

  /** `fetch` promises the program, which `done` is given; `failed` hears that it did not come, or could not be used. */
  constructor(fetch, done, failed) {
    this.#fetch = fetch;
    this.#done = done;
    this.#failed = failed;
  }

  /** Keeps live events that may ring, as they are now: the page may change them afterwards. */
  keep({ events, gaps }) {
    const now = Date.now();
    this.#put(now, list(events).flatMap((live) => copied(live, now)), gaps);
  }

  /** Keeps that rooms have gaps, which concerns what is kept already. */
  keepGaps({ gaps }) {
    const now = Date.now();
    this.#age(now);
    if (this.#missed.length > 0 && list(gaps).length > 0) this.#put(now, [], gaps);
  }

  #put(now, events, gaps) {
    this.#age(now);
    this.#missed.push([now, { type: "live", events, gaps: list(gaps).filter((gap) => typeof gap === "string") }]);
    this.#missed = this.#missed.slice(-MOST);
  }

  #age(now) {
    this.#missed = this.#missed.filter(([at]) => now - at < LONGEST);
  }

  /** What was kept and may still ring, for the program that is there now. */
  take() {
    this.#age(Date.now());
    const missed = this.#missed.map(([, event]) => event);
    this.#missed = [];
    return missed;
  }

  /** The program is needed; `urgent`: somebody waits for it, so that one that did not come is asked for again at once. */
  need(urgent = false) {
    this.#wanted = true;
    if (this.#fetching || this.#over || (this.#again && !urgent)) return;
    this.#fetching = true;
    this.#stopTimer();
    let came = false;
    this.#fetch()
      .then((program) => {
        came = true;
        this.#fetching = false;
        if (this.#wanted && !this.#over) this.#done(program);
      })
      .catch((error) => {
        this.#fetching = false;
        if (this.#over && came) console.error("meet-in-chat: taking the calls over", error);
        if (!this.#wanted || this.#over) return;
        this.#again = setTimeout(() => this.need(true), this.#wait);
        this.#wait = Math.min(2 * this.#wait, LATE);
        this.#failed(error);
      });
  }

  /** It will be needed soon. */
  warm() {
    // Whoever needs it hears why it did not come.
    if (!this.#over && !this.#again) this.#fetch().catch(() => {});
  }

  /** Nothing of what was is to be told any more, and nothing needs the program until something does again. */
  forget() {
    this.#missed = [];
    this.#wanted = false;
    this.#wait = SOON;
    this.#stopTimer();
  }

  #stopTimer() {
    clearTimeout(this.#again);
    this.#again = undefined;
  }

  /** It is handed over, or there is nobody any more whom it could be handed to. */
  end() {
    this.#over = true;
    this.forget();
  }
}

const list = (value) => (Array.isArray(value) ? value : []);

/** An event apart from the page's objects, in a list; an empty one where JSON has no words for it. */
function copied(live, now) {
  try {
    const copy = JSON.parse(JSON.stringify(live));
    copy.receivedAt ??= now;
    return [copy];
  } catch {
    return [];
  }
}
