// <online-chip>: whether scans reach the server, in words. It believes the network of
// the browser, and more than that the scans themselves.

class OnlineChip extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    const on = (target, name, reached) =>
      target.addEventListener(name, () => this.show(reached), { signal });
    on(window, "online", true);
    on(window, "offline", false);
    on(document, "scan:idle", true);
    on(document, "scan:stuck", false);
    this.show(navigator.onLine);
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  show(reached) {
    this.querySelector("[data-part=online]").hidden = !reached;
    this.querySelector("[data-part=offline]").hidden = reached;
  }
}

customElements.define("online-chip", OnlineChip);
