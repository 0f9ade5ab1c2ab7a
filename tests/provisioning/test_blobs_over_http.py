"""Blobs from the server that we ship, and from any web server over the same folder."""

from __future__ import annotations

import functools
import hashlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest
from pytest_django.fixtures import Settings

from backoffice.core.serving import TURN_BYTES, Line, make_server
from provisioning.store import place_of, store
from provisioning.store.incoming import hash_of
from tests.provisioning.files import arrived

pytestmark = pytest.mark.server
# More than the buffers of a line take: who does not read holds it up.
CONTENT = bytes(range(256)) * 120_000
NAME = hashlib.sha256(CONTENT).hexdigest()
THREADS = 2


@pytest.fixture
def ours(settings: Settings) -> Iterator[str]:
    """waitress with our application, as `manage.py serve` has it; its address."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    file = arrived(CONTENT)
    store().keep(file.path, hash_of(file.path))
    sockets: dict[int, Any] = {}
    server = make_server("127.0.0.1:0", THREADS, sockets)
    thread = Thread(target=server.run)
    thread.start()
    yield f"127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    for each in list(sockets.values()):
        each.close()
    sockets.clear()
    thread.join()


@pytest.fixture
def mirror(settings: Settings) -> Iterator[str]:
    """Python's own web server over the folder of blobs."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words: Any) -> None:
            """Tests say what they saw."""

    folder = Path(settings.STATE_DIR) / "blobs"
    serve = functools.partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def door(host: str) -> str:
    return f"http://{host}/api/agent/v1/blobs/{place_of(NAME)}"


def fetched(address: str, **headers: str) -> tuple[int, bytes]:
    with urlopen(Request(address, headers=headers), timeout=20) as answer:
        return answer.status, answer.read()


def test_all_of_it_and_a_part_come_through_the_real_server(ours: str) -> None:
    assert fetched(door(ours)) == (200, CONTENT)
    part = fetched(door(ours), Range="bytes=20000000-20000099")
    assert part == (206, CONTENT[20_000_000:20_000_100])


def test_a_mirror_gives_the_same_bytes_and_nothing_that_is_on_its_way(
    ours: str, mirror: str
) -> None:
    assert fetched(f"http://{mirror}/{place_of(NAME)}") == (200, CONTENT)
    folder = Path(store().path(NAME)).parents[2] / "incoming"  # type: ignore[attr-defined]
    assert oct(folder.stat().st_mode)[-3:] == "700"


def test_machines_that_do_not_read_keep_nobody_waiting(ours: str) -> None:
    host, port = ours.split(":")
    with ExitStack() as stack:
        for _ in range(4 * THREADS):
            line = stack.enter_context(socket.create_connection((host, int(port))))
            path = door(ours).removeprefix(f"http://{ours}")
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert line.recv(12) == b"HTTP/1.1 200"
        assert fetched(door(ours), Range="bytes=0-9") == (206, CONTENT[:10])


def test_a_line_that_takes_everything_gets_it_in_turns(
    ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However quickly it is read, others are heard after a small part of it."""
    turns = []
    sends = Line.handle_write

    def told(line: Line) -> None:
        waiting = line.total_outbufs_len
        sends(line)
        turns.append(waiting - line.total_outbufs_len)

    monkeypatch.setattr(Line, "handle_write", told)
    assert fetched(door(ours)) == (200, CONTENT)
    assert max(turns) < 2 * TURN_BYTES
    assert sum(turns) > len(CONTENT) - 2 * TURN_BYTES
