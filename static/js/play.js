// The game in the browser: this file only ties the others together. Without it every answer is a form and a new page;
// with it the next photo is there at once, and answers travel behind the player's back.

import { Loupe, compare } from "./closer.js";
import { Deck } from "./deck.js";
import { Foot } from "./foot.js";
import { bound, closable, listen } from "./keys.js";
import { Naming } from "./naming.js";
import { Outbox } from "./outbox.js";
import { Shelf, freshId } from "./shelf.js";
import { Sitting } from "./sitting.js";
import { Supply } from "./supply.js";
import { swipes } from "./swipe.js";

const find = (selector, root = document) => root.querySelector(selector);
const form = find("#verdict");
const { person, signIn, votes, bonus = "" } = form.dataset;
const keys = JSON.parse(form.dataset.keys);

const shelf = await Shelf.open();
const deck = new Deck(find("#deck"));
const foot = new Foot({ signIn });
const naming = new Naming(find("#naming"));
const loupe = new Loupe(find("#loupe"));
const sitting = new Sitting({ every: 30 });
const supply = new Supply({ url: find("#deck").dataset.url, signIn, deck, held: () => [...deck.held, ...unsent()] });
const token = () => find("[name=csrfmiddlewaretoken]", form).value;
const outbox = new Outbox({ shelf, url: votes, person, token: token(), renew: () => supply.ask() });
let shownAt = performance.now();

/** Photos whose answer waits to be sent and was not taken back since. */
function unsent() {
  const photos = new Set();
  for (const { item } of outbox.waiting) photos[item.undo ? "delete" : "add"](item.photo);
  return [...photos];
}

// --- answering

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [choice, style] = (event.submitter?.value ?? "").split(/:(.*)/s);
  if (!choice || !deck.card || !(deck.judgeable || (choice === "cant_tell" && deck.card.hasAttribute("data-broken")))) return;
  const vote = { id: freshId(), photo: deck.photo, choice, fit: find("[name=fit]", deck.card).checked };
  if (style) vote.style = style;
  vote.seconds = Number(((performance.now() - shownAt) / 1000).toFixed(2));
  naming.close();
  event.submitter.classList.add("on");
  outbox.add(vote);
  const chosen = event.submitter.closest(".style") ?? event.submitter;
  deck.advance(vote.id, chosen.getClientRects().length ? chosen : null);
  if (bonus) foot.offer(sitting.answered() ? bonus : "");
  supply.more();
});

const undo = find("#undo");
undo.addEventListener("submit", async (event) => {
  event.preventDefault();
  const last = deck.back();
  if (last) return void outbox.add({ id: last.vote, undo: true, photo: last.photo });
  await outbox.flush(); // answers from before a reload: the server knows which was the last
  await undoThere();
});

async function undoThere() {
  if (outbox.waiting.length) return foot.refuse("You’re offline, and this page no longer holds that photo: it can be taken back once you’re online.");
  let answer;
  try {
    answer = await fetch(undo.action, { method: "POST", body: new URLSearchParams({ vote: "", csrfmiddlewaretoken: outbox.token }), headers: { "HX-Request": "true" } });
  } catch {
    return foot.refuse("You’re offline: nothing was taken back.");
  }
  if (answer.status === 409) return foot.refuse(find("main p", new DOMParser().parseFromString(await answer.text(), "text/html"))?.textContent);
  const now = await supply.read(answer).catch(() => foot.refuse("That could not be taken back just now. Try again in a moment."));
  if (now) deck.refill(now.page, { undone: true });
}

// --- what the server says

outbox.addEventListener("state", ({ detail }) => {
  const { state, left, answer, own, answered, asked } = detail;
  if (state === "elsewhere") return answered ? elsewhere(answered) : deck.forget(asked);
  foot.state(state, left, outbox.durable);
  if (!answer) return;
  for (const receipt of answer.receipts) heard(receipt, own);
  foot.day(answer);
  supply.moved();
});

function elsewhere(photo) {
  if (deck.photo === photo) foot.hear("You answered this photo in another window.");
  deck.drop(photo);
}

function heard({ photo, state, code, detail, news, undo: undoing }, own) {
  if (news && own) foot.news(news);
  if (state === "undone" && !own) deck.forget(photo);
  if (state !== "refused" || code === "answered") return;
  if (own) foot.refuse(detail);
  if (undoing || code === "removed") deck.drop(photo);
  else deck.forget(photo);
}

// --- the table

deck.addEventListener("shown", ({ detail: { card } }) => {
  shownAt = performance.now();
  const names = [...card.querySelectorAll(".style strong")].map((name, index) => `${index + 1}: ${name.textContent}`);
  find("#said").textContent = ["Next photo", find("figcaption", card).textContent.trim(), names.join(", ")].filter(Boolean).join(". ");
  if (document.activeElement === document.body || !document.activeElement?.isConnected) find("h1", card).focus({ preventScroll: true });
});
deck.addEventListener("empty", () => supply.moved());
deck.addEventListener("finished", () => find("#deck h1").focus());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  shownAt = performance.now();
  supply.moved();
});

// --- hands

const help = find("#keys");
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-naming], [data-zoom], #help, .photo");
  if (!opener || event.ctrlKey || event.metaKey || event.target.closest(".fit, .broken-note")) return;
  if (opener.matches("a")) event.preventDefault();
  if (opener.id === "help") help.showModal();
  else if (!deck.judgeable) return;
  else if (opener.hasAttribute("data-naming")) naming.open(deck.photo);
  else loupe.open(deck.card);
});
[find("#loupe"), help].forEach(closable);

const press = (selector) => () => find(selector, deck.card ?? undo)?.click();
const takeBack = () => find("button", undo).click();
const look = press("[data-zoom]");
listen({
  ...bound(keys, {
    one: press(".style:nth-child(1)"), two: press(".style:nth-child(2)"), three: press(".style:nth-child(3)"),
    none: press("[data-naming]"), search: () => deck.judgeable && naming.open(deck.photo, { typing: true }),
    not_dress: press("[value=not_dress]"), cant_tell: press("[value=cant_tell]"), fit: press("[name=fit]"), zoom: look,
    undo: takeBack, help: () => help.showModal(),
  }),
  backspace: takeBack,
});
swipes(find("#deck"), {
  left: { words: "Not a dress", act: press("[value=not_dress]") },
  right: { words: "Take the last one back", act: takeBack },
  up: { words: "Look closer", act: look },
});
compare(find("#deck"));
find("#help").hidden = false;

await outbox.open();
deck.open(unsent());
foot.state(outbox.waiting.length ? "unsent" : "kept", outbox.waiting.length, outbox.durable);
outbox.flush();
supply.more();
