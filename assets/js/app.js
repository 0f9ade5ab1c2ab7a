// Every page: htmx, answers kept, copying, menus that close, forms that act once, printing, the countdown of an undo.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./auto-save.js";
import "./copy-text.js";
import "./live-part.js";
import "./menus.js";
import "./once.js";
import "./print-page.js";
import "./undo-toast.js";

window.htmx = htmx;
