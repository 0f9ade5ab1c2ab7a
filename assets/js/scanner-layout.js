// How this station's scanner types: learnt from one reading whose check character
// is right in one way and wrong in the other, then used for codes without a check.
import { isCertain } from "./tag.js";

const KEY = "rebond.scanner";

export function learnt() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage is switched off: every scan is judged alone
  }
}

function keep(layout) {
  try {
    localStorage.setItem(KEY, layout);
  } catch {
    // storage is switched off: every scan is judged alone
  }
}

/** The two readings in the order in which they should be believed. */
export function ordered({ text, physical, fast }) {
  const byText = isCertain(text);
  const byPlace = physical !== "" && isCertain(physical);
  if (fast && physical && byText !== byPlace) keep(byPlace ? "physical" : "text");
  const unsure = !byText && !byPlace;
  if (unsure && fast && physical && learnt() === "physical") {
    return { code: physical, physical: text };
  }
  return { code: text, physical };
}

/** One string for both readings, to know the same scan again. */
export function best({ code, physical }) {
  return !isCertain(code) && physical && isCertain(physical) ? physical : code;
}
