"""The simulated modem is no mirror of its reader: gammu talks to it as to any other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import needs
from tests.agent.modem import simulator
from tests.agent.modem.simulator import HUAWEI, IMEI, QUECTEL, Make, Modem, Plugged

pytestmark = [
    pytest.mark.slow,
    needs.programs("gammu"),
]


def gammu(folder: Path, port: Plugged, *words: str) -> str:
    settings = folder / "gammurc"
    settings.write_text(f"[gammu]\ndevice={port.path}\nconnection=at115200\n")
    command = ["gammu", "-c", str(settings), *words]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=60
    ).stdout


@pytest.mark.parametrize("make", [QUECTEL, HUAWEI], ids=lambda make: make.maker)
def test_another_client_sees_the_same_modem(tmp_path, make: Make):
    with simulator.plugged(Modem(make)) as port:
        said = gammu(tmp_path, port, "identify")
        network = gammu(tmp_path, port, "networkinfo")
    assert IMEI in said
    assert make.model in said
    assert "home network" in network
    assert "Orange F" in network


def test_another_client_finds_it_locked_and_unlocks_it(tmp_path):
    modem = Modem(QUECTEL, pin="0451")
    with simulator.plugged(modem) as port:
        assert "PIN" in gammu(tmp_path, port, "getsecuritystatus")
        gammu(tmp_path, port, "entersecuritycode", "PIN", "0451")
        assert "Nothing to enter" in gammu(tmp_path, port, "getsecuritystatus")
    assert not modem.is_locked
