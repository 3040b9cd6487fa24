// "None of these": look-alikes of the photo at once, and a search through the whole catalogue while somebody types.

import { arrows, closable } from "./keys.js";

const touch = matchMedia("(pointer: coarse)");

export class Naming {
  #dialog;
  #input;
  #found;

  constructor(dialog) {
    this.#dialog = dialog;
    this.#input = dialog.querySelector("[type=search]");
    this.#found = dialog.querySelector("#found");
    dialog.querySelector("[role=search]").addEventListener("submit", (event) => event.preventDefault());
    for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
      dialog.addEventListener(trouble, () => this.#say("No names can be looked up just now. “None of ours” is kept all the same, and so is going back."));
    }
    closable(dialog);
    arrows(dialog);
  }

  get photo() {
    return this.#dialog.querySelector("[name=photo]").value;
  }

  /** Open for one photo; `typing` puts the cursor into the search, which on a phone would cover the look-alikes. */
  open(photo, { typing = !touch.matches } = {}) {
    this.#dialog.querySelector("[name=photo]").value = photo;
    this.#input.value = "";
    this.#say("Looking for look-alikes…");
    this.#dialog.showModal();
    this.#input.dispatchEvent(new Event("search")); // htmx asks with no words: look-alikes
    (typing ? this.#input : this.#dialog.querySelector("h2")).focus();
  }

  close() {
    this.#dialog.close();
  }

  #say(words) {
    this.#found.replaceChildren(Object.assign(document.createElement("p"), { className: "hint", textContent: words }));
  }
}
