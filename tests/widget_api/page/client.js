// A client that hosts one widget, as the web clients built on matrix-widget-api do it.

import { ClientWidgetApi, OpenIDRequestState, Widget, WidgetDriver } from "matrix-widget-api";

/** What the widget asked, `[action, data]`, oldest first. */
export const heard = [];
/** What the API went through: "preparing", "ready", "error:preparing". */
export const stages = [];
/** What the widget wanted to be allowed. */
export let requested = null;
/** Every message that came from the widget's window, whether the API took it or not. */
export const posted = [];

/** What people are asked for comes from the test. */
class Driver extends WidgetDriver {
  async validateCapabilities(wanted) {
    requested = [...wanted].sort();
    return wanted;
  }

  askOpenID(observer) {
    openIdQuestion = observer;
    while (openIdQuestion && openIdAnswers.length > 0) answerOpenId(openIdAnswers.shift());
  }
}

/** Actions that such clients answer themselves. */
const OWN = [
  "set_always_on_screen", "io.element.join", "im.vector.hangup", "io.element.device_mute", "io.element.participants",
];

let api;
let openIdQuestion;
const openIdAnswers = [];

/**
 * Frames a widget. `event` is the content of its state event with its id; `person` fills its template.
 * `refuses` are actions that this client does not know; `parentUrl` is what it claims to be, and as a rule its own address.
 */
export function host(event, person, { refuses = [], parentUrl = location.href.split("#")[0], query = "" } = {}) {
  const widget = new Widget(event);
  const url = new URL(widget.getCompleteUrl(person));
  url.searchParams.set("widgetId", widget.id);
  url.searchParams.set("parentUrl", parentUrl);
  url.search += query;
  const frame = document.createElement("iframe");
  frame.id = "widget";
  frame.title = "Widget";
  frame.sandbox = "allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts " +
    "allow-presentation allow-downloads";
  frame.allow = "microphone; camera; encrypted-media; autoplay; display-capture; clipboard-write; clipboard-read";
  frame.src = url.href.replace(/%24/g, "$");
  document.body.append(frame);
  window.addEventListener("message", ({ source, data }) => {
    if (source === frame.contentWindow) posted.push(data);
  });
  api = new ClientWidgetApi(widget, frame, new Driver());
  for (const stage of ["preparing", "ready", "error:preparing"]) api.on(stage, () => stages.push(stage));
  api.transport.on("message", ({ detail }) => heard.push([detail.action, detail.data]));
  for (const action of OWN.filter((action) => !refuses.includes(action))) {
    api.on(`action:${action}`, (event) => {
      event.preventDefault();
      api.transport.reply(event.detail, action === "set_always_on_screen" ? { success: true } : {});
    });
  }
}

/** Sends an action and gives the answer, an error as `{error: …}`. */
export async function send(action, data = {}) {
  try {
    return await api.transport.send(action, data);
  } catch (error) {
    return { error: error.message };
  }
}

export async function changeTheme(name) {
  await api.updateTheme({ name });
}

/** The answer to the question for an OpenID token, to the one that is open or the next one. `state` is "request" before a later one. */
export function answerOpenId({ state, token }) {
  if (!Object.values(OpenIDRequestState).includes(state)) throw new Error(state);
  if (openIdQuestion) openIdQuestion.update({ state, token });
  else openIdAnswers.push({ state, token });
  if (state !== OpenIDRequestState.PendingUserConfirmation) openIdQuestion = undefined;
}
