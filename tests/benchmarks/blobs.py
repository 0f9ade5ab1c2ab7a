"""Many machines that fetch one large blob at once: the server's memory, and its speed.

    python -m tests.benchmarks.blobs [--megabytes 2048] [--clients 20] [--shaped]

starts the real one-process server with two blobs. As many curls as there are clients fetch
the small one at once, which costs the server its block for each line; then one fetches the
large one, then all of them do. The peak of its resident set (`VmHWM`) must stay where the
small blob left it.
A page is asked for all the time: transfers must not take the threads that answer people.
`--shaped` (root alone) puts the clients behind a line of 1 Gbit/s: a network namespace
and tc's token bucket. `--plain` measures Python's http.server over the same folder, which
is what the speed is compared with.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

from provisioning.store import place_of
from tests.benchmarks.agent_idle import cost
from tools.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024**2
SMALL_MEGABYTES = 32
# What the server may take more for the large blob than for the small one.
MOST_MORE_BYTES = 16 * MEGABYTE
SPACE, HERE, THERE = "rebond-blobs", "10.213.7.1", "10.213.7.2"
LINE = "1gbit"


def main() -> int:
    parser = argparse.ArgumentParser(prog="blobs", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--shaped", action="store_true")
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    # Told to end, it still stops its server and takes its line down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        state = Path(stack.enter_context(TemporaryDirectory(prefix="rebond-blobs-")))
        places = [_blob(state, size) for size in (SMALL_MEGABYTES, asked.megabytes)]
        host = stack.enter_context(_shaped()) if asked.shaped else "127.0.0.1"
        serve = _plain if asked.plain else _ours
        server, address = stack.enter_context(serve(state, host))
        inside = ("ip", "netns", "exec", SPACE) if asked.shaped else ()
        small, large = (address + place for place in places)
        _fetched(server, small, inside, asked.clients)
        return _measured(server, large, inside, asked)


def _measured(
    server: int, blob: str, inside: Sequence[str], asked: argparse.Namespace
) -> int:
    before = cost(server)
    alone = _fetched(server, blob, inside, 1)
    many = _fetched(server, blob, inside, asked.clients)
    after = cost(server)
    more = after.peak_bytes - before.peak_bytes
    _say(f"one client: {alone[0] * asked.megabytes:.0f} MB/s")
    _say(
        f"{asked.clients} at once: {many[0] * asked.megabytes * asked.clients:.0f} MB/s "
        f"together; the slowest page meanwhile {many[1] * 1000:.0f} ms"
    )
    _say(
        f"server: at most {before.peak_bytes / MEGABYTE:.0f} MB with the small blob, "
        f"{after.peak_bytes / MEGABYTE:.0f} MB with the large one, "
        f"{after.cpu_seconds - before.cpu_seconds:.1f} s of a core"
    )
    return 0 if more <= MOST_MORE_BYTES else 1


def _fetched(
    server: int, blob: str, inside: Sequence[str], clients: int
) -> tuple[float, float]:
    """Times per second that all of them were through, and the slowest page meanwhile."""
    command = [*inside, "curl", "--fail", "--silent", "--output", "/dev/null", blob]
    began = time.monotonic()
    running = [subprocess.Popen(command) for _ in range(clients)]
    slowest = 0.0
    while any(curl.poll() is None for curl in running):
        asked = time.monotonic()
        urllib.request.urlopen(urljoin(blob, "/"), timeout=60).close()
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.1)
    took = time.monotonic() - began
    if any(curl.returncode for curl in running):
        raise SystemExit("a client did not get all of it")
    return 1 / took, slowest


def _blob(state: Path, megabytes: int) -> str:
    """A file that nothing can compress; its place under the address of all."""
    part = state / "part"
    digest = hashlib.sha256()
    with part.open("wb") as file:
        for _ in range(megabytes):
            block = os.urandom(MEGABYTE)
            digest.update(block)
            file.write(block)
    name = digest.hexdigest()
    target = state / "blobs" / place_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    part.rename(target)
    return place_of(name)


@contextmanager
def _ours(state: Path, host: str) -> Iterator[tuple[int, str]]:
    environment = os.environ | {
        "STATE_DIR": str(state),
        "STATIC_ROOT": str(state / "static"),
        "ALLOWED_HOSTS": host,
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "LOG_LEVEL": "WARNING",
    }
    manage = [sys.executable, "manage.py"]
    for words in (["collectstatic", "--noinput", "-v0"], ["migrate", "-v0"]):
        subprocess.run([*manage, *words], cwd=ROOT, env=environment, check=True)
    port = free_port()
    command = [*manage, "serve", "--listen", f"{host}:{port}"]
    with _running(command, environment, f"http://{host}:{port}/health/") as server:
        yield server, f"http://{host}:{port}/api/agent/v1/blobs/"


@contextmanager
def _plain(state: Path, host: str) -> Iterator[tuple[int, str]]:
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", host]
    command += ["--directory", str(state / "blobs")]
    address = f"http://{host}:{port}/"
    with _running(command, dict(os.environ), address) as server:
        yield server, address


@contextmanager
def _running(
    command: Sequence[str], environment: dict[str, str], address: str
) -> Iterator[int]:
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet
    )
    try:
        _wait_for(address)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def _shaped() -> Iterator[str]:
    """A network of its own behind a line of 1 Gbit/s; this side's address in it."""
    inside = f"ip -n {SPACE}"
    lines = (
        f"ip netns add {SPACE}",
        "ip link add rebond-here type veth peer name rebond-there",
        f"ip link set rebond-there netns {SPACE}",
        f"ip address add {HERE}/30 dev rebond-here",
        "ip link set rebond-here up",
        f"{inside} address add {THERE}/30 dev rebond-there",
        f"{inside} link set rebond-there up",
        f"tc qdisc add dev rebond-here root tbf rate {LINE} burst 1mb latency 50ms",
    )
    try:
        for line in lines:
            subprocess.run(line.split(), check=True)
        yield HERE
    finally:
        subprocess.run(["ip", "netns", "delete", SPACE], check=True)


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
