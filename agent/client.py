"""Talk to the server: every call of the wire, and what its refusals mean.

The transport is handed in, so that tests can speak to a server in the same
process. Whatever answers that is not our server (a captive portal, a proxy) is
told apart here: nothing is taken for kept unless the answer says so in full.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TypeVar

from agent import __version__, wire
from agent.transport import Answer, NotUnderstood, Send

M = TypeVar("M", bound=wire.Message)

NOT_MODIFIED = 304


class Refused(Exception):
    """The server said no, or not now.

    `retry_after_seconds` is what it asked for, None where it did not. A date is
    not read: it would be compared with a clock that may be dead.
    """

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.problem = _problem(answer)
        said = self.problem.detail or self.problem.title
        super().__init__(f"{answer.status} {self.problem.code}: {said}")
        word = answer.headers.get("retry-after", "")
        is_seconds = word.isascii() and word.isdigit() and len(word) < 7
        self.retry_after_seconds = int(word) if is_seconds else None


class Client:
    """The calls of the wire, each with the credential it needs."""

    def __init__(self, address: str, send: Send) -> None:
        self._address = address.rstrip("/")
        self._send = send

    def time(self) -> wire.Time:
        """The server's clock: cheap proof that this server speaks the protocol."""
        nonce = secrets.token_urlsafe(24)
        answer = self._ask("GET", f"{wire.TIME_PATH}?nonce={nonce}", {}, None)
        time = read(wire.Time, answer)
        if time.nonce != nonce:
            raise NotUnderstood("an old answer came back")
        return time

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        answer = self._ask("POST", wire.ENROL_PATH, {}, request.to_bytes())
        return read(wire.EnrolReply, answer)

    def report(self, token: str, envelope: wire.Envelope) -> wire.ReportReply:
        """Hand over a report; it is kept by the server when this returns."""
        answer = self._ask(
            "POST", wire.REPORTS_PATH, bearer(token), envelope.to_bytes()
        )
        reply = read(wire.ReportReply, answer)
        if reply.report_id != envelope.report().report_id:
            raise NotUnderstood("the answer is about another report")
        return reply

    def assignment(
        self, token: str, etag: str = ""
    ) -> tuple[wire.Assignment, str] | None:
        """What this machine is there for, with its tag; None where nothing changed."""
        known = {"If-None-Match": etag} if etag else {}
        answer = self._ask(
            "GET", wire.ASSIGNMENT_PATH, {**bearer(token), **known}, None
        )
        if answer.status == NOT_MODIFIED:
            return None
        return read(wire.Assignment, answer), answer.headers.get("etag", "")

    def events(self, token: str, events: wire.Events) -> wire.EventsReply:
        answer = self._ask("POST", wire.EVENTS_PATH, bearer(token), events.to_bytes())
        return read(wire.EventsReply, answer)

    def connectivity(self, token: str) -> wire.Connectivity:
        """What the card in this machine's pack needs."""
        answer = self._ask("GET", wire.CONNECTIVITY_PATH, bearer(token), None)
        return read(wire.Connectivity, answer)

    def profile_keys(self, token: str) -> wire.ProfileKeys:
        """The keys that sign learning environments."""
        answer = self._ask("GET", wire.PROFILE_KEYS_PATH, bearer(token), None)
        return read(wire.ProfileKeys, answer)

    def profile(self, token: str, order: wire.ProfileOrder) -> tuple[bytes, str]:
        """The exact bytes of an environment’s description, and their signature."""
        path = f"{wire.PROFILES_PATH}{order.slug}/{order.version}/{order.sha256}.json"
        body = self._ask("GET", path, bearer(token), None).body
        signature = self._ask("GET", f"{path}.minisig", bearer(token), None).body
        return body, signature.decode(errors="replace")

    def rotate(self, token: str) -> str:
        """A fresh credential; the former one stays good until this one is used."""
        answer = self._ask("POST", wire.ROTATE_PATH, bearer(token), b"{}")
        return read(wire.Rotated, answer).token

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        common = {
            "Accept": "application/json, application/problem+json",
            "Accept-Encoding": "identity",
            "User-Agent": f"rebond-agent/{__version__}",
        }
        if body is not None:
            common["Content-Type"] = "application/json"
        answer = self._send(method, self._address + path, {**common, **headers}, body)
        if answer.status >= 400:
            raise Refused(answer)
        is_known = answer.status == NOT_MODIFIED and "If-None-Match" in headers
        if answer.status not in (200, 201, 202) and not is_known:
            raise NotUnderstood(f"status {answer.status}")
        return answer


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def read(message: type[M], answer: Answer) -> M:
    try:
        return message.from_bytes(answer.body)
    except wire.Malformed as exc:
        raise NotUnderstood(str(exc)) from exc


def _problem(answer: Answer) -> wire.Problem:
    """The problem in an answer; an empty one where something else answered."""
    if "problem+json" not in answer.headers.get("content-type", ""):
        return wire.Problem()
    try:
        return wire.Problem.from_bytes(answer.body)
    except wire.Malformed:
        return wire.Problem()
