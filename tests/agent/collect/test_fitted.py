"""Screens, graphics, sound, cameras, optical drives, modems, temperatures."""

from __future__ import annotations

import os

import pytest

from agent import wire
from agent.collect.network import network
from agent.collect.pci import names
from agent.collect.peripherals import peripherals
from agent.collect.screens import screens
from agent.collect.sensors import sensors
from tests.agent.trees import around, grow

PCI = "sys/bus/pci/devices"
USB = "sys/bus/usb/devices"
IDS = (
    "# names\n8086  Maker Corporation\n\t08b2  Wireless 1\n\t0a16  Fictive Graphics\n"
    "c0a9  Another\n"
)
LIST = {"usr/share/misc/pci.ids": IDS}


def edid(*, descriptors=(), size_cm=(31, 17), timing=True):
    """128 bytes as a panel of 1920 × 1080 would say them."""
    block = bytearray(128)
    block[:8] = b"\x00\xff\xff\xff\xff\xff\xff\x00"
    block[8:10] = ((6 << 10) | (9 << 5) | 3).to_bytes(2, "big")  # FIC
    block[10:12] = (0x123E).to_bytes(2, "little")
    block[17] = 24
    block[21:23] = bytes(size_cm)
    if timing:
        block[54:56] = b"\x01\x02"
        block[56], block[58] = 0x80, 0x70
        block[59], block[61] = 0x38, 0x40
        block[66], block[67], block[68] = 0x35, 0xAD, 0x10
    for place, (kind, text) in zip((72, 90, 108), descriptors, strict=False):
        words = f"{text}\n".encode().ljust(13)
        block[place : place + 18] = b"\0\0\0" + bytes([kind, 0]) + words
    return bytes(block)


def drm(tmp_path, content, name="card0-eDP-1", status="connected"):
    folder = f"sys/class/drm/{name}"
    grow(tmp_path, {f"{folder}/status": status, f"{folder}/edid": content})
    return screens(around(tmp_path))


def test_a_panel_says_its_maker_its_size_and_its_pixels(tmp_path):
    content = edid(descriptors=((0xFE, "PANEL-14"), (0xFF, "FICTIF1")))
    assert drm(tmp_path, content).what == (
        wire.Screen(
            name="eDP-1",
            built_in=True,
            make="FIC",
            model="PANEL-14",
            serial="FICTIF1",
            year=2014,
            width_px=1920,
            height_px=1080,
            width_mm=309,
            height_mm=173,
        ),
    )


def test_a_screen_without_a_detailed_timing_still_has_a_size(tmp_path):
    (found,) = drm(tmp_path, edid(timing=False), "card0-HDMI-A-1").what
    assert (found.width_mm, found.height_mm, found.width_px) == (310, 170, None)
    assert (found.built_in, found.model) == (False, "123E")


def test_a_projector_that_says_no_size_has_none(tmp_path):
    (found,) = drm(tmp_path, edid(timing=False, size_cm=(0, 0))).what
    assert (found.width_mm, found.height_mm) == (None, None)


def test_a_screen_that_says_nothing_is_there_and_its_silence_is_told(tmp_path):
    seen = drm(tmp_path, b"")
    assert [screen.name for screen in seen.what] == ["eDP-1"]
    assert [(u.subject, u.why) for u in seen.unseen] == [("screens", "unreadable")]


def test_a_connector_without_a_screen_is_none(tmp_path):
    seen = drm(tmp_path, b"", status="disconnected")
    assert (seen.what, seen.unseen) == ((), ())


def parts(tmp_path, files):
    machine = around(grow(tmp_path, files))
    return peripherals(machine, names(machine))


def test_graphics_and_sound_are_known_with_their_names(tmp_path):
    folder = "sys/devices/pci0000:00/0000:00:02.0"
    files = {
        f"{folder}/class": "0x030000",
        f"{folder}/vendor": "0x8086",
        f"{folder}/device": "0x0a16",
        f"{PCI}/0000:00:02.0": f"-> {folder}",
    }
    (found,) = parts(tmp_path, {**LIST, **files}).what
    assert found == wire.Peripheral(
        kind=wire.PeripheralKind.GRAPHICS,
        name="0000:00:02.0",
        id="8086:0a16",
        make="Maker Corporation",
        model="Fictive Graphics",
    )


def test_where_the_list_of_names_is_missing_the_numbers_stay_and_the_reason_is_told(
    tmp_path,
):
    files = {
        f"{PCI}/0000:00:1b.0/class": "0x040300",
        f"{PCI}/0000:00:1b.0/vendor": "0x8086",
        f"{PCI}/0000:00:1b.0/device": "0x9c20",
    }
    seen = parts(tmp_path, files)
    assert [(each.kind, each.id) for each in seen.what] == [("audio", "8086:9c20")]
    assert ("graphics", "tool_missing") in [(u.subject, u.why) for u in seen.unseen]


