"""One collector that breaks off takes no other with it, and the report still goes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from agent import facts
from agent.collect.around import Seen, T


def unbroken(read: Callable[[], T], instead: Callable[[str], T]) -> T:
    """What `read` gives; where it breaks off, what `instead` makes of the reason."""
    try:
        return read()
    except Exception as exc:  # noqa: BLE001  # said in the report and in the log
        import traceback

        traceback.print_exc(file=sys.stderr)
        return instead(f"{type(exc).__name__} {exc}".strip())


def seen(subject: facts.Subject, nothing: T, read: Callable[[], Seen[T]]) -> Seen[T]:
    """What `read` sees; where it breaks off, `nothing` was seen of its subject."""

    def blind(why: str) -> Seen[T]:
        unseen = facts.Unseen(subject=subject, why=facts.Why.UNREADABLE, detail=why)
        return Seen(nothing, (unseen,))

    return unbroken(read, blind)


def several(
    subject: facts.Subject, read: Callable[[], Seen[tuple[T, ...]]]
) -> Seen[tuple[T, ...]]:
    """The same where there may be any number of a kind, and none."""
    none: tuple[T, ...] = ()
    return seen(subject, none, read)
