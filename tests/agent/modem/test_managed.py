"""ModemManager asked by the real mmcli, over a bus on which python-dbusmock plays it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent import run as running
from agent.collect.around import Around
from agent.connected import Driver, PinEnd, Standing, Verdict
from agent.modem import bus, finding, managed
from agent.modem.parse import mmcli
from agent.modem.ports import Unavailable, Wire
from agent.modem.trying import try_line
from agent.parse import Unreadable
from agent.run import Ran, Runner, run
from tests import needs
from tests.agent.modem.grounds import Tools, asked, ground
from tests.agent.modem.simulator import ANOTHER_S, ICCID
from tests.agent.trees import around

TEMPLATE = Path(__file__).with_name("mocked.py")
WATCHING = Path(__file__).with_name("watching.py")
SYSTEM_PYTHON = "/usr/bin/python3"
BUS = """<busconfig><type>system</type><listen>unix:path={path}</listen>
<auth>EXTERNAL</auth><policy context="default"><allow send_destination="*"/>
<allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""
MODEM = "/org/freedesktop/ModemManager1/Modem/0"
SIM = "/org/freedesktop/ModemManager1/SIM/0"
Playing = Callable[..., Runner]


def _can_play() -> bool:
    tools = all(map(shutil.which, ("mmcli", "dbus-daemon", SYSTEM_PYTHON)))
    return tools and run((SYSTEM_PYTHON, "-c", "import dbusmock"), 10).exit_code == 0


real = [
    pytest.mark.slow,
    needs.needed(
        _can_play(), "apt-get install modemmanager dbus-daemon python3-dbusmock"
    ),
]


@pytest.fixture
def playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Playing]:
    """Starts a ModemManager with one modem; its card as given."""
    settings, path = tmp_path / "bus.conf", tmp_path / "bus"
    settings.write_text(BUS.format(path=path))
    address = f"unix:path={path}"
    monkeypatch.setitem(running.ENVIRONMENT, "DBUS_SYSTEM_BUS_ADDRESS", address)
    monkeypatch.setattr(bus, "BUS", str(path))
    started: list[subprocess.Popen[bytes]] = []

    def start(*argv: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": address}
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment)
        started.append(process)
        return process

    def play(**card: Any) -> Runner:
        given = tmp_path / "card.json"  # not among its words: those are watched
        given.write_text(json.dumps({"iccid": ICCID, **card}))
        start(SYSTEM_PYTHON, "-m", "dbusmock", "--template", str(TEMPLATE),
              "--parameters", json.dumps({"card": str(given)}))  # fmt: skip
        here = Around()
        for _turn in range(200):
            if managed.modems(here):
                return run
        raise AssertionError("ModemManager is not played")

    daemon = start(
        "dbus-daemon", f"--config-file={settings}", "--nofork", "--print-address"
    )
    assert daemon.stdout
    daemon.stdout.readline()
    yield play
    for process in reversed(started):
        process.kill()
        process.communicate()


