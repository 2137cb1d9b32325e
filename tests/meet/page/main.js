// The page of a room: puts the parts together.

import { readAddress } from "./address.js";
import { Api } from "./api.js";
import { commands } from "./commands.js";
import { Conference } from "./conference.js";
import { inspect } from "./inspect.js";
import { requests } from "./requests.js";
import { View } from "./view.js";

const address = readAddress(location);
document.documentElement.lang = address.lang;

const view = new View(document);
const conference = new Conference(address, view);
const api = new Api(address.apiId, { commands: commands(conference), requests: requests(conference) });

forwardLogs(address.config.apiLogLevels);
view.onPress({
  microphone: () => conference.toggle("audio"),
  camera: () => conference.toggle("video"),
  share: () => conference.toggleScreen(),
  tiles: () => conference.setTileView(!conference.tileView),
  hangup: () => conference.hangUp(),
});
window.addEventListener("beforeunload", () => conference.unload());
window.standIn = inspect(conference);
conference.start(api);

/** What is logged at these levels goes out as `log` events too. */
function forwardLogs(levels) {
  if (!Array.isArray(levels)) return;
  for (const logLevel of ["warn", "error", "info"].filter((level) => levels.includes(level))) {
    const write = console[logLevel];
    console[logLevel] = (...args) => {
      write.apply(console, args);
      api.event("log", { logLevel, args: args.map(String) });
    };
  }
}
