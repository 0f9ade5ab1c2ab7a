"""Icons in the menu, on the desktop of the account to be made, and at log-in.

As the Desktop Entry and Autostart specifications of freedesktop.org have it. An icon
on the desktop is a program's: one that no file manager asks to trust first.
"""

from __future__ import annotations

import re
from typing import Final

from agent.profile.parts import Launcher
from agent.profile.steps import DesktopStep
from agent.provision import files
from agent.provision.files import File, Files
from agent.provision.step import Found, Ground

_MENU: Final = "/usr/share/applications"
_AUTOSTART: Final = "/etc/xdg/autostart"
_SKELETON: Final = "/etc/skel"
# What xdg-user-dirs calls the desktop, by the language of the system.
_DESKTOPS: Final = {"fr": "Bureau", "nl": "Bureaublad", "de": "Schreibtisch"}
_RESERVED: Final = re.compile(r"[\s\"'\\><~|&;$*?#()`]")


class Launchers:
    def check(self, step: DesktopStep, ground: Ground) -> Found:
        return files.look(_wanted(step, ground), ground)

    def apply(self, step: DesktopStep, ground: Ground) -> None:
        files.bring(_wanted(step, ground), ground)

    def undo(self, step: DesktopStep, ground: Ground) -> str:
        return ""


def _wanted(step: DesktopStep, ground: Ground) -> Files:
    wanted: dict[str, File] = {}
    desktop = f"{_SKELETON}/{_desktop(ground)}"
    for launcher in step.launchers:
        entry = _entry(launcher).encode()
        name = f"rebond-{launcher.slug}.desktop"
        wanted[f"{_MENU}/{name}"] = File(entry)
        if launcher.on_desktop:
            wanted[f"{desktop}/{name}"] = File(entry, 0o755)
        if launcher.at_login:
            wanted[f"{_AUTOSTART}/{name}"] = File(entry)
    return wanted


def _entry(launcher: Launcher) -> str:
    if launcher.url is not None:
        argv = ["xdg-open", launcher.url]
    else:
        argv = [launcher.program or "", *launcher.arguments]
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        f"Name={_text(launcher.name)}",
        f"Exec={_text(' '.join(map(_quoted, argv)))}",
        f"Icon={_text(launcher.icon)}",
        "Terminal=false",
        "Categories=Education;",
    ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A value of type string: a backslash begins an escape there."""
    return value.replace("\\", r"\\").strip()


def _quoted(word: str) -> str:
    """One argument of Exec, where % begins a field code and quotes hold the rest."""
    word = word.replace("%", "%%")
    if not _RESERVED.search(word) and word:
        return word
    return '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'


def _desktop(ground: Ground) -> str:
    at = ground.at("/etc/default/locale")
    said = at.read_text(errors="replace") if at.is_file() else ""
    found = re.search(r'^LANG="?([a-z]{2})', said, re.MULTILINE)
    return _DESKTOPS.get(found[1] if found else "", "Desktop")
