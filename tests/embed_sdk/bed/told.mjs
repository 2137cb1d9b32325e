// What a host told.

import { eventually } from "./sdk.mjs";

export class Told {
  /** Every event of the host, oldest first. */
  all = [];
  unsubscribe;

  constructor(host) {
    this.unsubscribe = host.subscribe((event) => this.all.push(event));
  }

  of(type) {
    return this.all.filter((event) => event.type === type);
  }

  /** The batches that hold something. */
  get batches() {
    return this.of("live").filter(({ events }) => events.length > 0);
  }

  /** Every live event, oldest first. */
  get live() {
    return this.batches.flatMap(({ events }) => events);
  }

  ids() {
    return this.live.map(({ event }) => event.event_id);
  }

  forget() {
    this.all.length = 0;
  }

  /** The first told event of which `is` holds. */
  async until(is, what) {
    return eventually(() => this.all.find(is), `${what} (told: ${JSON.stringify(this.all).slice(0, 2_000)})`);
  }

  /** The live event with this id. */
  async event(id) {
    return eventually(
      () => this.live.find(({ event }) => event.event_id === id),
      `the live event ${id} (told: ${JSON.stringify(this.all).slice(0, 2_000)})`,
    );
  }
}
