// The connection to the stand-in's server.

/** JSON messages with a `type`; what is sent before the socket is open waits. */
export class Signalling {
  #socket;
  #waiting = [];

  /**
   * @param {string} room
   * @param {(message: object) => void} onMessage
   * @param {() => void} onLost called when the connection ends without `close()`
   */
  constructor(room, onMessage, onLost) {
    const url = new URL("/_stand-in/signal", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.hash = "";
    url.searchParams.set("room", room);
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => {
      for (const message of this.#waiting.splice(0)) this.#socket.send(message);
    };
    this.#socket.onmessage = ({ data }) => onMessage(JSON.parse(data));
    this.#socket.onclose = onLost;
  }

  send(message) {
    const text = JSON.stringify(message);
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#waiting.push(text);
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  close() {
    this.#socket.onclose = null;
    this.#socket.close();
  }
}
