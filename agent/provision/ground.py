"""The machine under the feet of a step: real files, real programs, nothing by the side."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from agent.durable import UNFINISHED
from agent.profile import Profile
from agent.profile.places import why_closed
from agent.provision.blobs import Blobs
from agent.provision.kept import Memory
from agent.provision.reasons import failed
from agent.provision.step import OnlyLooking
from agent.run import Ran, Stopped, never, run

_MOST_LINKS: Final = 20
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_DRAFT: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Machine:
    """One machine during one pass over one description (`step.Ground`).

    `looking`: nothing is written, and no file of the description is fetched.
    """

    def __init__(
        self,
        root: Path,
        profile: Profile,
        blobs: Blobs,
        kept: Memory,
        *,
        values: Mapping[str, str],
        connection: Mapping[str, str],
        mirrors: Sequence[str] = (),
        stopped: Stopped = never,
    ) -> None:
        self.root = root
        self.kept = kept
        self.values = values
        self.connection = connection
        self.mirrors = mirrors
        self.stopped = stopped
        self._profile = profile
        self._blobs = blobs
        self.told: Callable[[int], None] = lambda _percent: None

    @property
    def looking(self) -> bool:
        return self.kept.looking

    def at(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if parts[:1] != ("/",) or len(parts) < 2 or ".." in parts:
            raise failed("path_unsafe", path)
        above = self._followed(list(parts[1:-1]), path)
        found = above / parts[-1]
        is_open = not why_closed(path)
        if is_open and why_closed("/" + str(found.relative_to(self.root))):
            raise failed("path_unsafe", path)
        return found

    def _followed(self, parts: list[str], asked: str) -> Path:
        """The folder at the end of these names, each link of root's followed inside."""
        at, links = self.root, 0
        while parts:
            name = parts.pop(0)
            if name in ("", ".", "/"):
                continue
            if name == "..":
                at = at.parent if at != self.root else at
                continue
            try:
                told = (at / name).lstat()
            except FileNotFoundError:
                return self._without_links(at / name, parts, asked)
            if not stat.S_ISLNK(told.st_mode):
                at = at / name
                continue
            links += 1
            if links > _MOST_LINKS or not _is_the_machine_s(at, told):
                raise failed("path_unsafe", asked)
            target = PurePosixPath((at / name).readlink())
            parts[:0] = target.parts
            if target.is_absolute():
                at = self.root
        return at

    def _without_links(self, first: Path, parts: list[str], asked: str) -> Path:
        """What does not exist yet has no links, and no way up."""
        if ".." in parts:
            raise failed("path_unsafe", asked)
        return first.joinpath(*(part for part in parts if part not in (".", "/")))

    def blob(self, name: str) -> Path:
        blob = self._profile.blob(name)
        if self.looking and not self._blobs.has(blob):
            raise failed("no_source", name)
        return self._blobs.get(blob)

    def sha256(self, name: str) -> str:
        return self._profile.blob(name).sha256

    def run(
        self, argv: Sequence[str], timeout_seconds: float, given: bytes = b""
    ) -> Ran:
        return run(argv, timeout_seconds, stopped=self.stopped, given=given)

    def write(self, path: Path, content: bytes, mode: int) -> None:
        if self.looking:
            raise OnlyLooking("a step is only looked at")
        self.kept.keep_file(path)
        draft = path.name + UNFINISHED
        with self._folder(path.parent) as folder:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft, dir_fd=folder)
            _fill(os.open(draft, _DRAFT, 0o600, dir_fd=folder), content, mode)
            os.rename(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    @contextlib.contextmanager
    def _folder(self, path: Path) -> Iterator[int]:
        """The folder, opened name by name: a link that came there since is refused."""
        held = os.open(self.root, _FOLDER)
        try:
            for name in path.relative_to(self.root).parts:
                inner = _entered(name, held)
                os.close(held)
                held = inner
            yield held
        finally:
            os.close(held)

    def progress(self, percent: int) -> None:
        self.told(percent)


def _is_the_machine_s(folder: Path, link: os.stat_result) -> bool:
    """Root's own link, in a folder where nobody else can put one."""
    told = folder.stat()
    is_shared = told.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return link.st_uid == 0 and told.st_uid == 0 and not is_shared


def _entered(name: str, above: int) -> int:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=above)
    try:
        return os.open(name, _FOLDER, dir_fd=above)
    except NotADirectoryError as exc:
        raise failed("path_unsafe", name) from exc
    except OSError as exc:
        if exc.errno == errno.ELOOP:
            raise failed("path_unsafe", name) from exc
        raise


def _fill(draft: int, content: bytes, mode: int) -> None:
    with os.fdopen(draft, "wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())
