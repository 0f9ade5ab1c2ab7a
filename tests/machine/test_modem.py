"""The real ModemManager and NetworkManager on modems of USB, in an emulated machine.

The modem is the simulated one of the agent's tests: behind QEMU's serial adapter, and
behind a USB gadget of the guest's own that has a Huawei's identifiers. Behind that one is
an operator's network, and Debian's own pppd on both ends of the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.connected import Connection, Driver, PinEnd, Standing, Verdict
from tests.agent.modem import simulator
from tests.agent.modem.simulator import ICCID, IMEI, QUECTEL, Modem
from tests.machine import guest as system
from tests.machine import vm
from tests.machine.conftest import once_for_all
from tests.machine.guest import Guest
from tests.machine.vm import Machine
from tools import deb
from tools.image.debian import run

pytestmark = [pytest.mark.machine, pytest.mark.slow]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BOOT = 600.0
MANAGING = ("modemmanager", "network-manager", "ppp", "dbus", "polkitd")
# What the guest needs of the tests: the modem, what is behind it, and what joins them.
FAR_MODULES = ("__init__", "simulator", "farside", "watching")
FAR = (
    *("tests/__init__.py", "tests/agent/__init__.py", "tests/machine/__init__.py"),
    *(f"tests/agent/modem/{name}.py" for name in FAR_MODULES),
    "tests/machine/gadget.py",
)
ORDERS = """
cat > /etc/udev/rules.d/99-modem.rules <<'RULE'
ENV{ID_VENDOR_ID}=="0403", ENV{ID_MM_DEVICE_PROCESS}="1"
RULE
udevadm control --reload
modprobe ftdi_sio
udevadm trigger --action=add
udevadm settle --timeout=20
mkdir -p /run/dbus
dbus-uuidgen --ensure
dbus-daemon --system --fork
manage() {
  /usr/sbin/ModemManager >>/run/mm.log 2>&1 &
  for turn in $(seq 120); do
    mmcli -L 2>/dev/null | grep -q /Modem/ && break
    sleep 1
  done
  say "managed $turn"
}
ask() {
  python3 - "$1" <<'ASK'
import sys
from agent.collect.around import Around
from agent.modem import finding
for seen in finding.look(Around(), may_hold=True):
    tries = seen.tries.pin
    print(sys.argv[1], seen.driver, seen.card and seen.card.digits, seen.lock, tries)
ASK
}
export PYTHONPATH=/usr/share/rebond-agent
manage
rebond-agent connect --look
rebond-agent connect --look --port /dev/ttyUSB0
# Without polkit, which nobody has started yet, it lets nobody hold it back.
ask KEPT
kill $!
wait $!
/usr/lib/polkit-1/polkitd --no-debug &
for turn in $(seq 60); do
  dbus-send --system --print-reply --dest=org.freedesktop.DBus / \\
    org.freedesktop.DBus.GetNameOwner string:org.freedesktop.PolicyKit1 \\
    >/dev/null 2>&1 && break
  sleep 1
done
manage
ask HELD
ask AGAIN
tail -n 20 /run/mm.log
"""


@pytest.fixture(scope="module")
def managing(emulators: None, tmp_path_factory: pytest.TempPathFactory) -> Guest:
    with once_for_all(tmp_path_factory, "managing") as (folder, is_filled):
        if not is_filled:
            system.build(folder, deb.build(folder), MANAGING)
        return system.made(folder)


@pytest.fixture(scope="module")
def modem() -> Modem:
    return Modem(QUECTEL, pin="0451")


@pytest.fixture(scope="module")
def adapter(
    managing: Guest, modem: Modem, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The console of a machine with this modem on a USB adapter, after its orders."""
    folder: Path = tmp_path_factory.mktemp("adapter")
    with simulator.plugged(modem) as port:
        arguments = [
            *vm.booting(managing),
            *vm.orders(folder, ORDERS),
            *vm.network("52:54:00:12:34:57"),
            *("-device", "qemu-xhci,id=xhci"),
            *("-chardev", f"serial,id=modem,path={port.path}"),
            *("-device", "usb-serial,bus=xhci.0,chardev=modem"),
        ]
        with Machine(folder, arguments) as machine:
            machine.wait_for(r"^GUEST done", BOOT)
            yield machine.said


