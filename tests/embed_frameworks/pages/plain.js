import { connect, createCalls, mount, setCalls } from "/package/index.js";
import { host, MANY, options, ready } from "./page.js";

const began = performance.now();
const calls = await connect(host, options);
ready({ calls, connect, createCalls, mount, setCalls, MANY, began });
