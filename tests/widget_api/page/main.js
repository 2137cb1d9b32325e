// Both ends in one bundle: a page takes the one that it is.

import * as client from "./client.js";
import * as widget from "./widget.js";

window.client = client;
window.widget = widget;
