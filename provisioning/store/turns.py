"""How many files may hold a thread of the server at once: people wait for the others.

Where a file is sent by a thread, twenty machines that are installed together would take
every thread there is. Those that come too late are told when to ask again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.utils.translation import gettext as _

from provisioning.errors import StoreAway
from provisioning.store import Readable

# In one process; half the threads that operations.md gives one.
AT_ONCE = 4
_TURNS = threading.BoundedSemaphore(AT_ONCE)


class InTurn:
    """A part of a blob that is being sent; its turn ends once, whatever happens."""

    def __init__(self, part: Readable) -> None:
        self._part = part
        self._open = True

    def read(self, size: int = -1, /) -> bytes:
        return self._part.read(size)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._part.close()
            _TURNS.release()

    def __del__(self) -> None:
        self.close()


def in_turn(opens: Callable[[], Readable]) -> InTurn:
    """What `opens` gives. Refuses where as many are being sent as may be."""
    if not _TURNS.acquire(blocking=False):
        raise StoreAway(
            _("As many files are being sent as the server can spare threads for."),
            advice=_("Try again in a few seconds."),
        )
    try:
        return InTurn(opens())
    except BaseException:
        _TURNS.release()
        raise
