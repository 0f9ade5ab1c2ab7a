// <scan-input>: the one field of a station. See docs/frontend.md for its parts.
// Without this script its form posts like any other.
import { KeyTrace, endsScan } from "./key-trace.js";
import { nonce, ScanQueue } from "./scan-queue.js";
import { best, ordered } from "./scanner-layout.js";
import { play } from "./sounds.js";
import { isEditable } from "./station-modes.js";
import { isCertain } from "./tag.js";

const SAME_SCAN = 2000; // milliseconds in which the same code is the same scan
const QUIET = 120; // after text put in without keys, the code is complete

/** Whether a key is typed while no field has the focus, as a scanner may. */
export function strays(event, input) {
  const active = document.activeElement;
  if (active === input || isEditable(active)) return false;
  if (event.key.length !== 1 || event.key === " ") return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  return !document.querySelector("dialog[open]");
}

class ScanInput extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form.elements.code;
    this.status = this.querySelector("[data-part=status]");
    this.trace = new KeyTrace(this.input);
    this.queue = new ScanQueue((scan) => this.send(scan), (...news) => this.tell(...news));
    this.last = { key: "", at: -SAME_SCAN };
    this.tabGrace = 0;
    this.arrived = new Set();
    this.leaving = new AbortController();
    this.hear();
    this.setUpKeyboard();
    this.listen();
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  hear() {
    const options = { signal: this.leaving.signal };
    const on = (target, name, act) => target.addEventListener(name, act, options);
    on(this.form, "submit", (event) => this.submitted(event));
    on(this.input, "keydown", (event) => this.pressed(event));
    on(this.input, "input", () => this.injected());
    on(document, "keydown", (event) => this.strayed(event));
    on(document, "focusin", () => this.showState());
    on(document, "focusout", () => setTimeout(() => this.showState(), 150));
    on(window, "focus", () => this.listen());
    on(window, "blur", () => this.showState());
    // A dialog's close does not bubble.
    document.addEventListener("close", () => this.listen(), { ...options, capture: true });
    on(document, "htmx:afterSettle", () => this.listen());
    on(document, "click", (event) => this.clicked(event));
  }

  // Focus

  /** Takes the focus back, unless a person is writing somewhere else. */
  listen() {
    const active = document.activeElement;
    const busy = active !== this.input && isEditable(active);
    if (!busy && !document.querySelector("dialog[open]")) {
      this.input.focus({ preventScroll: true });
    }
    this.showState();
  }

  showState() {
    const ready = document.activeElement === this.input && document.hasFocus();
    this.dataset.state = ready ? "ready" : "away";
  }

  clicked(event) {
    const wanted = "a, button, input, select, textarea, label, summary, dialog";
    if (event.target.closest("[data-part=listen]")) return this.listen();
    if (!event.target.closest(wanted) && getSelection().isCollapsed) this.listen();
  }

  /** A scan while a button has the focus still lands in the field, Enter included. */
  strayed(event) {
    if (!strays(event, this.input)) return;
    this.input.focus({ preventScroll: true });
    this.trace.pressed(event);
  }

  // Reading

  pressed(event) {
    if (event.key === "Tab") return this.tabbed(event);
    // Some scanners end a code by a line feed, which browsers take for "downloads".
    if (event.ctrlKey && event.code === "KeyJ") event.preventDefault();
    this.trace.pressed(event);
  }

  /** Tab at a scanner's speed ends the scan; typed by a person it leaves the field. */
  tabbed(event) {
    if (event.shiftKey) return;
    if (event.timeStamp < this.tabGrace) return event.preventDefault();
    if (!endsScan(this.trace, event)) return;
    event.preventDefault();
    this.finish();
  }

  submitted(event) {
    event.preventDefault();
    // After Enter, a scanner that adds a Tab as well must not leave the field.
    if (this.trace.fast) this.tabGrace = event.timeStamp + 100;
    this.finish();
  }

  /** Scanners of phones put whole texts in without pressing keys. */
  injected() {
    clearTimeout(this.quiet);
    if (!this.trace.injected) return;
    const typing = this.input.inputMode !== "none" && matchMedia("(pointer: coarse)").matches;
    this.quiet = setTimeout(() => {
      const text = this.input.value;
      if (isCertain(text) || (text.length > 3 && !typing)) this.finish();
    }, QUIET);
  }

  finish() {
    clearTimeout(this.quiet);
    const reading = ordered(this.trace.take());
    const fields = Object.fromEntries(new FormData(this.form));
    this.input.value = "";
    if (reading.code.trim() === "") return;
    if (this.isSameScan(`${fields.mode ?? ""}|${best(reading)}`)) return this.ignore();
    this.status.textContent = "";
    this.queue.add({ ...reading, nonce: nonce() });
  }

  /** A code of a serial scanner: it comes with its nonce, and again until it is answered. */
  arrive(scan) {
    if (this.arrived.has(scan.nonce)) return;
    this.arrived.add(scan.nonce);
    this.status.textContent = "";
    this.queue.add({ ...scan, arrived: "1" });
  }

  isSameScan(key) {
    const now = performance.now();
    const same = key === this.last.key && now - this.last.at < SAME_SCAN;
    this.last = { key, at: now };
    return same;
  }

  ignore() {
    this.status.textContent = this.dataset.textRepeat;
    play("repeat");
  }

  // Sending

  get target() {
    return document.getElementById(this.dataset.target);
  }

  /** Posts one scan; only the result area changes. */
  async send(scan) {
    let seen = null;
    const note = (event) => (seen = event.detail.xhr);
    const guard = (event) => {
      if (this.isSignIn(event.detail.xhr)) event.detail.shouldSwap = false;
    };
    this.form.addEventListener("htmx:afterRequest", note);
    this.target.addEventListener("htmx:beforeSwap", guard);
    // The form's other fields as they are now: the scan before may have changed the mode.
    const values = { ...Object.fromEntries(new FormData(this.form)), ...scan };
    const request = { source: this.form, target: this.target, swap: "innerHTML", values };
    try {
      await window.htmx.ajax("POST", this.form.action, request);
    } catch {
      return "again"; // the server cannot be reached, or took too long
    } finally {
      this.form.removeEventListener("htmx:afterRequest", note);
      this.target.removeEventListener("htmx:beforeSwap", guard);
    }
    return this.verdict(seen);
  }

  isSignIn(request) {
    const { signIn } = this.dataset;
    return Boolean(signIn && request.responseURL) && new URL(request.responseURL).pathname === signIn;
  }

  verdict(request) {
    if (request === null || request.status === 0) return "again";
    if (this.isSignIn(request)) return "signed-out";
    if (request.status >= 500 || request.status === 429) return "again";
    return request.status < 400 || [403, 404, 409, 422].includes(request.status) ? "done" : "lost";
  }

  tell(state, waiting) {
    this.toggleAttribute("data-sending", state === "sending");
    const trouble = this.querySelector(`template[data-part=${state}]`);
    if (trouble) this.showTrouble(trouble, state === "lost" ? waiting.slice(0, 1) : waiting);
    if (state !== "sending") this.dispatchEvent(new CustomEvent(`scan:${state}`, { bubbles: true }));
  }

  /** Says which codes are not recorded, and offers to send them again. */
  showTrouble(template, scans) {
    const part = template.content.cloneNode(true);
    const codes = scans.map((scan) => best(scan).slice(0, 64));
    part.querySelector("[data-part=codes]").textContent = codes.join(", ");
    part.querySelector("[data-part=again]")?.addEventListener("click", () => this.queue.drain());
    this.target.replaceChildren(part);
    play("refused");
  }

  // Touch screens

  /** A scanner in the hand needs no keyboard on the screen; a person may. */
  setUpKeyboard() {
    const button = this.querySelector("[data-part=keyboard]");
    if (!button) return;
    const show = (on) => {
      button.setAttribute("aria-pressed", String(on));
      this.input.inputMode = on ? "text" : "none";
    };
    show(true);
    button.addEventListener("click", () => {
      show(button.getAttribute("aria-pressed") !== "true");
      this.input.blur();
      this.input.focus();
    });
  }
}

customElements.define("scan-input", ScanInput);
