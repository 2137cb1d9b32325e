// A widget, as they are written with matrix-widget-api.

import { WidgetApi } from "matrix-widget-api";

/** What the client asked, `[action, data]`, oldest first. */
export const heard = [];
/** Whether the client has told what the widget may do. */
export let ready = false;

let api;

/** Starts the widget's end; these actions are taken and answered, all others refused by the API. */
export function start({ capabilities = [], takes = [], ask = true } = {}) {
  const [query, fragment] = [location.search, location.hash.slice(1)].map((text) => new URLSearchParams(text));
  const given = (name) => query.get(name) ?? fragment.get(name);
  api = new WidgetApi(given("widgetId"), new URL(given("parentUrl")).origin);
  api.requestCapabilities(capabilities);
  api.on("ready", () => (ready = true));
  api.transport.on("message", ({ detail }) => heard.push([detail.action, detail.data]));
  for (const action of takes) {
    api.on(`action:${action}`, (event) => {
      event.preventDefault();
      api.transport.reply(event.detail, {});
    });
  }
  api.start();
  if (ask) api.sendContentLoaded().catch(() => {});
}

/** Sends an action and gives the answer, an error as `{error: …}`. */
export async function send(action, data = {}) {
  try {
    return await api.transport.send(action, data);
  } catch (error) {
    return { error: error.message };
  }
}

/** Asks for an OpenID token; what is refused is `{error: …}`. */
export async function askOpenId() {
  try {
    return await api.requestOpenIDConnectToken();
  } catch (error) {
    return { error: error.message };
  }
}

/** What the client speaks. */
export async function versions() {
  return api.getClientVersions();
}
