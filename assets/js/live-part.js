// <live-part>: a part of a page that asks for itself again and again. It says when the
// server does not answer, and never takes another page (the sign-in) for itself.

class LivePart extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    const on = (name, act) => this.addEventListener(name, act, { signal });
    on("htmx:afterRequest", (event) => this.told(event.detail.successful));
    on("htmx:beforeSwap", (event) => this.keepOut(event.detail));
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  told(answered) {
    this.querySelector("[data-part=stale]").hidden = answered;
  }

  keepOut(detail) {
    const { responseURL } = detail.xhr;
    const asked = new URL(detail.pathInfo.requestPath, location.href);
    if (responseURL && new URL(responseURL).pathname !== asked.pathname) {
      detail.shouldSwap = false;
      location.reload();
    }
  }
}

customElements.define("live-part", LivePart);
