// The cards in hand: one on the table, the next ones with their pictures already decoded, so that nothing waits.

const BEAT_MS = 120;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Deck extends EventTarget {
  #root;
  #ready = []; // cards whose photo is decoded, in order
  #known = new Set(); // photos in hand or answered here
  #answered = []; // cards answered here, the last at the end: undo needs no server to show them again
  #waiting = false; // whether the table is empty until more cards come

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

  /** Begin with what the server rendered; photos in `sent` were answered before this page was loaded. */
  async open(sent) {
    sent.forEach((photo) => this.#known.add(photo));
    const answered = this.card && this.#known.has(this.photo);
    const ahead = [...this.#root.querySelectorAll("template[data-ahead]")];
    if (this.card && !answered) {
      this.#known.add(this.photo);
      decode(this.card).then(() => this.#show(this.card));
    }
    if (answered) this.#wait();
    await this.#take(ahead.map((template) => template.content.querySelector("[data-card]")));
    ahead.forEach((template) => template.remove());
  }

  /** Take the cards of a fresh page's deck that are not known yet; `instead` throws away what is in hand. */
  async refill(html, { instead = false } = {}) {
    const page = document.createElement("template");
    page.innerHTML = html;
    if (instead) this.#drop();
    const ahead = [...page.content.querySelectorAll("template[data-ahead]")];
    const cards = [page.content.querySelector("[data-card]"), ...ahead.map((template) => template.content.firstElementChild)];
    const end = page.content.querySelector("[data-end]");
    await this.#take(cards.filter(Boolean));
    if (this.#waiting && end && !this.#ready.length) this.#finish(end);
    return page.content;
  }

  /** Let a photo be dealt again, since its answer was not kept. */
  forget(photo) {
    this.#known.delete(photo);
    this.#answered = this.#answered.filter((card) => card.dataset.photo !== photo);
  }

  /** Put the answered card aside and the next one on the table; the photo leaves toward the chosen button. */
  advance(chosen) {
    const old = this.card;
    this.#answered.push(old);
    if (this.#answered.length > 10) this.#answered.shift();
    const farewell = calm.matches ? null : leaving(old, chosen);
    if (this.#ready.length) this.#place(this.#ready.shift());
    else this.#wait();
    farewell?.();
  }

  /** Put the last answered card back on the table; null when none is remembered here. */
  back() {
    const card = this.#answered.pop();
    if (!card) return null;
    if (this.card) this.#ready.unshift(this.card);
    card.querySelectorAll(".on").forEach((button) => button.classList.remove("on"));
    this.#place(card);
    return card;
  }

  async #take(cards) {
    for (const card of cards) {
      if (this.#known.has(card.dataset.photo)) continue;
      this.#known.add(card.dataset.photo);
      const own = document.importNode(card, true); // a card inside a template belongs to an inert document: no pictures
      await decode(own);
      if (this.#waiting) this.#place(own);
      else this.#ready.push(own);
    }
  }

  #place(card) {
    this.#waiting = false;
    this.#root.replaceChildren(card);
    this.#show(card);
  }

  #show(card) {
    if (card.dataset.broken) this.#complain(card);
    else card.toggleAttribute("data-ready", true);
    this.dispatchEvent(new CustomEvent("shown", { detail: { card } }));
  }

  #complain(card) {
    const note = document.createElement("div");
    note.className = "broken-note";
    note.innerHTML = '<p>This photo did not load.</p><button class="button" type="button">Try again</button>';
    note.querySelector("button").addEventListener("click", async () => {
      const hero = card.querySelector(".hero");
      hero.src = `${hero.src.split("?")[0]}?again=${Date.now()}`;
      await decode(card);
      if (!card.dataset.broken) note.remove();
      this.#show(card);
    });
    card.querySelector(".broken-note")?.remove();
    card.querySelector(".photo").append(note);
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

  #drop() {
    this.#ready = [];
    this.#answered = [];
    this.#known.clear();
    this.#waiting = true;
  }
}

/** Decode a card's pictures before it is shown; the photo itself must be there, a studio shot may be missing. */
async function decode(card) {
  const hero = card.querySelector(".hero");
  delete card.dataset.broken;
  const others = [...card.querySelectorAll("img:not(.hero)")].map((image) => image.decode());
  const [photo] = await Promise.allSettled([hero.decode(), ...others]);
  if (photo.status === "rejected") card.dataset.broken = "yes";
}

/** Prepare the photo's leave-taking and return the function that plays it. */
function leaving(card, chosen) {
  const photo = card.querySelector(".hero");
  const from = photo.getBoundingClientRect();
  const to = (chosen ?? photo).getBoundingClientRect();
  const ghost = photo.cloneNode();
  ghost.className = "leaving";
  ghost.alt = "";
  return () => {
    document.body.append(ghost);
    Object.assign(ghost.style, { left: `${from.left}px`, top: `${from.top}px`, width: `${from.width}px`, height: `${from.height}px` });
    const x = to.left + to.width / 2 - from.left - from.width / 2;
    const y = to.top + to.height / 2 - from.top - from.height / 2;
    const path = [{ opacity: 0.9 }, { opacity: 0, transform: `translate(${x}px, ${y}px) scale(.18)` }];
    ghost.animate(path, { duration: BEAT_MS, easing: "ease-in" }).finished.finally(() => ghost.remove());
  };
}
