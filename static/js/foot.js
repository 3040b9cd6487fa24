// The line below the cards: what is saved and what waits, what came of an answer, how the day goes. It never covers a card.

const NEWS_MS = 6000;
const QUIET_MS = 1200; // an answer that is sent sooner than this is not worth a word

export class Foot {
  #find = (selector) => document.querySelector(selector);
  #timers = {};
  #trouble = "";

  constructor({ signIn }) {
    this.signIn = signIn;
  }

  /** Show what waits to be sent, and why. */
  state(state, left, durable) {
    clearTimeout(this.#timers.state);
    this.#find("#saved").dataset.left = left;
    const count = left === 1 ? "1 answer" : `${left} answers`;
    const kept = durable ? `${count} kept here` : `${count} not saved yet`;
    const words = {
      offline: `You’re offline: ${kept}, and sent when you’re back.`,
      busy: `The server is busy: ${kept}, we try again.`,
      "signed-out": `You were signed out: ${kept}.`,
      another: `Somebody else signed in here: ${kept} until you are back.`,
    }[state];
    if (words) return this.#say(state, words, durable);
    if (left) this.#timers.state = setTimeout(() => this.#say("", `${count} on the way`, durable), QUIET_MS);
    else this.#say("", "All saved", durable);
  }

  #say(trouble, words, durable) {
    const box = this.#find("#state");
    box.textContent = durable || !/kept|way|saved yet/.test(words) ? words : `${words} This browser keeps nothing: stay on this page until all is saved.`;
    this.#find("#saved").classList.toggle("wait", Boolean(trouble) || (!durable && words !== "All saved"));
    if (trouble === "signed-out") {
      box.append(" ", Object.assign(document.createElement("a"), { textContent: "Sign in to send", href: `${this.signIn}?next=${location.pathname}` }));
    }
    if (trouble !== this.#trouble) this.hear(trouble ? box.textContent : "The line is back.");
    this.#trouble = trouble;
  }

  /** Tell softly and briefly what came of an answer. */
  news({ kind, words }) {
    const box = this.#find("#news");
    clearTimeout(this.#timers.news);
    box.textContent = words;
    box.dataset.kind = kind;
    box.hidden = false;
    this.#find("#tally").hidden = true;
    this.hear(words);
    this.#timers.news = setTimeout(() => {
      box.hidden = true;
      this.#find("#tally").hidden = false;
    }, NEWS_MS);
  }

  /** Let a screen reader say something that is not about the next photo. */
  hear(words) {
    this.#find("#heard").textContent = words;
  }

  /** Say why something could not be kept. */
  refuse(words) {
    this.#find("#refused")?.remove();
    const note = Object.assign(document.createElement("p"), { id: "refused", className: "notice" });
    note.setAttribute("role", "status");
    document.querySelector("#main").append(note);
    note.append(words || "That answer could not be kept.");
    setTimeout(() => note.remove(), 8000);
  }

  /** Follow the day: the ring shows today's answers against the goal. */
  day({ today, goal, settled_today: settled }) {
    const ring = this.#find("#ring .ring");
    if (ring && goal) {
      const words = `${today} of today’s ${goal}`;
      ring.querySelector("b").textContent = today;
      ring.querySelector(".run").setAttribute("stroke-dasharray", `${Math.min(100, (100 * today) / goal)} 100`);
      ring.querySelector(".run").classList.toggle("none", !today);
      ring.setAttribute("aria-label", `${words}: my numbers`);
      ring.title = words;
    }
    if (settled) this.#find("#tally").textContent = `${settled.toLocaleString("en")} dress${settled === 1 ? "" : "es"} settled today, by all of us`;
  }

  /** Offer a bonus round, in the news' place, until it is taken or the next answers have passed. */
  offer(url) {
    this.#find("#offer").hidden = !url;
    if (url) this.hear("Thirty photos. There is a bonus round for you, if you like.");
  }
}
