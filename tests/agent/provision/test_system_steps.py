"""Accounts, languages and desktop defaults on a real Debian in a folder."""

from __future__ import annotations

import json

import pytest

from agent.profile.parts import FirstLogin, Setting
from agent.profile.steps import DconfStep, LocaleStep, UserStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.dconf import DesktopDefaults
from agent.provision.steps.locale import LanguageAndPlace
from agent.provision.steps.user import Account
from tests.agent.provision.debian import needs_chroot

pytestmark = [pytest.mark.root, pytest.mark.slow, needs_chroot]

# Of “exemple-exemple”, by mkpasswd --method=sha512crypt.
HASH = "$6$saltsaltsalt$" + "a" * 86


def person(login="awa", **more):
    return UserStep(
        id="awa", login=login, full_name="Awa Exemple", groups=("audio",), **more
    )


def printed(login="awa"):
    return person(login, password_hash="{{user.password_hash}}")


def line(machine, file, login):
    said = machine.at(f"/etc/{file}").read_text().splitlines()
    return next(each for each in said if each.startswith(f"{login}:"))


def test_an_account_is_made_with_the_printed_passphrase(chroot):
    chroot.values = {"user.password_hash": HASH}
    skeleton = chroot.at("/etc/skel/Bienvenue.txt")
    skeleton.write_text("Bonjour")
    step = printed()
    assert Account().check(step, chroot).standing is Standing.MISSING
    Account().apply(step, chroot)
    found = Account().check(step, chroot)
    assert found.standing is Standing.OK
    assert "audio" in found.evidence["groups"]
    assert line(chroot, "shadow", "awa").split(":")[1] == HASH
    assert chroot.at("/home/awa/Bienvenue.txt").read_text() == "Bonjour"
    assert not any(HASH in word for argv in chroot.asked for word in argv)
    assert HASH not in json.dumps(chroot.kept.notes)


def test_a_passphrase_that_was_changed_is_drift_and_set_again(chroot):
    chroot.values = {"user.password_hash": HASH}
    step = printed("noe")
    Account().apply(step, chroot)
    chroot.run(["usermod", "--password", "$6$other$" + "b" * 86, "noe"], 10)
    assert Account().check(step, chroot).standing is Standing.DRIFT
    Account().apply(step, chroot)
    assert Account().check(step, chroot).standing is Standing.OK


def test_a_passphrase_that_did_not_come_makes_no_account(chroot):
    with pytest.raises(StepFailed) as refused:
        Account().apply(printed("ines"), chroot)
    assert refused.value.code == "value_missing"
    assert "ines" not in chroot.at("/etc/passwd").read_text()


def test_the_system_s_own_accounts_are_left_alone(chroot):
    chroot.values = {"user.password_hash": HASH}
    chroot.run(["useradd", "--system", "scans"], 10)
    before = chroot.at("/etc/shadow").read_bytes()
    with pytest.raises(StepFailed) as refused:
        Account().apply(printed("scans"), chroot)
    assert refused.value.code == "account_taken"
    assert chroot.at("/etc/shadow").read_bytes() == before


def test_a_group_that_is_not_there_makes_no_account(chroot):
    step = UserStep(
        id="lea",
        login="lea",
        first_login=FirstLogin.SET_AT_HANDOVER,
        groups=("nosuchgroup",),
    )
    with pytest.raises(StepFailed, match="nosuchgroup"):
        Account().apply(step, chroot)
    assert "lea:" not in chroot.at("/etc/passwd").read_text()


def test_a_passphrase_is_asked_for_at_hand_over_and_then_left_alone(chroot):
    step = person("zoe", first_login=FirstLogin.SET_AT_HANDOVER)
    Account().apply(step, chroot)
    assert line(chroot, "shadow", "zoe").split(":")[1:3] == ["", "0"]
    assert Account().check(step, chroot).standing is Standing.OK
    chroot.run(["usermod", "--password", HASH, "zoe"], 10)
    chroot.run(["chage", "--lastday", "20000", "zoe"], 10)
    assert Account().check(step, chroot).standing is Standing.OK
    chroot.run(["usermod", "--lock", "zoe"], 10)
    assert Account().check(step, chroot).standing is Standing.DRIFT


