from __future__ import annotations

import json

import pytest

from agent.parse import sanitizing
from agent.parse.sanitizing import State

ASKED = "\n/dev/sda:\nIssuing SANITIZE_STATUS command\n"
WITHOUT_ERROR = "    Last Sanitize Operation Completed Without Error\n"
MANGLED = "SG_IO: bad/missing sense data, sb[]:  70 00 0b 00 00 00 00 0a\n"


def status(line: str) -> str:
    return f"{ASKED}Sanitize status:\n    State:    {line}\n"


RUNNING = status("SD2 Sanitize operation In Process") + "    Progress: 0x4ccc (30%)\n"
FAILED = (
    ASKED
    + "SANITIZE failed: Input/output error\n"
    + "SANITIZE device error reason: Last Sanitize Command completed unsuccessfully\n"
    + "Drive in SD3 Sanitize Operation Failed state\n"
)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (status("SD0 Sanitize Idle"), State.IDLE),
        (status("SD0 Sanitize Idle") + WITHOUT_ERROR, State.COMPLETED),
        (status("SD1 Sanitize Frozen"), State.FROZEN),
        (RUNNING, State.RUNNING),
        (RUNNING + WITHOUT_ERROR, State.RUNNING),
        (FAILED, State.FAILED),
        (ASKED + "SANITIZE device error reason: Device in FROZEN state", State.FROZEN),
        ("SANITIZE feature set is not supported", State.NOT_OFFERED),
        (ASKED + "SANITIZE failed: Input/output error\n", State.UNKNOWN),
        ("", State.UNKNOWN),
        ("/dev/sda: No such file or directory", State.UNKNOWN),
        (status("SD7 Sanitize Dreaming"), State.UNKNOWN),
    ],
)
def test_an_ata_drive_says_where_it_stands(text, state):
    assert sanitizing.ata(text).state is state


def test_registers_that_were_mangled_say_nothing_though_hdparm_ends_well():
    text = MANGLED + status("SD0 Sanitize Idle") + WITHOUT_ERROR
    assert sanitizing.ata(text).state is State.UNKNOWN


def test_what_it_says_is_kept_in_its_own_words():
    done = status("SD0 Sanitize Idle") + WITHOUT_ERROR
    words = "SD0 Sanitize Idle; Last Sanitize Operation Completed Without Error"
    assert sanitizing.ata(done).said == words
    assert "SG_IO: bad/missing sense data" in sanitizing.ata(MANGLED).said
    assert "SD3 Sanitize Operation Failed" in sanitizing.ata(FAILED).said


def test_progress_is_a_part_of_65536():
    assert sanitizing.ata(RUNNING).percent == 29
    assert sanitizing.ata(status("SD0 Sanitize Idle") + WITHOUT_ERROR).percent is None


def log(status: object, progress: object = 65535, **more: object) -> bytes:
    told = {"sprog": progress, "sstat": status, **more}
    return json.dumps({"nvme0": told}).encode()


def sentence(number: int) -> dict[str, object]:
    words = f"({number}) Most Recent Sanitize Command Completed Successfully."
    return {"global_erased": 1, "no_cmplted_passes": 0, "status": words}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (log(sentence(0)), State.IDLE),
        (log(sentence(1)), State.COMPLETED),
        (log(sentence(2), 30000), State.RUNNING),
        (log(sentence(3)), State.FAILED),
        (log(sentence(4)), State.COMPLETED),
        (log(sentence(6)), State.UNKNOWN),
        (log(257), State.COMPLETED),
        (log("0x101"), State.COMPLETED),
        (log("1", "65535"), State.COMPLETED),
        (log(sentence(1), 30000), State.UNKNOWN),
        (b'{"sprog": 65535, "sstat": 1}', State.COMPLETED),
        (log({"global_erased": 1, "no_cmplted_passes": 0}), State.UNKNOWN),
        (log(None), State.UNKNOWN),
        (b"{}", State.UNKNOWN),
        (b"NVMe status: Invalid Field in Command(0x4002)", State.UNKNOWN),
    ],
)
def test_an_nvme_drive_says_where_it_stands(said, state):
    assert sanitizing.nvme(said).state is state


def test_the_sentence_was_once_the_key_of_itself():
    words = "Most Recent Sanitize Command Completed Successfully."
    said = {"global_erased": 1, "no_cmplted_passes": 0, words: f"(1) {words}"}
    assert sanitizing.nvme(log(said)).state is State.COMPLETED


def test_the_log_as_it_is_printed_for_people():
    lines = (
        b"Sanitize Progress                      (SPROG) :  13107\n"
        b"Sanitize Status                        (SSTAT) :  0x2\n"
        b"Sanitize Command Dword 10 Information (SCDW10) :  0x4\n"
    )
    found = sanitizing.nvme(lines)
    assert found == (State.RUNNING, 19, 4, "SSTAT 0x2, SPROG 13107")


def test_the_operation_that_was_asked_is_known():
    assert sanitizing.nvme(log(sentence(2), 1, cdw10_info=2)).action == 2
    assert sanitizing.nvme(log(sentence(2), 1)).action is None
