// The bonus round by keys: 1 and 2 press what can also be clicked. Everything else is links and a form.

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  document.querySelector(`.twin[aria-keyshortcuts="${CSS.escape(event.key)}"]`)?.click();
});
