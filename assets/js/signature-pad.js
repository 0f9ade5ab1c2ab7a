// <signature-pad>: strokes on its canvas become the PNG of its file field when its form is
// sent. Hidden without scripts, where the page offers a typed name or paper. A pen, a
// finger and the mouse are the same here; a keyboard types the name instead.

const INK = "#101828";
const WIDTH = 7;

class SignaturePad extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.canvas = this.querySelector("canvas");
    this.pen = this.canvas.getContext("2d");
    this.field = this.querySelector("input[type=file]");
    this.send = this.querySelector("[data-part=send]");
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    this.canvas.addEventListener("pointerup", () => this.lift());
    this.canvas.addEventListener("pointercancel", () => this.lift());
    this.querySelector("[data-part=clear]").addEventListener("click", () => this.clear());
    this.closest("form").addEventListener("submit", (event) => this.submitting(event));
  }

  /** Where the pointer is, in the canvas's own points. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * this.canvas.width) / box.width,
      ((event.clientY - box.top) * this.canvas.height) / box.height,
    ];
  }

  begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    Object.assign(this.pen, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round", strokeStyle: INK });
    const [x, y] = this.at(event);
    this.pen.beginPath();
    this.pen.moveTo(x, y);
    // A touch without a stroke is a dot, as on paper.
    this.pen.lineTo(x + 0.1, y);
    this.pen.stroke();
  }

  draw(event) {
    if (!this.drawing) return;
    const strokes = event.getCoalescedEvents?.() ?? [];
    for (const step of strokes.length ? strokes : [event]) this.pen.lineTo(...this.at(step));
    this.pen.stroke();
    this.send.disabled = false;
  }

  lift() {
    this.drawing = false;
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.send.disabled = true;
    this.ready = false;
  }

  /** The first time, the picture is put into its field, and the form is sent again. */
  submitting(event) {
    if (this.ready) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.canvas.toBlob((picture) => {
      const files = new DataTransfer();
      files.items.add(new File([picture], "signature.png", { type: "image/png" }));
      this.field.files = files.files;
      this.ready = true;
      this.closest("form").requestSubmit(this.send);
    }, "image/png");
  }
}

customElements.define("signature-pad", SignaturePad);
