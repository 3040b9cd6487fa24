// How many photos were answered since this window was opened, also across a reload: after so many there is a bonus round.

const NAME = "truther.sitting";
const OFFERED = 3; // answers for which the offer stays

export class Sitting {
  #count = read();

  constructor({ every }) {
    this.every = every;
  }

  /** Count one answer; returns whether a bonus round is to be offered now. */
  answered() {
    this.#count += 1;
    try {
      sessionStorage.setItem(NAME, this.#count);
    } catch {
      // a window without storage counts anew after a reload
    }
    return this.#count >= this.every && this.#count % this.every < OFFERED;
  }
}

function read() {
  try {
    return Number(sessionStorage.getItem(NAME)) || 0;
  } catch {
    return 0;
  }
}
