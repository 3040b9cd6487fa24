// The cards in hand: one on the table, the next ones with their pictures decoded, the rest behind them. Cards answered
// here are remembered, so that undo needs no server to show them again.

import { Decoder, Place, decode } from "./decoder.js";
import { farewell } from "./farewell.js";

const DEPTH = 10; // answers that can be taken back

export class Deck extends EventTarget {
  #root;
  #hand = []; // places behind the table, in order
  #known = new Set(); // photos in hand, or answered and not to be shown again
  #answered = []; // {card, vote}, the last at the end
  #decoder = new Decoder(() => this.#hand, (fetched) => { this.#root.dataset.fetched = fetched; }); // read by tests
  #waiting = false; // whether the table is empty until more cards come
  room = 6;

  constructor(root) {
    super();
    this.#root = root;
  }

  get card() {
    return this.#root.querySelector("[data-card]");
  }

  get photo() {
    return this.card?.dataset.photo ?? "";
  }

  /** Whether the photo can be seen, and so be judged. */
  get judgeable() {
    return this.card?.hasAttribute("data-ready") ?? false;
  }

  /** The photos in hand, the one on the table first. */
  get held() {
    return [this.photo, ...this.#hand.map((place) => place.photo)].filter(Boolean);
  }

  get hungry() {
    return this.held.length <= Math.max(3, this.room - 10);
  }

  /** Begin with what the server rendered; photos in `answered` were answered before this page was loaded. */
  open(answered) {
    answered.forEach((photo) => this.#known.add(photo));
    this.room = Number(this.#root.querySelector("template[data-hand]")?.dataset.room ?? this.room);
    const first = this.card;
    this.#take(this.#root);
    this.#root.querySelectorAll("template").forEach((template) => template.remove());
    if (first && !this.#known.has(first.dataset.photo)) {
      this.#known.add(first.dataset.photo);
      this.#lay(first);
    } else if (first) this.#next();
  }

  /** Take the cards of a fresh deck that are not known yet; returns how many there were. */
  refill(page, { undone = false } = {}) {
    const fresh = this.#take(page, { first: true, undone });
    if (this.#waiting && this.#hand.length) this.#next();
    const end = page.querySelector("[data-end]");
    if (this.#waiting && end) this.#finish(end);
    this.#decoder.wake();
    return fresh;
  }

  /** Put the answered card aside and the next one on the table; the photo leaves toward the chosen button. */
  advance(vote, chosen) {
    const card = this.card;
    this.#answered.push({ card, vote });
    if (this.#answered.length > DEPTH) this.#answered.shift();
    const leave = farewell(card, chosen);
    this.#next();
    leave();
  }

  /** Put the last answered card back on the table and return its vote; null when none is remembered here. */
  back() {
    const last = this.#answered.pop();
    if (!last) return null;
    this.#again();
    last.card.querySelectorAll(".on").forEach((button) => button.classList.remove("on"));
    this.#lay(last.card);
    return { vote: last.vote, photo: last.card.dataset.photo };
  }

  /** A photo that needs no answer from here any more: answered elsewhere, gone, or not to be taken back. */
  drop(photo) {
    this.#known.add(photo);
    this.#hand = this.#hand.filter((place) => place.photo !== photo);
    this.#answered = this.#answered.filter(({ card }) => card.dataset.photo !== photo);
    if (this.photo === photo) this.#next();
  }

  /** Let a photo be dealt again. */
  forget(photo) {
    if (this.held.includes(photo)) return;
    this.#known.delete(photo);
    this.#answered = this.#answered.filter(({ card }) => card.dataset.photo !== photo);
  }

  #take(page, { first = false, undone = false } = {}) {
    const cards = [...page.querySelectorAll("template[data-ahead]")].map((template) => template.content.querySelector("[data-card]"));
    if (first && page.querySelector("[data-card]")) cards.unshift(page.querySelector("[data-card]"));
    const fresh = cards.filter((card) => !this.#known.has(card.dataset.photo)).map((card) => new Place(card));
    fresh.forEach((place) => this.#known.add(place.photo));
    if (undone && fresh.length) {
      this.#again();
      this.#hand.unshift(fresh[0]);
      this.#hand.push(...fresh.slice(1));
      this.#next();
    } else this.#hand.push(...fresh);
    this.#decoder.wake();
    return fresh.length;
  }

  /** Put what is on the table back in front of the hand. */
  #again() {
    const card = this.card;
    if (!card) return;
    const place = new Place(card);
    Object.assign(place, { card, state: this.judgeable ? "decoded" : "far" });
    this.#hand.unshift(place);
  }

  #next() {
    const place = this.#hand.shift();
    if (place) this.#lay(place.open());
    else this.#wait();
    this.#decoder.wake();
  }

  /** Lay a card on the table; its answers are dead until its photo is decoded. */
  #lay(card) {
    this.#waiting = false;
    if (card !== this.card) this.#root.replaceChildren(card);
    if (card.hasAttribute("data-ready")) this.#show(card);
    else decode(card).then((whole) => (whole ? this.#show(card) : this.#complain(card)));
  }

  #show(card) {
    card.toggleAttribute("data-ready", true);
    if (card === this.card) this.dispatchEvent(new CustomEvent("shown", { detail: { card } }));
  }

  #complain(card) {
    card.querySelector(".broken-note")?.remove();
    const note = document.createElement("div");
    note.className = "broken-note";
    note.innerHTML = '<p>This photo did not load.</p><button class="button" type="button">Try again</button>';
    note.querySelector("button").addEventListener("click", async () => {
      const hero = card.querySelector(".hero");
      hero.removeAttribute("srcset");
      hero.src = `${hero.src.split("?")[0]}?again=${Date.now()}`;
      if (await decode(card)) {
        note.remove();
        this.#show(card);
      }
    });
    card.querySelector(".photo").append(note);
    if (card === this.card) this.dispatchEvent(new CustomEvent("broken", { detail: { card } }));
  }

  #wait() {
    this.#waiting = true;
    const note = document.createElement("section");
    note.className = "end";
    note.innerHTML = '<h1 tabindex="-1">One moment.</h1><p>The next photo is on its way.</p>';
    this.#root.replaceChildren(note);
    this.dispatchEvent(new Event("empty"));
  }

  #finish(end) {
    this.#root.replaceChildren(document.importNode(end, true));
    this.dispatchEvent(new Event("finished"));
  }
}
