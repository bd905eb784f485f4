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

offerThemes();
