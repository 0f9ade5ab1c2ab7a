"""Codes on their way: each is on the disk before the scanner hears that it was taken.

One file holds what was read in one go, with the keys that it will be sent with, however
often. It is removed when the server said that it holds all of it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from agent import durable
from agent.fields import Count
from agent.kinds import AtMost, Malformed, Text
from agent.message import Message
from agent.scans import MAX_CODE, MAX_SCANS, Read, Scans

NAME = re.compile(r"(\d{12,})-(\d+)\.json")


class Kept(Message):
    """One code; `heard_ms` is the machine’s time since it was started."""

    nonce: uuid.UUID
    code: Annotated[str, Text(MAX_CODE)]
    heard_ms: Count


class Bundle(Message):
    """What was read in one go, in one run of the machine."""

    boot_id: uuid.UUID | None = None
    scans: Annotated[tuple[Kept, ...], AtMost(MAX_SCANS)]

    def to_send(self, boot_id: uuid.UUID | None, now_ms: int) -> Iterator[Read]:
        """As the server is told it. Nobody’s clock is asked: how long it has waited."""
        is_same_run = boot_id is not None and boot_id == self.boot_id
        for kept in self.scans:
            age_ms = max(0, now_ms - kept.heard_ms) if is_same_run else None
            yield Read(nonce=kept.nonce, code=kept.code, age_ms=age_ms)


class Waiting:
    """The codes of one scanner. One thread adds, another removes."""

    def __init__(
        self, folder: Path, boot_id: uuid.UUID | None, now_ms: Callable[[], int]
    ) -> None:
        self._waiting = folder / "waiting"
        self._rejected = folder / "rejected"
        for each in (folder, self._waiting, self._rejected):
            durable.make_folder(each)
        for draft in self._waiting.glob(f"*{durable.UNFINISHED}"):
            draft.unlink()  # of a process that died: nobody was told of it
        self._boot_id = boot_id
        self._now_ms = now_ms
        files = self.files()
        self._last = _number(files[-1]) if files else 0

    def add(self, codes: Sequence[str]) -> None:
        """Keep codes; they are on the disk when this returns."""
        for start in range(0, len(codes), MAX_SCANS):
            part = codes[start : start + MAX_SCANS]
            kept = tuple(
                Kept(nonce=uuid.uuid4(), code=code, heard_ms=self._now_ms())
                for code in part
            )
            bundle = Bundle(boot_id=self._boot_id, scans=kept)
            name = f"{self._last + 1:012d}-{len(kept)}.json"
            durable.write(self._waiting / name, bundle.to_bytes())
            self._last += 1

    def parcel(self) -> tuple[list[Path], Scans] | None:
        """The next to send, and its files. What cannot be read is set aside, not lost."""
        paths: list[Path] = []
        scans: list[Read] = []
        for path in self.files():
            try:
                bundle = Bundle.from_bytes(path.read_bytes())
            except Malformed as exc:
                self.reject(path, str(exc))
                continue
            if len(scans) + len(bundle.scans) > MAX_SCANS:
                break
            paths.append(path)
            scans += bundle.to_send(self._boot_id, self._now_ms())
        return (paths, Scans(scans=tuple(scans))) if paths else None

    def done(self, paths: Sequence[Path]) -> None:
        """The server holds all of these."""
        for path in paths:
            path.unlink(missing_ok=True)
        durable.settle(self._waiting)

    def reject(self, path: Path, why: str) -> Path:
        """Set aside for a person, with the reason beside it."""
        durable.write(self._rejected / f"{path.stem}.why", f"{why}\n".encode())
        return durable.move(path, self._rejected)

    def files(self) -> list[Path]:
        """What waits, oldest first."""
        found = (path for path in self._waiting.iterdir() if NAME.fullmatch(path.name))
        return sorted(found, key=_number)

    def count(self) -> int:
        """How many codes wait."""
        return sum(int(path.stem.partition("-")[2]) for path in self.files())


def _number(path: Path) -> int:
    return int(path.name.partition("-")[0])
