/**
 * The elements in JSX, for React 18 and 19: `import type {} from "meet-in-chat/react";` in one file of the page. Types only.
 */
// @ts-ignore: only pages with React have it.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { CallEvents, MeetCallElement, MeetCallElements } from "./index";

type Attributes = {
  "room-id"?: string;
  "event-id"?: string;
  layouts?: boolean;
  theme?: "dark" | "light";
};

/** React 19 sets properties and takes listeners; React 18 sets attributes only. */
type Listeners = { [K in keyof CallEvents as `on${K}`]?: (event: CallEvents[K]) => void };

type Elements = {
  [K in keyof MeetCallElements]: DetailedHTMLProps<HTMLAttributes<MeetCallElements[K]>, MeetCallElements[K]> &
    Attributes &
    Listeners & { calls?: MeetCallElement["calls"]; class?: string };
};

// @ts-ignore: as above.
declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}

declare global {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}
