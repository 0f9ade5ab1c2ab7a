"""Steps run inside an act's transaction; they never open their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# To commit without waiting for the disk, and to wait again.
_UNSYNCED = {
    "sqlite": ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL"),
    "postgresql": ("SET synchronous_commit TO off", "RESET synchronous_commit"),
}


def require_transaction() -> None:
    """Refuse to go on unless an act opened a transaction.

    The transaction a TestCase wraps around each test does not count, so a test
    fails where production would.
    """
    blocks = transaction.get_connection().atomic_blocks
    if all(block._from_testcase for block in blocks):
        raise RuntimeError("a step was called outside an act")


@contextmanager
def unsynced() -> Iterator[None]:
    """Let what commits inside reach the disk a moment later.

    For rows that say only that somebody looked: a power cut may take the last of
    them, a killed process does not. Inside a transaction it changes nothing.
    """
    before, after = _UNSYNCED[connection.vendor]
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(before)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(after)
