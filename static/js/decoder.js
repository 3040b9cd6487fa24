// Pictures before they are needed: the next few cards are decoded, the ones behind them only fetched, so that a line
// that breaks for two minutes is not noticed. A slow or dear line fetches no more than the next few.

const AHEAD = 5; // cards whose pictures are decoded
const LINES = 2; // cards on their way at the same time: the next one first, without a pause between two

/** Whether what is far ahead should stay on the server: the person, or the line, asks to save. */
export function sparing(connection = navigator.connection) {
  return Boolean(connection?.saveData) || ["slow-2g", "2g"].includes(connection?.effectiveType ?? "");
}

/** Decode a card's pictures; the photo itself must be there, a studio shot may be missing. */
export async function decode(card) {
  const [hero, ...others] = pictures(card);
  const [photo] = await Promise.allSettled([hero, ...others].map((image) => image.decode()));
  card.toggleAttribute("data-broken", photo.status === "rejected");
  return photo.status === "fulfilled";
}

/** The photo, then the studio shots. */
function pictures(card) {
  return [card.querySelector(".hero"), ...card.querySelectorAll("img[src]:not(.hero)")];
}

/** Wait until a card's pictures have come, or have not, without decoding them. */
function fetched(card) {
  return Promise.all(pictures(card).map((image) => image.complete || new Promise((resolve) => {
    image.addEventListener("load", resolve, { once: true });
    image.addEventListener("error", resolve, { once: true });
  })));
}

/** A card on its way: `card` is null while nothing of it has been asked for. */
export class Place {
  state = "far"; // then "busy", "near" (fetched), "decoded" or "broken"

  constructor(source) {
    this.source = source;
    this.photo = source.dataset.photo;
    this.card = null;
  }

  /** Begin to fetch: a card inside a template belongs to an inert document, whose pictures are not loaded. */
  open() {
    this.card ??= document.importNode(this.source, true);
    return this.card;
  }

  async decode() {
    this.state = "busy";
    this.state = (await decode(this.open())) ? "decoded" : "broken";
  }

  async fetch() {
    this.state = "busy";
    await fetched(this.open());
    this.state = "near";
  }
}

export class Decoder {
  #hand;
  #tell;
  #working = 0;

  /** `hand` returns the places in the order in which they will be needed; `tell` hears how many are there by now. */
  constructor(hand, tell = () => {}) {
    this.#hand = hand;
    this.#tell = tell;
  }

  /** Go on with whatever is needed next. */
  wake() {
    while (this.#working < LINES && this.#next()) this.#work();
  }

  async #work() {
    this.#working += 1;
    for (let job = this.#next(); job; job = this.#next()) {
      await job();
      this.#tell(this.#hand().filter((place) => !["far", "busy"].includes(place.state)).length);
    }
    this.#working -= 1;
  }

  #next() {
    const hand = this.#hand();
    const soon = hand.slice(0, AHEAD).find((place) => place.state === "far" || place.state === "near");
    if (soon) return () => soon.decode();
    const later = sparing() ? null : hand.find((place) => place.state === "far");
    return later ? () => later.fetch() : null;
  }
}
