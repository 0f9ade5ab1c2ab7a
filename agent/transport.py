"""Open connections to the server. Whom to trust is decided here.

A server is trusted by the system's authorities, or by the one authority that was
given or found by its pin (`agent.pinned`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from agent.identity import Server
from agent.watch import Watch

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
EXCHANGE_SECONDS = 60.0  # from the first step of a request to the end of its answer
SLOWEST_BYTES = 4_000  # a second: a longer request has longer, for lines of 32 kbit/s
MOST_BYTES = 2**21
CHUNK_BYTES = 2**18
STILL_SECONDS = 60.0  # a file of any size may take its time, but not stand still

# OpenSSL: X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED and
# X509_V_FLAG_NO_CHECK_TIME
NOT_YET_VALID = 9
HAS_EXPIRED = 10
NO_CHECK_TIME = 0x200000


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Stream(NamedTuple):
    """An answer whose body comes bit by bit. Header names are in lower case.

    `chunks` raises Unreachable where the line breaks off or stands still.
    """

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


# (method, url, headers, body) -> the answer; raises Unreachable or NotUnderstood.
Send = Callable[[str, str, Mapping[str, str], bytes | None], Answer]


class Unreachable(Exception):
    """No answer came back, for the reason given.

    `by_dates`: because of the dates of a certificate, which a dead clock cannot judge.
    """

    def __init__(self, why: str, *, by_dates: bool = False) -> None:
        super().__init__(why)
        self.by_dates = by_dates


class NotUnderstood(Exception):
    """Something answered that does not speak this protocol."""


class OverHttp:
    """The transport that really connects: urllib3, with bounds on time and size.

    The connection is kept between requests. `dates_unchecked` says of the last one
    that the server's certificate could only be accepted without its dates, because
    this machine's clock stands before them. Its issuer and its name are verified all
    the same, and so are the dates of the next connection. `never_dates` asks for none.
    """

    def __init__(self, server: Server, *, never_dates: bool = False) -> None:
        self._server = server
        self._pool: Any = None
        self._watch = Watch()
        self._never_dates = never_dates
        self.dates_unchecked = never_dates

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        self.dates_unchecked = self._never_dates
        try:
            return self._request(method, url, headers, body)
        except ssl.SSLCertVerificationError as exc:
            if exc.verify_code != NOT_YET_VALID:
                raise _untrusted(exc) from exc
        self.hang_up()
        self.dates_unchecked = True
        try:
            return self._request(method, url, headers, body)
        except ssl.SSLCertVerificationError as exc:
            raise _untrusted(exc) from exc
        finally:  # nothing that was accepted so is kept
            self.hang_up()

    @contextlib.contextmanager
    def stream(self, url: str, headers: Mapping[str, str]) -> Iterator[Stream]:
        """GET a file of any size; raises Unreachable where nothing answers.

        No redirection is followed, and nothing is unpacked on the way: what is read
        are the bytes of the file.
        """
        self.dates_unchecked = self._never_dates
        try:
            with (
                self._watch.while_moving(STILL_SECONDS),
                contextlib.closing(self._opened(url, headers)) as answer,
            ):
                named = {name.lower(): said for name, said in answer.headers.items()}
                yield Stream(answer.status, named, self._chunks(answer))
        finally:  # what was not read to its end is of no use to a next request
            self.hang_up()

    def _opened(self, url: str, headers: Mapping[str, str]) -> Any:
        """The answer to a GET, its body unread; without dates where the clock is dead."""
        try:
            return self._open("GET", url, headers, None)
        except ssl.SSLCertVerificationError as exc:
            if exc.verify_code != NOT_YET_VALID:
                raise _untrusted(exc) from exc
        self.hang_up()
        self.dates_unchecked = True
        try:
            return self._open("GET", url, headers, None)
        except ssl.SSLCertVerificationError as exc:
            raise _untrusted(exc) from exc

    def _chunks(self, response: Any) -> Iterator[bytes]:
        import urllib3

        try:
            for chunk in response.stream(CHUNK_BYTES, decode_content=False):
                self._watch.moved()
                yield chunk
        except urllib3.exceptions.HTTPError as exc:
            raise (self._too_late() or _reason(exc)) from exc
        if late := self._too_late():
            raise late

    def hang_up(self) -> None:
        """Close what is open; the next request connects and verifies anew."""
        if self._pool is not None:
            self._pool.close()
        self._pool = None

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        import urllib3

        try:
            with self._watch.for_seconds(_seconds_for(body)):
                response = self._open(method, url, headers, body)
                read = response.read(MOST_BYTES + 1)
        except urllib3.exceptions.HTTPError as exc:
            self.hang_up()
            raise (self._too_late() or _reason(exc)) from exc
        if late := self._too_late():  # what was cut may look like an end
            self.hang_up()
            raise late
        if len(read) > MOST_BYTES:
            response.close()
            self.hang_up()
            raise NotUnderstood(f"an answer of more than {MOST_BYTES} bytes")
        response.release_conn()
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, named, read)

    def _open(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Any:
        """The answer, its body unread."""
        import urllib3

        try:
            return self._connections(url).urlopen(
                method,
                urlsplit(url)._replace(scheme="", netloc="").geturl(),
                headers=_with_length(headers, body),
                body=_in_blocks(body),
                redirect=False,
                retries=False,
                preload_content=False,
            )
        except urllib3.exceptions.HTTPError as exc:
            self.hang_up()
            raise (self._too_late() or _reason(exc)) from exc

    def _too_late(self) -> Unreachable | None:
        return Unreachable("the exchange does not end") if self._watch.is_late else None

    def _connections(self, url: str) -> Any:
        import urllib3

        if self._pool is None:
            # that the clock is dead is told by the agent, in a person's words
            urllib3.disable_warnings(urllib3.exceptions.SystemTimeWarning)
            pools = urllib3.PoolManager(
                # reading the system's authorities takes longer than a plain request
                ssl_context=self.trust() if url.startswith("https:") else None,
                # Debian 12's urllib3 else adds the system's authorities to the one
                ca_certs=None,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
            self._pool = pools.connection_from_url(url)
            self._pool.ConnectionCls = _watched(self._pool.ConnectionCls, self._watch)
        return self._pool

    def trust(self) -> ssl.SSLContext:
        """What is trusted; ssl.SSLError or ValueError where the authority is none."""
        pinned = self._server.ca_pem.decode() or None
        context = ssl.create_default_context(cadata=pinned)
        if pinned:
            # the one authority may itself be signed by another that nobody gave us
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if _is_number(urlsplit(self._server.address).hostname):
            # urllib3 1.26 hands OpenSSL no number to check: it compares the
            # certificate with it on its own, as 2.x does, when OpenSSL is not asked
            context.check_hostname = False
        if self.dates_unchecked:
            context.verify_flags |= NO_CHECK_TIME
        return context


def _seconds_for(body: bytes | None) -> float:
    return EXCHANGE_SECONDS + len(body or b"") / SLOWEST_BYTES


def _in_blocks(body: bytes | None) -> io.BytesIO | None:
    """A body that is sent block by block, each in its own time.

    What is sent at once has to be gone within the seconds for connecting.
    """
    return None if body is None else io.BytesIO(body)


def _with_length(headers: Mapping[str, str], body: bytes | None) -> dict[str, str]:
    length = {} if body is None else {"Content-Length": str(len(body))}
    return {**headers, **length}


def _watched(kind: Any, watch: Watch) -> Any:
    """A kind of connection that is watched from its first byte, handshake included.

    What is watched is a double of its socket: TLS takes the first for itself.
    """

    class Watched(kind):  # type: ignore[misc]  # urllib3 is not loaded before it is used
        double: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            line: socket.socket = super()._new_conn()
            self.double = line.dup()
            watch.over(self.double)
            return line

        def close(self) -> None:
            super().close()
            if self.double is not None:
                self.double.close()

    return Watched


def _is_number(host: str | None) -> bool:
    try:
        ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return True


def _untrusted(exc: ssl.SSLCertVerificationError) -> Unreachable:
    by_dates = exc.verify_code in (NOT_YET_VALID, HAS_EXPIRED)
    return Unreachable(exc.verify_message, by_dates=by_dates)


def _reason(exc: Exception) -> Exception:
    """The certificate's own error where that is what went wrong, else the system's."""
    cause: object = exc
    while isinstance(cause, Exception):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause
        if isinstance(cause, OSError) and (why := cause.strerror or str(cause)):
            return Unreachable(why)
        inner = cause.args[-1] if cause.args else None
        is_one = isinstance(inner, Exception) and inner is not cause
        # urllib3 1.26 does not name the cause, it only raises while it is handled
        cause = cause.__cause__ or (inner if is_one else cause.__context__)
    return Unreachable(str(exc))
