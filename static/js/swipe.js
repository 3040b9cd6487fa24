// Swipes on the photo: it follows the finger, and a word on it says what letting go will do. Left: not a dress. Right:
// take the last answer back. Up: look closer. Everything a swipe does is a button, too.

const BEGIN = 12; // px before a touch is a swipe
const ENOUGH = 84; // px from which letting go counts
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Listen on `root` for swipes on a photo; `ways` maps left, right and up to {words, act}. */
export function swipes(root, ways) {
  let swipe = null;
  const label = Object.assign(document.createElement("p"), { className: "swipe" });
  label.setAttribute("aria-hidden", "true");

  root.addEventListener("pointerdown", (event) => {
    const photo = event.target.closest(".photo");
    if (event.pointerType === "mouse" || !photo || event.target.closest("a, label, button, input")) return;
    if (swipe) return end(); // a second finger: that is a pinch
    swipe = { id: event.pointerId, x: event.clientX, y: event.clientY, photo, hero: photo.querySelector(".hero"), way: "" };
  });

  root.addEventListener("pointermove", (event) => {
    if (event.pointerId !== swipe?.id) return;
    const { way, far, dx, dy } = measured(event, swipe);
    const known = way in ways;
    swipe.way = known && far >= ENOUGH ? way : "";
    if (known && !label.isConnected) swipe.photo.append(label);
    if (!known) return void label.remove();
    label.textContent = ways[way].words;
    label.classList.toggle("enough", Boolean(swipe.way));
    label.dataset.way = way;
    if (!calm.matches) swipe.hero.style.transform = way === "up" ? `translateY(${dy / 2}px)` : `translateX(${dx}px) rotate(${dx / 60}deg)`;
  });

  root.addEventListener("pointerup", (event) => {
    if (event.pointerId !== swipe?.id) return;
    const way = swipe.way;
    end();
    if (way) ways[way].act();
  });
  root.addEventListener("pointercancel", end);
  // Else Chromium takes the swipe for the start of a scroll, and swallows the next tap, which would only stop it.
  root.addEventListener("touchmove", (event) => {
    if (swipe && event.cancelable) event.preventDefault();
  }, { passive: false });

  function end() {
    if (swipe) swipe.hero.style.transform = "";
    label.remove();
    swipe = null;
  }
}

function measured(event, from) {
  const dx = event.clientX - from.x;
  const dy = event.clientY - from.y;
  const far = Math.max(Math.abs(dx), Math.abs(dy));
  const across = Math.abs(dx) >= Math.abs(dy);
  return { dx, dy, far, way: far < BEGIN ? "" : across ? (dx < 0 ? "left" : "right") : (dy < 0 ? "up" : "down") };
}
