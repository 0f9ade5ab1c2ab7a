// Pages that are worked with a scanner in the hand.
import "./online-chip.js";
import "./print-label.js";
import "./scan-arrival.js";
import "./scan-field.js";
import "./scan-input.js";
import "./station-modes.js";
import "./station-sound.js";
