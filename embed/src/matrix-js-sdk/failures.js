// What goes wrong, in the shape that `HostFailure` of `host.d.ts` has. The SDK's own `MatrixError` and `ConnectionError` have it already.

/** Why the chat can't do something; the message is for whoever reads the console. */
export function unsupported(message) {
  return named("NotSupportedError", message);
}

/** Gives what `request` gives; what it fails with is told as a host tells it. */
export async function asHost(request) {
  try {
    return await request;
  } catch (error) {
    // The SDK's time ran out, or it was stopped.
    const isOver = error?.name === "AbortError" || error?.name === "TimeoutError";
    throw isOver ? named("ConnectionError", "the homeserver did not answer in time") : error;
  }
}

/** Whether a failure can pass: the connection or the server is in trouble, or has too much to do. */
export function isPassing(error) {
  const status = error?.httpStatus;
  return typeof status === "number" ? status === 429 || status >= 500 : error?.name === "ConnectionError";
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}
