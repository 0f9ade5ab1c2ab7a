"""What an enrolled machine says to its server, with the credential that is accepted.

A fresh credential is on the disk before it is used, and the former one stays
beside it until the fresh one was accepted: wherever the power fails, one of the
two is good.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from agent import wire
from agent.client import Client, Refused
from agent.identity import Identity
from agent.transport import NotUnderstood, Unreachable

T = TypeVar("T")

# By the server's clock, as its answers say it: the machine's may be dead.
TOKEN_LASTS = dt.timedelta(days=30)


class Session:
    """The calls of one enrolled machine. `keep` writes its identity down, `load` reads
    it again: another process may have renewed the credential meanwhile.
    """

    def __init__(
        self,
        client: Client,
        known: Identity,
        keep: Callable[[Identity], None],
        load: Callable[[], Identity],
    ) -> None:
        self.known = known
        self._client = client
        self._keep = keep
        self._load = load

    def report(self, envelope: wire.Envelope) -> wire.ReportReply:
        """Hand over a report; renews the credential where it has become old."""
        reply = self._ask(lambda token: self._client.report(token, envelope))
        since = self.known.token_since
        if since is None:
            self._become(dataclasses.replace(self.known, token_since=reply.received_at))
        elif reply.received_at - since > TOKEN_LASTS:
            self._renew(reply.received_at)
        return reply

    def _renew(self, now: dt.datetime) -> None:
        """Ask for a fresh credential; where that fails, the next report tries again."""
        former = self.known.token
        try:
            fresh = self._ask(self._client.rotate)
        except (Unreachable, NotUnderstood, Refused):
            return
        self._become(
            dataclasses.replace(
                self.known, token=fresh, former_token=former, token_since=now
            )
        )

    def assignment(self, etag: str) -> tuple[wire.Assignment, str] | None:
        return self._ask(lambda token: self._client.assignment(token, etag))

    def events(self, events: wire.Events) -> wire.EventsReply:
        return self._ask(lambda token: self._client.events(token, events))

    def connectivity(self) -> wire.Connectivity | None:
        """What the pack's card needs; None where no card belongs to this machine."""
        try:
            return self._ask(self._client.connectivity)
        except Refused as refused:
            if refused.problem.code is wire.Code.NOT_FOUND:
                return None
            raise

    def profile_keys(self) -> wire.ProfileKeys:
        return self._ask(self._client.profile_keys)

    def profile(self, order: wire.ProfileOrder) -> tuple[bytes, str]:
        return self._ask(lambda token: self._client.profile(token, order))

    def _ask(self, call: Callable[[str], T]) -> T:
        """Call with the credential, else with whichever other one there is."""
        try:
            answer = call(self.known.token)
        except Refused as refused:
            if refused.status != 401:
                raise
            return self._ask_otherwise(call, refused)
        if self.known.former_token is not None:
            self._become(dataclasses.replace(self.known, former_token=None))
        return answer

    def _ask_otherwise(self, call: Callable[[str], T], refused: Refused) -> T:
        """With the credential on disk, or the former one, where this one is unknown."""
        tried = self.known.token
        on_disk = self._load()
        if on_disk.agent_id != self.known.agent_id:
            raise refused  # somebody enrolled this machine anew: not ours to use
        others = (on_disk.token, on_disk.former_token, self.known.former_token)
        for token in dict.fromkeys(others):
            if token is None or token == tried:
                continue
            try:
                answer = call(token)
            except Refused as again:
                if again.status != 401:
                    raise
                continue
            self._become(dataclasses.replace(on_disk, token=token, former_token=None))
            return answer
        raise refused

    def _become(self, known: Identity) -> None:
        self._keep(known)
        self.known = known
