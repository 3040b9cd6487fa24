// Answers on their way to the server: each is on the shelf before it counts, then travels in small batches, in order,
// until a receipt says what became of it. Sending one twice is harmless, since each carries its own id.

import { freshId } from "./shelf.js";

const BATCH = 20;
const PAUSE_MS = 350; // a hurried player's next answer joins the batch
const RETRY_MS = [1000, 2000, 5000, 15000, 30000];
const STOPS = ["signed-out", "another"]; // only a sign-in helps
const PATIENCE_MS = 20000;
const MOST_ON_LEAVING = 100; // the server's most, and far below the 64 kB of a keepalive request

export class Outbox extends EventTarget {
  #shelf;
  #entries = []; // everything known to wait here, of all people, in order
  #failures = 0;
  #timer = 0;
  #trouble = ""; // why the last try failed: "offline", "busy", "signed-out", "another"
  #gone = new Set(); // keys that were sent: another tab may not have deleted them yet
  #queued = null; // the flush that waits for its turn
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("truther.outbox") : null;

  /** `renew` asks the server who is signed in: {person, token}, or null for nobody. */
  constructor({ shelf, url, person, token, renew }) {
    super();
    Object.assign(this, { url, person, token, renew });
    this.#shelf = shelf;
    addEventListener("online", () => this.flush());
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#leave() : this.flush()));
    this.#channel?.addEventListener("message", ({ data }) => this.#hear(data));
  }

  /** What waits to be sent for the person who is signed in; another person's answers stay on the shelf. */
  get waiting() {
    return this.#entries.filter((entry) => entry.person === this.person);
  }

  get durable() {
    return this.#shelf.durable;
  }

  /** Take what an earlier page left behind. */
  async open() {
    await this.#read();
    return this;
  }

  /** Keep a vote or an undo; resolves when it is as safe as this browser can make it. */
  async add(item) {
    const entry = { key: freshId(), order: this.#order(), person: this.person, item };
    this.#entries.push(entry); // at once: a page that is being closed sends it from here
    this.#tell(this.#trouble || "unsent");
    const kept = await this.#shelf.put(entry);
    this.#channel?.postMessage({ person: this.person, [item.undo ? "asked" : "answered"]: item.photo ?? "" });
    this.#tell(this.#trouble || "unsent");
    this.#plan(kept ? PAUSE_MS : 0);
    return kept;
  }

  /** Send all that waits; whoever calls while it is being sent gets the next turn. */
  flush() {
    clearTimeout(this.#timer);
    this.#queued ??= this.#turn(async () => {
      this.#queued = null;
      await this.#send();
    });
    return this.#queued;
  }

  /** One sender among all tabs of this browser; without locks (plain http) two may send the same: harmless. */
  #turn(work) {
    return navigator.locks ? navigator.locks.request("truther.outbox", work) : Promise.resolve().then(work);
  }

  async #send() {
    await this.#read();
    let size = BATCH;
    while (this.waiting.length) {
      const entries = this.waiting.slice(0, size);
      const outcome = await this.#post(entries);
      if (outcome.smaller && entries.length > 1) size = 1;
      else if (outcome.receipts) await this.#settle(entries, outcome);
      else if (outcome.smaller) await this.#settle(entries, { receipts: [{ ...entries[0].item, state: "refused", code: "invalid", detail: "The server could not read that answer." }] });
      else return this.#fail(outcome);
    }
  }

  async #settle(entries, answer) {
    this.#failures = 0;
    this.#trouble = "";
    answer.receipts.forEach((receipt, number) => {
      const { photo, undo = false } = entries[number].item;
      Object.assign(receipt, { photo: receipt.photo || photo, undo });
    });
    this.#drop(entries.map((entry) => entry.key));
    await this.#shelf.remove(entries.map((entry) => entry.key));
    this.#channel?.postMessage({ person: this.person, keys: entries.map((entry) => entry.key), answer });
    this.#tell("kept", { answer, own: true });
  }

  #fail({ state, after = 0 }) {
    this.#trouble = state;
    if (!STOPS.includes(state)) {
      const pause = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
      this.#plan(Math.max(after, pause * (0.75 + Math.random() / 2)));
    }
    this.#failures += 1;
    this.#tell(state);
  }

  async #post(entries, renewed = false) {
    let answer;
    try {
      answer = await this.#fetch(entries, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.ok) return await answer.json();
    } catch {
      return { state: "offline" }; // nobody answered, or not to the end
    }
    if (answer.status === 401 || answer.status === 403) return renewed ? { state: "signed-out" } : this.#again(entries);
    if (answer.status === 400 || answer.status === 413) return { smaller: true };
    return { state: "busy", after: 1000 * (Number(answer.headers.get("Retry-After")) || 0) };
  }

  /** The token against forged requests changes at every sign-in; so may the person. */
  async #again(entries) {
    let now;
    try {
      now = await this.renew();
    } catch {
      return { state: "offline" };
    }
    if (!now) return { state: "signed-out" };
    if (now.person !== this.person) return { state: "another" };
    this.token = now.token;
    return this.#post(entries, true);
  }

  #fetch(entries, options = {}) {
    const body = JSON.stringify({ votes: entries.map((entry) => sent(entry.item)) });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token, "X-Truther-Person": encodeURIComponent(this.person) };
    return fetch(this.url, { method: "POST", body, headers, keepalive: true, ...options });
  }

  /** The page is going: send what waits without waiting for anything; what gets lost is on the shelf. */
  #leave() {
    const entries = this.waiting.slice(0, MOST_ON_LEAVING);
    if (entries.length && !STOPS.includes(this.#trouble)) this.#fetch(entries).catch(() => {});
  }

  /** Another tab of this browser tells what it did. */
  #hear({ person, keys, answer, answered, asked }) {
    if (person !== this.person) return;
    if (keys) this.#drop(keys);
    if (answer) this.#tell("kept", { answer, own: false });
    if (answered || asked) this.#tell("elsewhere", { answered, asked });
  }

  async #read() {
    const known = new Set(this.#entries.map((entry) => entry.key));
    const found = (await this.#shelf.all()).filter((entry) => !known.has(entry.key) && !this.#gone.has(entry.key));
    this.#entries = [...this.#entries, ...found].sort((one, other) => one.order - other.order);
  }

  #drop(keys) {
    keys.forEach((key) => this.#gone.add(key));
    this.#entries = this.#entries.filter((entry) => !this.#gone.has(entry.key));
  }

  #order() {
    return Math.max(Date.now(), 1 + (this.#entries.at(-1)?.order ?? 0)); // also when the clock is set back
  }

  #plan(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), pause);
  }

  #tell(state, detail = {}) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, left: this.waiting.length, ...detail } }));
  }
}

/** An item as the server reads it: of an undo only the id. */
function sent(item) {
  return item.undo ? { id: item.id, undo: true } : item;
}
