// The page's host as the program sees it: with the options of the calls in it, and with an ear on its look.

/** What a host may lack, and an option brings. */
const BROUGHT = ["getConfiguration", "getLanguage"];

/** What is asked once. */
const ONCE = ["userId", "deviceId"];

/**
 * The host with the address `wrapper` in its configuration and in another `language`. `looked` is called when it tells that its look is
 * another one, `heard` with an event and whether a listener found in it what may ring, and what `missed` gives is told to who begins to
 * listen. What is no object is given back. A method is called on the host itself, which may have fields that a proxy must not touch.
 */
export function seen(host, { wrapper, language, looked, heard, missed }) {
  if (host === null || !["object", "function"].includes(typeof host)) return host;
  // The host has one listener, also while one program takes over from the other.
  const listeners = new Set();
  let end;
  const tell = (event) => {
    if (event?.type === "look-changed") looked();
    heard(event, [...listeners].map((listener) => listener(event)).includes(true));
  };
  const instead = {
    subscribe(listener) {
      for (const event of missed()) listener(event);
      listeners.add(listener);
      if (listeners.size === 1) end = host.subscribe(tell);
      // The program says what is wrong with it.
      if (typeof end !== "function") return end;
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) end();
      };
    },
  };
  if (language) instead.getLanguage = () => language;
  instead.getConfiguration = () => {
    const given = host.getConfiguration?.() ?? {};
    // The program names it on the console.
    if (typeof given !== "object" || typeof given.then === "function") return given;
    const named = wrapper ?? given.meet_in_chat?.wrapper_url;
    if (typeof named !== "string" || !URL.canParse(named, document.baseURI)) return given;
    // The one in events is also the one that this page opens: beside the page there is none.
    const url = new URL(named, document.baseURI).href;
    return { ...given, meet_in_chat: { ...given.meet_in_chat, wrapper_url: url, own_wrapper_url: url } };
  };
  // Whose calls they are is asked once: a page's host may be of another account by the time that the second program asks.
  const known = new Map();
  // Of the host itself a proxy could give nothing else where it is frozen.
  return new Proxy(
    {},
    {
      get(_, name) {
        if (known.has(name)) return known.get(name);
        const value = host[name];
        if (ONCE.includes(name)) known.set(name, value);
        const may = typeof value === "function" || ((value ?? null) === null && BROUGHT.includes(name));
        if (may && Object.hasOwn(instead, name)) return instead[name];
        return typeof value === "function" ? value.bind(host) : value;
      },
    },
  );
}

/** The chat's language, else the page's. */
export function spoken(host) {
  let language;
  try {
    language = host?.getLanguage?.();
  } catch {
    // The page's will do.
  }
  return typeof language === "string" && language ? language : document.documentElement.lang || navigator.language;
}

/** As others in the room are given it, where it can be read; `undefined` of nothing. */
export function wrapperAddress(wrapperUrl) {
  if ((wrapperUrl ?? null) === null) return undefined;
  return URL.canParse(wrapperUrl, document.baseURI) ? new URL(wrapperUrl, document.baseURI).href : `${wrapperUrl}`;
}

/** For words about an address: who is named in it is nobody's business. */
export function withoutUser(address) {
  return address.replace(/^([^/]*\/\/)[^/]*@/, "$1");
}
