"""Whom the agent trusts, also where its clock is dead. Real handshakes throughout."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from cryptography import x509
from urllib3.connectionpool import HTTPSConnectionPool

from agent import pinned, transport, wire
from agent.client import Client
from agent.identity import Server as Trusted
from agent.transport import OverHttp, Unreachable
from tests.agent.authority import EXPIRED, NOT_YET, VALID, Authority, pin
from tests.agent.server import Server


@pytest.fixture(scope="module")
def authority():
    return Authority()


def ask(server: Server, pem: bytes, host: str = "127.0.0.1") -> OverHttp:
    address = server.address.replace("127.0.0.1", host)
    transport = OverHttp(Trusted(address=address, ca_pem=pem))
    Client(address, transport).time()
    return transport


hosts = pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
clocks = pytest.mark.parametrize(
    "dates", [VALID, NOT_YET], ids=["right clock", "dead clock"]
)


@hosts
def test_the_one_authority_that_was_given_is_trusted(tmp_path, authority, host):
    with authority.server(tmp_path, host=host) as server:
        assert not ask(server, authority.pem, host).dates_unchecked


@pytest.mark.parametrize("pem", [b"", Authority().pem], ids=["the system's", "another"])
def test_any_other_authority_is_not(tmp_path, authority, pem):
    with authority.server(tmp_path) as server:
        with pytest.raises(Unreachable):
            ask(server, pem)
        assert server.asked == []


def test_what_a_library_would_trust_on_its_own_is_not_trusted(
    tmp_path, authority, monkeypatch
):
    """Debian 12's urllib3 adds the system's authorities to whatever it is given."""
    system = tmp_path / "system.pem"
    system.write_bytes(authority.pem)
    opened = HTTPSConnectionPool.__init__

    def as_in_debian(pool, *words, **named):
        opened(pool, *words, **{"ca_certs": str(system), **named})

    monkeypatch.setattr(HTTPSConnectionPool, "__init__", as_in_debian)
    with authority.server(tmp_path) as server:
        with pytest.raises(Unreachable, match="certificate"):
            ask(server, Authority(called="Another").pem)
        assert server.asked == []


@hosts
def test_a_clock_before_the_certificate_does_not_block(tmp_path, authority, host):
    with authority.server(tmp_path, NOT_YET, host) as server:
        assert ask(server, authority.pem, host).dates_unchecked


def test_a_clock_before_everything_does_not_block(tmp_path):
    young = Authority(NOT_YET)
    with young.server(tmp_path, NOT_YET) as server:
        assert ask(server, young.pem).dates_unchecked


def test_an_expired_certificate_is_refused(tmp_path, authority):
    with authority.server(tmp_path, EXPIRED) as server:
        with pytest.raises(Unreachable, match="expired"):
            ask(server, authority.pem)
        assert server.asked == []


@clocks
@pytest.mark.parametrize(
    ("host", "certified"),
    [
        ("127.0.0.1", "192.0.2.1"),
        ("127.0.0.1", "localhost"),
        ("localhost", "server.example"),
        ("localhost", "127.0.0.1"),
    ],
)
def test_the_name_is_verified_whatever_the_clock_says(
    tmp_path, authority, dates, host, certified
):
    with authority.server(tmp_path, dates, certified) as server:
        with pytest.raises(Unreachable, match="match"):
            ask(server, authority.pem, host)
        assert server.asked == []


@clocks
@hosts
def test_the_issuer_is_verified_whatever_the_clock_says(
    tmp_path, authority, dates, host
):
    with authority.server(tmp_path, dates, host) as server:
        with pytest.raises(Unreachable):
            ask(server, Authority().pem, host)
        assert server.asked == []


def found(server: Server, digest: str) -> bytes:
    return pinned.authority(server.address, digest, wire.AUTHORITY_PATH)


def test_an_authority_that_the_server_hands_out_is_believed_by_its_pin(
    tmp_path, authority
):
    with authority.server(tmp_path) as server:
        server.authority = authority.pem
        pem = found(server, pin(authority.certificate))
        assert not ask(server, pem).dates_unchecked


def test_the_server_s_own_certificate_may_be_pinned(tmp_path, authority):
    with authority.server(tmp_path) as server:
        own = x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
        assert not ask(server, found(server, pin(own))).dates_unchecked
        assert len(server.asked) == 1


@pytest.mark.parametrize("handed_out", ["", "another", "spoiled"])
def test_no_other_certificate_fits_a_pin(tmp_path, authority, handed_out):
    others = {"another": Authority().pem, "spoiled": authority.pem[:80]}
    with authority.server(tmp_path) as server:
        server.authority = others.get(handed_out, b"")
        with pytest.raises(Unreachable, match="pinned key"):
            found(server, pin(Authority().certificate))


def test_a_server_that_is_not_there_has_no_authority():
    with pytest.raises(Unreachable):
        pinned.authority("https://127.0.0.1:9", "0" * 64, wire.AUTHORITY_PATH)


def test_an_answer_that_drips_on_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(pinned, "READ_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    stopped = threading.Event()

    def drip() -> None:
        while not stopped.wait(0.01):
            theirs.sendall(b"x")

    dripping = threading.Thread(target=drip)
    with ours, theirs:
        ours.settimeout(10)
        dripping.start()
        with pytest.raises(TimeoutError):
            pinned._all(ours)
        stopped.set()
        dripping.join()


BEGINNINGS = {
    "in its head": b"HTTP/1.1 200 OK\r\nX-Drip: ",
    "in its body": b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
}


@contextlib.contextmanager
def dripping(begin: bytes) -> Iterator[str]:
    """The address of a server that answers one byte at a time, and never ends."""
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip() -> None:
            line, _ = door.accept()
            with line, contextlib.suppress(OSError):
                line.sendall(begin)
                while not stopped.wait(0.01):
                    line.sendall(b"x")

        server = threading.Thread(target=drip)
        server.start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
        stopped.set()
        server.join()


@pytest.mark.parametrize("where", BEGINNINGS)
def test_an_exchange_that_drips_is_cut(monkeypatch, where):
    monkeypatch.setattr(transport, "EXCHANGE_SECONDS", 0.2)
    with dripping(BEGINNINGS[where]) as place:
        over = OverHttp(Trusted(address=f"http://{place}"))
        with pytest.raises(Unreachable, match="does not end"):
            over("GET", f"http://{place}/", {}, None)


def test_a_handshake_that_drips_is_cut(monkeypatch, authority):
    monkeypatch.setattr(transport, "EXCHANGE_SECONDS", 0.2)
    hello = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb"  # the head of a long answer
    with dripping(hello) as place:
        over = OverHttp(Trusted(address=f"https://{place}", ca_pem=authority.pem))
        with pytest.raises(Unreachable, match="does not end"):
            over("GET", f"https://{place}/", {}, None)


def test_an_answer_that_ends_is_read_whole():
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(b"x" * 1000)
        assert pinned._all(ours) == b"x" * 1000


def test_a_connection_is_kept_and_one_that_died_is_made_anew(tmp_path, authority):
    with authority.server(tmp_path) as server:
        over = OverHttp(Trusted(address=server.address, ca_pem=authority.pem))
        for _ in range(2):
            Client(server.address, over).time()
        over.hang_up()
        assert Client(server.address, over).time().nonce


def test_a_clock_that_was_behind_once_accepts_no_expired_certificate(
    tmp_path, authority
):
    with authority.server(tmp_path, NOT_YET) as server:
        over = ask(server, authority.pem)
        assert over.dates_unchecked
    with authority.server(tmp_path, EXPIRED) as server:
        with pytest.raises(Unreachable, match="expired"):
            Client(server.address, over).time()
        assert server.asked == []


def test_the_dates_are_judged_again_with_every_connection(tmp_path, authority):
    with authority.server(tmp_path, NOT_YET) as server:
        over = ask(server, authority.pem)
    with authority.server(tmp_path) as server:
        Client(server.address, over).time()
        assert not over.dates_unchecked


@contextlib.contextmanager
def reading_slowly(most_bytes: int) -> Iterator[str]:
    """The address of a server at the end of a narrow line, which answers at the end."""
    pause = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)

        def read() -> None:
            line, _ = door.accept()
            with line, contextlib.suppress(OSError):
                read_bytes = 0
                while read_bytes < most_bytes and (chunk := line.recv(2**20)):
                    read_bytes += len(chunk)
                    pause.wait(0.002)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        server = threading.Thread(target=read)
        server.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.join()


def test_a_long_report_has_the_time_that_a_narrow_line_takes(monkeypatch):
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.2)
    body = b"x" * (16 * 2**20)
    with reading_slowly(len(body)) as place:
        answer = OverHttp(Trusted(address=place))("POST", f"{place}/", {}, body)
    assert answer.status == 200


def test_a_longer_request_may_take_longer():
    assert transport._seconds_for(None) == transport.EXCHANGE_SECONDS
    assert transport._seconds_for(b"x" * 400_000) == transport.EXCHANGE_SECONDS + 100
