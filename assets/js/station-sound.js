// <station-sound>: the button that starts the station (browsers stay silent until
// one is pressed) and the volume, kept for this browser.
import { play, playOutcome, setVolume, unlock, volume } from "./sounds.js";

const STARTED = "rebond.started";

class StationSound extends HTMLElement {
  connectedCallback() {
    // On the page that starts a station, its own button does it.
    const around = this.querySelector("[data-part=start]") ? this : this.closest("form");
    this.start = around?.querySelector("[data-part=start]");
    this.choice = this.querySelector("[data-part=volume]");
    this.choice.value = String(volume());
    this.choice.addEventListener("change", () => this.choose());
    this.start?.addEventListener("click", () => this.begin());
    this.dataset.started = String(sessionStorage.getItem(STARTED) === "yes");
    // The answer of a form that was posted plainly stands in the page already.
    if (this.dataset.started === "true") playOutcome(document.body);
  }

  async begin() {
    sessionStorage.setItem(STARTED, "yes");
    await unlock();
    this.dataset.started = "true";
    play("ok");
    document.querySelector("scan-input")?.listen();
  }

  choose() {
    setVolume(this.choice.value);
    play("ok");
  }
}

customElements.define("station-sound", StationSound);

// An answer that changes several parts of the page is one answer, and one sound.
let answered;
document.addEventListener("htmx:afterSwap", (event) => {
  const { target, xhr } = event.detail;
  if (xhr === answered) return;
  answered = xhr;
  playOutcome(target);
});
