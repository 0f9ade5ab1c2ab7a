"""Where the runner keeps its own: what is asked, how far it is, what was there before."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from agent import durable
from agent.fields import Line, Percent, Sentence, Word
from agent.installed import Outcome, Pass, ProfileOrder
from agent.kinds import AtMost, Malformed, Number, Text
from agent.message import Message
from agent.place import Place

TRIES = 10
TRY_SECONDS = 0.02

Few = Annotated[int, Number(0, 1_000_000)]
FolderName = Annotated[str, Text(1000)]
Seconds = Annotated[int, Number(0, 10**9)]


M = TypeVar("M", bound=Message)


class Asked(Message):
    """What is to be done, on the disk until it is: a power cut forgets none of it.

    `folders` are those that somebody named for files, before all other sources,
    `file` a description, and `keys` those that somebody trusts for this pass alone.
    """

    order: ProfileOrder
    job_id: uuid.UUID | None = None
    language: Word = ""
    folders: Annotated[tuple[FolderName, ...], AtMost(8)] = ()
    file: FolderName = ""
    keys: Annotated[tuple[Line, ...], AtMost(4)] = ()
    resumed: Few = 0

    @property
    def name(self) -> str:
        """Of this very pass: its journal is no other's."""
        order = self.order
        words = (order.slug, order.version, order.sha256, order.aim, self.job_id)
        return " ".join(map(str, words))


class News(Message):
    """Where a pass is, for whoever stands before the machine. Both languages."""

    slug: Word
    phase: Word
    number: Few = 0
    total: Few = 0
    title_fr: Line = ""
    title_en: Line = ""
    percent: Percent = 0
    seconds_left: Seconds | None = None


class Over(Message):
    """How the last pass ended; `fr` and `en` say it in one sentence."""

    job_id: uuid.UUID | None = None
    slug: Word
    aim: Pass
    outcome: Outcome
    fr: Sentence
    en: Sentence


class Busy(Exception):
    """Another process is at it."""


class Room:
    """The folder `provision` of an agent’s state."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "provision"
        self.blobs = state / "blobs/sha256"
        self.asked_path = self.folder / "asked.json"
        self.document = self.folder / "document.json"
        self.versions = self.folder / "versions.json"
        self._cancel = self.folder / "cancel"
        self._news = self.folder / "news.json"
        self._over = self.folder / "over.json"
        self.forget_me = self.folder / "forget-me"

    def journal(self, slug: str) -> Path:
        return self.folder / f"journal-{slug}.jsonl"

    def previous(self, slug: str) -> Path:
        """The description before that, until what only it had is taken back."""
        return self.folder / "installed" / f"{slug}.previous"

    def kept(self, slug: str) -> Path:
        return self.folder / "kept" / slug

    def installed(self, slug: str) -> Path:
        """The description that was last begun of it."""
        return self.folder / "installed" / f"{slug}.json"

    def slugs(self) -> list[str]:
        """The environments that this machine has something of."""
        return sorted(path.stem for path in self.folder.glob("installed/*.json"))

    def asked(self) -> Asked | None:
        return _read(Asked, self.asked_path)

    def ask(self, asked: Asked) -> None:
        """Somebody wants this; what was said of another pass is forgotten."""
        durable.make_folder(self.folder)
        for path in (self._cancel, self._news, self._over):
            path.unlink(missing_ok=True)
        durable.write(self.asked_path, asked.to_bytes())

    def ask_again(self, asked: Asked) -> None:
        """The same pass, once more."""
        durable.write(self.asked_path, asked.to_bytes())

    def done(self) -> None:
        """Nothing is to be gone on with."""
        durable.remove(self.asked_path)
        for path in (self._cancel, self._news):
            path.unlink(missing_ok=True)

    def cancel(self) -> None:
        self._cancel.touch(mode=0o600)

    def is_cancelled(self) -> bool:
        return self._cancel.exists()

    def tell(self, news: News) -> None:
        """For the screen and the service; lost with the power, as it should be."""
        draft = self._news.with_suffix(".unfinished")
        draft.write_bytes(news.to_bytes())
        draft.replace(self._news)

    def news(self) -> News | None:
        return _read(News, self._news)

    def end(self, over: Over) -> None:
        durable.write(self._over, over.to_bytes())

    def over(self) -> Over | None:
        return _read(Over, self._over)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One pass at a time; raises Busy where another process is at it.

        Who only asks whether somebody is at it holds the lock for an instant.
        """
        durable.make_folder(self.folder)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.folder / "lock", flags, 0o600)
        try:
            if not _lock(descriptor):
                raise Busy
            yield
        finally:
            os.close(descriptor)

    def is_busy(self) -> bool:
        """Whether a pass is being made now."""
        try:
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def is_to_be_forgotten(state: Path, place: Place) -> bool:
    """Whether this machine came back, and the server knows all that it said of it."""
    is_told = not (place.spool.waiting() or place.diary.waiting())
    return Room(state).forget_me.exists() and is_told


def _lock(descriptor: int) -> bool:
    for _try in range(TRIES):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(TRY_SECONDS)
    return False


def _read(of: type[M], path: Path) -> M | None:
    try:
        return of.from_bytes(path.read_bytes())
    except (FileNotFoundError, Malformed):
        return None
