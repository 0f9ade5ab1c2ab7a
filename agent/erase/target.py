"""A block device, opened past the page cache, and the buffers that fit it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import functools
import mmap
import os
import struct
from collections.abc import Iterator

from agent.erase.contract import Target

# What is written at once: 1 MiB costs a fifth of the rate of a fast device, 16 MiB
# gains nothing. Zeros take no memory.
BUFFER_BYTES = 4 * 2**20
PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
# What drives fill themselves with after an erasure repeats within so many bytes.
PATTERN_BYTES = 16

# linux/fs.h
BLKROGET = 0x125E
BLKSSZGET = 0x1268
BLKGETSIZE64 = 0x80081272

# A drive that was pulled out says "no space left", past the end that is now 0.
GONE = frozenset({errno.ENOSPC, errno.ENXIO, errno.ENODEV, errno.ENOMEDIUM})


@contextlib.contextmanager
def opened(target: Target, mode: int) -> Iterator[int]:
    """The target, read or written directly (`os.O_RDONLY`, `os.O_WRONLY`).

    Raises OSError, also where the device is no longer the size it was.
    """
    descriptor = os.open(target.path, mode | os.O_DIRECT | os.O_CLOEXEC)
    try:
        if size_of(descriptor) != target.size_bytes:
            raise OSError(errno.ENXIO, "not the size that it was", target.path)
        yield descriptor
    finally:
        os.close(descriptor)


def size_of(descriptor: int) -> int:
    """The bytes of an open block device."""
    answer = fcntl.ioctl(descriptor, BLKGETSIZE64, bytes(8))
    return int(struct.unpack("Q", answer)[0])


def block_of(descriptor: int) -> int:
    """The bytes of the smallest piece that an open device reads or writes."""
    answer = fcntl.ioctl(descriptor, BLKSSZGET, bytes(4))
    return int(struct.unpack("i", answer)[0])


def is_read_only(descriptor: int) -> bool:
    answer = fcntl.ioctl(descriptor, BLKROGET, bytes(4))
    return bool(struct.unpack("i", answer)[0])


def is_gone(exc: OSError) -> bool:
    """Whether the drive itself is no longer there."""
    return exc.errno in GONE


@functools.cache
def zeros() -> memoryview:
    """Zeros for all drives at once. Never written, so that they take no memory."""
    return memoryview(mmap.mmap(-1, BUFFER_BYTES, flags=PRIVATE))


class Buffer:
    """Memory that a device reads into directly: aligned, and used again and again."""

    def __init__(self, size: int) -> None:
        self._memory = mmap.mmap(-1, size, flags=PRIVATE)
        self.view = memoryview(self._memory)
        self._first = ctypes.c_char.from_buffer(self._memory)
        self._address = ctypes.addressof(self._first)

    def read(self, descriptor: int, offset: int, count: int) -> int:
        """Read at most `count` bytes from `offset`; how many there were."""
        return os.preadv(descriptor, [self.view[:count]], offset)

    def is_zero(self, start: int, count: int) -> bool:
        """Whether `count` bytes from `start` are all zero. Other threads go on."""
        return _same(self._address + start, _zeros_address(), count)

    def repeats(self, start: int, count: int) -> bool:
        """Whether `count` bytes are the same few over and over: no data of anybody's."""
        ours = self._address + start
        return _same(ours, ours + PATTERN_BYTES, count - PATTERN_BYTES)


@functools.cache
def _zeros_address() -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(zeros()))


@functools.cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    address = ctypes.c_void_p
    library.memcmp.argtypes = [address, address, ctypes.c_size_t]
    return library


def _same(one: int, other: int, count: int) -> bool:
    """memcmp(3): no copy, and four times as fast as comparing bytes."""
    return bool(_libc().memcmp(one, other, count) == 0)
