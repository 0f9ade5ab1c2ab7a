// <station-modes>: Alt+1…9 for the modes, Ctrl+Z to undo, Ctrl+K to search.
// No single letters and no function keys: scanners type letters, browsers own the
// rest. For this browser they can be moved to the same keys with Shift, where some
// other program takes them, or switched off.

const KEY = "rebond.shortcuts";
const CHOICES = ["on", "shift", "off"];
const EDITABLE = "input, textarea, select, [contenteditable]";

export function isEditable(element) {
  return Boolean(element?.matches?.(EDITABLE)) && !element.matches("[type=checkbox], [type=radio]");
}

function press(selector) {
  const wanted = [...document.querySelectorAll(selector)].find(
    (element) => !element.disabled && element.getClientRects().length > 0,
  );
  wanted?.click();
  return Boolean(wanted);
}

class StationModes extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.select = this.querySelector("[data-part=shortcuts]");
    this.select?.addEventListener("change", () => this.switch(this.select.value));
    this.show(localStorage.getItem(KEY));
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  switch(choice) {
    localStorage.setItem(KEY, choice);
    this.show(choice);
  }

  show(kept) {
    this.choice = CHOICES.includes(kept) ? kept : "on";
    if (this.select) this.select.value = this.choice;
    document.documentElement.dataset.shortcuts = this.choice;
  }

  pressed(event) {
    if (this.choice === "off" || event.isComposing || event.metaKey) return;
    if (event.shiftKey !== (this.choice === "shift")) return;
    if (this.answer(event)) event.preventDefault();
  }

  answer(event) {
    // Only the row of digits: some scanners type by Alt and the number pad.
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (event.altKey && !event.ctrlKey && digit) return this.choose(Number(digit));
    if (!event.ctrlKey || event.altKey) return false;
    if (event.key.toLowerCase() === "z" && canUndo()) return press("[data-undo]");
    if (event.key.toLowerCase() === "k") return search();
    return false;
  }

  choose(number) {
    const mode = this.querySelectorAll(".mode")[number - 1];
    mode?.click();
    return Boolean(mode);
  }
}

/** Ctrl+Z stays the text's own undo while there is text to undo. */
function canUndo() {
  const active = document.activeElement;
  return !isEditable(active) || (active.closest("scan-input") && active.value === "");
}

function search() {
  const field = document.querySelector("[data-search]");
  field?.focus();
  return Boolean(field);
}

customElements.define("station-modes", StationModes);
