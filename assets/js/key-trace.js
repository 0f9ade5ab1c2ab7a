// What was typed, read by the place of the keys. A scanner left on a US layout types
// `PC)àà'é&è...` on a French keyboard; the places of the keys still say PC004217.

const NAMED = {
  Space: "  ",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  IntlBackslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Backquote: "`~",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  NumpadAdd: "++",
  NumpadSubtract: "--",
  NumpadMultiply: "**",
  NumpadDivide: "//",
  NumpadDecimal: "..",
};
const SHIFTED_DIGITS = ")!@#$%^&*(";
// Between two keys of a scanner, in milliseconds; people need about a hundred.
const SCANNER_GAP = 50;
const SCANNER_KEYS = 4;

/** The character of a key on a US keyboard, or undefined for other keys. */
export function characterOf(event) {
  const { code, shiftKey } = event;
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code[3] : code[3].toLowerCase();
  if (/^Digit\d$/.test(code)) return shiftKey ? SHIFTED_DIGITS[code[5]] : code[5];
  if (/^Numpad\d$/.test(code)) return code[6];
  return NAMED[code]?.[shiftKey ? 1 : 0];
}

/** Follows one text input; `physical` is empty as soon as it cannot be known. */
export class KeyTrace {
  constructor(input) {
    this.input = input;
    this.reset();
    // What was typed before this script came has left no trace.
    this.known = input.value === "";
    input.addEventListener("input", (event) => this.changed(event));
  }

  reset() {
    this.characters = [];
    this.times = [];
    this.known = true;
    this.keyed = false;
    this.injected = false;
  }

  /** A key went down that will type into the input. */
  pressed(event) {
    if (event.ctrlKey || event.metaKey) return;
    this.keyed = true;
    if (event.key === "Backspace") return this.erased();
    const character = characterOf(event);
    if (character !== undefined && !this.caretAtEnd()) this.known = false;
    if (character !== undefined) this.characters.push(character);
    if (event.key.length === 1) this.times.push(event.timeStamp);
    if (event.code === "" || event.key === "Unidentified") this.keyed = false;
  }

  erased() {
    if (this.caretAtEnd()) this.characters.pop();
    else this.known = false;
  }

  caretAtEnd() {
    const { selectionStart, selectionEnd, value } = this.input;
    return selectionStart === selectionEnd && selectionStart === value.length;
  }

  /** Text came: from the key just pressed, or without any (pasted, put in by an app). */
  changed(event) {
    if (this.input.value === "") return this.reset();
    const pasted = event.inputType === "insertFromPaste";
    if (!this.keyed || pasted) this.known = false;
    if (!this.keyed && !pasted && !event.isComposing) this.injected = true;
    this.keyed = false;
  }

  /** Whether the keys came as fast as only a scanner types. */
  get fast() {
    const count = this.times.length;
    if (count < SCANNER_KEYS) return false;
    return (this.times[count - 1] - this.times[0]) / (count - 1) <= SCANNER_GAP;
  }

  get physical() {
    return this.known ? this.characters.join("") : "";
  }

  /** The reading so far; the trace starts again. */
  take() {
    const taken = { text: this.input.value, physical: this.physical, fast: this.fast };
    this.reset();
    return taken;
  }
}

/** Whether a Tab ends a scan: it followed the last key at the scanner's speed. */
export function endsScan(trace, event) {
  return trace.fast && event.timeStamp - trace.times.at(-1) <= SCANNER_GAP * 2;
}
