from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import wire
from agent.parse.smartctl import NoAnswer, Smart, read
from agent.run import Ran

NVME = {
    "smartctl": {"version": [7, 4], "exit_status": 0},
    "model_name": "FICTIF NVME 512",
    "serial_number": "FICTIFNVME1",
    "smart_status": {"passed": False},
    "nvme_smart_health_information_log": {
        "critical_warning": 4,
        "available_spare": 100,
        "available_spare_threshold": 5,
        "percentage_used": 91,
        "media_errors": 12,
    },
}


def answer(said: object, **changes: object) -> Smart | NoAnswer:
    return read(Ran(("smartctl",), exit_code=0, stdout=json.dumps(said).encode()))


def health(said: object) -> wire.Health:
    found = answer(said)
    assert isinstance(found, Smart)
    assert found.health
    return found.health


def test_an_nvme_drive_tells_its_wear():
    found = health(NVME)
    assert found.passed is False
    assert (found.percentage_used, found.media_errors) == (91, 12)
    assert (found.critical_warning, found.available_spare_threshold) == (4, 5)
    assert found.power_on_hours is None


def test_a_raw_value_that_packs_several_numbers_is_read_by_its_text():
    table = [
        {"id": 5, "raw": {"value": 17179869188, "string": "4 (Average 2)"}},
        {"id": 187, "raw": {"value": 0}},
        {"id": 197, "raw": {"value": 8, "string": "n/a"}},
        {"id": 198, "raw": None},
        "nonsense",
    ]
    found = health({"ata_smart_attributes": {"table": table}})
    assert found.reallocated_sectors == 4
    assert found.reported_uncorrectable == 0
    assert found.pending_sectors == 8
    assert found.offline_uncorrectable is None


def test_a_number_that_a_maker_uses_for_something_else_is_not_read():
    names = {197: "Read_Sectors_Tot_Ct", 198: "Write_Sectors_Tot_Ct"}
    others = {5: "Unknown_JMF_Attribute", 199: "Host_Reads_GiB", 187: "Not_In_Use"}
    table = [
        {"id": number, "name": name, "when_failed": "", "raw": {"value": 3409}}
        for number, name in {**names, **others, 196: "Unknown_Attribute"}.items()
    ]
    found = health({"ata_smart_attributes": {"table": table}})
    assert (found.pending_sectors, found.offline_uncorrectable) == (None, None)
    assert (found.reallocated_sectors, found.crc_errors) == (None, None)
    assert (found.reported_uncorrectable, found.reallocation_events) == (None, 3409)
    assert found.attributes == 6


def test_attributes_without_a_verdict_leave_the_verdict_open():
    """Seen behind some USB bridges: never a pass."""
    found = health(
        {"ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": 0}}]}}
    )
    assert found.passed is None
    assert found.reallocated_sectors == 0


def test_the_wear_of_an_ata_drive_is_in_its_statistics():
    row = {"name": "Percentage Used Endurance Indicator", "value": 7}
    pages = [{"number": 1, "table": []}, {"number": 7, "table": [row]}]
    assert health({"ata_device_statistics": {"pages": pages}}).percentage_used == 7


def test_a_world_wide_name_is_put_together():
    found = answer({"wwn": {"naa": 5, "oui": 9528, "id": 0xD8876C8CB}})
    assert isinstance(found, Smart)
    assert found.wwn == "0x5002538d8876c8cb"


def test_a_server_disk_has_its_world_wide_name_in_one_word():
    found = answer({"logical_unit_id": "0x5000C50012345678"})
    assert isinstance(found, Smart)
    assert found.wwn == "0x5000c50012345678"


@pytest.mark.parametrize(
    ("last", "ended"),
    [
        ({"status": {"string": "Completed without error", "passed": True}}, "passed"),
        ({"status": {"string": "Completed: read failure", "passed": False}}, "failed"),
        ({"status": {"string": "Aborted by host"}}, "aborted"),
        ({"status": {"string": "Interrupted (host reset)"}}, "aborted"),
        ({"status": {"string": "Self-test routine in progress"}}, "running"),
        ({"status": {"string": "Something new"}}, "unknown"),
    ],
    ids=str,
)
def test_the_last_self_test_says_how_it_ended(last, ended):
    log = {"standard": {"table": [{**last, "lifetime_hours": 12}]}}
    found = health({"ata_smart_self_test_log": log})
    assert (found.self_test, found.self_test_hours) == (ended, 12)


