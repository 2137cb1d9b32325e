// Bob at the other end of Alice's call: a real connection in the same page, whose events go through the stand-in host.

const ROOM = "!bob:localhost";

/** Accepts the call that the host was given to send, and shows a picture that changes. */
export async function bobAccepts(host) {
  const peer = new RTCPeerConnection();
  const sent = (type) => host.sent.filter(([room, kind]) => room === ROOM && kind === type).map(([, , content]) => content);
  const [{ call_id, offer }] = sent("m.call.invite");
  await peer.setRemoteDescription(offer);
  const stream = picture().captureStream(15);
  for (const track of stream.getTracks()) peer.addTrack(track, stream);
  await peer.setLocalDescription();
  while (peer.iceGatheringState !== "complete") await new Promise((done) => (peer.onicegatheringstatechange = done));

  const content = { call_id, party_id: "BOBS", version: "1", answer: peer.localDescription.toJSON() };
  const event = { type: "m.call.answer", sender: "@bob:localhost", event_id: "$answer", origin_server_ts: Date.now(), content };
  host.tell({ type: "live", events: [{ roomId: ROOM, encrypted: false, event: { ...event, unsigned: { age: 10 } } }] });

  // Alice's come as she finds them.
  let taken = 0;
  setInterval(() => {
    const candidates = sent("m.call.candidates").flatMap((one) => one.candidates);
    for (const one of candidates.slice(taken)) peer.addIceCandidate(one).catch(console.error);
    taken = candidates.length;
  }, 50);

  return {
    /** How much of Alice came in so far: pictures, and packets of sound. */
    async perceived() {
      const inbound = [...(await peer.getStats()).values()].filter((one) => one.type === "inbound-rtp");
      const of = (kind) => inbound.find((one) => one.kind === kind) ?? {};
      return { pictures: of("video").framesDecoded ?? 0, sound: of("audio").packetsReceived ?? 0 };
    },
  };
}

function picture() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const context = canvas.getContext("2d");
  setInterval(() => {
    context.fillStyle = `hsl(${(performance.now() / 10) % 360} 80% 50%)`;
    context.fillRect(0, 0, 320, 240);
  }, 50);
  return canvas;
}
