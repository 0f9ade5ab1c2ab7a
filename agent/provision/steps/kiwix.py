"""Encyclopaedias for the machine alone: files, a library, and a small server of them.

kiwix-serve ends badly on a file that is cut short: files are put in place whole,
verified, and read once by kiwix-manage before they are served.
"""

from __future__ import annotations

from typing import Final

from agent.profile.steps import KiwixStep
from agent.provision import files, systemd
from agent.provision.files import File
from agent.provision.reasons import came_to_nothing, failed, last_line
from agent.provision.step import Found, Ground, Standing

UNIT: Final = "rebond-kiwix.service"
_UNIT_FILE: Final = f"/etc/systemd/system/{UNIT}"
_FOLDER: Final = "/var/lib/kiwix"
_LIBRARY: Final = f"{_FOLDER}/library.xml"
# Under a name of its own: writing the library takes the one beside it.
_LISTED: Final = f"{_FOLDER}/listed.xml"
_MAGIC: Final = b"ZIM\x04"
_SECONDS: Final = 600.0
_TEXT: Final = """\
[Unit]
Description=Offline encyclopaedias for this machine
After=network.target

[Service]
ExecStart=/usr/bin/kiwix-serve --address 127.0.0.1 --port {port} --library {library}
DynamicUser=yes
ProtectSystem=strict
ProtectHome=yes
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
"""


class KiwixLibrary:
    def check(self, step: KiwixStep, ground: Ground) -> Found:
        seen = files.look(_zims(step), ground)
        evidence = {**seen.evidence, "port": str(step.port)}
        if seen.standing is not Standing.OK:
            return Found(seen.standing, evidence, seen.why)
        unit = files.look(_unit(step), ground, "unit")
        if unit.standing is not Standing.OK:
            return Found(unit.standing, evidence, unit.why)
        if missing := _unlisted(step, ground):
            return Found(Standing.DRIFT, evidence, f"not in the library: {missing}")
        if not systemd.is_enabled(UNIT, ground):
            return Found(Standing.DRIFT, evidence, f"does not start by itself: {UNIT}")
        if systemd.runs(ground) and not systemd.is_running(UNIT, ground):
            return Found(Standing.DRIFT, evidence, f"the server does not run: {UNIT}")
        return Found(Standing.OK, evidence)

    def apply(self, step: KiwixStep, ground: Ground) -> None:
        if not ground.at("/usr/bin/kiwix-serve").exists():
            raise failed("not_offered_here", "kiwix-serve")
        for blob in step.blobs:
            _demand_zim(blob, ground)
        files.bring(_zims(step), ground)
        _list(step, ground)
        files.bring(_unit(step), ground, "unit")
        systemd.reload(ground)
        systemd.do("enable", UNIT, ground)
        if systemd.runs(ground):
            systemd.do("restart", UNIT, ground)

    def undo(self, step: KiwixStep, ground: Ground) -> str:
        systemd.do("disable", UNIT, ground)
        if systemd.runs(ground):
            systemd.do("stop", UNIT, ground)
        return ""


def _path(blob: str) -> str:
    return f"{_FOLDER}/{blob.removesuffix('.zim')}.zim"


def _zims(step: KiwixStep) -> dict[str, File]:
    return {_path(blob): File(blob=blob) for blob in step.blobs}


def _unit(step: KiwixStep) -> dict[str, File]:
    said = _TEXT.format(port=step.port, library=_LIBRARY)
    return {_UNIT_FILE: File(said.encode())}


def _demand_zim(blob: str, ground: Ground) -> None:
    with ground.blob(blob).open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise failed("file_unfit", blob)


def _list(step: KiwixStep, ground: Ground) -> None:
    """A new library of these files, in place of the former one once it is whole."""
    ground.at(_LISTED).unlink(missing_ok=True)
    for blob in step.blobs:
        ran = ground.run(["kiwix-manage", _LISTED, "add", _path(blob)], _SECONDS)
        if ran.why is not None:
            raise came_to_nothing(ran)
        if ran.exit_code != 0:
            raise failed("file_unfit", f"{blob}: {last_line(ran)}")
    listed = ground.at(_LISTED)
    ground.write(ground.at(_LIBRARY), listed.read_bytes(), 0o644)
    listed.unlink()


def _unlisted(step: KiwixStep, ground: Ground) -> str:
    """The first file that the library does not name, "" where it names all."""
    at = ground.at(_LIBRARY)
    said = at.read_text(errors="replace") if at.is_file() else ""
    names = (_path(blob).rpartition("/")[2] for blob in step.blobs)
    return next((name for name in names if f'{name}"' not in said), "")
