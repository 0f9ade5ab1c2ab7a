"""Reports waiting on disk: each is safe there before anything is sent.

`waiting/` holds one sealed envelope per file, in the order of their names, exactly
as it will be sent. `rejected/` holds what the server refused for good, each with
its reason. `chain.json` says what was last acknowledged, and is written before
the report that it names is removed: wherever the power fails, the next number is
that of the last waiting report plus one, or of `chain.json` plus one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import itertools
import os
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from agent import durable, wire
from agent.fields import Count, Digest

Seal = Callable[[wire.Report], wire.Envelope]


@dataclasses.dataclass(frozen=True)
class Link:
    """What the next report must carry to continue the chain."""

    seq: int
    prev_sha256: str


NAME = re.compile(r"\d{12,}-[0-9a-f-]{36}\.json")

FIRST = Link(seq=1, prev_sha256="")


class Acknowledged(wire.Message):
    """The last report that the server said it holds."""

    agent_id: uuid.UUID
    seq: Count
    sha256: Digest


class Spool:
    """The reports of one machine. Several processes may use one folder at once."""

    def __init__(self, folder: Path, agent_id: uuid.UUID, seal: Seal) -> None:
        self._folder = folder
        self._waiting = folder / "waiting"
        self._rejected = folder / "rejected"
        self._agent_id = agent_id
        self._seal = seal
        for each in (folder, self._waiting, self._rejected):
            durable.make_folder(each)

    def add(self, write: Callable[[Link], wire.Report]) -> Path:
        """Number, seal and keep a report; it is on the disk when this returns."""
        with self._locked("spool.lock"):
            self._clear_drafts()
            self._adopt()
            envelope = self._seal(write(self._next()))
            path = self._waiting / self._name(envelope)
            durable.write(path, envelope.to_bytes())
        return path

    @contextlib.contextmanager
    def sending(self) -> Iterator[None]:
        """One process sends at a time; others may add meanwhile."""
        with self._locked("sending.lock"):
            with self._locked("spool.lock"):
                self._adopt()
            yield

    def waiting(self) -> list[Path]:
        """What waits, oldest first. A file of another name is none of ours."""
        found = self._waiting.iterdir()
        return sorted(path for path in found if NAME.fullmatch(path.name))

    def envelopes(self, most: int) -> list[wire.Envelope]:
        """What waits, as it would be sent, oldest first."""
        with self._locked("spool.lock"):
            self._adopt()
            readable = (self._read(path) for path in self.waiting())
            return list(itertools.islice(filter(None, readable), most))

    def oldest(self) -> tuple[Path, wire.Envelope] | None:
        """The next to send. What cannot be read any more is set aside, not lost."""
        for path in self.waiting():
            envelope = self._read(path)
            if envelope:
                return path, envelope
        return None

    def done(self, path: Path, envelope: wire.Envelope) -> None:
        """The server holds this report: remember that, then let it go."""
        with self._locked("spool.lock"):
            self._remember(envelope)
            durable.remove(path)

    def reject(self, path: Path, reason: str) -> Path:
        """Set a report aside for a person, with the reason beside it."""
        with self._locked("spool.lock"):
            return self._set_aside(path, reason)

    def renumber(self, link: Link) -> None:
        """Continue from `link` with everything that waits; the ids stay."""
        with self._locked("spool.lock"):
            self._renumber(link)

    def make_room(self, most_bytes: int, drop: Callable[[], int]) -> int:
        """Let `drop` give up what is no report until all fits; how often it did.

        `drop` says how many bytes it freed, 0 where nothing is left to give up. No
        report is ever given up: beyond that, the disk itself is the bound. What was
        rejected waits for a person and costs no event.
        """
        files = (
            path
            for path in self._folder.rglob("*")
            if path.is_file() and path.parent != self._rejected
        )
        over = sum(map(durable.taken, files)) - most_bytes
        dropped = 0
        while over > 0 and (freed := drop()):
            over -= freed
            dropped += 1
        return dropped

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold a lock that the kernel lets go of when this process dies."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self._folder / name, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _adopt(self) -> None:
        """Seal anew what waits under a former identity of this machine.

        A crash in between leaves the last one with the former identity, so that
        looking at the last one is enough.
        """
        last = self._last()
        if last and last.agent_id != self._agent_id:
            self._renumber(self._after_acknowledged())

    def _next(self) -> Link:
        last = self._last()
        if last is None:
            return self._after_acknowledged()
        return Link(seq=last.report().seq + 1, prev_sha256=last.sha256)

    def _last(self) -> wire.Envelope | None:
        readable = (self._read(path) for path in reversed(self.waiting()))
        return next((envelope for envelope in readable if envelope), None)

    def _after_acknowledged(self) -> Link:
        try:
            last = Acknowledged.from_bytes(self._chain.read_bytes())
        except (FileNotFoundError, wire.Malformed):
            return FIRST  # the server will say what it expects
        if last.agent_id != self._agent_id:
            return FIRST
        return Link(seq=last.seq + 1, prev_sha256=last.sha256)

    def _remember(self, envelope: wire.Envelope) -> None:
        last = Acknowledged(
            agent_id=envelope.agent_id,
            seq=envelope.report().seq,
            sha256=envelope.sha256,
        )
        durable.write(self._chain, last.to_bytes())

    def _renumber(self, link: Link) -> None:
        for path in self.waiting():
            envelope = self._read(path)
            if envelope is None:
                continue
            report = dataclasses.replace(
                envelope.report(), seq=link.seq, prev_sha256=link.prev_sha256
            )
            envelope = self._seal(report)
            durable.write(path, envelope.to_bytes())
            link = Link(seq=link.seq + 1, prev_sha256=envelope.sha256)

    def _read(self, path: Path) -> wire.Envelope | None:
        try:
            envelope = wire.Envelope.from_bytes(path.read_bytes())
            envelope.report()
        except wire.Malformed as exc:
            with contextlib.suppress(FileNotFoundError):
                self._set_aside(path, str(exc))
            return None
        except FileNotFoundError:
            return None  # another process was faster
        return envelope

    def _set_aside(self, path: Path, reason: str) -> Path:
        durable.write(self._rejected / f"{path.stem}.why", f"{reason}\n".encode())
        return durable.move(path, self._rejected)

    def _name(self, envelope: wire.Envelope) -> str:
        """Names only grow while anything waits; they are no part of the wire."""
        waiting = self.waiting()
        place = int(waiting[-1].name.partition("-")[0]) + 1 if waiting else 1
        return f"{place:012d}-{envelope.report().report_id}.json"

    def _clear_drafts(self) -> None:
        """Drafts of a process that died while writing: nobody was told of them."""
        for draft in self._waiting.glob(f"*{durable.UNFINISHED}"):
            draft.unlink(missing_ok=True)

    @property
    def _chain(self) -> Path:
        return self._folder / "chain.json"
