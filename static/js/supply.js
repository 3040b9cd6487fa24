// Where cards come from: the page's own address, which gives a script the deck alone, without what is held already.

export class Supply {
  #asking = null;
  #again = false;
  #dry = false; // whether the last answer brought nothing new: then nobody is asked before something changes

  /** `held` returns the photos that need not be dealt: in hand, or answered and unsent. */
  constructor({ url, signIn, deck, held }) {
    Object.assign(this, { url, deck, held, signIn: new URL(signIn, location.href).pathname });
    addEventListener("online", () => this.moved());
  }

  /** Ask what the server says about now: {page, person, token}; null when nobody is signed in. */
  async ask(have = this.held()) {
    return this.read(await fetch(`${this.url}?have=${encodeURIComponent(have.join(","))}`, { headers: { "HX-Request": "true" } }));
  }

  /** Read a deck that came; throws when there is none in the answer. */
  async read(answer) {
    if (new URL(answer.url).pathname === this.signIn) return null;
    if (!answer.ok) throw new Error(`no cards: ${answer.status}`);
    const page = document.createElement("template");
    page.innerHTML = await answer.text();
    const { person, token, room } = page.content.querySelector("template[data-hand]").dataset;
    this.deck.room = Number(room);
    return { page: page.content, person, token };
  }

  /** Something changed on the server: there may be cards where there were none. */
  moved() {
    this.#dry = false;
    return this.more();
  }

  /** Fetch more cards while the hand is small; several calls at once are one. */
  more() {
    if (this.#dry || !this.deck.hungry) return Promise.resolve();
    if (this.#asking) {
      this.#again = true;
      return this.#asking;
    }
    this.#asking = this.#fill().finally(() => {
      this.#asking = null;
      const again = this.#again;
      this.#again = false;
      if (again) this.more();
    });
    return this.#asking;
  }

  async #fill() {
    try {
      while (this.deck.hungry) {
        const answer = await this.ask();
        const fresh = answer ? this.deck.refill(answer.page) : 0;
        this.#dry = fresh === 0;
        if (this.#dry) return;
      }
    } catch (error) {
      console.info("No cards for now:", error.message); // the next receipt, or the line coming back, asks again
    }
  }
}
