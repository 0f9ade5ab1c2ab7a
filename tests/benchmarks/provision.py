"""What the runner of learning environments costs, and how fast it fetches.

    python -m tests.benchmarks.provision [--bytes 2000000000] [--rate 1gbit]

runs a description of 40 steps twice, each time in a process of its own, and says what
the second run took of time and memory; then fetches one large file from a mirror over a
line that is shaped by the kernel between two network namespaces (as root, where there
is `tc`), once with curl and once with the runner, each onto the same disk.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from agent.profile import Blob
from agent.provision.blobs import Blobs
from agent.provision.sources import Web
from tests.agent.profile.profiles import raw
from tests.agent.profile.signing import Signer

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 0.5
MOST_BYTES = 40 * 2**20
LEAST_SHARE = 0.9
STEPS = 40
TURNS = 2
PORT = 8088
HERE, THERE = "10.77.0.1", "10.77.0.2"
RUN = """
import sys
from pathlib import Path
from agent.parser import parser_for
from agent.provision.command import provision
from agent.words import Words
words = Words(is_french=False)
root, *given = sys.argv[1:]
sys.exit(provision(parser_for(words).parse_args(given), words, Path(root)))
"""


class Cost(NamedTuple):
    """Of a process: seconds by the clock, of a core, and bytes at most."""

    seconds: float
    core_seconds: float
    peak_bytes: int


def run(argv: Sequence[str]) -> Cost:
    """Raises CalledProcessError where it did not end well."""
    began = time.monotonic()
    child = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, argv)
    spent = used.ru_utime + used.ru_stime
    return Cost(time.monotonic() - began, spent, used.ru_maxrss * 1024)


def forty() -> list[dict[str, Any]]:
    """Steps that need no program of the machine: what is left is our own time."""
    texts = [
        {
            "type": "text",
            "id": f"text-{number}",
            "path": f"/srv/rebond/{number}.html",
            "content": "<p>Bonjour</p>\n" * 200,
        }
        for number in range(STEPS - 2)
    ]
    icon = {"name": "Emploi", "slug": "emploi", "url": "https://pix.fr", "icon": "web"}
    return [
        *texts,
        {"type": "desktop", "id": "icons", "launchers": [icon]},
        {"type": "browser", "id": "browsers", "homepage": "file:///srv/rebond/1.html"},
    ]


def second_run(folder: Path) -> Cost:
    """Of the same description on a machine that is already there."""
    root, document = folder / "root", folder / "profile.json"
    for path, content in (
        ("etc/os-release", "ID=debian\n"),
        ("proc/meminfo", "MemTotal: 4000000 kB\n"),
    ):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(content)
    signer = Signer()
    document.write_bytes(json.dumps(raw(*forty(), blobs=[])).encode())
    signature = signer.sign(document.read_bytes())
    document.with_name("profile.json.minisig").write_text(signature)
    words = ["--state", str(folder / "state"), "provision", str(document)]
    argv = [sys.executable, "-c", RUN, str(root), *words, "--key", str(signer.key)]
    (folder / "state").mkdir()
    run(argv)
    return run(argv)


class Files(BaseHTTPRequestHandler):
    """A plain web server of one folder, which hands files to the kernel."""

    folder = Path()

    def do_GET(self) -> None:
        with (self.folder / self.path.lstrip("/")).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.end_headers()
            self.wfile.flush()
            self.connection.sendfile(file)

    def log_message(self, *args: object) -> None:
        pass


def serve(folder: Path) -> None:
    Files.folder = folder
    server = ThreadingHTTPServer((THERE, PORT), Files)
    print("ready", flush=True)  # noqa: T201
    server.serve_forever()


@contextlib.contextmanager
def line(rate: str) -> Iterator[tuple[str, str]]:
    """Two namespaces with a line of that rate between them: this side, and the other."""
    here, there = f"rebond-a-{os.getpid()}", f"rebond-b-{os.getpid()}"
    try:
        for name in (here, there):
            _ip("netns", "add", name)
        _ip(
            "link",
            "add",
            "va",
            "netns",
            here,
            "type",
            "veth",
            "peer",
            "vb",
            "netns",
            there,
        )
        for name, device, address in ((here, "va", HERE), (there, "vb", THERE)):
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", device)
            _ip("-n", name, "link", "set", device, "up")
            shape = ("qdisc", "add", "dev", device, "root", "tbf", "rate", rate)
            bound = ("burst", "256kb", "latency", "50ms")
            subprocess.run(["tc", "-n", name, *shape, *bound], check=True)
        yield here, there
    finally:
        for name in (here, there):
            subprocess.run(["ip", "netns", "del", name], check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def fetch(folder: Path, sha256: str, size: int) -> None:
    """As the runner does it: hashed while it comes, waited for, renamed."""
    blob = Blob(name="film", sha256=sha256, size_bytes=size, media="video/mp4")
    Blobs(folder, [Web(f"http://{THERE}:{PORT}/blobs/sha256")]).get(blob)


def over_a_line(folder: Path, size: int, rate: str) -> tuple[Cost, Cost]:
    """curl's and ours, of one file of so many bytes: the quicker of each in turns."""
    digest = hashlib.sha256()
    for _part in range(0, size, 10**6):
        digest.update(bytes(10**6))
    name = digest.hexdigest()
    path = folder / "mirror/blobs/sha256" / name[:2] / name
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(size)
    module = [sys.executable, "-m", "tests.benchmarks.provision"]
    with line(rate) as (here, there):
        inside = ["ip", "netns", "exec", here]
        mirror = subprocess.Popen(
            ["ip", "netns", "exec", there, *module, "--serve", str(folder / "mirror")],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        try:
            if mirror.stdout:
                mirror.stdout.readline()
            url = f"http://{THERE}:{PORT}/blobs/sha256/{name[:2]}/{name}"
            turns = [
                _turn(folder, inside, module, url, name, size) for _ in range(TURNS)
            ]
            return min(each[0] for each in turns), min(each[1] for each in turns)
        finally:
            mirror.terminate()
            mirror.communicate()


def _turn(
    folder: Path, inside: list[str], module: list[str], url: str, name: str, size: int
) -> tuple[Cost, Cost]:
    """Once each, with nothing of the turn before left on the disk or on its way there."""
    target, ours = folder / "curl", folder / "ours"
    by_curl = run([*inside, "curl", "-sS", "-o", str(target), url])
    target.unlink()
    os.sync()
    by_us = run([*inside, *module, "--fetch", str(ours), name, str(size)])
    shutil.rmtree(ours)
    os.sync()
    return by_curl, by_us


def told(name: str, figure: str, bound: str, *, kept: bool) -> bool:
    print(f"{name}: {figure} ({bound}) {'kept' if kept else 'MISSED'}")  # noqa: T201
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(prog="provision", description=__doc__)
    parser.add_argument("--bytes", type=int, default=2 * 10**9)
    parser.add_argument("--rate", default="1gbit")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--fetch", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
    if asked.fetch:
        folder, sha256, size = asked.fetch
        fetch(Path(folder), sha256, int(size))
        return 0
    with TemporaryDirectory() as name:
        kept = _runner(Path(name))
        if os.geteuid() == 0 and shutil.which("tc") and shutil.which("curl"):
            kept &= _line(Path(name), asked.bytes, asked.rate)
        else:
            print("the line is not measured: it needs root, tc and curl")  # noqa: T201
    return 0 if kept else 1


def _runner(folder: Path) -> bool:
    cost = second_run(folder)
    seconds = f"{cost.core_seconds:.2f} s of a core, {cost.seconds:.2f} s by the clock"
    fast = cost.core_seconds <= MOST_SECONDS
    kept = told(f"second run of {STEPS} steps", seconds, "at most 0.5 s", kept=fast)
    return kept & _memory("its memory", cost)


def _line(folder: Path, size: int, rate: str) -> bool:
    by_curl, ours = over_a_line(folder, size, rate)
    share = by_curl.seconds / ours.seconds
    figure = f"{by_curl.seconds:.1f} s by curl, {ours.seconds:.1f} s by the runner"
    name = f"{size / 10**9:.1f} GB over {rate}"
    kept = told(
        name, f"{figure}, {share:.0%}", "at least 90 %", kept=share >= LEAST_SHARE
    )
    return kept & _memory("memory while fetching", ours)


def _memory(name: str, cost: Cost) -> bool:
    figure = f"{cost.peak_bytes / 2**20:.0f} MiB"
    return told(name, figure, "at most 40 MiB", kept=cost.peak_bytes <= MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
