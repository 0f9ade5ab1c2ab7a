"""Language, keyboard and time zone, by the system's files: no desktop need run.

As locale.gen(5), locale.conf(5), keyboard(5) and localtime(5) have it on Debian.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from agent.durable import UNFINISHED, settle
from agent.profile.steps import LocaleStep
from agent.provision import files
from agent.provision.files import File, Files
from agent.provision.reasons import came_to_nothing, failed
from agent.provision.step import Found, Ground, Standing

_LOOK_SECONDS: Final = 30.0
_GENERATE_SECONDS: Final = 900.0
_ZONES: Final = "/usr/share/zoneinfo"
_LOCALTIME: Final = "/etc/localtime"
_LAYOUTS: Final = "/usr/share/X11/xkb/symbols"


class LanguageAndPlace:
    def check(self, step: LocaleStep, ground: Ground) -> Found:
        seen = files.look(_wanted(step, ground), ground)
        is_built = _is_built(step, ground)
        zone = _zone(ground)
        evidence = {
            "lang": step.lang if is_built else "",
            "keyboard": step.keyboard,
            "timezone": zone,
        }
        if seen.standing is Standing.OK and is_built and zone == step.timezone:
            return Found(Standing.OK, evidence)
        if seen.standing is not Standing.OK:
            return Found(seen.standing, evidence, seen.why)
        why = f"not as wanted: {step.timezone if is_built else step.lang}"
        was_done = bool(ground.kept.noted("done"))
        return Found(Standing.DRIFT if was_done else Standing.MISSING, evidence, why)

    def apply(self, step: LocaleStep, ground: Ground) -> None:
        _demand(step, ground)
        files.bring(_wanted(step, ground), ground)
        if not _is_built(step, ground):
            ran = ground.run(["locale-gen"], _GENERATE_SECONDS)
            if ran.exit_code != 0:
                raise came_to_nothing(ran)
        if _zone(ground) != step.timezone:
            if ground.kept.noted("zone") is None:
                ground.kept.note("zone", _zone(ground))
            _link(ground.at(_LOCALTIME), f"{_ZONES}/{step.timezone}")
        if ground.at("/usr/bin/setupcon").exists():
            # For the console of the next start. Where it has no font, X11 has none
            # of its troubles.
            ground.run(["setupcon", "--save-only"], _LOOK_SECONDS)
        ground.kept.note("done", True)

    def undo(self, step: LocaleStep, ground: Ground) -> str:
        former = ground.kept.noted("zone")
        if former:
            _link(ground.at(_LOCALTIME), f"{_ZONES}/{former}")
        return ""


def _demand(step: LocaleStep, ground: Ground) -> None:
    """Refuse what this system cannot be, before anything of it is written."""
    if not ground.at("/usr/sbin/locale-gen").exists():
        raise failed("not_offered_here", "locale-gen")
    if not ground.at(f"{_ZONES}/{step.timezone}").is_file():
        raise failed("not_offered_here", step.timezone)
    layouts = ground.at(_LAYOUTS)
    if layouts.is_dir() and not (layouts / step.keyboard).is_file():
        raise failed("not_offered_here", step.keyboard)


def _wanted(step: LocaleStep, ground: Ground) -> Files:
    language = File(f"LANG={step.lang}\n".encode())
    wanted = {
        "/etc/locale.gen": File(_generated(step.lang, ground).encode()),
        "/etc/locale.conf": language,
        "/etc/default/keyboard": File(_keyboard(step).encode()),
        "/etc/timezone": File(f"{step.timezone}\n".encode()),
    }
    if not ground.at("/etc/default/locale").is_symlink():  # it is one since Debian 13
        wanted["/etc/default/locale"] = language
    return wanted


def _generated(lang: str, ground: Ground) -> str:
    """The list of languages as it is, with this one in it."""
    at = ground.at("/etc/locale.gen")
    said = at.read_text(errors="replace") if at.is_file() else ""
    line = f"{lang} UTF-8"
    if re.search(rf"^{re.escape(line)}\s*$", said, re.MULTILINE):
        return said
    opened, count = re.subn(
        rf"^#\s*{re.escape(line)}\s*$", line, said, count=1, flags=re.MULTILINE
    )
    return opened if count else f"{said.rstrip()}\n{line}\n".lstrip()


def _keyboard(step: LocaleStep) -> str:
    return (
        'XKBMODEL="pc105"\n'
        f'XKBLAYOUT="{step.keyboard}"\n'
        f'XKBVARIANT="{step.variant}"\n'
        'XKBOPTIONS=""\n'
        'BACKSPACE="guess"\n'
    )


def _is_built(step: LocaleStep, ground: Ground) -> bool:
    """Whether the C library knows the language; it writes it as fr_FR.utf8."""
    known = ground.run(["locale", "-a"], _LOOK_SECONDS).stdout.decode().split()
    return step.lang.replace("UTF-8", "utf8") in known


def _zone(ground: Ground) -> str:
    at = ground.at(_LOCALTIME)
    if not at.is_symlink():
        return ""
    return str(at.readlink()).partition("zoneinfo/")[2]


def _link(at: Path, target: str) -> None:
    draft = at.with_name(at.name + UNFINISHED)
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(at)
    settle(at.parent)
