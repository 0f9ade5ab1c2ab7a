// The page that brings a file into the library.
import "./file-import.js";
