"""A folder of files from one archive: whole, or nothing of it.

Everything in it is unpacked beside its place and judged before the first file of it
is put there.
"""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Any

from agent.durable import settle
from agent.profile.steps import ArchiveStep
from agent.provision.files import hash_of, take_away
from agent.provision.step import Found, Ground, Standing
from agent.provision.unpacking import Taken, unpack


class Unpacked:
    def check(self, step: ArchiveStep, ground: Ground) -> Found:
        """By the note of what was unpacked: the archive itself is not needed."""
        noted: dict[str, dict[str, Any]] = ground.kept.noted("files") or {}
        evidence = {"files": str(len(noted)), "sha256": ground.sha256(step.blob)}
        if ground.kept.noted("archive") != _identity(step, ground):
            return Found(Standing.MISSING, evidence)
        for path, file in noted.items():
            at = ground.at(path)
            if hash_of(at) != file["sha256"] or _mode(at) != file["mode"]:
                why = f"another way than it was left: {path}"
                return Found(Standing.DRIFT, evidence, why)
        return Found(Standing.OK, evidence)

    def apply(self, step: ArchiveStep, ground: Ground) -> None:
        place = ground.at(step.path)
        draft = ground.at(f"{step.path}.unfinished")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        try:
            taken = unpack(ground.blob(step.blob), step.format, step.strip, draft)
            _put(step.path, taken, draft, ground)
        finally:
            shutil.rmtree(draft)
        settle(place.parent)
        ground.kept.note("archive", _identity(step, ground))

    def undo(self, step: ArchiveStep, ground: Ground) -> str:
        return ""


def _put(path: str, taken: list[Taken], draft: Path, ground: Ground) -> None:
    """Into place one by one; what an earlier archive brought and this not, goes."""
    files = {f"{path}/{each.name}": each for each in taken}
    former: dict[str, Any] = ground.kept.noted("files") or {}
    for gone in former.keys() - files.keys():
        take_away(ground, ground.at(gone))
    for done, (wanted, each) in enumerate(files.items()):
        at = ground.at(wanted)
        at.parent.mkdir(parents=True, exist_ok=True)
        ground.kept.keep_file(at)
        (draft / each.name).replace(at)
        ground.progress(100 * (done + 1) // len(files))
    for folder in {ground.at(wanted).parent for wanted in files}:
        settle(folder)
    noted = {
        wanted: {"sha256": each.sha256, "mode": each.mode}
        for wanted, each in files.items()
    }
    ground.kept.note("files", noted)


def _identity(step: ArchiveStep, ground: Ground) -> list[str]:
    return [ground.sha256(step.blob), step.path, step.format.value, str(step.strip)]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)
