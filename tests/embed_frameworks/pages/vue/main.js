import { connect } from "meet-in-chat";
import { createApp } from "vue";

import { host, options } from "../page.js";
import Room from "./Room.vue";

await connect(host, options);
createApp(Room).mount("#app");
