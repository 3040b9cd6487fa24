// One picture to look into: wheel, pinch or + and − come closer, dragging or the arrows move it, a double click does both.

const MOST = 6;
const STEP = 60; // px an arrow moves

export class Pane {
  #box;
  #image;
  #fingers = new Map();
  #scale = 1;
  #x = 0;
  #y = 0;

  constructor(box) {
    this.#box = box;
    this.#image = box.querySelector("img");
    box.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#zoom(Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
    }, { passive: false });
    box.addEventListener("dblclick", (event) => (this.#scale > 1 ? this.reset() : this.#zoom(2.5, event.clientX, event.clientY)));
    box.addEventListener("pointerdown", (event) => this.#grip(event));
    box.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, (event) => this.#fingers.delete(event.pointerId));
    box.addEventListener("keydown", (event) => this.#key(event));
  }

  get scale() {
    return this.#scale;
  }

  show(source, words) {
    this.#image.src = source;
    this.#image.alt = words;
    this.reset();
  }

  reset() {
    this.#scale = 1;
    this.#x = this.#y = 0;
    this.#draw();
  }

  #grip(event) {
    event.preventDefault(); // no ghost of the image is dragged
    this.#box.focus({ preventScroll: true });
    this.#box.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  #drag(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const closer = distance(now, other) / Math.max(1, distance(before, other));
      this.#zoom(closer, (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else this.#move(now.x - before.x, now.y - before.y);
    this.#fingers.set(event.pointerId, now);
  }

  #key(event) {
    const { left, top, width, height } = this.#box.getBoundingClientRect();
    const closer = { "+": 1.4, "=": 1.4, "-": 1 / 1.4, "−": 1 / 1.4 }[event.key];
    const way = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
    if (closer) this.#zoom(closer, left + width / 2, top + height / 2);
    else if (way) this.#move(...way);
    else return;
    event.preventDefault();
  }

  /** Come closer and keep what is under the pointer where it is. */
  #zoom(by, clientX, clientY) {
    const { left, top, width, height } = this.#box.getBoundingClientRect();
    const scale = Math.min(MOST, Math.max(1, this.#scale * by));
    const x = clientX - left - width / 2;
    const y = clientY - top - height / 2;
    this.#x = x - ((x - this.#x) * scale) / this.#scale;
    this.#y = y - ((y - this.#y) * scale) / this.#scale;
    this.#scale = scale;
    this.#draw();
  }

  #move(dx, dy) {
    this.#x += dx;
    this.#y += dy;
    this.#draw();
  }

  #draw() {
    const { width, height } = this.#box.getBoundingClientRect();
    const clamp = (value, side) => Math.max(-(side * (this.#scale - 1)) / 2, Math.min((side * (this.#scale - 1)) / 2, value));
    this.#x = clamp(this.#x, width);
    this.#y = clamp(this.#y, height);
    this.#image.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
  }
}

function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
