// <station-sound>: the button that starts the station (browsers stay silent until
// one is pressed) and the volume, kept for this browser.
import { play, playOutcome, setVolume, unlock, volume } from "./sounds.js";

const STARTED = "rebond.started";

class StationSound extends HTMLElement {
  connectedCallback() {
    this.start = this.querySelector("[data-part=start]");
    this.choice = this.querySelector("[data-part=volume]");
    this.choice.value = String(volume());
    this.choice.addEventListener("change", () => this.choose());
    this.start.addEventListener("click", () => this.begin());
    this.dataset.started = String(sessionStorage.getItem(STARTED) === "yes");
    // The answer of a form that was posted plainly stands in the page already.
    if (this.dataset.started === "true") playOutcome(document.getElementById("content"));
  }

  async begin() {
    await unlock();
    sessionStorage.setItem(STARTED, "yes");
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
document.addEventListener("htmx:afterSwap", (event) => playOutcome(event.detail.target));