def test_the_session_opens_by_itself_where_a_display_manager_can(chroot):
    step = person("max", first_login=FirstLogin.AUTOLOGIN)
    with pytest.raises(StepFailed, match="lightdm"):
        Account().apply(step, chroot)
    assert "max:" not in chroot.at("/etc/passwd").read_text()
    daemon = chroot.at("/etc/gdm3/daemon.conf")
    daemon.parent.mkdir()
    daemon.write_text("[daemon]\nAutomaticLogin=old\n[security]\n")
    Account().apply(step, chroot)
    assert daemon.read_text() == (
        "[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=max\n[security]\n"
    )
    assert Account().check(step, chroot).standing is Standing.OK
    chroot.at("/etc/lightdm").mkdir()
    Account().apply(step, chroot)
    made = chroot.at("/etc/lightdm/lightdm.conf.d/60-rebond-autologin.conf")
    assert "autologin-user=max" in made.read_text()


BELGIUM = LocaleStep(
    id="loc", lang="fr_BE.UTF-8", keyboard="be", timezone="Europe/Brussels"
)


def test_language_keyboard_and_time_zone_are_set_without_a_desktop(chroot):
    assert LanguageAndPlace().check(BELGIUM, chroot).standing is Standing.MISSING
    LanguageAndPlace().apply(BELGIUM, chroot)
    found = LanguageAndPlace().check(BELGIUM, chroot)
    assert found.standing is Standing.OK
    said = chroot.run(["env", "LC_ALL=fr_BE.UTF-8", "date", "+%A", "-d@0"], 10)
    assert (said.stdout, said.stderr) == (b"jeudi\n", b"")
    assert chroot.run(["date", "+%Z", "-d@0"], 10).stdout == b"CET\n"
    assert 'XKBLAYOUT="be"' in chroot.at("/etc/default/keyboard").read_text()
    chroot.at("/etc/localtime").unlink()
    assert LanguageAndPlace().check(BELGIUM, chroot).standing is Standing.DRIFT


def test_a_place_or_keyboard_that_nobody_knows_changes_nothing(chroot):
    before = chroot.at("/etc/locale.gen").read_bytes()
    for zone, keyboard in (("Europe/Nowhere", "fr"), ("Europe/Paris", "zz")):
        step = LocaleStep(
            id="loc", lang="fr_FR.UTF-8", keyboard=keyboard, timezone=zone
        )
        with pytest.raises(StepFailed) as refused:
            LanguageAndPlace().apply(step, chroot)
        assert refused.value.code == "not_offered_here"
    assert chroot.at("/etc/locale.gen").read_bytes() == before


INTERFACE = "/org/gnome/desktop/interface"
LARGE = DconfStep(
    id="large",
    defaults=(
        Setting(key=f"{INTERFACE}/text-scaling-factor", value="1.50"),
        Setting(key=f"{INTERFACE}/toolkit-accessibility", value="true"),
        Setting(key=f"{INTERFACE}/gtk-theme", value="'Contraste élevé'"),
        Setting(key="/org/gnome/shell/favorites", value="['a.desktop','b.desktop']"),
    ),
    locks=(f"{INTERFACE}/gtk-theme",),
)


def test_defaults_of_the_desktop_are_read_back_from_dconf(chroot):
    assert DesktopDefaults().check(LARGE, chroot).standing is Standing.MISSING
    DesktopDefaults().apply(LARGE, chroot)
    assert DesktopDefaults().check(LARGE, chroot).standing is Standing.OK
    homes = ("/nonexistent", "/root/.cache", "/root/.config")
    assert not any(chroot.at(home).exists() for home in homes)
    read = ["env", "HOME=/tmp", "dconf", "read", LARGE.defaults[0].key]
    assert chroot.run(read, 10).stdout == b"1.5\n"
    write = ["env", "HOME=/tmp", "dconf", "write", LARGE.locks[0], "'Other'"]
    assert b"non-writable" in chroot.run(write, 10).stderr


def test_a_database_that_is_not_the_text_any_more_is_drift(chroot):
    DesktopDefaults().apply(LARGE, chroot)
    chroot.at("/etc/dconf/db/local").unlink()
    found = DesktopDefaults().check(LARGE, chroot)
    assert found.standing is Standing.DRIFT
    assert "text-scaling-factor" in found.why


def test_defaults_of_the_desktop_can_be_taken_back(chroot):
    DesktopDefaults().apply(LARGE, chroot)
    DesktopDefaults().undo(LARGE, chroot)
    read = ["env", "HOME=/tmp", "dconf", "read", LARGE.defaults[0].key]
    assert chroot.run(read, 10).stdout == b""
