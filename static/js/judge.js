// The expert's bench: the game's keys on the game's card; answers are plain forms, since judging is not a race.

import { listen } from "./keys.js";

const press = (selector) => () => document.querySelector(selector)?.click();
listen({
  1: press(".style:nth-child(1)"), 2: press(".style:nth-child(2)"), 3: press(".style:nth-child(3)"),
  0: press("[data-naming]"), "/": press("[data-naming]"), n: press("[value=not_dress]"), "?": press("[value=cant_tell]"),
  f: press("[name=fit]"), z: press("[data-zoom]"),
});
document.querySelector("[data-card]")?.toggleAttribute("data-ready", true);
