// <read-aloud>: its button has the browser read the elements marked
// [data-read="<data-target>"], one after the other; pressed again it stops. Hidden where
// the browser cannot speak, or has no voice for the language.

class ReadAloud extends HTMLElement {
  connectedCallback() {
    if (!("speechSynthesis" in window)) return;
    this.button = this.querySelector("[data-part=read]");
    this.word = this.querySelector("[data-part=word]");
    this.start = this.word.textContent;
    this.button.addEventListener("click", () => (this.speaking ? this.stop() : this.read()));
    window.addEventListener("pagehide", () => speechSynthesis.cancel());
    // Voices come late in some browsers.
    speechSynthesis.addEventListener?.("voiceschanged", () => this.offer());
    this.offer();
  }

  voice() {
    const wanted = this.dataset.lang.toLowerCase();
    const all = speechSynthesis.getVoices();
    const same = (voice) => voice.lang.toLowerCase().replace("_", "-");
    return (
      all.find((voice) => same(voice) === wanted) ??
      all.find((voice) => same(voice).split("-")[0] === wanted.split("-")[0])
    );
  }

  offer() {
    this.hidden = this.voice() === undefined;
  }

  read() {
    speechSynthesis.cancel();
    const sentences = [...document.querySelectorAll(`[data-read="${this.dataset.target}"]`)];
    this.say(sentences);
    this.speaking = sentences.length > 0;
    this.word.textContent = this.dataset.stop;
  }

  say([first, ...others]) {
    if (!first) return this.stop();
    const sentence = new SpeechSynthesisUtterance(first.textContent);
    sentence.lang = this.dataset.lang;
    sentence.voice = this.voice();
    sentence.rate = 0.9;
    first.classList.add("being-read");
    const done = () => first.classList.remove("being-read");
    sentence.onend = () => {
      done();
      if (this.speaking) this.say(others);
    };
    sentence.onerror = done;
    speechSynthesis.speak(sentence);
  }

  stop() {
    this.speaking = false;
    speechSynthesis.cancel();
    this.word.textContent = this.start;
  }
}

customElements.define("read-aloud", ReadAloud);
