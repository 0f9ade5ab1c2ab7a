"""Many clients that do something at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Protocol, TypeVar

from tests.faults.clients import Server


class Connected(Protocol):
    @property
    def server(self) -> Server: ...


C = TypeVar("C", bound=Connected)
T = TypeVar("T")


def at_once(clients: Sequence[C], act: Callable[[C], T]) -> list[T]:
    """What each was answered; nobody begins before everybody is there."""
    barrier = Barrier(len(clients))

    def do(client: C) -> T:
        client.server.hang_up()  # a server may have tired of an idle connection
        barrier.wait()
        return act(client)

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(do, clients))
