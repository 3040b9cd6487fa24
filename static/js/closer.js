// A closer look: the loupe shows the photo, and beside it one studio shot; on a large screen, a style that is hovered or
// reached by keyboard is shown beside the photo at once.

import { Pane } from "./pane.js";

const HOVER_MS = 160;
const wide = matchMedia("(min-width: 1000px)");

export class Loupe {
  #dialog;
  #card = null;

  constructor(dialog) {
    this.#dialog = dialog;
    const [photo, shot] = dialog.querySelectorAll(".pane");
    this.photo = new Pane(photo);
    this.shot = new Pane(shot);
    this.choices = dialog.querySelector("[data-choices]");
    this.choices.addEventListener("click", (event) => this.#toggle(event.target.closest("button")));
    dialog.addEventListener("keydown", (event) => this.#key(event));
  }

  open(card) {
    this.#card = card;
    this.choices.replaceChildren(...[...card.querySelectorAll(".style")].map(choice));
    this.#beside(null);
    this.photo.show(card.querySelector("[data-zoom]").href, "The customer’s photo, larger");
    this.#dialog.showModal();
    this.#dialog.querySelector(".pane").focus();
  }

  #toggle(button) {
    if (button) this.#beside(button.getAttribute("aria-pressed") === "true" ? null : button);
  }

  #beside(button) {
    for (const each of this.choices.children) each.setAttribute("aria-pressed", String(each === button));
    this.#dialog.classList.toggle("pair", Boolean(button));
    this.#dialog.querySelectorAll(".pane")[1].hidden = !button;
    if (button) this.shot.show(button.dataset.large, `${button.textContent}, the studio shot`);
    this.photo.reset();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === this.#dialog.dataset.key) {
      event.stopPropagation(); // the game would open it again
      this.#dialog.close();
    }
    if ("123".includes(event.key)) this.#toggle(this.choices.children[Number(event.key) - 1]);
  }
}

function choice(style) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button", textContent: style.querySelector("strong").textContent });
  button.dataset.large = style.dataset.large;
  button.setAttribute("aria-pressed", "false");
  return button;
}

/** Show a style's studio shot beside the photo while a mouse rests on it, or the keyboard does. */
export function compare(root) {
  let timer = 0;
  let shown = null;

  root.addEventListener("pointermove", (event) => {
    const style = event.target.closest(".style");
    // After an answer the mouse may lie on a new card without having moved.
    if (event.pointerType === "mouse" && (event.movementX || event.movementY) && style !== shown) wish(style, HOVER_MS);
  });
  root.addEventListener("pointerleave", () => wish(null, 0));
  root.addEventListener("focusin", (event) => wish(event.target.matches(":focus-visible") ? event.target.closest(".style") : null, 0));
  root.addEventListener("focusout", () => wish(null, 0));

  function wish(style, pause) {
    clearTimeout(timer);
    shown = style;
    timer = setTimeout(() => show(style), style ? pause : 0);
  }

  async function show(style) {
    const photo = root.querySelector(".photo");
    photo?.querySelector(".beside-shot")?.remove();
    photo?.classList.remove("comparing");
    if (!style?.isConnected || !style.dataset.large || !wide.matches) return;
    const shot = Object.assign(new Image(), { className: "beside-shot", alt: "", src: style.dataset.large });
    await shot.decode().catch(() => {}); // then nothing is shown beside
    if (style !== shown || !style.isConnected || !shot.naturalWidth) return;
    photo.append(shot);
    photo.classList.add("comparing");
  }
}
