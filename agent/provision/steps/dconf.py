"""Defaults of the desktop for every account, by dconf's own database.

Never gsettings: from root it reports success and changes nothing for the person. The
database is compiled from text files by `dconf update`, which needs no session.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final

from agent.profile.parts import Setting
from agent.profile.steps import DconfStep
from agent.provision import files
from agent.provision.files import File, Files
from agent.provision.reasons import came_to_nothing
from agent.provision.step import Found, Ground, Standing

_SECONDS: Final = 60.0
_PROFILE: Final = "/etc/dconf/profile/user"
_DATABASE: Final = "/etc/dconf/db/local.d"
_LINE: Final = "system-db:local"
# To read back with: one with an account's database in it would be written to.
_BARE: Final = "/etc/dconf/profile/rebond"


class DesktopDefaults:
    def check(self, step: DconfStep, ground: Ground) -> Found:
        seen = files.look(_wanted(step, ground), ground)
        evidence = {"keys": str(len(step.defaults)), "locks": str(len(step.locks))}
        if seen.standing is not Standing.OK:
            return Found(seen.standing, evidence, seen.why)
        told = _told(ground)
        for setting in step.defaults:
            if _plain(told.get(setting.key, "")) != _plain(setting.value):
                return Found(Standing.DRIFT, evidence, f"not in effect: {setting.key}")
        return Found(Standing.OK, evidence)

    def apply(self, step: DconfStep, ground: Ground) -> None:
        files.bring(_wanted(step, ground), ground)
        _update(ground)

    def undo(self, step: DconfStep, ground: Ground) -> str:
        """Its own files go, also where the runner puts them back afterwards."""
        for path in _texts(step):
            files.take_away(ground, ground.at(path))
        _update(ground)
        return ""


def _wanted(step: DconfStep, ground: Ground) -> Files:
    return {
        _PROFILE: File(_profile(ground).encode()),
        _BARE: File(f"{_LINE}\n".encode()),
        **_texts(step),
    }


def _texts(step: DconfStep) -> dict[str, File]:
    texts = {f"{_DATABASE}/60-{step.id}": File(_keyfile(step.defaults).encode())}
    if step.locks:
        locked = "".join(f"{key}\n" for key in step.locks)
        texts[f"{_DATABASE}/locks/60-{step.id}"] = File(locked.encode())
    return texts


def _profile(ground: Ground) -> str:
    """The profile as it is, which asks the machine's database after the person's."""
    at = ground.at(_PROFILE)
    said = at.read_text(errors="replace") if at.is_file() else "user-db:user\n"
    if re.search(rf"^{_LINE}\s*$", said, re.MULTILINE):
        return said
    return f"{said.rstrip()}\n{_LINE}\n"


def _keyfile(settings: tuple[Setting, ...]) -> str:
    parts = sorted(
        (*setting.key[1:].rsplit("/", 1), setting.value) for setting in settings
    )
    lines: list[str] = []
    for folder, keys in groupby(parts, key=lambda part: part[0]):
        lines += [f"[{folder}]", *(f"{name}={value}" for _, name, value in keys), ""]
    return "\n".join(lines)


def _update(ground: Ground) -> None:
    ran = ground.run(["dconf", "update"], _SECONDS)
    if ran.exit_code != 0 or ran.stderr:
        raise came_to_nothing(ran)


def _told(ground: Ground) -> dict[str, str]:
    """What dconf says that an account starts with, read back from its database."""
    profile = f"DCONF_PROFILE={_BARE}"
    ran = ground.run(["env", profile, "dconf", "dump", "/"], _SECONDS)
    told: dict[str, str] = {}
    folder = ""
    for line in ran.stdout.decode(errors="replace").splitlines():
        if line.startswith("["):
            folder = line.strip("[]/")
        elif "=" in line:
            name, _, value = line.partition("=")
            told[f"/{folder}/{name}".replace("//", "/")] = value
    return told


def _plain(value: str) -> str:
    """One way of writing a value: 1.50 is 1.5, and a list has one blank a comma."""
    try:
        return str(float(value))
    except ValueError:
        return re.sub(r"',\s*'", "', '", value)
