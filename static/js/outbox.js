// Answers on their way to the server. They are sent one after the other, in order, and live in the tab's own storage
// until the server says "kept": a reload, a sign-in or a lost connection loses none. Sending one twice is harmless,
// since each carries its own id.

const SHELF = "truther.outbox";
const RETRY_MS = [1000, 2000, 5000, 15000, 30000];

export class Outbox extends EventTarget {
  #entries;
  #sending = false;
  #failures = 0;
  #timer = 0;

  constructor({ person, signIn, token }) {
    super();
    this.person = person;
    this.signIn = new URL(signIn, location.href).pathname;
    this.token = token;
    this.#entries = JSON.parse(sessionStorage.getItem(SHELF) ?? "[]");
    addEventListener("online", () => this.flush());
  }

  /** What waits to be sent for the person who is signed in; another person's answers stay on the shelf. */
  get waiting() {
    return this.#entries.filter((entry) => entry.person === this.person);
  }

  add(url, fields) {
    this.#entries.push({ url, fields, person: this.person });
    this.#store();
    this.flush();
  }

  async flush() {
    clearTimeout(this.#timer);
    if (this.#sending) return;
    this.#sending = true;
    while (this.waiting.length) {
      const entry = this.waiting[0];
      this.#tell("sending");
      const outcome = await this.#post(entry);
      if (outcome.again) {
        this.#failures += 1;
        this.#timer = setTimeout(() => this.flush(), RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1]);
      } else {
        this.#failures = 0;
      }
      if (outcome.done) {
        this.#entries.splice(this.#entries.indexOf(entry), 1);
        this.#store();
      }
      this.#tell(outcome.state, { entry, html: outcome.html });
      if (!outcome.done) break;
    }
    this.#sending = false;
  }

  async #post(entry, renewed = false) {
    const body = new URLSearchParams({ ...entry.fields, csrfmiddlewaretoken: this.token() });
    let answer;
    try {
      answer = await fetch(entry.url, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true });
    } catch {
      return { again: true, state: "offline" }; // fetch fails in one way only: nobody answered
    }
    if (new URL(answer.url).pathname === this.signIn) return { state: "signed-out" };
    const html = await answer.text();
    if (answer.ok) return { done: true, state: "kept", html };
    if (answer.status === 403 && !renewed && (await this.#renew())) return this.#post(entry, true);
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return { again: true, state: "busy" };
    return { done: true, state: "refused", html };
  }

  /** A sign-in elsewhere changes the token against forged requests; the page of today knows the new one. */
  async #renew() {
    const answer = await fetch(location.pathname, { headers: { "HX-Request": "true" } });
    this.#tell("page", { html: await answer.text() });
    return answer.ok;
  }

  #store() {
    sessionStorage.setItem(SHELF, JSON.stringify(this.#entries));
  }

  #tell(state, detail = {}) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, left: this.waiting.length, ...detail } }));
  }
}
