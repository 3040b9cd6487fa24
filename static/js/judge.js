// The experts' bench: the game's keys on the game's card. The next cases lie ready with their pictures decoded, so a
// judgement shows the next one at once and travels behind it; without this file every judgement is a form and a page.

import { Loupe, compare } from "./closer.js";
import { decode } from "./decoder.js";
import { bound, closable, listen } from "./keys.js";
import { Naming } from "./naming.js";

const find = (selector, root = document) => root.querySelector(selector);
const bench = find("#bench");
const form = find("#verdict");
const help = find("#keys");
const naming = new Naming(find("#naming"));
const loupe = new Loupe(find("#loupe"));

const judged = new Set(); // photos whose judgement is on its way, or kept
let cases = []; // the one on the table, and the next
let sending = Promise.resolve(); // one after the other: an undo must not overtake what it takes back

const photoOf = (one) => one.dataset.case;
const ready = () => find("[data-card]", bench)?.hasAttribute("data-ready") ?? false;

/** Decode the pictures of a case; its answers are dead until the photo itself is there. */
function prepare(one) {
  const card = find("[data-card]", one);
  decode(card).then((whole) => {
    card.toggleAttribute("data-ready", whole);
    if (!whole) find(".hero", card).alt = "The photo did not load. Reload the page to try again, or leave it to another expert.";
  });
  return one;
}

/** Follow what the server says is waiting; `again` lets the first of it come back although it was judged. */
function take(html, { again = false } = {}) {
  const page = document.createElement("template");
  page.innerHTML = html;
  const ahead = [...page.content.querySelectorAll("template[data-ahead]")];
  const fresh = [find("[data-case]", page.content), ...ahead.map((part) => find("[data-case]", part.content))].filter(Boolean);
  if (again && fresh.length) judged.delete(photoOf(fresh[0]));
  const known = new Map(cases.map((one) => [photoOf(one), one]));
  cases = fresh.filter((one) => !judged.has(photoOf(one))).map((one) => known.get(photoOf(one)) ?? prepare(document.importNode(one, true)));
  lay(find("[data-end]", page.content));
}

/** Put the first case on the table, or say that there is none. */
function lay(end) {
  const [top] = cases;
  if (top?.isConnected) return;
  if (top) {
    bench.replaceChildren(top);
    globalThis.htmx?.process(top); // the case came as a template: its reasons load on demand
  }
  else if (end) bench.replaceChildren(document.importNode(end, true));
  else bench.replaceChildren(Object.assign(document.createElement("p"), { className: "hint", textContent: "One moment: the next case is on its way." }));
  find("h1", bench)?.focus({ preventScroll: true });
  if (top) find("#said").textContent = `Next case. ${find("p", top).textContent.trim()}`;
}

async function send(url, body, { photo = "", again = false } = {}) {
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true });
  } catch {
    return notice("You’re offline: that was not kept, and the case is back on the table.");
  }
  if (new URL(answer.url).pathname === form.dataset.signIn) return notice("You were signed out, and that was not kept. Reload the page to sign in.");
  const html = await answer.text();
  if (answer.ok) return take(html, { again });
  judged.delete(photo); // the server knows whether it waits still
  notice(find("main p", new DOMParser().parseFromString(html, "text/html"))?.textContent);
  const now = await fetch(bench.dataset.url, { headers: { "HX-Request": "true" } });
  if (now.ok) take(await now.text());
}

function notice(words) {
  find("#refused")?.remove();
  const note = Object.assign(document.createElement("p"), { id: "refused", className: "notice", textContent: words || "That could not be kept." });
  note.setAttribute("role", "alert");
  bench.before(note);
  return "refused";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const answer = event.submitter?.value;
  if (!cases.length || !answer || (!ready() && answer !== "cant_tell")) return;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const one = cases.shift();
  judged.add(photoOf(one));
  naming.close();
  find("#refused")?.remove();
  lay();
  sending = sending.then(() => send(form.action, body, { photo: photoOf(one) })).then((outcome) => {
    if (outcome !== "refused") return;
    judged.delete(photoOf(one));
    if (!cases.includes(one)) cases.unshift(one);
    lay();
  });
});

find("#undo").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target));
  sending = sending.then(() => send(event.target.action, body, { again: true }));
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-naming], [data-zoom], #help");
  if (!opener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (opener.id === "help") help.showModal();
  else if (!ready()) return;
  else if (opener.hasAttribute("data-naming")) naming.open(photoOf(cases[0]));
  else loupe.open(find("[data-card]", bench));
});
[find("#loupe"), help].forEach(closable);
compare(bench);

const press = (selector) => () => find(selector, bench)?.click();
listen(bound(JSON.parse(form.dataset.keys), {
  one: press(".style:nth-child(1)"), two: press(".style:nth-child(2)"), three: press(".style:nth-child(3)"),
  none: press("[data-naming]"), search: () => ready() && naming.open(photoOf(cases[0]), { typing: true }),
  not_dress: press("[value=not_dress]"), cant_tell: press("[value=cant_tell]"), fit: press("[name=fit]"), zoom: press("[data-zoom]"),
  undo: () => find("#undo button").click(), help: () => help.showModal(),
}));

find("#help").hidden = false;
cases = [...bench.querySelectorAll("[data-case]")].map(prepare);
take(bench.innerHTML);