@pytest.fixture(scope="module")
def gadget(managing: Guest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The console of a machine that went over the line of its gadget twice."""
    folder: Path = tmp_path_factory.mktemp("gadget")
    far = folder / "far.tar"
    run("tar", "--create", "--file", far, "--directory", ROOT, *FAR)
    arguments = [
        *vm.booting(managing),
        *vm.orders(folder, (HERE / "dialling.sh").read_text()),
        *vm.firmware_files({"opt/rebond/far": far}),
        *vm.network("52:54:00:12:34:58"),
    ]
    with Machine(folder, arguments) as machine:
        machine.wait_for(r"^GUEST done", BOOT)
        yield machine.said


@pytest.fixture(scope="module")
def came(gadget: str) -> list[Connection]:
    told = re.findall(r"^CAME (\{.*\})", gadget, re.MULTILINE)
    return [Connection.from_json(json.loads(each)) for each in told]


def test_the_modem_is_seen_through_modemmanager(adapter):
    assert "Asked by: ModemManager" in adapter
    assert f"IMEI: {IMEI}" in adapter
    assert f"Card: {ICCID}" in adapter
    assert "Waits for: sim-pin" in adapter


def test_its_port_is_not_taken_from_modemmanager(adapter):
    assert "Trouble: ModemManager has this port" in adapter


def test_what_modemmanager_does_not_know_stays_unknown_where_it_keeps_the_ports(
    adapter,
):
    assert f"KEPT modemmanager {ICCID} sim-pin None" in adapter


def test_held_back_it_lets_the_modem_itself_be_asked(adapter):
    assert f"HELD modemmanager {ICCID} sim-pin 3" in adapter


def test_afterwards_it_takes_the_modem_up_as_often_as_that_is_done(adapter):
    assert f"AGAIN modemmanager {ICCID} sim-pin 3" in adapter


@pytest.mark.usefixtures("adapter")
def test_nobody_said_a_pin_to_look(modem):
    assert modem.pins_heard == []
    assert (modem.tries, modem.is_locked) == (3, True)


def test_the_gadget_is_a_huawei_to_modemmanager(came):
    assert len(came) == 2
    for each in came:
        (seen,) = each.modems
        assert (seen.driver, seen.id) == (Driver.MODEMMANAGER, "12d1:1001")
        assert (seen.make, seen.imei) == ("huawei", IMEI)
        assert (seen.standing, seen.operator) == (Standing.HOME, "Orange F")


def test_its_card_hears_the_pin_once_and_is_open_ever_after(came, gadget):
    assert [each.pin for each in came] == [PinEnd.ACCEPTED, PinEnd.NOT_NEEDED]
    assert re.findall("HEARD (AT.CPIN=.*)", gadget) == ['AT+CPIN="0451"']


def test_no_process_shows_the_pin_but_the_one_that_is_made_to(gadget):
    assert re.findall("WATCHED (.*)", gadget) == ["watching", "cmdline sleep 60.0451 "]


def test_the_server_s_page_comes_over_the_line_each_time(came):
    for each in came:
        assert (each.verdict, each.installed) == (Verdict.WORKS, True), each.sentence
        assert (each.link.interface, each.link.up) == ("ppp0", True)
        assert (each.link.names, each.link.status) == (True, 200)
        assert each.link.bytes > 20_000


def test_the_operator_hears_who_is_there_and_which_network_is_asked_for(gadget):
    assert 'HEARD AT+CGDCONT=2,"IP","orange.fr"' in gadget
    assert gadget.count('rcvd [PAP AuthReq id=0x1 user="orange"') == 2


def test_the_line_is_dialled_once_in_each_try_and_hung_up_after_it(gadget):
    assert gadget.count("HEARD ATD*99") == gadget.count("rcvd [LCP TermReq") == 2


def test_what_is_left_behind_dials_by_itself(gadget):
    assert "LEFT [connection]" in gadget
    assert "LEFT autoconnect=false" not in gadget
