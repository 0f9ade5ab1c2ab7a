"""A memory test of our own, for where no better one is installed.

A program that runs by itself (`python pattern.py MIB SECONDS`) and writes one JSON
object: `bytes` filled, `locked` (of them: the kernel moves none to a disk), `passes`
over them, `errors` (blocks that came back other).
Limits: it cannot choose the addresses of its pages or go around the caches.
"""

import ctypes
import json
import mmap
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

BLOCK_BYTES = 2**20
LEAST_PASSES = 2  # zeros alone show no bit that is stuck at 0
Block = mmap.mmap | bytearray
PATTERNS = (b"\x00", b"\xff", b"\x55", b"\xaa", b"\x33", b"\xcc", b"\x0f", b"\xf0")


def main() -> None:
    mib, seconds = (int(word) for word in sys.argv[1:3])
    offer_ourselves()
    blocks = fill(mib)
    locked = sum(lock(block) for block in blocks)
    passes, errors = check(blocks, time.monotonic() + seconds)
    told = {
        "bytes": len(blocks) * BLOCK_BYTES,
        "locked": locked * BLOCK_BYTES,
        "passes": passes,
        "errors": errors,
    }
    print(json.dumps(told))


def offer_ourselves() -> None:
    """Where memory runs out, the kernel ends this process before any other."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def fill(mib: int) -> list[mmap.mmap]:
    blocks: list[mmap.mmap] = []
    with suppress(OSError, MemoryError):
        blocks.extend(mmap.mmap(-1, BLOCK_BYTES) for _ in range(mib))
    return blocks


def lock(block: mmap.mmap) -> bool:
    """Whether the kernel keeps this block where it is in memory, as mlock(2) asks."""
    system = ctypes.CDLL(None, use_errno=True)
    address = ctypes.addressof(ctypes.c_char.from_buffer(block))
    length = ctypes.c_size_t(len(block))
    return bool(system.mlock(ctypes.c_void_p(address), length) == 0)


def check(blocks: Sequence[Block], deadline: float) -> tuple[int, int]:
    """Passes within the time, two in any case; how many blocks came back other."""
    passes = errors = 0
    while blocks and (passes < LEAST_PASSES or time.monotonic() < deadline):
        errors += differing(blocks, PATTERNS[passes % len(PATTERNS)])
        passes += 1
    return passes, errors


def differing(blocks: Sequence[Block], byte: bytes) -> int:
    """Write all blocks, then read all back: caches must not answer for the memory."""
    written = byte * BLOCK_BYTES
    for block in blocks:
        block[:] = written
    return sum(block[:] != written for block in blocks)


if __name__ == "__main__":
    main()
