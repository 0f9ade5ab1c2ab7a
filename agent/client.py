"""Talk to the server: the only module that opens a connection.

The transport is handed in, so that tests can speak to a server in the same
process. Whatever answers that is not our server (a captive portal, a proxy) is
told apart here: nothing is taken for kept unless the answer says so in full.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import secrets
import ssl
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from agent import __version__, wire
from agent.identity import Server

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
MOST_BYTES = 2**20

# OpenSSL: X509_V_ERR_CERT_NOT_YET_VALID, X509_V_FLAG_NO_CHECK_TIME
NOT_YET_VALID = 9
NO_CHECK_TIME = 0x200000

M = TypeVar("M", bound=wire.Message)


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


# (method, url, headers, body) -> the answer; raises Unreachable or NotUnderstood.
Send = Callable[[str, str, Mapping[str, str], bytes | None], Answer]


class Unreachable(Exception):
    """No answer came back, for the reason given."""


class NotUnderstood(Exception):
    """Something answered that does not speak this protocol."""


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
    """The three calls of the wire."""

    def __init__(self, address: str, send: Send) -> None:
        self._address = address.rstrip("/")
        self._send = send

    def time(self) -> wire.Time:
        """The server's clock: cheap proof that this server speaks the protocol."""
        nonce = secrets.token_urlsafe(24)
        answer = self._ask("GET", f"{wire.TIME_PATH}?nonce={nonce}", {}, None)
        time = _read(wire.Time, answer)
        if time.nonce != nonce:
            raise NotUnderstood("an old answer came back")
        return time

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        answer = self._ask("POST", wire.ENROL_PATH, {}, request.to_bytes())
        return _read(wire.EnrolReply, answer)

    def report(self, token: str, envelope: wire.Envelope) -> wire.ReportReply:
        """Hand over a report; it is kept by the server when this returns."""
        bearer = {"Authorization": f"Bearer {token}"}
        answer = self._ask("POST", wire.REPORTS_PATH, bearer, envelope.to_bytes())
        reply = _read(wire.ReportReply, answer)
        if reply.report_id != envelope.report().report_id:
            raise NotUnderstood("the answer is about another report")
        return reply

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
        if answer.status not in (200, 201):
            raise NotUnderstood(f"status {answer.status}")
        return answer


def _read(message: type[M], answer: Answer) -> M:
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


class OverHttp:
    """The transport that really connects: urllib3, with bounds on time and size.

    `dates_unchecked` becomes true when the server's certificate could only be
    accepted without its dates, because this machine's clock stands before them.
    Its issuer and its name are verified all the same.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self.dates_unchecked = False

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        try:
            return self._request(method, url, headers, body)
        except ssl.SSLCertVerificationError as exc:
            if exc.verify_code != NOT_YET_VALID or self.dates_unchecked:
                raise Unreachable(exc.verify_message) from exc
        self.dates_unchecked = True
        return self(method, url, headers, body)

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        import urllib3

        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        pool = urllib3.PoolManager(ssl_context=self.trust(), timeout=timeout)
        try:
            response = pool.request(
                method,
                url,
                headers=dict(headers),
                body=body,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            read = response.read(MOST_BYTES + 1)
        except urllib3.exceptions.HTTPError as exc:
            raise _reason(exc) from exc
        finally:
            pool.clear()
        if len(read) > MOST_BYTES:
            raise NotUnderstood(f"an answer of more than {MOST_BYTES} bytes")
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, named, read)

    def trust(self) -> ssl.SSLContext:
        """What is trusted; ssl.SSLError or ValueError where the authority is none."""
        pinned = self._server.ca_pem.decode() or None
        context = ssl.create_default_context(cadata=pinned)
        if _is_number(urlsplit(self._server.address).hostname):
            # urllib3 1.26 hands OpenSSL no number to check: it compares the
            # certificate with it on its own, as 2.x does, when OpenSSL is not asked
            context.check_hostname = False
        if self.dates_unchecked:
            context.verify_flags |= NO_CHECK_TIME
        return context


def _is_number(host: str | None) -> bool:
    try:
        ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return True


def _reason(exc: Exception) -> Exception:
    """The certificate's own error where that is what went wrong."""
    cause: object = exc
    while isinstance(cause, Exception):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause
        inner = cause.args[-1] if cause.args else None
        cause = cause.__cause__ or (inner if inner is not cause else None)
    return Unreachable(str(exc))
