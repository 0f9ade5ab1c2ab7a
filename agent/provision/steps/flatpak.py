"""Applications as Flatpaks, from a remote the machine knows or a stick beside it.

One that would fetch parts of itself from elsewhere while it is installed is refused:
it cannot be had without the Internet, whatever lies on the stick.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from agent.profile.steps import FlatpakStep
from agent.provision.reasons import came_to_nothing, failed, last_line
from agent.provision.step import Found, Ground, Standing, StepFailed
from agent.run import Ran

_LOOK_SECONDS: Final = 60.0
_WORK_SECONDS: Final = 4 * 3600.0
# Where sticks are mounted; `flatpak create-usb` makes that folder on them.
_STICKS: Final = ("media/*/*", "media/*", "run/media/*/*", "mnt/*", "mnt")
_REPOSITORY: Final = ".ostree/repo"
_EXTRA: Final = re.compile(rb"^\[Extra Data\]", re.MULTILINE)
_SAYS: Final = (
    (rb"No space left on device", "disk_full"),
    (
        rb"Nothing matches|No such ref|Can't find ref|not found in remote",
        "no_such_package",
    ),
    (rb"Remote .* not found|No remote", "not_offered_here"),
    (rb"Could not resolve|Couldn't resolve|Failed to connect|curl", "no_network"),
    (rb"GPG|signature", "not_authentic"),
)


class Flatpaks:
    def check(self, step: FlatpakStep, ground: Ground) -> Found:
        there = _installed(ground)
        missing = [ref for ref in step.refs if ref not in there]
        evidence = {
            "present": f"{len(step.refs) - len(missing)}/{len(step.refs)}",
            "versions": " ".join(
                f"{ref}={there[ref]}" for ref in step.refs if ref in there
            ),
        }
        if not missing:
            return Found(Standing.OK, evidence)
        was_done = bool(ground.kept.noted("newly"))
        standing = Standing.DRIFT if was_done else Standing.MISSING
        why = f"packages are not as wanted: {' '.join(missing)}"
        return Found(standing, evidence, why)

    def apply(self, step: FlatpakStep, ground: Ground) -> None:
        there = _installed(ground)
        missing = [ref for ref in step.refs if ref not in there]
        for ref in missing:
            _refuse_extra_data(ref, step.remote, ground)
        newly = {*missing, *(ground.kept.noted("newly") or ())}
        ground.kept.note("newly", sorted(newly))
        sideload = [f"--sideload-repo={repo}" for repo in _sticks(ground)]
        for done, ref in enumerate(missing):
            install = ["install", "--system", "--noninteractive", "--assumeyes"]
            _flatpak(ground, *install, *sideload, "--", step.remote, ref)
            ground.progress(100 * (done + 1) // len(missing))

    def undo(self, step: FlatpakStep, ground: Ground) -> str:
        there = _installed(ground)
        for ref in ground.kept.noted("newly") or ():
            if ref in there:
                remove = ("uninstall", "--system", "--noninteractive", "--assumeyes")
                _flatpak(ground, *remove, "--", ref)
        return ""


def _installed(ground: Ground) -> dict[str, str]:
    """Applications and runtimes of the whole machine, with their versions."""
    columns = "--columns=application,active"
    ran = ground.run(["flatpak", "list", "--system", columns], _LOOK_SECONDS)
    if ran.exit_code != 0:
        raise came_to_nothing(ran)
    lines = ran.stdout.decode(errors="replace").splitlines()
    said = (line.split("\t") for line in lines)
    return {parts[0]: parts[1][:12] for parts in said if len(parts) > 1}


def _refuse_extra_data(ref: str, remote: str, ground: Ground) -> None:
    look = ("remote-info", "--system", "--show-metadata")
    try:
        said = _flatpak(ground, *look, "--", remote, ref)
    except StepFailed:
        if not _sticks(ground):
            raise
        said = _flatpak(ground, *look, "--sideloaded", "--", remote, ref)
    if _EXTRA.search(said.stdout):
        raise failed("extra_data", ref)


def _flatpak(ground: Ground, *words: str) -> Ran:
    ran = ground.run(["env", "HOME=/root", "flatpak", *words], _WORK_SECONDS)
    if ran.exit_code == 0:
        return ran
    if ran.why is None:
        for pattern, code in _SAYS:
            if re.search(pattern, ran.stderr):
                raise failed(code, last_line(ran))
    raise came_to_nothing(ran)


def _sticks(ground: Ground) -> list[Path]:
    found = (ground.root.glob(f"{each}/{_REPOSITORY}") for each in _STICKS)
    return sorted({path for each in found for path in each})
