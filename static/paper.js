// Comfort for the paper page, which is complete without it: copying a citation, and showing where a value stands.

for (const button of document.querySelectorAll("button.copy")) {
  const source = document.getElementById(button.dataset.copies);
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source); // a page without https may not write: one key copies what is selected
      button.textContent = "Selected: copy with Ctrl+C";
    }
    setTimeout(() => (button.textContent = label), 2500);
  });
}

// A value and the words that it stands on light up together.
function light(event) {
  const origin = event.target.closest?.("[data-evidence]");
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!origin || event.type === "mouseout") return;
  for (const place of document.querySelectorAll(`[data-evidence="${origin.dataset.evidence}"]`)) place.classList.add("lit");
}
for (const type of ["mouseover", "mouseout", "focusin", "focusout"]) document.addEventListener(type, light);
