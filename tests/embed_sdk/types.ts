// What TypeScript says of the adapter: `npm run types`.

import type { MatrixClient as Client41 } from "matrix-js-sdk-41";
import type { MatrixClient as Client42 } from "matrix-js-sdk-42";
import type { MatrixClient as Client43 } from "matrix-js-sdk-43";

import type { Host } from "../../embed/src/host";
import { fromMatrixClient } from "../../embed/src/matrix-js-sdk";

declare const clients: [Client41, Client42, Client43];
export const hosts: Host[] = clients.map((client) => fromMatrixClient(client));

export const host: Host = fromMatrixClient(clients[2], {
  openRoom: (roomId) => void roomId.length,
  configuration: { meet_in_chat: { wrapper_url: "https://example.org/jitsi.html" } },
  getLanguage: () => "de",
  isDark: () => true,
  watchLook: (changed) => changed,
});

// @ts-expect-error: that is no client.
fromMatrixClient({});
// @ts-expect-error: nobody knows this option.
fromMatrixClient(clients[0], { openroom: () => {} });
