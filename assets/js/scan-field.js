// <scan-field>: one input of a longer form that may be typed or scanned, as the
// serial number at reception. A scan is read by the place of the keys when the
// station's scanner needs it; its Enter ends the field instead of the form. With
// `data-sends` it is the only question of its form: a scan is sent at once, with the
// other reading as `physical`, and keys pressed beside the field go to it.
import { endsScan, KeyTrace } from "./key-trace.js";
import { strays } from "./scan-input.js";
import { ordered } from "./scanner-layout.js";
import { play } from "./sounds.js";

// What a US scanner types for digits on French and Belgian keyboards.
const SHIFTED_ROW = /^[^0-9]*[&é"'(§è!çà][^0-9]*$/i;

class ScanField extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input:not([type=hidden])");
    this.trace = new KeyTrace(this.input);
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.trace.reset());
    // What stands in it is replaced by the next scan, never glued to it.
    this.input.addEventListener("focus", () => this.input.select());
    if (document.activeElement === this.input) this.input.select();
    if (this.dataset.sends !== undefined) {
      document.addEventListener("keydown", (event) => this.strayed(event));
      this.input.form.addEventListener("submit", () => this.sending());
    }
    this.input.form.addEventListener("htmx:afterSettle", (event) => this.show(event.detail));
  }

  /** What is known of the code is seen whole, clear of whatever sticks to the edges. */
  show({ requestConfig, target }) {
    if (requestConfig.elt === this.input) target.scrollIntoView({ block: "nearest" });
  }

  strayed(event) {
    if (!strays(event, this.input)) return;
    this.input.focus({ preventScroll: true });
    this.trace.pressed(event);
  }

  sending() {
    const reading = ordered(this.trace.take());
    this.input.value = reading.code;
    this.input.form.elements.physical.value = reading.physical;
  }

  pressed(event) {
    const ends = event.key === "Enter" || event.key === "Tab";
    if (!ends) return this.trace.pressed(event);
    if (event.shiftKey || !endsScan(this.trace, event)) return;
    event.preventDefault();
    if (this.dataset.sends === undefined) this.finish();
    else this.input.form.requestSubmit();
  }

  finish() {
    const taken = this.trace.take();
    const reading = ordered(taken);
    const garbled = reading.physical !== "" && SHIFTED_ROW.test(reading.code);
    this.input.value = garbled ? reading.physical : reading.code;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.dispatchEvent(new CustomEvent("scanned", { bubbles: true }));
    play("ok");
    this.next()?.focus();
  }

  next() {
    const fields = [...this.input.form.elements].filter(
      (field) => !field.disabled && field.tabIndex >= 0 && field.checkVisibility(),
    );
    return fields[fields.indexOf(this.input) + 1];
  }
}

customElements.define("scan-field", ScanField);
