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

// What went wrong is read first.
document.querySelector(".wrong")?.focus();

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
