// <print-label data-address="…">: prints a PDF of this site once, without leaving the
// page. The browser shows its print window, or prints at once where it was started with
// --kiosk-printing. A browser that cannot print a PDF inside a page says so to nobody:
// the link beside it still opens the label.

class PrintLabel extends HTMLElement {
  connectedCallback() {
    const frame = document.createElement("iframe");
    frame.title = this.dataset.title ?? "";
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    frame.addEventListener("load", () => this.print(frame), { once: true });
    frame.src = this.dataset.address;
    this.replaceChildren(frame);
  }

  print(frame) {
    this.dataset.state = "printing";
    frame.contentWindow.focus();
    frame.contentWindow.print();
    // The scanner goes on typing here, not into the label.
    document.querySelector("[autofocus]")?.focus();
  }
}

customElements.define("print-label", PrintLabel);
