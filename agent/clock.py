"""Set a dead clock right, from a time that the server signed and from nothing else.

The dates of certificates cannot be judged by a clock that may be wrong, so this one
question is asked without them. The issuer and the name are verified all the same,
and the answer is believed only with the signature of the key that was handed over
when this machine enrolled.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping

from agent import wire
from agent.client import Client, Refused
from agent.identity import Identity
from agent.run import run
from agent.transport import Answer, NotUnderstood, OverHttp
from agent.words import Words

Offset = Callable[[], int | None]

TOLERATED = dt.timedelta(seconds=30)
HARDWARE_CLOCK_SECONDS = 10.0


def signed_now(client: Client, server_key: bytes) -> dt.datetime:
    """The server's clock; NotUnderstood where its signature is missing or wrong."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    said = client.time()
    key = Ed25519PublicKey.from_public_bytes(server_key)
    try:
        key.verify(said.signature or b"", said.signed)
    except InvalidSignature as exc:
        raise NotUnderstood("the time is not signed by this machine’s server") from exc
    return said.now


def set_system_clock(now: dt.datetime) -> None:
    """Set the system's clock, and the one on the board where there is one.

    Raises PermissionError where that is not this user's to do.
    """
    time.clock_settime(time.CLOCK_REALTIME, now.timestamp())
    run(("hwclock", "--systohc", "--utc"), HARDWARE_CLOCK_SECONDS)


class WithRightClock:
    """The transport of a machine whose clock may be set: the first word asks the time.

    `corrected` is told by how many seconds the clock was off, and whether it could
    be set.
    """

    def __init__(
        self,
        known: Identity,
        over: OverHttp,
        now: Callable[[], dt.datetime],
        set_clock: Callable[[dt.datetime], None],
        corrected: Callable[[int, bool], None],
    ) -> None:
        self._known = known
        self._over = over
        self._now = now
        self._set_clock = set_clock
        self._corrected = corrected
        self._is_asked = False

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        if not self._is_asked and self._known.server_key:
            self._ask(self._known.server_key)
        return self._over(method, url, headers, body)

    def _ask(self, server_key: bytes) -> None:
        without_dates = OverHttp(self._known.server, never_dates=True)
        try:
            client = Client(self._known.server.address, without_dates)
            true = signed_now(client, server_key)
        except (NotUnderstood, Refused):
            self._is_asked = True  # not told, and no reason to be silent for ever
            raise
        finally:
            without_dates.hang_up()
        self._is_asked = True
        behind = true - self._now()
        if abs(behind) > TOLERATED:
            self._corrected(round(behind.total_seconds()), self._is_set(true))

    def _is_set(self, true: dt.datetime) -> bool:
        try:
            self._set_clock(true)
        except OSError:
            return False
        return True


def told_clock(seconds: int, is_set: bool, words: Words) -> tuple[wire.Stage, str]:
    """An event about the clock: how it ended, in a sentence."""
    sentences = {
        (True, True): "The clock was {seconds} seconds behind and was set.",
        (True, False): "The clock was {seconds} seconds ahead and was set.",
        (False, True): "The clock is {seconds} seconds behind and cannot be set.",
        (False, False): "The clock is {seconds} seconds ahead and cannot be set.",
    }
    stage = wire.Stage.DONE if is_set else wire.Stage.FAILED
    return stage, words(sentences[is_set, seconds > 0], seconds=abs(seconds))
