"""kill -9 while reminders are written, and while they are sent: nobody gets one twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.browser.server import POLL, ROOT
from tests.faults.installation import Installation

pytestmark = pytest.mark.server
LOANS = 600
SENT_FIRST = 40
DEADLINE = 60.0
MESSAGE = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


def messages(mailbox: Path) -> Counter[bytes]:
    """How often each message arrived, by its own id."""
    files = mailbox.iterdir() if mailbox.exists() else ()
    return Counter(
        found for file in files for found in MESSAGE.findall(file.read_bytes())
    )


def start(installation: Installation) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.loans", "remind"],
        cwd=ROOT,
        env=installation.environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_while_writing(installation: Installation) -> int:
    """Dead after a batch or two; how many were written by then."""
    with start(installation) as process:
        assert process.stdout is not None
        written = int(process.stdout.readline())
        process.kill()
    return written


def kill_while_sending(installation: Installation, mailbox: Path) -> int:
    """Dead once some have arrived; how many."""
    deadline = time.monotonic() + DEADLINE
    with start(installation) as process:
        while messages(mailbox).total() < SENT_FIRST:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(POLL)
        process.kill()
    return messages(mailbox).total()


def test_a_kill_in_the_middle_reminds_nobody_twice_and_forgets_nobody(
    installation: Installation, tmp_path: Path
) -> None:
    installation.server.kill()  # its own jobs would do the same
    mailbox = tmp_path / "mailbox"
    installation.environment["EMAIL_URL"] = f"filemail:///{mailbox}"
    installation.run("-m", "tests.faults.loans", "seed", str(LOANS))
    assert 0 < kill_while_writing(installation) < LOANS
    assert kill_while_sending(installation, mailbox) < LOANS
    assert "done" in installation.run("-m", "tests.faults.loans", "remind")
    found = json.loads(installation.run("-m", "tests.faults.loans", "audit"))
    assert found["written"] == LOANS
    assert Counter(found["reminded"]).most_common(1)[0][1] == 1
    assert len(found["reminded"]) == LOANS
    assert found["sent"] + found["in_doubt"] == LOANS
    assert found["in_doubt"] <= 1
    arrived = messages(mailbox)
    assert set(arrived.values()) == {1}
    assert found["sent"] <= len(arrived) <= LOANS
    assert "History holds" in installation.run("manage.py", "verify_journal")
