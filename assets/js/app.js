// Every page: htmx for parts of pages, menus that close, the countdown of an undo.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./menus.js";
import "./undo-toast.js";

window.htmx = htmx;
