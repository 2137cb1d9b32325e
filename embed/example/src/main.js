// A small chat: sign in, rooms, messages, and calls.

import { settingsFor, startCalls } from "./calls.js";
import { byId, onSubmit } from "./dom.js";
import { hideRoom, showRoom } from "./room.js";
import { showRooms } from "./rooms.js";
import { keptSession, signIn, signOut, startClient } from "./session.js";

const configuration = await readConfiguration();
const kept = keptSession();
if (kept) await start(kept);
else askWho();

/** The site's `config.json`, as Chat Web has it. */
async function readConfiguration() {
  try {
    const answer = await fetch("config.json", { cache: "no-cache" });
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

/** The room that the address names. */
function asked() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function askWho() {
  const page = byId("sign-in");
  const form = page.querySelector("form");
  const usual = configuration.default_server_config?.["m.homeserver"]?.base_url;
  if (usual) form.elements.server.defaultValue = usual;
  page.hidden = false;
  form.elements.user.focus();
  onSubmit(form, async ({ server, user, password }) => {
    await start(await signIn(server, user, password));
    page.hidden = true;
  });
}

async function start(session) {
  const client = await startClient(session);
  const calls = await startCalls(client, { openRoom: open, configuration });
  const mark = showRooms(client, { open });
  byId("who").textContent = `You are ${session.userId}.`;
  byId("chat").hidden = false;

  // The address says which room is open, so that going back works.
  function open(roomId) {
    location.hash = roomId ?? "";
  }

  let before = null;
  const show = () => {
    const room = client.getRoom(asked());
    mark(room?.roomId ?? null);
    settingsFor(room?.roomId ?? null);
    byId("nothing").hidden = Boolean(room);
    byId("room").hidden = !room;
    document.title = room ? `${room.name} – Small chat` : "Small chat";
    if (room) {
      byId("chat").dataset.open = "";
      showRoom(client, room, { close: () => open(null) }).focus();
    } else {
      delete byId("chat").dataset.open;
      hideRoom();
      // Back to where one came from.
      if (before) document.querySelector(`[data-room="${CSS.escape(before)}"]`)?.focus();
    }
    before = room?.roomId ?? null;
  };
  addEventListener("hashchange", show);
  // One that was just made, or joined, comes with a later sync.
  const isOpen = (room) => room.roomId === asked();
  client.on("Room", (room) => isOpen(room) && show());
  client.on("Room.myMembership", (room) => isOpen(room) && show());
  show();

  client.on("sync", (state) => {
    const isLost = ["ERROR", "RECONNECTING"].includes(state);
    byId("trouble").textContent = isLost ? "The homeserver does not answer. Trying again …" : "";
  });

  const settings = byId("settings");
  byId("open-settings").addEventListener("click", () => settings.showModal());
  byId("close-settings").addEventListener("click", () => settings.close());
  byId("sign-out").addEventListener("click", async () => {
    // Calls first: once the session is over nobody can be told.
    await calls.close();
    await signOut(client);
    location.href = location.pathname;
  });
}
