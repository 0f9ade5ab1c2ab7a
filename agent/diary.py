"""What happens on the machine, waiting on disk to be told.

Events may get lost, reports never: the oldest events go first where the disk
fills, and a hole in their numbers says so. One file holds one event, as it will
be sent; a number is never used twice, even after everything was told.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from agent import durable, wire
from agent.fields import Count
from agent.message import Message
from agent.proofs import Stride

NAME = re.compile(r"\d{12,}\.json")


class Told(Message):
    """The highest number that was told to the server, or given up."""

    seq: Count


class Diary:
    """The events of one machine. Written and read by threads of one process."""

    def __init__(
        self,
        folder: Path,
        boot_id: uuid.UUID | None,
        now: Callable[[], dt.datetime],
        uptime_ms: Callable[[], int],
    ) -> None:
        self._folder = folder
        self._boot_id = boot_id
        self._now = now
        self._uptime_ms = uptime_ms
        self._lock = threading.Lock()
        durable.make_folder(folder)

    def note(
        self,
        step: str,
        state: wire.Stage,
        *,
        job_id: uuid.UUID | None = None,
        percent: int | None = None,
        message: str = "",
        seconds_left: int | None = None,
        stride: Stride | None = None,
    ) -> None:
        """Keep an event; it is on the disk when this returns.

        Raises OSError where the disk has no place for it.
        """
        with self._lock:
            event = wire.Event(
                seq=self._next(),
                job_id=job_id,
                step=step,
                state=state,
                percent=percent,
                message=message,
                seconds_left=seconds_left,
                stride=stride,
                at=self._now(),
                monotonic_ms=self._uptime_ms(),
            )
            alone = wire.Events(boot_id=self._boot_id, events=(event,))
            durable.write(self._folder / f"{event.seq:012d}.json", alone.to_bytes())

    def waiting(self) -> list[Path]:
        """What was not told yet, oldest first."""
        found = self._folder.iterdir()
        return sorted(path for path in found if NAME.fullmatch(path.name))

    def oldest(self) -> tuple[list[Path], wire.Events] | None:
        """The next to tell: as many as go together, all of one start of the machine."""
        paths: list[Path] = []
        events: list[wire.Event] = []
        boot_id: uuid.UUID | None = None
        for path in self.waiting():
            read = self._read(path)
            if read is None:
                continue
            if events and (read.boot_id != boot_id or len(events) == wire.MAX_EVENTS):
                break
            boot_id = read.boot_id
            paths.append(path)
            events.extend(read.events)
        if not events:
            return None
        return paths, wire.Events(boot_id=boot_id, events=tuple(events))

    def newest(self) -> tuple[list[Path], wire.Events] | None:
        """The last that was noted, alone: what must not wait behind the others."""
        for path in reversed(self.waiting()):
            if read := self._read(path):
                return [path], read
        return None

    def done(self, paths: list[Path], last_seq: int) -> None:
        """These were told; the server knows of numbers up to `last_seq`."""
        with self._lock:
            self._forget(paths, last_seq)

    def drop_oldest(self) -> int:
        """Give up the oldest event; the bytes that this freed, 0 where there was none."""
        with self._lock:
            oldest = self.waiting()[:1]
            freed = sum(durable.taken(path) for path in oldest)
            self._forget(oldest, 0)
        return freed

    def _forget(self, paths: list[Path], last_seq: int) -> None:
        """Remember the highest number before the file that shows it goes."""
        highest = max([last_seq, self._told(), *(int(path.stem) for path in paths)])
        if highest > self._told():
            durable.write(self._folder / "told", Told(seq=highest).to_bytes())
        for path in paths:
            path.unlink(missing_ok=True)

    def _next(self) -> int:
        waiting = self.waiting()
        last = int(waiting[-1].stem) if waiting else 0
        return max(last, self._told()) + 1

    def _told(self) -> int:
        try:
            return Told.from_bytes((self._folder / "told").read_bytes()).seq
        except (FileNotFoundError, wire.Malformed):
            return 0  # the server will say what it knows

    def _read(self, path: Path) -> wire.Events | None:
        try:
            return wire.Events.from_bytes(path.read_bytes())
        except FileNotFoundError:
            return None
        except wire.Malformed:
            path.unlink(missing_ok=True)
            return None
