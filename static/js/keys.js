// Keys of the game: each presses what can also be clicked. Nothing happens while somebody types, holds a modifier, or a
// dialog is open, so that neither browser nor screen reader loses a key of its own.

const typing = (element) => element.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

/** Press by key: `presses` maps a key in lower case to what it does. */
export function listen(presses) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const press = presses[event.key.toLowerCase()] ?? presses[digit(event)];
    if (!press) return;
    event.preventDefault();
    press();
  });
}

/** On keyboards that print signs in the upper row, the key with the digit on it will do. */
function digit(event) {
  return /^Digit\d$/.test(event.code) && !event.shiftKey ? event.code.slice(5) : "";
}

/** Return what each key does, from the keys a person chose, {action: key}, and what each action does. */
export function bound(chosen, actions) {
  const presses = {};
  for (const [action, press] of Object.entries(actions)) if (chosen[action]) presses[chosen[action].toLowerCase()] = press;
  return presses;
}

/** Dialogs close by their own buttons and by a click beside them. */
export function closable(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}

/** Let the arrows walk from the search to what it found, and back. */
export function arrows(dialog) {
  dialog.addEventListener("keydown", (event) => {
    const input = dialog.querySelector("input[type=search]");
    const stops = [input, ...dialog.querySelectorAll(".pick")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const enter = event.key === "Enter" && event.target === input;
    if (event.key === "Escape") {
      event.preventDefault(); // a search field would only be emptied
      dialog.close();
    } else if (event.key === "0" && input.value === "") {
      event.preventDefault();
      dialog.querySelector('[name=answer][value="none"]').click();
    } else if (step || enter) {
      event.preventDefault();
      const next = stops[stops.indexOf(document.activeElement) + (enter ? 1 : step)];
      next?.focus();
    }
  });
}
