// Menus are <details> and open without this; here they also close by themselves.

function closeOthers(kept) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(kept)) menu.open = false;
  }
}

document.addEventListener("pointerdown", (event) => closeOthers(event.target));
document.addEventListener("focusin", (event) => closeOthers(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
