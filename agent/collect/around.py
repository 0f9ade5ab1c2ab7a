"""What a collector may look at. Everything is handed in, so tests need no machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from agent import facts
from agent.run import Runner, run

if TYPE_CHECKING:
    import datetime as dt
    import uuid

T = TypeVar("T")

LIMIT_BYTES = 16 * 2**20
CHUNK_BYTES = 65536
MEMINFO = Path("/proc/meminfo")
CORES = Path("/sys/devices/system/cpu")


class Counted(NamedTuple):
    """Usable memory and swap in bytes, cores and threads."""

    memory_bytes: int
    swap_bytes: int
    cores: int | None
    threads: int | None


def count() -> Counted:
    """What psutil counts, of the files that it reads: loading it takes far longer."""
    said_kib = dict(
        line.removesuffix(" kB").split(":") for line in text(MEMINFO).splitlines()
    )
    siblings = {
        said(core / "topology/core_cpus_list") for core in CORES.glob("cpu[0-9]*")
    }
    return Counted(
        memory_bytes=int(said_kib["MemTotal"]) * 1024,
        swap_bytes=int(said_kib["SwapTotal"]) * 1024,
        cores=len(siblings - {""}) or None,
        threads=os.cpu_count(),
    )


def now() -> dt.datetime:
    import datetime as dt  # a look needs no date

    return dt.datetime.now(dt.UTC)


def uptime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def new_id() -> uuid.UUID:
    import uuid

    return uuid.uuid4()


class Around(NamedTuple):
    """The machine as the collectors see it. `root` is where its tree begins."""

    root: Path = Path("/")
    run: Runner = run
    counted: Callable[[], Counted] = count
    kernel: Callable[[], os.uname_result] = os.uname
    now: Callable[[], dt.datetime] = now
    uptime_ms: Callable[[], int] = uptime_ms
    new_id: Callable[[], uuid.UUID] = new_id

    @property
    def sys(self) -> Path:
        return self.root / "sys"

    @property
    def proc(self) -> Path:
        return self.root / "proc"


class Seen(NamedTuple, Generic[T]):
    """What a collector found, and what it could not see."""

    what: T
    unseen: tuple[facts.Unseen, ...] = ()


def text(path: Path) -> str:
    """The text of a file, 16 MiB of it at most; bytes that are no UTF-8 become U+FFFD.

    Raises OSError: `why` says which reason that is.
    """
    content = b""
    with path.open("rb", buffering=0) as file:
        # small steps: parts of /proc refuse to fill a large buffer at all
        while len(content) < LIMIT_BYTES and (chunk := file.read(CHUNK_BYTES)):
            content += chunk
    return content.decode(errors="replace").strip()


def said(path: Path) -> str:
    """The text of a file where nobody misses it if it is not there."""
    try:
        return text(path)
    except OSError:
        return ""


def number(path: Path) -> int | None:
    """The whole number in a file, where there is one and it is not negative."""
    word = said(path)
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None


def entries(folder: Path) -> list[Path]:
    """What a folder holds, in order; nothing where it cannot be read."""
    try:
        return sorted(folder.iterdir(), key=attrgetter("name"))
    except OSError:
        return []


def why(exc: OSError) -> facts.Why:
    if isinstance(exc, PermissionError):
        return facts.Why.PERMISSION
    absent = isinstance(exc, FileNotFoundError | NotADirectoryError)
    return facts.Why.NOT_OFFERED if absent else facts.Why.UNREADABLE


def at_most(
    most: int, found: Sequence[T], subject: facts.Subject
) -> Seen[tuple[T, ...]]:
    """As many as the wire carries, and a word about the rest."""
    left_out = facts.Unseen(
        subject=subject,
        why=facts.Why.UNKNOWN,
        detail=f"{len(found)} found, {most} reported",
    )
    return Seen(tuple(found[:most]), (left_out,) if len(found) > most else ())