@pytest.mark.parametrize(
    ("interface", "kind"),
    [
        ({"bInterfaceClass": "0e", "bInterfaceSubClass": "01"}, "camera"),
        ({"bInterfaceClass": "02", "bInterfaceSubClass": "0e"}, "modem"),
        ({"bInterfaceClass": "01", "bInterfaceSubClass": "01"}, "audio"),
    ],
    ids=str,
)
def test_a_part_on_usb_is_known_by_what_it_is_for(tmp_path, interface, kind):
    """With a driver or without one."""
    folder = "sys/devices/pci0000:00/usb1/1-6"
    files = {f"{folder}/1-6:1.0/{name}": word for name, word in interface.items()}
    own = {"idVendor": "04f2", "idProduct": "b3ed", "product": "HD Webcam"}
    files |= {f"{folder}/{name}": word for name, word in own.items()}
    files |= {f"{USB}/1-6:1.0": f"-> {folder}/1-6:1.0", f"{USB}/1-6": f"-> {folder}"}
    (found,) = parts(tmp_path, files).what
    assert (found.kind, found.id, found.model) == (kind, "04f2:b3ed", "HD Webcam")


def test_a_camera_with_two_interfaces_is_one_camera(tmp_path):
    folder = "sys/devices/usb1/1-6"
    files = {f"{folder}/idVendor": "04f2", f"{folder}/idProduct": "b3ed"}
    for number in (0, 2):
        part = f"{folder}/1-6:1.{number}"
        files[f"{part}/bInterfaceClass"] = "0e"
        files[f"{part}/bInterfaceSubClass"] = "01"
        files[f"{USB}/1-6:1.{number}"] = f"-> {part}"
    assert len(parts(tmp_path, files).what) == 1


def test_an_optical_drive_is_known(tmp_path):
    files = {
        "sys/block/sr0/device/vendor": "MAKER   ",
        "sys/block/sr0/device/model": "DVDRAM 1",
    }
    (found,) = parts(tmp_path, files).what
    assert (found.kind, found.make, found.model) == ("optical", "MAKER", "DVDRAM 1")


def test_what_no_bus_shows_is_unseen_and_not_absent(tmp_path):
    unseen = {u.subject for u in parts(tmp_path, {}).unseen}
    assert unseen == {"graphics", "audio", "cameras", "modems", "optical"}


def test_a_network_card_on_usb_may_be_the_bench_s_own(tmp_path):
    folder = "sys/devices/pci0000:00/0000:00:14.0/usb1/1-2"
    files = {
        f"{folder}/idVendor": "0b95",
        f"{folder}/idProduct": "1790",
        f"{folder}/product": "Ethernet adapter",
        f"{folder}/1-2:1.0/x": "",
        "sys/class/net/enx0/type": "1",
        "sys/class/net/enx0/address": "02:00:5e:00:53:07",
        "sys/class/net/enx0/device": f"-> {folder}/1-2:1.0",
    }
    (found,) = network(around(grow(tmp_path, files))).what
    assert (found.removable, found.id) == (True, "0b95:1790")
    assert found.model == "Ethernet adapter"


def test_a_network_card_on_pci_is_the_machine_s_own(tmp_path):
    folder = "sys/devices/pci0000:00/0000:01:00.0"
    files = {
        **LIST,
        f"{folder}/class": "0x028000",
        f"{folder}/vendor": "0x8086",
        f"{folder}/device": "0x08b2",
        "sys/class/net/wlo1/address": "02:00:5e:00:53:08",
        "sys/class/net/wlo1/device": f"-> {folder}",
    }
    machine = around(grow(tmp_path, files))
    (found,) = network(machine, names(machine)).what
    assert (found.removable, found.model) == (False, "Wireless 1")


def test_a_temperature_has_a_name_and_the_maker_s_limits(tmp_path):
    chip = "sys/class/hwmon/hwmon0"
    files = {
        f"{chip}/name": "coretemp",
        f"{chip}/temp1_label": "Core 0",
        f"{chip}/temp1_input": "48500",
        f"{chip}/temp1_max": "100000",
        f"{chip}/temp1_crit": "65261850",
        f"{chip}/fan1_input": "2400",
    }
    assert sensors(around(grow(tmp_path, files))).what == (
        wire.Sensor(name="coretemp Core 0", celsius=48, high=100),
    )


def test_where_no_driver_measures_the_firmware_s_zones_do(tmp_path):
    zone = "sys/class/thermal/thermal_zone0"
    files = {f"{zone}/type": "acpitz", f"{zone}/temp": "27800"}
    (found,) = sensors(around(grow(tmp_path, files))).what
    assert (found.name, found.celsius) == ("acpitz", 28)


@pytest.mark.parametrize("chip", ["nvme", "drivetemp"])
def test_no_drive_is_asked_for_its_temperature_by_the_kernel(tmp_path, chip):
    folder = grow(tmp_path, {"sys/class/hwmon/hwmon0/name": f"{chip}\n"})
    os.mkfifo(folder / "sys/class/hwmon/hwmon0/temp1_input")  # blocks whoever reads
    assert sensors(around(tmp_path)).what == ()


def test_a_sensor_that_does_not_answer_is_left_out(tmp_path):
    grow(tmp_path, {"sys/class/hwmon/hwmon0/temp1_input": ""})
    assert sensors(around(tmp_path)).what == ()


def test_a_system_without_sensors_in_sight_says_so(tmp_path):
    assert [u.subject for u in sensors(around(tmp_path)).unseen] == ["sensors"]
