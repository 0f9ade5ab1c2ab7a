"""What the kernel says of a drive while it is written to and read back."""

from __future__ import annotations

import os
import re
from types import TracebackType
from typing import Self

from agent.collect.around import Around

FAULT = r"(?:I/O error|critical \w+ error|Buffer I/O error)[^\n]*\b(?:dev )?{name}\b"
RECORD_BYTES = 8192


class KernelLog:
    """The errors that the kernel logs about one drive between two moments.

    None where its log cannot be read.
    """

    def __init__(self, around: Around, name: str) -> None:
        self._path = around.root / "dev/kmsg"
        self._fault = re.compile(FAULT.format(name=re.escape(name)).encode())
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        try:
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags)
            os.lseek(self._descriptor, 0, os.SEEK_END)
        except OSError:
            self._close()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def errors(self) -> int | None:
        """How many came since it was opened; each is counted once."""
        if self._descriptor is None:
            return None
        count = 0
        while record := self._next(self._descriptor):
            count += bool(self._fault.search(record))
        return count

    def _next(self, descriptor: int) -> bytes:
        """The next record; b"" where there is none now. Overwritten ones are lost."""
        while True:
            try:
                return os.read(descriptor, RECORD_BYTES)
            except BrokenPipeError:
                continue
            except OSError:
                return b""

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
