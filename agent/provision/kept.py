"""What was there before an environment, and what its steps noted, on this disk.

One line of JSON for everything that is remembered, appended and waited for: what stands
there after a power cut is true, and a last line that is torn was never promised.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from agent import durable
from agent.profile.places import why_closed
from agent.provision.lines import Lines
from agent.provision.step import OnlyLooking

INDEX: Final = "index.jsonl"
# Above, the old bytes are kept under a second name instead of being copied.
_LARGE_BYTES: Final = 64 * 2**20


class Was(NamedTuple):
    """What stood at a path before: `kind` is `file`, `link`, `absent` or `other`."""

    path: str
    step: str
    kind: str
    mode: int = 0
    uid: int = 0
    gid: int = 0
    copy: str = ""
    target: str = ""


class Memory:
    """Of one environment on this machine; `step` is the one at hand.

    Read where `folder` is not there yet; written only where `looking` is False.
    """

    def __init__(self, folder: Path, root: Path, *, looking: bool = False) -> None:
        self._folder = folder
        self._root = root
        self._lines = Lines(folder / INDEX)
        self.looking = looking
        self.step = ""
        self._was: dict[str, Was] = {}
        self._notes: dict[tuple[str, str], Any] = {}
        for line in self._lines.read():
            self._learn(line)

    def keep_file(self, path: Path) -> None:
        self._may_write()
        name = self._name(path)
        if name in self._was:
            return
        durable.make_folder(self._folder)
        self._add({"was": self._seen(path, name)._asdict()})

    def note(self, name: str, value: Any) -> None:
        self._may_write()
        if self._notes.get((self.step, name)) != value:
            durable.make_folder(self._folder)
            self._add({"step": self.step, "note": name, "value": value})

    def noted(self, name: str) -> Any:
        return self._notes.get((self.step, name))

    def steps(self) -> set[str]:
        """The steps that something is remembered of."""
        return {was.step for was in self._was.values()} | {of for of, _ in self._notes}

    def files_of(self, step: str) -> list[Was]:
        """What a step changed first, the newest first."""
        return [was for was in reversed(self._was.values()) if was.step == step]

    def put_back(self, was: Was) -> bool:
        """What was there stands there again; whether that could be done.

        A folder or device that stood there was never touched by a step.
        """
        path = self._root / was.path.lstrip("/")
        if was.kind == "other":
            return False
        if was.kind == "absent":
            _remove(path)
            self._remove_empty_above(path)
            return True
        draft = path.with_name(path.name + durable.UNFINISHED)
        draft.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        if was.kind == "link":
            draft.symlink_to(was.target)
        else:
            _copy(self._folder / was.copy, draft)
            draft.chmod(was.mode)
        _own(draft, was)
        if path.is_dir() and not path.is_symlink():
            draft.unlink()
            return False
        draft.replace(path)
        durable.settle(path.parent)
        return True

    def forget_step(self, step: str) -> None:
        """What was to be taken back of it is: nothing of it is remembered any more."""
        self._add({"forget": step})

    def forget(self) -> None:
        """The environment is gone, or the machine's drives are to be erased."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._was.clear()
        self._notes.clear()

    def _may_write(self) -> None:
        if self.looking:
            raise OnlyLooking("a step is only looked at")

    def _add(self, line: dict[str, Any]) -> None:
        self._lines.add(line)
        self._learn(line)

    def _learn(self, line: dict[str, Any]) -> None:
        if "was" in line:
            was = Was(**line["was"])
            self._was[was.path] = was
        elif "note" in line:
            self._notes[line["step"], line["note"]] = line["value"]
        elif "forget" in line:
            of = line["forget"]
            self._was = {k: was for k, was in self._was.items() if was.step != of}
            self._notes = {k: v for k, v in self._notes.items() if k[0] != of}

    def _seen(self, path: Path, name: str) -> Was:
        try:
            told = path.lstat()
        except FileNotFoundError:
            return Was(name, self.step, "absent")
        mode, who = stat.S_IMODE(told.st_mode), (told.st_uid, told.st_gid)
        if stat.S_ISLNK(told.st_mode):
            target = str(path.readlink())
            return Was(name, self.step, "link", mode, *who, target=target)
        if not stat.S_ISREG(told.st_mode):
            return Was(name, self.step, "other", mode, *who)
        copy = f"files/{len(list(self._copies())) + 1:06d}"
        durable.make_folder(self._folder / "files")
        _keep_bytes(path, self._folder / copy, told.st_size)
        return Was(name, self.step, "file", mode, *who, copy=copy)

    def _copies(self) -> Iterator[Path]:
        with contextlib.suppress(FileNotFoundError):
            yield from (self._folder / "files").iterdir()

    def _name(self, path: Path) -> str:
        return "/" + str(path.relative_to(self._root))

    def _remove_empty_above(self, path: Path) -> None:
        """The folders that only this file had; never a room itself."""
        above = path.parent
        while not why_closed(self._name(above)):
            try:
                above.rmdir()
            except OSError:  # something else lies in it
                return
            above = above.parent


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        return  # a folder has come there since: it is not ours
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        durable.settle(path.parent)


def _keep_bytes(path: Path, copy: Path, size: int) -> None:
    copy.unlink(missing_ok=True)
    if size < _LARGE_BYTES:
        _copy(path, copy)
        return
    try:
        copy.hardlink_to(path)
        durable.settle(copy.parent)
    except OSError:  # of another disk
        _copy(path, copy)


def _copy(source: Path, target: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    with (
        source.open("rb") as read,
        os.fdopen(os.open(target, flags, 0o600), "wb") as written,
    ):
        shutil.copyfileobj(read, written, 2**20)
        written.flush()
        os.fsync(written.fileno())
    durable.settle(target.parent)


def _own(path: Path, was: Was) -> None:
    """As root; whoever else tries this has only files of their own."""
    if os.geteuid() == 0:
        os.chown(path, was.uid, was.gid, follow_symlinks=False)
        if was.kind == "file":
            path.chmod(was.mode)  # a change of owner clears bits of it
