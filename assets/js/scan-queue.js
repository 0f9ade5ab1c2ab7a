// Scans on their way to the server: one at a time, in order, none lost. Each carries
// a nonce of its own, so that sending one again can never act twice.

const TRIES = 3;
const PAUSE = 400; // milliseconds, doubled at each try

/** A random UUID; `crypto.randomUUID` is missing on pages without HTTPS. */
export function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const sleep = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

/**
 * `send(scan)` answers "done", "again" (no answer from the server: worth another
 * try), "lost" (this one will never be accepted) or "signed-out" (none will).
 * `report(state, waiting)` hears of every change: sending, idle, stuck, lost or
 * signed-out.
 */
export class ScanQueue {
  constructor(send, report) {
    this.send = send;
    this.report = report;
    this.waiting = [];
    this.busy = false;
  }

  add(scan) {
    this.waiting.push(scan);
    return this.drain();
  }

  async drain() {
    if (this.busy) return;
    this.busy = true;
    let answer = "done";
    while (this.waiting.length > 0 && answer !== "again") {
      this.report("sending", this.waiting);
      answer = await this.insist(this.waiting[0]);
      this.settle(answer);
    }
    this.busy = false;
    this.report(answer === "again" ? "stuck" : "idle", this.waiting);
  }

  settle(answer) {
    if (answer === "again") return;
    if (answer !== "done") this.report(answer, this.waiting);
    if (answer === "signed-out") this.waiting = [];
    else this.waiting.shift();
  }

  async insist(scan) {
    let answer = await this.send(scan);
    for (let attempt = 1; answer === "again" && attempt < TRIES; attempt += 1) {
      await sleep(PAUSE * 2 ** (attempt - 1));
      answer = await this.send(scan);
    }
    return answer;
  }
}
