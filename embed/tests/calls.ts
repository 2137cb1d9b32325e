// The calls' interface as people meet it: what is right compiles, and each line below a `@ts-expect-error` does not. Nothing of it runs.
import { type Calls, connect, createCalls, type Host, mount, setCalls } from "../src/index";

declare const host: Host;

export async function page(): Promise<void> {
  const calls: Calls = await connect(host, { wrapperUrl: "/calls/jitsi.html", language: "de-AT" });
  calls.addEventListener("call-ended", (event) => event.detail.connected satisfies boolean);
  calls.addEventListener("crashed", () => location.reload());
  await calls.close();

  const other = await createCalls(host, { styleSheet: ".meet-bar { padding: 0 }", texts: { "call.buttons": "Ring" } });
  const handle = other.mount("stage", document.body, { roomId: "!a:example.org", layouts: true });
  handle.update({ roomId: "!b:example.org" });
  handle.unmount();
  mount(document.body, { part: "tile", roomId: "!a:example.org", eventId: "$event" }).unmount();
  // @ts-expect-error there is no such part
  other.mount("nothing", document.body);
  // @ts-expect-error no host
  await createCalls({ userId: "@me:example.org" });
  setCalls(other);
  setCalls(null);
}

export function elements(calls: Calls): void {
  const stage = document.createElement("meet-call-stage");
  stage.calls = calls;
  stage.calls = null;
  stage.roomId = "!a:example.org";
  stage.roomId = null;
  stage.roomId satisfies string;
  stage.layouts = true;
  stage.theme = "dark";
  stage.addEventListener("conference-joined", (event) => event.detail.widgetId satisfies string);
  stage.addEventListener("click", (event) => event.clientX satisfies number);
  // @ts-expect-error no such look
  stage.theme = "pink";
  document.addEventListener("call-ringing", (event) => event.detail.userId satisfies string);
  const tile = document.querySelector("meet-call-tile");
  if (tile) tile.event = { type: "im.vector.modular.widgets", content: {} };
}
