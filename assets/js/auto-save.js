/**
 * <auto-save data-saved data-lost>: keeps a form's answers while somebody types.
 *
 * A moment after the last change the form is sent beside the page; its own button goes
 * on as ever. Without this script nothing is lost either: the button sends the answers.
 */
const PAUSE = 800;

class AutoSave extends HTMLElement {
  #timer = 0;
  #form;

  connectedCallback() {
    this.#form = this.querySelector("form");
    for (const kind of ["input", "change"]) this.addEventListener(kind, () => this.#soon());
    this.#form?.addEventListener("submit", () => clearTimeout(this.#timer));
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), PAUSE);
  }

  async #send() {
    const answers = new FormData(this.#form);
    answers.set("autosave", "1");
    try {
      const answer = await fetch(this.#form.action, { method: "POST", body: new URLSearchParams(answers) });
      // Who was signed out is led to another page: nothing was kept.
      const lost = answer.redirected || !answer.ok ? this.dataset.lost : "";
      this.#say(answer.headers.get("X-Kept") ? this.dataset.saved : lost);
    } catch {
      this.#say(this.dataset.lost);
    }
  }

  #say(words) {
    const said = this.querySelector("[data-part=said]");
    if (said) said.textContent = words;
  }
}

customElements.define("auto-save", AutoSave);
