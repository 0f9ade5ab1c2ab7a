"""Eighty laptops before one server, on a bad network: who was heard, how fast, how often."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.browser.server import ROOT
from tests.faults.installation import Installation
from tests.load.laptop import Asked
from tests.migrated import copy_postgresql
from tools.postgres import Cluster

LAPTOPS, ROOMS = 80, 2
CUT_PERCENT = 5


class Loaded(Installation):
    """gunicorn with two workers: one for each core of a small machine."""

    def _serve(self) -> list[str]:
        listen = f"127.0.0.1:{self.port}"
        workers = "--workers 2 --threads 8 --worker-class gthread --no-control-socket"
        return ["-m", "gunicorn", "backoffice.wsgi", "--bind", listen, *workers.split()]


@dataclass(frozen=True)
class Heard:
    """What came of a run: what was made and asked, and what the server holds."""

    seconds: float
    made: list[str]
    kept: list[str]
    left: int
    asked: list[Asked]
    half_done: list[str]
    history: str

    @property
    def lost(self) -> int:
        return len(set(self.made) - set(self.kept))

    @property
    def doubled(self) -> int:
        return len(self.kept) - len(set(self.kept))

    @property
    def failed(self) -> list[Asked]:
        """Answers of a server that had nothing else to say: 500 and above."""
        return [asked for asked in self.asked if asked.status >= 500]

    @property
    def cut(self) -> int:
        return sum(asked.status == 0 for asked in self.asked)

    def of(self, what: str) -> list[float]:
        """Seconds of every answered request of a kind, in order of length."""
        return sorted(a.seconds for a in self.asked if a.what == what and a.status)

    def p95(self, what: str) -> float:
        return statistics.quantiles(self.of(what), n=20)[-1]


def run(folder: Path, seconds: float, laptops: int = LAPTOPS) -> Heard:
    """Everything from an empty database on: PostgreSQL as it is run for people."""
    with Cluster() as cluster, workshop(folder, cluster) as server:
        codes = json.loads(server.run("-m", "tests.load.seed", str(laptops)))
        with ExitStack() as stack:
            relay, port = stack.enter_context(cutting(server.port))
            rooms = [
                stack.enter_context(room(folder, port, codes, number))
                for number in range(ROOMS)
            ]
            for each in rooms:
                assert line(each) == "joined"
            began = time.monotonic()
            time.sleep(seconds)
            tell(relay, "mend")
            for each in rooms:
                tell(each, "end")
            told = [json.loads(out(each).read()) for each in rooms]
            took = time.monotonic() - began
        found = json.loads(server.run("-m", "tests.load.audit"))
        history = server.run("manage.py", "verify_journal")
    return Heard(
        seconds=took,
        made=[name for each in told for name in each["made"]],
        kept=found["reports"],
        left=sum(each["left"] for each in told),
        asked=[Asked(*asked) for each in told for asked in each["asked"]],
        half_done=found["half_done"],
        history=history,
    )


@contextmanager
def workshop(folder: Path, cluster: Cluster) -> Iterator[Loaded]:
    static = folder / "static"
    url = copy_postgresql(cluster.url, "laptops")
    server = Loaded(folder, static, cluster, url, {})
    server.run("manage.py", "migrate", "-v0")
    server.run("manage.py", "collectstatic", "--noinput", "-v0")
    server.start()
    try:
        yield server
        assert "Traceback" not in server.server.log, server.server.log
    finally:
        server.server.kill()


@contextmanager
def cutting(port: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with program("tests.load.cutting", str(port), str(CUT_PERCENT)) as relay:
        yield relay, int(line(relay))


@contextmanager
def room(
    folder: Path, port: int, codes: Sequence[str], number: int
) -> Iterator[subprocess.Popen[str]]:
    """A process with its share of the laptops."""
    numbers = range(len(codes))[number::ROOMS]
    orders: dict[str, Any] = {
        "address": f"http://127.0.0.1:{port}",
        "folder": str(folder / "laptops"),
        "numbers": list(numbers),
        "codes": [codes[each] for each in numbers],
    }
    with program("tests.load.room") as process:
        tell(process, json.dumps(orders))
        yield process


@contextmanager
def program(module: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def tell(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{words}\n")
    process.stdin.flush()


def out(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def line(process: subprocess.Popen[str]) -> str:
    return out(process).readline().strip()
