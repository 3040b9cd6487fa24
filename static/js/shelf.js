// Where answers lie until the server has them: IndexedDB, which outlives a reload, a crash and a killed tab. Where a
// browser has none (private windows, a full disk), they lie in memory, and `durable` says so.

const NAME = "truther";
const STORE = "outbox";

export class Shelf {
  #database = null;
  #memory = new Map(); // what the disk did not take

  /** Open what there is; never fails. */
  static async open(factory = () => globalThis.indexedDB) {
    const shelf = new Shelf();
    try {
      shelf.#database = await opened(factory());
    } catch (error) {
      console.info("This browser keeps nothing on its disk:", error?.message ?? error); // the page says it too
    }
    return shelf;
  }

  /** Whether everything put here so far outlives the page. */
  get durable() {
    return this.#database !== null && this.#memory.size === 0;
  }

  /** Keep one entry, in the order of its `order`; resolves when the disk has it, or when only memory could take it. */
  async put(entry) {
    try {
      await this.#change((store) => store.put(entry));
      return true;
    } catch {
      this.#memory.set(entry.key, entry); // the disk is full, or there is none
      return false;
    }
  }

  async remove(keys) {
    keys.forEach((key) => this.#memory.delete(key));
    if (this.#database) await this.#change((store) => keys.forEach((key) => store.delete(key))).catch(() => {}); // sent again: harmless
  }

  /** Everything that lies here, oldest first. */
  async all() {
    const stored = this.#database ? await this.#read() : [];
    return [...stored, ...this.#memory.values()].sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1));
  }

  #read() {
    return settled(this.#database.transaction(STORE).objectStore(STORE).getAll()).catch(() => []);
  }

  #change(work) {
    if (!this.#database) return Promise.reject(new Error("no database"));
    return new Promise((resolve, reject) => {
      const change = this.#database.transaction(STORE, "readwrite", { durability: "strict" });
      change.oncomplete = () => resolve();
      change.onabort = () => reject(change.error);
      work(change.objectStore(STORE));
    });
  }
}

async function opened(factory) {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
  const database = await settled(request);
  database.onversionchange = () => database.close();
  return database;
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another tab holds an older shelf"));
  });
}

/** A new id; plain http on a local network has no randomUUID. */
export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
