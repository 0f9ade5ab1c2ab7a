from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from agent.scanner.waiting import Waiting
from agent.scans import MAX_SCANS, Scans

RUN = uuid.uuid4()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "scanner"


def opened(folder, boot_id=RUN, now_ms=1000) -> Waiting:
    return Waiting(folder, boot_id, lambda: now_ms)


def parcel(waiting: Waiting) -> tuple[list[Path], Scans]:
    found = waiting.parcel()
    assert found
    return found


def test_codes_wait_in_order_and_keep_their_keys(folder):
    opened(folder).add(["A01", "A02"])
    first = parcel(opened(folder))
    opened(folder).add(["A03"])
    _paths, scans = parcel(opened(folder))
    assert [scan.code for scan in scans.scans] == ["A01", "A02", "A03"]
    assert scans.scans[:2] == first[1].scans
    assert len({scan.nonce for scan in scans.scans}) == 3


def test_what_the_server_holds_is_let_go(folder):
    waiting = opened(folder)
    waiting.add(["A01"])
    paths, _scans = parcel(waiting)
    waiting.add(["A02"])
    waiting.done(paths)
    assert [scan.code for scan in parcel(waiting)[1].scans] == ["A02"]
    assert waiting.count() == 1


def test_the_age_is_told_within_one_run_of_the_machine(folder):
    opened(folder, now_ms=1000).add(["A01"])
    (scan,) = parcel(opened(folder, now_ms=3500))[1].scans
    assert scan.age_ms == 2500
    (scan,) = parcel(opened(folder, boot_id=uuid.uuid4(), now_ms=9))[1].scans
    assert scan.age_ms is None


def test_more_than_one_message_holds_is_told_in_several(folder):
    waiting = opened(folder)
    waiting.add([f"A{number:03}" for number in range(MAX_SCANS + 1)])
    paths, scans = parcel(waiting)
    assert len(scans.scans) == MAX_SCANS
    waiting.done(paths)
    assert [scan.code for scan in parcel(waiting)[1].scans] == ["A100"]


def test_a_broken_file_is_set_aside_and_stops_nothing(folder):
    waiting = opened(folder)
    waiting.add(["A01"])
    waiting.add(["A02"])
    waiting.files()[0].write_bytes(b"{half")
    assert [scan.code for scan in parcel(waiting)[1].scans] == ["A02"]
    assert {path.suffix for path in (folder / "rejected").iterdir()} == {
        ".json",
        ".why",
    }


def test_a_draft_of_a_killed_process_is_no_code(folder):
    opened(folder).add(["A01"])
    draft = folder / "waiting" / "000000000002-1.json.unfinished"
    draft.write_bytes(b"{")
    assert opened(folder).count() == 1
    assert not draft.exists()


def test_what_waits_is_its_owners_alone(folder):
    waiting = opened(folder)
    waiting.add(["A01"])
    assert waiting.files()[0].stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
