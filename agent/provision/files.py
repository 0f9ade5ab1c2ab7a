"""Files as most steps want them: these bytes, this mode, at this place, and no other.

What was written is noted by its hash. So a file that somebody changed afterwards can
be told from one that an earlier version of the description put there.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from agent.durable import UNFINISHED, settle
from agent.provision.step import Found, Ground, Standing

_CHUNK: Final = 2**20
# Larger ones are read again only where the disk says that they were touched.
_LARGE_BYTES: Final = 64 * 2**20


class File(NamedTuple):
    """What a file is to hold: bytes, or a file of the description by its name."""

    content: bytes = b""
    mode: int = 0o644
    blob: str = ""


Files = Mapping[str, File]


def wanted_hash(file: File, ground: Ground) -> str:
    if file.blob:
        return ground.sha256(file.blob)
    return hashlib.sha256(file.content).hexdigest()


def look(files: Files, ground: Ground, name: str = "files") -> Found:
    """How those files stand; `name` is that of the note about them."""
    noted = ground.kept.noted(name) or {}
    worst, why = Standing.OK, ""
    first = ""
    for path, file in files.items():
        seen = _hash(ground.at(path), noted.get(path, {}))
        wanted = wanted_hash(file, ground)
        first = first or wanted
        if seen == wanted and _is_ours(ground.at(path), file.mode):
            continue
        was = noted.get(path, {}).get("sha256")
        drifted = was is not None and (seen != was or seen == wanted)
        if drifted or worst is Standing.OK:
            worst = Standing.DRIFT if drifted else Standing.MISSING
            what = "another way than it was left" if drifted else "not there as wanted"
            why = f"{what}: {path}"
    evidence = {"files": str(len(files)), "sha256": first}
    if len(files) == 1:
        path, file = next(iter(files.items()))
        evidence |= {"path": path, "mode": f"{file.mode:04o}"}
    return Found(worst, evidence, why)


def bring(files: Files, ground: Ground, name: str = "files") -> None:
    """Write what is not there as wanted, and take away what no longer belongs."""
    noted: dict[str, dict[str, object]] = dict(ground.kept.noted(name) or {})
    for path in noted.keys() - files.keys():
        take_away(ground, ground.at(path))
        del noted[path]
    for done, (path, file) in enumerate(files.items()):
        at = ground.at(path)
        wanted = wanted_hash(file, ground)
        if _hash(at, noted.get(path, {})) != wanted or not _is_ours(at, file.mode):
            _put(file, at, ground)
        noted[path] = {"sha256": wanted, "as": _identity(at)}
        ground.progress(100 * (done + 1) // len(files))
    ground.kept.note(name, noted)


def take_away(ground: Ground, path: Path) -> None:
    """Remove a file that a step brought, remembering it."""
    if path.is_file() or path.is_symlink():
        ground.kept.keep_file(path)
        path.unlink()
        settle(path.parent)


def copy(source: Path, target: Path, mode: int, ground: Ground) -> None:
    """A file of any size in its place: kept, drafted, waited for, renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    ground.kept.keep_file(target)
    draft = target.with_name(target.name + UNFINISHED)
    draft.unlink(missing_ok=True)
    size = source.stat().st_size
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        with (
            source.open("rb") as read,
            os.fdopen(os.open(draft, flags, 0o600), "wb") as written,
        ):
            for chunk in iter(lambda: read.read(_CHUNK), b""):
                written.write(chunk)
                ground.progress(min(99, 100 * written.tell() // max(1, size)))
            os.fchmod(written.fileno(), mode)
            written.flush()
            os.fsync(written.fileno())
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(target)
    settle(target.parent)


def hash_of(path: Path, digest: Callable[[], hashlib._Hash] = hashlib.sha256) -> str:
    """The hash of a regular file, "" where there is none; no link is followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return ""
        found = digest()
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            found.update(chunk)
    return found.hexdigest()


def _put(file: File, at: Path, ground: Ground) -> None:
    if file.blob:
        copy(ground.blob(file.blob), at, file.mode, ground)
    else:
        at.parent.mkdir(parents=True, exist_ok=True)
        ground.write(at, file.content, file.mode)


def _hash(path: Path, noted: Mapping[str, object]) -> str:
    identity = _identity(path)
    if identity and identity[0] >= _LARGE_BYTES and identity == noted.get("as"):
        return str(noted["sha256"])
    return hash_of(path)


def _identity(path: Path) -> list[int]:
    """What changes on disk whenever a file's bytes are written."""
    try:
        told = path.lstat()
    except OSError:
        return []
    return [told.st_size, told.st_ino, told.st_mtime_ns, told.st_ctime_ns]


def _is_ours(path: Path, mode: int) -> bool:
    told = path.lstat()
    return stat.S_IMODE(told.st_mode) == mode and told.st_uid == os.geteuid()
