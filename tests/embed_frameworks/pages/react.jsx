// The elements in React, in StrictMode: what moves, goes and comes back.

import { StrictMode, useEffect, useRef, useState, version } from "react";
import { createRoot } from "react-dom/client";
import { connect } from "meet-in-chat";

import { CLUB, host, options, ready } from "./page.js";

function Stage({ onJoined }) {
  const stage = useRef(null);
  useEffect(() => {
    const element = stage.current;
    element.addEventListener("conference-joined", onJoined);
    return () => element.removeEventListener("conference-joined", onJoined);
  }, [onJoined]);
  return <meet-call-stage ref={stage} room-id={CLUB} />;
}

const joined = () => (globalThis.page.joined = (globalThis.page.joined ?? 0) + 1);

function Page() {
  const [shown, show] = useState({ stage: true, first: false, wrapped: false, toasts: true });
  useEffect(() => ready({ show: (change) => show((before) => ({ ...before, ...change })), version }), []);
  const stage = shown.stage && <Stage key="stage" onJoined={joined} />;
  const words = <p key="words">Messages</p>;
  // With the order of keyed children React moves elements; in another parent it makes them anew.
  const room = shown.first ? [stage, words] : [words, stage];
  return (
    <>
      {shown.toasts && <meet-call-toasts />}
      {shown.wrapped ? <section style={{ blockSize: "80vh" }}>{room}</section> : <main style={{ blockSize: "80vh" }}>{room}</main>}
      <meet-call-buttons room-id={CLUB} />
    </>
  );
}

await connect(host, { ...options, toasts: false });
createRoot(document.querySelector("#root")).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
