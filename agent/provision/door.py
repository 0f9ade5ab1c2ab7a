"""The server that this machine joined, as a pass over an environment needs it."""

from __future__ import annotations

import functools
from pathlib import Path

from agent import identity, wire
from agent.client import Client
from agent.identity import Identity
from agent.provision.sources import Source, Web
from agent.session import Session
from agent.transport import OverHttp


class ServerDoor:
    """Files are public by their hash; all else needs the machine's credential."""

    def __init__(self, state: Path, known: Identity) -> None:
        address = known.server.address.rstrip("/")
        self.server_key = known.server_key
        self.origin: Source = Web(f"{address}{wire.BLOBS_PATH}", known.server)
        self._over = OverHttp(known.server)
        self._session = Session(
            Client(address, self._over),
            known,
            functools.partial(identity.keep, state),
            functools.partial(identity.load, state),
        )

    def profile_keys(self) -> wire.ProfileKeys:
        return self._session.profile_keys()

    def profile(self, order: wire.ProfileOrder) -> tuple[bytes, str]:
        return self._session.profile(order)

    def connectivity(self) -> wire.Connectivity | None:
        return self._session.connectivity()

    def close(self) -> None:
        self._over.hang_up()
