// Small courtesies; every page works without them.

// A button with aria-controls folds what it names.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[aria-controls][aria-expanded]");
  if (!button) return;
  const open = document.getElementById(button.getAttribute("aria-controls")).classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
});

// A menu closes when one looks elsewhere, and on Escape, which gives the focus back.
const menus = () => document.querySelectorAll("details.drop[open], details.switch[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What went wrong is read first; else one goes on where the page says. The place in an address that one came by before
// the form was sent would take the focus from there.
const start = document.querySelector(".wrong") ?? document.querySelector("[autofocus]");
if (start) {
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  start.focus();
}

// A closed button says why; it does nothing else.
document.addEventListener("click", (event) => {
  if (event.target.closest("[aria-disabled='true']")) event.preventDefault();
});

// Saved as typed: a page that is not the one asked for means the session is over. Nothing typed is touched.
const notSaved = (target, why) => {
  if (target?.classList.contains("saved")) target.textContent = `Not saved: ${why} What you typed is still here.`;
};
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo, target } = event.detail;
  const asked = new URL(pathInfo.requestPath, location.href).pathname;
  if (!xhr.responseURL || new URL(xhr.responseURL).pathname === asked) return;
  event.detail.shouldSwap = false;
  if (event.detail.requestConfig.verb === "get") location.assign(xhr.responseURL);
  else notSaved(target, "you are signed out. Sign in again in another tab.");
});
document.addEventListener("htmx:sendError", (event) => notSaved(event.detail.target, "there is no connection."));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.requestConfig.verb !== "get") notSaved(event.detail.target, "the server refused it.");
});

// A form waits for what is being saved as typed: its own last save is not somebody else's change.
const waiting = new WeakSet();
const saving = (form) => form.querySelector(".htmx-request");
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!saving(form)) return;
  event.preventDefault();
  if (waiting.has(form)) return;
  waiting.add(form);
  const saved = () => setTimeout(() => {
    if (saving(form)) return;
    document.removeEventListener("htmx:afterRequest", saved);
    waiting.delete(form);
    form.requestSubmit(submitter);
  });
  document.addEventListener("htmx:afterRequest", saved);
});

// A part that goes with one answer opens when it is chosen; it stands open without this, and where something was typed.
for (const part of document.querySelectorAll("details[data-with]")) {
  const [name, value] = part.dataset.with.split(" ");
  const chosen = () => document.querySelector(`input[name="${name}"]:checked`)?.value === value;
  const typed = [...part.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea")].some((box) => box.value);
  part.open = chosen() || typed || part.querySelector(".is-wrong") !== null || part.contains(document.activeElement);
  document.addEventListener("change", (event) => {
    if (event.target.name === name && chosen()) part.open = true;
  });
}

// What stands beside a long text is as high as the window leaves room for; in a low window it stays where it is.
const pane = document.querySelector(".verdict-pane");
const LEAST = 360;
const makeRoom = () => {
  pane.classList.add("is-beside");
  const margin = parseFloat(getComputedStyle(pane).top) || 0;
  const room = innerHeight - Math.max(pane.getBoundingClientRect().top, margin) - margin;
  const fits = innerHeight - 2 * margin >= LEAST;
  pane.classList.toggle("is-beside", fits);
  pane.style.maxHeight = fits && getComputedStyle(pane).position === "sticky" ? `${Math.max(room, LEAST)}px` : "";
};
if (pane) {
  makeRoom();
  for (const turn of ["scroll", "resize"]) addEventListener(turn, makeRoom, {passive: true});
}
