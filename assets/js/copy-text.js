// <copy-text>: its button copies the text of its [data-part=text], and says so. Where the
// page may not use the clipboard (plain HTTP in a workshop), the selection is copied.

class CopyText extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[data-part=copy]");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.copy());
  }

  async copy() {
    const text = this.querySelector("[data-part=text]");
    const copied = navigator.clipboard
      ? await navigator.clipboard.writeText(text.textContent).then(() => true, () => this.select(text))
      : this.select(text);
    if (copied) this.querySelector("[data-part=said]").textContent = this.dataset.copied;
  }

  select(text) {
    getSelection().selectAllChildren(text);
    return document.execCommand("copy");
  }
}

customElements.define("copy-text", CopyText);
