"""Steps run inside an act's transaction; they never open their own."""

from __future__ import annotations

from django.db import transaction


def require_transaction() -> None:
    """Refuse to go on unless an act opened a transaction.

    The transaction a TestCase wraps around each test does not count, so a test
    fails where production would.
    """
    blocks = transaction.get_connection().atomic_blocks
    if all(block._from_testcase for block in blocks):
        raise RuntimeError("a step was called outside an act")
