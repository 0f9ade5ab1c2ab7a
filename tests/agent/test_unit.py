"""The service's units are ones that systemd takes, with little left open."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.identity import IDENTITY
from agent.parser import STATE
from agent.provision.job import UNIT as UNIT_OF_PROVISIONING
from agent.provision.room import Room
from agent.tell import Exit
from tests import needs

UNITS = Path(__file__).resolve().parents[2] / "agent/systemd"
UNIT = UNITS / "rebond-agent.service"
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 45  # of 100; 96 is a service without any sandbox

needs_systemd = needs.programs("systemd-analyze", packages="systemd")


@pytest.fixture
def unit(tmp_path):
    """The units with a program that is here, and without the manual that is not."""
    for source in UNITS.iterdir():
        lines = [
            f"ExecStart={sys.executable} -m agent run" if "ExecStart=" in line else line
            for line in source.read_text().splitlines()
            if not line.startswith("Documentation=")
        ]
        (tmp_path / source.name).write_text("\n".join(lines))
    return tmp_path / UNIT.name


@needs_systemd
def test_systemd_finds_nothing_wrong_with_them(unit):
    units = [str(path) for path in unit.parent.iterdir()]
    ran = subprocess.run(
        [str(ANALYZE), "verify", *units], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(units) == 4


@needs_systemd
def test_little_is_open_to_it(unit):
    threshold = f"--threshold={MOST_EXPOSED}"
    words = ["security", "--offline=true", threshold, str(unit)]
    ran = subprocess.run(
        [str(ANALYZE), *words], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_it_is_not_started_again_where_only_a_person_can_help():
    (line,) = [
        line for line in UNIT.read_text().splitlines() if "PreventExitStatus" in line
    ]
    codes = {int(code) for code in line.partition("=")[2].split()}
    assert codes == {Exit.NOT_ENROLLED, Exit.ENROL_AGAIN}


def test_an_installation_goes_on_after_every_start_and_ends_in_no_loop():
    lines = (UNITS / UNIT_OF_PROVISIONING).read_text().splitlines()
    assert f"ConditionPathExists={Room(STATE).asked_path}" in lines
    assert "WantedBy=multi-user.target" in lines
    assert "SuccessExitStatus=2 3 4 5" in lines
    assert "Restart=on-abnormal" in lines


def test_a_machine_that_has_just_joined_starts_its_service():
    watched = (UNITS / "rebond-agent.path").read_text()
    needed = UNIT.read_text()
    # It would make a folder of the identity's name, and nobody could join.
    assert "MakeDirectory=yes" not in watched
    assert f"PathChanged={STATE / IDENTITY}" in watched.splitlines()
    assert f"ConditionPathExists={STATE / IDENTITY}" in needed.splitlines()
