// <scan-arrival data-nonce data-code>: a code that a serial scanner posted to this
// station. It goes the way of what is typed into the page's <scan-input>, once.

class ScanArrival extends HTMLElement {
  connectedCallback() {
    const { nonce, code } = this.dataset;
    document.querySelector("scan-input")?.arrive({ code, physical: "", nonce });
    this.remove();
  }
}

customElements.define("scan-arrival", ScanArrival);
