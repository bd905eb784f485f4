// Comforts that no page needs: the switch between light and dark, and keys. `?` says which keys there are.

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function shown() {
  return root.dataset.theme || (dark.matches ? "dark" : "light");
}

function labelSwitch(button) {
  const other = shown() === "dark" ? "light" : "dark";
  button.textContent = other === "dark" ? "Dark" : "Light";
  button.setAttribute("aria-label", `Switch to ${other} colours`);
}

function offerThemes() {
  const button = document.querySelector("button.theme");
  if (!button) return;
  labelSwitch(button);
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // Without storage the choice holds for this page.
    }
    labelSwitch(button);
  });
  dark.addEventListener("change", () => labelSwitch(button));
}

// Steps from card to card; Enter follows the link that has focus, as everywhere.
function step(by) {
  const links = [...document.querySelectorAll(".card h2 a")];
  if (!links.length) return false;
  const at = links.findIndex((link) => link.closest(".card").contains(document.activeElement));
  const next = links[at < 0 ? (by > 0 ? 0 : -1) : at + by];
  if (!next) return false;
  next.focus({ focusVisible: true, preventScroll: true });
  next.closest(".card").scrollIntoView({ block: "nearest" });
  return true;
}

function focusSearch() {
  const box = document.querySelector("main input[type=search], header input[type=search]");
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

function showKeys() {
  const dialog = document.querySelector("dialog.keys");
  if (!dialog) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

const atCards = (by) => () => document.activeElement.closest?.(".card") && step(by);
const KEYS = {
  "/": focusSearch,
  "?": showKeys,
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: atCards(1),
  ArrowUp: atCards(-1),
};

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

// Early, so that a later Datasette, which has a use for "/" of its own, does not take it.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.composedPath()[0])) return;
    if (!Object.hasOwn(KEYS, event.key) || !KEYS[event.key]()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

function offerKeys() {
  const button = document.querySelector("button.keys");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", showKeys);
}

// Datasette's editor of SQL has a text area of its own, without a name.
function nameEditor() {
  for (const area of document.querySelectorAll(".CodeMirror textarea")) area.setAttribute("aria-label", "SQL");
}

offerThemes();
offerKeys();
window.addEventListener("load", nameEditor);
