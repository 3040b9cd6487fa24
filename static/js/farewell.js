// The answered photo leaves toward the chosen style, in one beat; whoever asked for less motion sees none.

const BEAT_MS = 120;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Prepare the photo's leave-taking and return the function that plays it. */
export function farewell(card, chosen) {
  const photo = card.querySelector(".hero");
  if (calm.matches || !photo) return () => {};
  const from = photo.getBoundingClientRect();
  const to = (chosen ?? photo).getBoundingClientRect();
  const ghost = photo.cloneNode();
  ghost.className = "leaving";
  ghost.alt = "";
  ghost.setAttribute("aria-hidden", "true");
  return () => {
    document.body.append(ghost);
    Object.assign(ghost.style, { left: `${from.left}px`, top: `${from.top}px`, width: `${from.width}px`, height: `${from.height}px` });
    const x = to.left + to.width / 2 - from.left - from.width / 2;
    const y = to.top + to.height / 2 - from.top - from.height / 2;
    const path = [{ opacity: 0.9 }, { opacity: 0, transform: `translate(${x}px, ${y}px) scale(.18)` }];
    ghost.animate(path, { duration: BEAT_MS, easing: "ease-in" }).finished.finally(() => ghost.remove());
  };
}