@contextmanager
def watched(word: str) -> Iterator[Callable[[], str]]:
    """What shows this word to everybody meanwhile; a line of it as it is seen."""
    with subprocess.Popen(
        (sys.executable, str(WATCHING)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdin
        assert watching.stdout
        print(word, file=watching.stdin, flush=True)
        assert watching.stdout.readline() == "watching\n"
        yield watching.stdout.readline
        watching.stdin.close()


class TestReal:
    pytestmark = real

    def test_a_modem_and_its_card_are_seen_as_they_are(self, playing):
        here = Around(run=playing())
        (seen,) = finding.look(here)
        assert (seen.driver, seen.make, seen.model) == (
            Driver.MODEMMANAGER,
            "huawei",
            "E3372",
        )
        assert seen.card
        assert seen.card.digits == ICCID
        assert (seen.lock, seen.tries.pin, seen.tries.puk) == ("none", 3, 10)
        assert (seen.standing, seen.operator) == (Standing.HOME, "Orange F")
        assert (seen.technology, seen.signal_percent) == ("lte", 64)
        assert seen.networks == ("wwan0",)

    def test_the_pack_s_card_is_unlocked_once(self, playing, tmp_path):
        playing(pin="0451")
        tools = Tools({"mmcli": Ran((), 0)})
        del tools.said["mmcli"]
        came = try_line(ground(tmp_path, None, tools), asked(pin="0451"))
        assert (came.pin, came.matches) == (PinEnd.ACCEPTED, True)
        assert came.modems[0].card.lock == "none"
        again = try_line(ground(tmp_path, None, tools), asked(pin="0451"))
        assert again.pin is PinEnd.NOT_NEEDED

    def test_no_process_ever_shows_the_pin(self, playing, tmp_path):
        pin = "73190462"
        playing(pin=pin)
        tools = Tools({"mmcli": Ran((), 0)})
        del tools.said["mmcli"]
        with watched(pin) as next_seen:
            came = try_line(ground(tmp_path, None, tools), asked(pin=pin))
            assert came.pin is PinEnd.ACCEPTED
            with subprocess.Popen(("sleep", f"60.{pin}")) as shown:
                assert next_seen() == f"cmdline sleep 60.{pin} \n"
                shown.kill()

    def test_a_wrong_pin_costs_one_try_and_no_more(self, playing, tmp_path):
        playing(pin="0451")
        tools = Tools({"mmcli": Ran((), 0)})
        del tools.said["mmcli"]
        first = try_line(ground(tmp_path, None, tools), asked(pin="9999"))
        again = try_line(ground(tmp_path, None, tools), asked(pin="9999"))
        other = try_line(ground(tmp_path, None, tools), asked(pin="8888"))
        assert (first.pin, first.verdict) == (PinEnd.REFUSED, Verdict.LOCKED)
        assert (again.pin, other.pin) == (PinEnd.TRIED_BEFORE, PinEnd.TRIES_FEW)
        assert other.modems[0].card.pin_tries == 2

    def test_another_card_is_left_alone(self, playing, tmp_path):
        playing(iccid=ANOTHER_S, pin="0451")
        tools = Tools({"mmcli": Ran((), 0)})
        del tools.said["mmcli"]
        came = try_line(ground(tmp_path, None, tools), asked(pin="0451"))
        assert (came.verdict, came.pin) == (Verdict.OTHER_CARD, PinEnd.OTHER_CARD)
        assert came.modems[0].card.pin_tries == 3

    def test_it_is_kept_off_the_ports_while_that_lasts(self, playing):
        playing()
        with managed.held_back(MODEM):
            assert managed.modems(Around()) == (MODEM,)

    def test_a_modem_that_is_gone_cannot_be_held(self, playing):
        playing()
        with (
            pytest.raises(Unavailable, match="keeps"),
            managed.held_back(MODEM.replace("0", "7")),
        ):
            raise AssertionError("it was held")


def test_a_port_that_it_has_is_not_spoken_to_even_where_a_person_names_it():
    listed = b'{"modem-list": ["%s"]}' % MODEM.encode()
    said = told(ports=["ttyUSB0 (at)", "wwan0 (net)"])
    tools = Tools({"mmcli -J -L": Ran((), 0, listed), "mmcli -J -m": Ran((), 0, said)})
    opened: list[str] = []

    def opening(path: str) -> Wire:
        opened.append(path)
        raise Unavailable("not there")

    here = around(Path("/nowhere"), tools)
    (held,) = finding.look(here, opening, "/dev/ttyUSB0")
    (other,) = finding.look(here, opening, "/dev/ttyUSB9")
    assert (held.trouble, other.trouble) == (finding.HELD, "not there")
    assert opened == ["/dev/ttyUSB9"]


def test_where_it_is_not_there_nothing_is_managed():
    tools = Tools({"mmcli": Ran((), 1, b"", b"error: couldn't find the bus")})
    assert managed.modems(around(Path("/nowhere"), tools)) is None


@pytest.mark.parametrize(
    "said", [b"", b"{", b"[]", b'{"modem": []}', b"\xff", b'{"modem-list": 3}']
)
def test_what_is_no_answer_of_mmcli_is_not_read_as_one(said):
    for reader in (mmcli.listed, mmcli.modem):
        with pytest.raises(Unreadable):
            reader(said)


def told(**generic: Any) -> bytes:
    return json.dumps({"modem": {"generic": generic, "3gpp": {"imei": "--"}}}).encode()


def test_what_is_not_known_is_two_dashes():
    found = mmcli.modem(told(model="--", **{"unlock-retries": ["sim-pin (3)", "--"]}))
    assert (found.model, found.imei, found.tries.pin) == ("", "", 3)
    assert mmcli.card_number(b'{"sim":{"properties":{"iccid":"--"}}}') == ""


@pytest.mark.parametrize(
    ("generic", "lock"),
    [
        ({"state": "registered", "unlock-required": "sim-pin2"}, "none"),
        ({"state": "disabled", "unlock-required": "--"}, "none"),
        ({"state": "locked", "unlock-required": "sim-pin"}, "sim-pin"),
        ({"state": "locked", "unlock-required": "sim-puk"}, "sim-puk"),
        ({"state": "failed", "state-failed-reason": "sim-missing"}, "absent"),
        ({"state": "failed", "unlock-required": "--"}, "unknown"),
        ({"state": "initializing", "unlock-required": "--"}, "unknown"),
    ],
)
def test_whether_the_card_is_open_is_told_by_the_modem_s_state(generic, lock):
    here = around(Path("/nowhere"), Tools({"mmcli": Ran((), 0, told(**generic))}))
    seen, _found = managed.look(here, MODEM)
    assert seen.lock == lock


def test_a_modem_that_was_pulled_out_meanwhile_is_gone():
    tools = Tools({"mmcli": Ran((), 1, b"", b"error: couldn't find modem")})
    with pytest.raises(Unavailable, match="couldn't find"):
        managed.look(around(Path("/nowhere"), tools), MODEM)
