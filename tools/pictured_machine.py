"""The machine of the guides: it joins and reports as every agent does, with invented hardware."""

from __future__ import annotations

import datetime as dt
import functools
import subprocess
import sys
import time
import uuid
from pathlib import Path

from agent import __version__, identity, wire
from agent.client import Client
from agent.sending import Sender
from agent.spool import Link, Spool
from agent.transport import OverHttp

GB = 1000**3
MACHINE = wire.Machine(
    make="LENOVO",
    model="ThinkPad T480",
    serial="EXPF2041",
    chassis=wire.Chassis.LAPTOP,
)
CPU = wire.Cpu(make="Intel", model="Intel Core i5-8350U", cores=4, threads=8)
DRIVE = wire.Drive(
    name="nvme0n1",
    path="/dev/nvme0n1",
    bus=wire.Bus.NVME,
    medium=wire.Medium.NVME,
    make="Samsung",
    model="MZVLB256HAHQ",
    serial="EXS41D",
    size_bytes=256 * GB,
    in_use=True,
    boot_medium=True,
)


def join_and_report(code: str, *, server: str, state: Path) -> None:
    """Enrol with a join code and send one report, by the agent's own means."""
    command = ["-m", "agent", "--state", str(state), "enrol", code, "--server", server]
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    known = identity.load(state)
    spool = Spool(state / "spool", known.agent_id, known.seal)
    spool.add(_report)
    client = Client(server, OverHttp(known.server))
    hand_over = functools.partial(client.report, known.token)
    Sender(spool, hand_over, time.sleep).send()


def _report(link: Link) -> wire.Report:
    return wire.Report(
        report_id=uuid.uuid4(),
        seq=link.seq,
        prev_sha256=link.prev_sha256,
        monotonic_ms=60_000,
        taken_at=dt.datetime.now(dt.UTC),
        kind=wire.Kind.INVENTORY,
        agent_version=__version__,
        machine=MACHINE,
        cpu=CPU,
        memory=wire.Memory(total_bytes=16 * 1024**3),
        drives=(DRIVE,),
        unseen=(),
    )
