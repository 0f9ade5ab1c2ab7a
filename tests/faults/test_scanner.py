"""Five thousand codes by a serial line, while the server dies and comes back."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from tests.agent.scanner.lines import Cable
from tests.agent.scanner.test_command import bridge
from tests.faults.installation import Installation

pytestmark = pytest.mark.server
COUNT = 5000
# Ten bits a byte at 9600 baud: a pty would take it all at once.
BYTES_A_SECOND = 960
AWAY_SECONDS = 5.0
DEADLINE = 120.0


def said(installation: Installation, asked: str) -> list[str]:
    return list(json.loads(installation.run("-m", "tests.faults.scanner_codes", asked)))


def read_out(cable: Cable, codes: list[str]) -> None:
    """At the pace of the line, whatever the machine does meanwhile."""
    started, sent = time.monotonic(), 0
    for code in codes:
        line = f"{code}\r\n".encode()
        cable.say(line)
        sent += len(line)
        ahead = sent / BYTES_A_SECOND - (time.monotonic() - started)
        if ahead > 0:
            time.sleep(ahead)


def test_no_code_is_lost_or_doubled_when_the_server_dies(
    installation: Installation, tmp_path: Path
) -> None:
    code = "".join(said(installation, "code"))
    codes = [f"A{number:05}" for number in range(COUNT)]
    words = ("--server", installation.url, "--code", code)
    with Cable(tmp_path / "line") as cable, bridge(tmp_path, cable, *words) as running:
        running.until("is heard")
        reading = threading.Thread(target=read_out, args=(cable, codes))
        reading.start()
        for _death in range(2):
            time.sleep(AWAY_SECONDS)
            installation.pull_the_plug()
            time.sleep(AWAY_SECONDS)
            installation.plug_in()
        reading.join()
        end = time.monotonic() + DEADLINE
        while len(arrived := said(installation, "arrived")) < COUNT:
            assert time.monotonic() < end, (len(arrived), running.said)
        assert arrived == codes
