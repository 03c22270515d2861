// Runs in the head, before the page is painted: the machine's own choice of light or dark, and that script runs at all.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  follow();
  dark.addEventListener("change", follow);
  root.classList.add("js");
})();
