/**
 * <file-import data-begin …>: sends the file of its form before the form, piece by piece.
 *
 * The server says from which byte on: the same file, chosen again after a reload or in
 * another tab, goes on where it stopped. A line that is cut is tried again until it is
 * back. Without this script the form carries a small file by itself.
 */
// As the pages count (backoffice.core.sizes).
const MEGABYTE = 1_000_000;
const LONGEST_PAUSE = 15_000;

/** The server said no, in words. */
class Refused extends Error {
  constructor(status, problem) {
    super([problem.title, problem.detail].filter(Boolean).join(" "));
    this.status = status;
    this.received = problem.received;
  }
}

class FileImport extends HTMLElement {
  #form;
  #file;
  #busy = false;

  connectedCallback() {
    this.#form = this.querySelector("form[enctype]");
    this.#file = this.#form.querySelector("input[type=file]");
    this.#form.addEventListener("submit", (event) => this.#submitting(event));
  }

  #submitting(event) {
    const [file] = this.#file.files;
    if (!file && !this.#busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#form.noValidate = false;
    if (!this.#busy && this.#form.reportValidity()) this.#import(file);
  }

  async #import(file) {
    this.#busy = true;
    this.#show(0, "");
    try {
      const upload = await this.#send(file);
      this.#show(100, this.dataset.checking);
      this.#form.elements.upload.value = upload;
      this.#file.value = "";
      this.#form.submit();
    } catch (failure) {
      this.#say(failure instanceof Refused ? failure.message : this.dataset.failed);
      this.#busy = false;
    }
  }

  /** All of the file, from where the server has it; returns the name of the upload. */
  async #send(file) {
    const { name, size, lastModified: changed } = file;
    const kind = this.#form.elements.kind.value;
    const fields = new URLSearchParams({ name: name.slice(-200), size, changed, kind });
    const begun = await this.#asked(this.dataset.begin, fields);
    const address = `${this.dataset.begin}${begun.upload}/`;
    const since = { at: performance.now(), from: begun.received };
    let received = begun.received;
    while (received < size) {
      this.#tell(received, size, since);
      const piece = file.slice(received, received + begun.chunk);
      received = await this.#piece(address, piece, received);
    }
    return begun.upload;
  }

  /** How far the server has the file after this piece, or without it. */
  async #piece(address, piece, offset) {
    try {
      const answer = await this.#asked(address, piece, { "Upload-Offset": String(offset) });
      return answer.received;
    } catch (failure) {
      if (failure instanceof Refused && failure.received !== undefined) return failure.received;
      throw failure;
    }
  }

  /** The server's answer, however long the line is cut. */
  async #asked(address, body, headers = {}) {
    const token = this.#form.elements.csrfmiddlewaretoken.value;
    for (let pause = 1000; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        const sent = { method: "POST", body, headers: { "X-CSRFToken": token, ...headers } };
        const answer = await fetch(address, sent);
        if (answer.status < 502 || answer.status > 504) return await this.#read(answer);
      } catch (failure) {
        if (!(failure instanceof TypeError)) throw failure;
      }
      this.#say(this.dataset.cut);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async #read(answer) {
    if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error("not for us");
    const said = await answer.json();
    if (!answer.ok) throw new Refused(answer.status, said);
    return said;
  }

  #tell(received, size, since) {
    const words = this.dataset.sending
      .replace("{done}", this.#megabytes(received))
      .replace("{size}", this.#megabytes(size));
    const seconds = (performance.now() - since.at) / 1000;
    const rate = (received - since.from) / seconds;
    const minutes = Math.ceil((size - received) / rate / 60);
    const left = seconds > 5 && rate > 0 ? ` · ${this.dataset.left.replace("{minutes}", minutes)}` : "";
    this.#show((100 * received) / size, words + left);
  }

  #megabytes(bytes) {
    return (bytes / MEGABYTE).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 0 });
  }

  #show(percent, words) {
    this.querySelector("[data-part=sending]").hidden = false;
    this.querySelector("[data-part=sending] progress").value = percent;
    this.#say(words);
  }

  #say(words) {
    this.querySelector("[data-part=said]").textContent = words;
  }
}

customElements.define("file-import", FileImport);
