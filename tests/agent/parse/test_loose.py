from __future__ import annotations

import pytest

from agent.parse import dmidecode, loose, lsblk, lshw, nvme, smarttext


@pytest.mark.parametrize("between", [",", ".", "'", "’", " ", "\u00a0", "\u202f"])
def test_the_hours_of_any_language_are_read_whole(between):
    lines = f"critical_warning : 0\npower_on_hours : 25{between}858\n"
    assert nvme.smart_log(lines.encode()).power_on_hours == 25858


@pytest.mark.parametrize("said", ["25 8581", "25.85", "25,85,858", "25 GB", "0x", "-5"])
def test_hours_that_are_no_count_are_none(said):
    lines = f"critical_warning : 0\npower_on_hours : {said}\n"
    assert nvme.smart_log(lines.encode()).power_on_hours is None


@pytest.mark.parametrize(
    "said", ["37 C (310 Kelvin)", "37°C (310 K)", "98 °F (310 K)", "310 K", "310"]
)
def test_a_temperature_in_any_unit_is_read_in_celsius(said):
    lines = f"critical_warning : 0\ntemperature : {said}\n"
    assert nvme.smart_log(lines.encode()).temperature_celsius == 37


def test_a_temperature_that_is_in_neither_is_none():
    log = nvme.smart_log("critical_warning : 0\ntemperature : 98 °F\n".encode())
    assert log.temperature_celsius is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12),
        ("12", 12),
        ("-12", -12),
        ("31 C", 31),
        ("8123h+12m", 8123),
        ("25 858", None),
        ("25\ufffd858", None),
        ("465.8G", None),
        ("465G", None),
        ("9006-22P", None),
        ("512 GB", None),
        ("0x12", None),
        (True, None),
    ],
)
def test_the_first_of_several_numbers_is_not_the_number(value, number):
    assert loose.whole(value) == number


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [
        (512, 512),
        ("512", 512),
        ("8G", 8 << 30),
        ("465.5G", 931 << 29),
        ("465,5G", 931 << 29),
        ("1.5T", 3 << 39),
        ("7.5 GB", 15 << 29),
        ("8,192 MB", 8 << 30),
        ("8192 MB (Double-bank Connection)", 8 << 30),
        ("512 kbytes", 512 << 10),
        ("8 GiB", 8 << 30),
        ("8 GB ECC", 8 << 30),
        ("8192 MB, ECC", 8 << 30),
        ("8 GB2", None),
        ("465.8", None),
        ("8.192 MB", None),
        ("25 858", None),
        ("8 bits", None),
        ("<OUT OF SPEC>", None),
        ("99999999999999 PB", None),
        ("-8G", None),
        (-8, None),
        (True, None),
        (None, None),
    ],
)
def test_a_size_is_whole_or_none(value, bytes_):
    assert loose.size(value) == bytes_


def test_a_size_for_people_is_the_size_of_a_drive_and_of_a_module():
    disk = b'{"name": "sda", "type": "disk", "size": "465,5G"}'
    (found,) = lsblk.parse(b'{"blockdevices": [' + disk + b"]}")
    assert found.size_bytes == 931 << 29
    whole = b'{"id": "memory", "class": "memory", "size": "8GiB"}'
    assert lshw.parse(whole).memory_node_bytes == 8 << 30
    scaled = b'{"id": "memory", "class": "memory", "units": "KiB", "size": 1024}'
    assert lshw.parse(scaled).memory_node_bytes == 1 << 20
    hertz = scaled.replace(b"KiB", b"Hz")
    assert lshw.parse(hertz).memory_node_bytes is None
    assert dmidecode.size_of("7.5 GB") == 15 << 29


@pytest.mark.parametrize("blank", ["\ufffd", "\ufffd\ufffd\ufffd", "\u2009", "\u00a0"])
def test_a_capacity_whose_blanks_were_lost_is_read_whole(blank):
    size = blank.join(("256", "060", "514", "304"))
    text = f"Device Model: FICTIF\nUser Capacity:    {size} bytes [256 GB]\n"
    assert smarttext.parse(text).size_bytes == 256_060_514_304


def test_a_capacity_that_is_grouped_otherwise_is_none():
    text = "Device Model: FICTIF\nUser Capacity:    256\ufffd06 bytes\n"
    assert smarttext.parse(text).size_bytes is None
