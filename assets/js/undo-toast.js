// <undo-toast data-seconds="600">: shows how long an act can still be taken back,
// and takes the button away when it no longer can. The server decides all the same.

class UndoToast extends HTMLElement {
  connectedCallback() {
    this.end = Date.now() + Number(this.dataset.seconds) * 1000;
    this.timer = setInterval(() => this.show(), 1000);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const left = Math.ceil((this.end - Date.now()) / 1000);
    if (left <= 0) {
      clearInterval(this.timer);
      this.hidden = true;
      this.querySelector("[data-undo]")?.removeAttribute("data-undo");
      return;
    }
    const place = this.querySelector("[data-part=left]");
    const seconds = String(left % 60).padStart(2, "0");
    if (place) place.textContent = `${Math.floor(left / 60)}:${seconds}`;
  }
}

customElements.define("undo-toast", UndoToast);
