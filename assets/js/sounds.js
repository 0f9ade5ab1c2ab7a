// Three sounds, made by the browser: no file, and never the only sign.

const KEY = "rebond.volume";
// [frequency in Hz, start and length in seconds]
const TUNES = {
  ok: [[1320, 0, 0.09]],
  attention: [
    [660, 0, 0.11],
    [990, 0.14, 0.14],
  ],
  refused: [
    [196, 0, 0.28],
    [196, 0.36, 0.34],
  ],
  repeat: [[1800, 0, 0.015]],
};
const VIBRATIONS = {
  ok: [60],
  attention: [60, 60, 60],
  refused: [220, 90, 220],
  repeat: [15],
};

let audio;

export function volume() {
  try {
    return Number(localStorage.getItem(KEY) ?? 0.5);
  } catch {
    return 0.5; // storage is switched off
  }
}

export function setVolume(value) {
  try {
    localStorage.setItem(KEY, String(value));
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
}

/** Browsers stay silent until a person has pressed something: call from a press. */
export async function unlock() {
  if (!window.AudioContext) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") await audio.resume();
}

function tone([frequency, start, length], loud) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  const from = audio.currentTime + start;
  oscillator.frequency.value = frequency;
  oscillator.type = frequency < 300 ? "square" : "sine";
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(loud, from + 0.005);
  gain.gain.setValueAtTime(loud, from + length - 0.005);
  gain.gain.linearRampToValueAtTime(0, from + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(from + length);
}

/** Plays ok, attention, refused or repeat, and vibrates where the device can. */
export function play(kind) {
  const loud = volume() * (kind === "repeat" ? 0.3 : 1);
  document.dispatchEvent(new CustomEvent("station:sound", { detail: { kind, loud } }));
  navigator.vibrate?.(VIBRATIONS[kind]);
  if (loud === 0) return;
  unlock().then(() => {
    if (audio?.state === "running") for (const part of TUNES[kind]) tone(part, loud);
  });
}

/** The sound of the answer inside an element, if it holds one. */
export function playOutcome(element) {
  const answer = element.closest("[data-outcome]") ?? element.querySelector("[data-outcome]");
  if (answer && answer.dataset.outcome in TUNES) play(answer.dataset.outcome);
}
