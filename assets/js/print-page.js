// <print-page>: its button prints the page. Without scripts there is none: the browser’s
// own way of printing does the same.

class PrintPage extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

customElements.define("print-page", PrintPage);
