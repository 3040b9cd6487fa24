// The game in the browser. Without this file every answer is a form and a new page; with it the next photo is there
// at once, and answers travel behind the player's back.

import { Deck } from "./deck.js";
import { arrows, closable, listen } from "./keys.js";
import { Outbox } from "./outbox.js";

const find = (selector, root = document) => root.querySelector(selector);
const form = find("#verdict");
const naming = find("#naming");
const loupe = find("#loupe");
const said = find("#said");

const deck = new Deck(find("#deck"));
const outbox = new Outbox({ person: form.dataset.person, signIn: form.dataset.signIn, token: () => find("[name=csrfmiddlewaretoken]", form).value });
const cast = []; // ids of the votes of this page, the last at the end
let shownAt = performance.now();
let undoing = null;

// --- answering

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const answer = event.submitter?.value;
  if (!deck.card || !answer || (!deck.judgeable && answer !== "cant_tell")) return;
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.csrfmiddlewaretoken;
  fields.seconds = ((performance.now() - shownAt) / 1000).toFixed(2);
  fields.vote = crypto.randomUUID?.() ?? fields.vote; // plain http on a local network has no randomUUID
  naming.close();
  event.submitter.classList.add("on");
  cast.push(fields.vote);
  const chosen = event.submitter.closest(".style") ?? event.submitter;
  deck.advance(chosen.isConnected && chosen.getClientRects().length ? chosen : null);
  outbox.add(form.action, fields);
});

find("#undo").addEventListener("submit", (event) => {
  event.preventDefault();
  const vote = cast.pop() ?? "";
  if (!vote || !deck.back()) undoing = "from the server";
  outbox.add(event.target.action, { vote });
});

// --- what the server says

outbox.addEventListener("state", async ({ detail }) => {
  tell(detail);
  if (detail.state === "refused") return refused(detail);
  if (detail.state !== "kept" && detail.state !== "page") return;
  if (detail.state === "kept") find("#pending")?.remove();
  const instead = undoing && detail.left === 0;
  if (instead) undoing = null;
  const page = await deck.refill(detail.html, { instead });
  for (const part of page.querySelectorAll("template[data-part]")) find(`#${part.dataset.part}`)?.replaceChildren(part.content);
  const token = page.querySelector("template[data-token]")?.dataset.token;
  if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
});

async function refused({ entry, html }) {
  notice(new DOMParser().parseFromString(html, "text/html").querySelector("main p")?.textContent);
  deck.forget(entry.fields.photo);
  const answer = await fetch(find("#deck").dataset.url, { headers: { "HX-Request": "true" } });
  if (answer.ok) await deck.refill(await answer.text());
}

function tell({ state, left }) {
  const kept = left === 1 ? "your answer is kept here" : `${left} answers are kept here`;
  const words = {
    kept: "All saved",
    offline: `You’re offline: ${kept} and sent when you’re back.`,
    busy: `The server is busy: ${kept}, we try again.`,
    "signed-out": `You were signed out: ${kept}.`,
  }[state];
  if (!words || (state === "kept" && left)) return;
  find("#state").textContent = words;
  find("#saved").classList.toggle("wait", left > 0);
  if (state === "signed-out") find("#state").append(" ", link("Sign in to send it", `${form.dataset.signIn}?next=${location.pathname}`));
}

function link(text, href) {
  return Object.assign(document.createElement("a"), { textContent: text, href });
}

function notice(text) {
  find("#refused")?.remove();
  const note = Object.assign(document.createElement("p"), { id: "refused", className: "notice", textContent: text || "That answer could not be kept." });
  note.setAttribute("role", "status");
  find("#main").append(note);
  setTimeout(() => note.remove(), 8000);
}

// --- the table

deck.addEventListener("shown", ({ detail: { card } }) => {
  shownAt = performance.now();
  const names = [...card.querySelectorAll(".style strong")].map((name, index) => `${index + 1}: ${name.textContent}`);
  said.textContent = `Next photo. ${find("figcaption", card).textContent.trim()}. ${names.join(", ")}.`;
  if (document.activeElement === document.body || !document.activeElement?.isConnected) find("h1", card).focus({ preventScroll: true });
});

for (const done of ["empty", "finished"]) deck.addEventListener(done, () => find("#deck h1")?.focus());

document.addEventListener("visibilitychange", () => { if (!document.hidden) shownAt = performance.now(); });

// --- dialogs and keys

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-naming], [data-zoom], #help");
  if (!opener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (opener.id === "help") find("#keys").showModal();
  else if (opener.hasAttribute("data-zoom")) zoom(opener.href);
  else if (deck.judgeable) name();
});

function name() {
  const input = find("[type=search]", naming);
  find("[name=photo]", naming).value = deck.photo;
  naming.showModal();
  if (input.value) {
    input.value = "";
    input.dispatchEvent(new Event("search"));
  }
  input.focus();
}

function zoom(source) {
  find("img", loupe).src = source;
  loupe.showModal();
  loupe.scrollTo((loupe.scrollWidth - loupe.clientWidth) / 2, 0);
}

find("[role=search]", naming).addEventListener("submit", (event) => event.preventDefault());
[naming, loupe, find("#keys")].forEach(closable);
find("img", loupe).addEventListener("click", () => loupe.close());
loupe.addEventListener("keydown", (event) => { if (event.key.toLowerCase() === "z") loupe.close(); });
arrows(naming);

const press = (selector) => () => { if (deck.card) find(selector, deck.card)?.click(); };
listen({
  1: press(".style:nth-child(1)"), 2: press(".style:nth-child(2)"), 3: press(".style:nth-child(3)"),
  0: press("[data-naming]"), "/": press("[data-naming]"), n: press("[value=not_dress]"), "?": press("[value=cant_tell]"),
  f: press("[name=fit]"), z: press("[data-zoom]"), u: () => find("#undo button").click(), h: () => find("#keys").showModal(),
});

find("#help").hidden = false;
await deck.open(outbox.waiting.map((entry) => entry.fields.photo));
outbox.flush();
