"""What the resident agent costs a machine that waits: memory and a share of a core.

    python -m tests.benchmarks.agent_idle [--seconds 120] [--poll 5]

starts the real service against a real TLS server in this process, lets it enrol,
report and then do one job, and watches it poll. Memory is the resident set (`VmRSS`)
and its peak (`VmHWM`); processor time is that of the process over the time watched.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from agent import wire
from tests.agent.authority import Authority
from tests.agent.server import CODE, Server

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 40 * 10**6
MOST_SHARE = 0.002
SETTLED_SECONDS = 60.0


class Cost(NamedTuple):
    """Of a process: bytes of memory, at most so far, and seconds of a core."""

    resident_bytes: int
    peak_bytes: int
    cpu_seconds: float


def cost(pid: int) -> Cost:
    status = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(stat[11]) + int(stat[12])
    return Cost(
        resident_bytes=int(status["VmRSS"].split()[0]) * 1024,
        peak_bytes=int(status["VmHWM"].split()[0]) * 1024,
        cpu_seconds=ticks / os.sysconf("SC_CLK_TCK"),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="agent_idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--poll", type=int, default=5)
    asked = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        authority = Authority()
        with authority.server(folder) as server:
            (folder / "ca.pem").write_bytes(authority.pem)
            return _watched(folder, server, asked.seconds, asked.poll)


def _watched(folder: Path, server: Server, seconds: float, poll: int) -> int:
    agent = [sys.executable, "-m", "agent", "--state", str(folder / "state")]
    joining = ["enrol", CODE, "--server", server.address]
    subprocess.run(
        [*agent, *joining, "--ca", str(folder / "ca.pem")], cwd=ROOT, check=True
    )
    (agent_id,) = server.agents.values()
    job = wire.Job(job_id=uuid.uuid4(), kind=wire.Work.REPORT, agent_id=agent_id)
    server.assignment = wire.Assignment(
        rev="1", mode=wire.Mode.BENCH, poll_seconds=poll, job=job
    )
    with subprocess.Popen([*agent, "run"], cwd=ROOT) as process:
        try:
            _until_it_has_reported_twice(server)
            before, asked = cost(process.pid), len(server.asked)
            time.sleep(seconds)
            after, polls = cost(process.pid), len(server.asked) - asked
        finally:
            process.terminate()
    return _say(after, (after.cpu_seconds - before.cpu_seconds) / seconds, polls)


def _until_it_has_reported_twice(server: Server) -> None:
    """At its start, and as the job that was asked for."""
    end = time.monotonic() + SETTLED_SECONDS
    while not any(event.state is wire.Stage.DONE for event in server.events):
        if time.monotonic() > end:
            raise TimeoutError("the agent did not do its job")
        time.sleep(0.2)


def _say(after: Cost, share: float, polls: int) -> int:
    print(f"polls                 {polls}")  # noqa: T201
    print(f"resident memory       {after.resident_bytes / 10**6:.1f} MB")  # noqa: T201
    print(f"at most               {after.peak_bytes / 10**6:.1f} MB")  # noqa: T201
    print(f"share of one core     {100 * share:.3f} %")  # noqa: T201
    is_small = after.peak_bytes <= MOST_BYTES and share <= MOST_SHARE
    return 0 if is_small else 1


if __name__ == "__main__":
    sys.exit(main())
