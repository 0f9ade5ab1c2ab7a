"""Scripts, icons and units: by the programs of this machine."""

from __future__ import annotations

import stat

import pytest

from agent.profile.parts import Launcher
from agent.profile.steps import DesktopStep, ScriptStep, ServiceStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.desktop import Launchers
from agent.provision.steps.script import Script
from agent.provision.steps.service import Service
from agent.run import run
from tests import needs
from tests.agent.provision.machines import Folder, Here


@pytest.fixture
def machine(tmp_path):
    root = tmp_path / "machine"
    (root / "etc").mkdir(parents=True)
    return Here(root)


def script(machine, check, apply, seconds=60):
    machine.give("check", check.encode())
    machine.give("apply", apply.encode())
    return ScriptStep(
        id="s",
        check="check",
        apply="apply",
        explains="puts a flag",
        timeout_seconds=seconds,
    )


def test_a_script_is_run_where_its_check_says_that_it_is_needed(machine):
    flag = machine.root / "flag"
    step = script(
        machine,
        f"#!/bin/sh\ntest -e '{flag}'\n",
        f"#!/bin/sh\n: >'{flag}'\n",
    )
    assert Script().check(step, machine).standing is Standing.MISSING
    Script().apply(step, machine)
    assert Script().check(step, machine).standing is Standing.OK
    flag.unlink()
    assert Script().check(step, machine).standing is Standing.DRIFT


def test_a_script_that_fails_is_told_by_its_last_words(machine):
    step = script(
        machine, "#!/bin/sh\nexit 3", "#!/bin/sh -e\necho no ink >&2\nfalse\n"
    )
    assert Script().check(step, machine).standing is Standing.UNKNOWN
    with pytest.raises(StepFailed, match="1: no ink") as refused:
        Script().apply(step, machine)
    assert refused.value.code == "script_failed"


def test_a_script_that_never_ends_is_ended(machine):
    step = script(machine, "#!/bin/sh\nexit 1", "#!/bin/sh\nsleep 600\n", seconds=1)
    with pytest.raises(StepFailed) as refused:
        Script().apply(step, machine)
    assert refused.value.code == "took_too_long"


@pytest.mark.parametrize(
    "first", ["echo hello", "#!/usr/bin/env ruby", "#!", "\x7fELF"]
)
def test_a_file_that_no_known_interpreter_reads_is_not_run(machine, first):
    step = script(machine, first, "#!/bin/sh\n")
    with pytest.raises(StepFailed) as refused:
        Script().check(step, machine)
    assert refused.value.code == "file_unfit"
    assert machine.asked == []


ICONS = DesktopStep(
    id="icons",
    launchers=(
        Launcher(
            name="France Travail",
            slug="travail",
            url="https://candidat.francetravail.fr/a?b=1&c=%20d",
            icon="web-browser",
        ),
        Launcher(
            name="Lettre \\ modèle",
            slug="lettre",
            program="libreoffice",
            arguments=("--writer", '/srv/mod"èles/$lettre`.odt', "50%"),
            icon="libreoffice-writer",
            on_desktop=False,
            at_login=True,
        ),
    ),
)


def test_icons_come_to_the_menu_the_desktop_and_the_log_in(machine):
    (machine.root / "etc/default").mkdir()
    machine.at("/etc/default/locale").write_text("LANG=fr_FR.UTF-8\n")
    Launchers().apply(ICONS, machine)
    assert set(machine.tree()) == {
        "etc/default/locale",
        "etc/skel/Bureau/rebond-travail.desktop",
        "etc/xdg/autostart/rebond-lettre.desktop",
        "usr/share/applications/rebond-lettre.desktop",
        "usr/share/applications/rebond-travail.desktop",
    }
    assert Launchers().check(ICONS, machine).standing is Standing.OK
    on_desktop = machine.at("/etc/skel/Bureau/rebond-travail.desktop")
    assert stat.S_IMODE(on_desktop.stat().st_mode) == 0o755


def test_an_icon_s_arguments_arrive_as_they_were_said(machine):
    Launchers().apply(ICONS, machine)
    entry = machine.at("/usr/share/applications/rebond-lettre.desktop").read_text()
    assert (
        'Exec=libreoffice --writer "/srv/mod\\\\"èles/\\\\$lettre\\\\`.odt" 50%%'
        in (entry)
    )
    assert "Name=Lettre \\\\ modèle" in entry


@needs.programs("desktop-file-validate", packages="desktop-file-utils")
def test_icons_are_as_the_specification_has_them(machine):
    Launchers().apply(ICONS, machine)
    for path in machine.root.rglob("*.desktop"):
        ran = run(["desktop-file-validate", str(path)], 10)
        assert (ran.exit_code, ran.stdout) == (0, b"")


@needs.programs("systemctl", packages="systemd")
def test_a_unit_that_is_not_there_is_said_and_nothing_is_asked_of_systemd(machine):
    step = ServiceStep(id="s", unit="no-such.service", enabled=True, running=True)
    assert Service().check(step, machine).standing is Standing.MISSING
    with pytest.raises(StepFailed, match="no-such") as refused:
        Service().apply(step, machine)
    assert refused.value.code == "no_such_unit"
    assert {argv[1] for argv in machine.asked} == {"is-enabled"}


def test_a_machine_without_systemd_says_so(tmp_path):
    step = ServiceStep(id="s", unit="cups.service", enabled=True, running=True)
    with pytest.raises(StepFailed, match="systemctl") as refused:
        Service().check(step, Folder(tmp_path))
    assert refused.value.code == "not_offered_here"
