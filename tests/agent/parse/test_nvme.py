from __future__ import annotations

import json

import pytest

from agent.parse import Unreadable, nvme

NESTED = {
    "Devices": [
        {
            "Subsystems": [
                {
                    "Controllers": [
                        {
                            "SerialNumber": "FICTIF1",
                            "ModelNumber": "FICTIF NVME",
                            "Firmware": "1.0",
                            "Namespaces": [
                                {"NameSpace": "nvme0n1", "PhysicalSize": 512},
                                {"NameSpace": "nvme0n2", "PhysicalSize": 1024},
                            ],
                        }
                    ]
                }
            ]
        }
    ]
}
LINES = b"""\
Smart Log for NVME device:nvme0 namespace-id:ffffffff
critical_warning                        : 0x4
temperature                             : 37 \xc2\xb0C (310 K)
available_spare                         : 99%
available_spare_threshold               : 10%
percentage_used                         : 113%
Data Units Written                      : 1,000 (512.00 MB)
power_on_hours                          : 25,858
media_errors                            : 3
"""


def test_the_list_by_subsystem_names_every_namespace():
    found = nvme.namespaces(json.dumps(NESTED).encode())
    assert [(each.path, each.size_bytes) for each in found] == [
        ("/dev/nvme0n1", 512),
        ("/dev/nvme0n2", 1024),
    ]
    assert {each.serial for each in found} == {"FICTIF1"}


def test_a_list_without_controllers_names_nothing():
    assert nvme.namespaces(b'{"Devices": [{"Subsystems": [{}]}]}') == []


def test_the_health_log_is_read_as_it_is_printed_for_people():
    log = nvme.smart_log(LINES)
    assert (log.critical_warning, log.percentage_used, log.media_errors) == (4, 113, 3)
    assert (log.temperature_celsius, log.power_on_hours) == (37, 25858)
    assert (log.available_spare, log.written_bytes) == (99, 512_000_000)


def test_a_verbose_log_has_its_warning_in_an_object():
    said = {"critical_warning": {"value": 4, "available_spare": 0}, "temperature": 0}
    log = nvme.smart_log(json.dumps(said).encode())
    assert (log.critical_warning, log.temperature_celsius) == (4, None)


def test_numbers_that_are_texts_or_fractions_are_numbers():
    said = {"critical_warning": "0", "power_on_hours": 12.0, "media_errors": "3"}
    log = nvme.smart_log(json.dumps(said).encode())
    assert (log.critical_warning, log.power_on_hours, log.media_errors) == (0, 12, 3)


def test_a_controller_is_read_as_it_is_printed_for_people():
    lines = b"mn : 970\nsn : FICTIF1\noacs : 0x17\nfna : 0x4\ntnvmcap : 512110190592\n"
    found = nvme.id_ctrl(lines)
    assert (found.model, found.total_bytes) == ("970", 512110190592)
    assert (found.abilities.format_crypto, found.abilities.sanitize_block) == (
        True,
        None,
    )


def test_a_controller_that_cannot_format_cannot_format_by_key_either():
    found = nvme.id_ctrl(b'{"oacs": 0, "fna": 4}').abilities
    assert (found.format_user_data, found.format_crypto) == (False, False)


@pytest.mark.parametrize(
    "said",
    [
        b'{"error":"Permission denied"}',
        b"/dev/nvme0: Permission denied",
        b"NVMe status: INVALID_FIELD(0x2)",
        b"{}",
        b"",
    ],
)
def test_an_answer_without_a_controller_is_none(said):
    with pytest.raises(Unreadable):
        nvme.id_ctrl(said)


@pytest.mark.parametrize("said", [b"", b"[1]", b"NVMe status: INVALID_FIELD", b"{}"])
def test_an_answer_without_a_health_log_is_none(said):
    with pytest.raises(Unreadable):
        nvme.smart_log(said)
