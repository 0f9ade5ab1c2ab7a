// The pages of a hand-over: a pad to sign on, and conditions read aloud.
import "./read-aloud.js";
import "./signature-pad.js";