def test_no_self_test_at_all_is_told_from_a_log_that_is_not_there():
    empty = {"standard": {"count": 0}}
    assert health({"ata_smart_self_test_log": empty}).self_test == "never"
    assert health({}).self_test == "unknown"


def test_a_server_disk_says_no_more_than_that_it_completed():
    scsi = {"result": {"value": 0, "string": "Completed"}}
    assert health({"scsi_self_test_0": scsi}).self_test == "passed"


def test_the_newest_self_test_of_a_server_disk_and_of_nvme_is_read():
    scsi = {"result": {"string": "Failed in segment -->"}}
    at = {"power_on_time": {"hours": 5675, "aka": "accumulated_power_on_hours"}}
    found = health({"scsi_self_test_0": {**scsi, **at}})
    assert (found.self_test, found.self_test_hours) == ("failed", 5675)
    assert health({"scsi_self_test_0": scsi}).self_test_hours is None
    row = {"self_test_result": {"string": "Completed without error"}}
    nvme = {"table": [{**row, "power_on_hours": 7}]}
    found = health({"nvme_self_test_log": nvme})
    assert (found.self_test, found.self_test_hours) == ("passed", 7)


@pytest.mark.parametrize(
    ("sentence", "locked"),
    [
        ("ENABLED, PW level HIGH, **LOCKED** [SEC4]", True),
        ("ENABLED, PW level HIGH, not locked, not frozen [SEC5]", False),
        ("Disabled, NOT FROZEN [SEC1]", False),
        ("ENABLED, PW level HIGH", None),
        ("Unavailable", None),
    ],
)
def test_a_lock_is_told_from_its_absence(sentence, locked):
    found = answer({"ata_security": {"string": sentence}})
    assert isinstance(found, Smart)
    assert found.abilities
    assert found.abilities.security_locked is locked


@pytest.mark.parametrize(
    ("word", "now", "before"),
    [("now", (5,), ()), ("past", (), (5,)), ("", (), ())],
)
def test_an_attribute_that_crossed_its_threshold_is_named(word, now, before):
    row = {"id": 5, "when_failed": word, "raw": {"value": 0}}
    found = health({"ata_smart_attributes": {"table": [row]}})
    assert (found.failing_now, found.failed_before) == (now, before)
    assert found.attributes == 1


@pytest.mark.parametrize(
    ("status", "why"), [(1, "tool_failed"), (2, "tool_failed"), (3, "tool_failed")]
)
def test_an_exit_status_without_data_is_no_answer(status, why):
    messages = [{"string": "/dev/sda: Unknown USB bridge", "severity": "error"}]
    said = {"smartctl": {"exit_status": status, "messages": messages}}
    assert answer(said) == NoAnswer(wire.Why(why), "/dev/sda: Unknown USB bridge")


@pytest.mark.parametrize("status", [4, 64, 8, 192])
def test_an_exit_status_about_the_drive_is_an_answer(status):
    assert health({"smartctl": {"exit_status": status}}).exit_status == status


def test_missing_rights_are_told_from_a_failing_tool():
    messages = [{"string": "Smartctl open device: /dev/sda failed: Permission denied"}]
    found = answer({"smartctl": {"exit_status": 2, "messages": messages}})
    assert isinstance(found, NoAnswer)
    assert found.why is wire.Why.PERMISSION


@pytest.mark.parametrize("said", [b"", b"{", b"[]" * 3, b"[" * 100_000], ids=len)
def test_half_an_answer_is_no_answer(said):
    found = read(Ran(("smartctl",), exit_code=137, stdout=said))
    assert found == NoAnswer(wire.Why.UNREADABLE, "exit code 137")


def test_a_byte_that_is_no_utf_8_is_shown_as_such():
    found = read(
        Ran(("smartctl",), exit_code=0, stdout=b'{"model_name": "FICTIF \xe9"}')
    )
    assert isinstance(found, Smart)
    assert found.model == "FICTIF \ufffd"


@settings(deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [*NVME, "exit_status", "version", "table", "id", "raw"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_whatever_a_tool_says_the_reader_stands(said):
    assert isinstance(answer(said), Smart | NoAnswer)
