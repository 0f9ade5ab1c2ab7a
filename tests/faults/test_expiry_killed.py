"""kill -9 while requests expire: each ends once, and its structure is told once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.browser.server import ROOT
from tests.faults.installation import Installation

pytestmark = pytest.mark.server
REQUESTS, KILLED_AFTER = 60, 9


def kill_in_the_middle(installation: Installation) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.expiring", "expire"],
        cwd=ROOT,
        env=installation.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for _ended in range(KILLED_AFTER):
            process.stdout.readline()
        process.kill()


def test_a_kill_in_the_middle_ends_no_request_twice_and_tells_everybody_once(
    installation: Installation,
) -> None:
    installation.server.kill()  # its own jobs would do the same
    installation.run("-m", "tests.faults.expiring", "seed", str(REQUESTS))
    kill_in_the_middle(installation)
    halfway = json.loads(installation.run("-m", "tests.faults.expiring", "audit"))
    assert KILLED_AFTER <= halfway["ended"] < REQUESTS
    assert halfway["ended"] == len(halfway["events"])
    assert "done" in installation.run("-m", "tests.faults.expiring", "expire")
    found = json.loads(installation.run("-m", "tests.faults.expiring", "audit"))
    assert found["ended"] == REQUESTS
    assert len(found["events"]) == len({*found["events"]}) == REQUESTS
    assert len(found["mails"]) == len({*found["mails"]}) == REQUESTS
    assert "History holds" in installation.run("manage.py", "verify_journal")
