"""Policies of both browsers, read back by the browsers themselves.

They read them below /etc: root mounts a folder over it that nobody else sees.
"""

from __future__ import annotations

import json

import pytest

from agent.profile.parts import Bookmark, Extension
from agent.profile.steps import BrowserStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.browser import Browsers
from tests import needs
from tests.agent.provision.browsers import ACTIVE, chromium_reads, firefox_reads
from tests.agent.provision.machines import Folder

HOME = "file:///usr/share/rebond/accueil/index.html"
MANAGED = "/etc/chromium/policies/managed/rebond.json"
RECOMMENDED = "/etc/chromium/policies/recommended/rebond.json"
FIREFOX = "/etc/firefox/policies/policies.json"


def step(**more):
    return BrowserStep(
        id="web",
        homepage=HOME,
        bookmarks=(
            Bookmark(title="Caf", url="https://www.caf.fr/", folder="Droits"),
            Bookmark(title="Europass", url="https://europass.europa.eu/fr"),
            Bookmark(title="Ameli", url="https://www.ameli.fr/", folder="Droits"),
        ),
        search_engine="qwant",
        allow_popups=("https://www.lassuranceretraite.fr/portail",),
        **more,
    )


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "machine").mkdir()
    return Folder(tmp_path / "machine")


def said(machine, path):
    return json.loads(machine.at(path).read_text())


def test_both_browsers_are_told_and_both_names_of_firefox(machine):
    assert Browsers().check(step(), machine).standing is Standing.MISSING
    Browsers().apply(step(), machine)
    assert Browsers().check(step(), machine).standing is Standing.OK
    assert set(machine.tree()) == {
        "etc/chromium/policies/managed/rebond.json",
        "etc/chromium/policies/recommended/rebond.json",
        "etc/firefox-esr/policies/policies.json",
        "etc/firefox/policies/policies.json",
    }


def test_what_is_locked_is_set_and_what_is_not_is_proposed(machine):
    Browsers().apply(step(), machine)
    assert said(machine, RECOMMENDED)["HomepageLocation"] == HOME
    assert "HomepageLocation" not in said(machine, MANAGED)
    assert said(machine, FIREFOX)["policies"]["Homepage"]["Locked"] is False
    Browsers().apply(step(locked=True), machine)
    assert said(machine, RECOMMENDED) == {}
    assert said(machine, MANAGED)["HomepageLocation"] == HOME
    assert said(machine, FIREFOX)["policies"]["Homepage"]["Locked"] is True


def test_sites_whose_windows_may_open_are_sites(machine):
    Browsers().apply(step(), machine)
    allowed = ["https://www.lassuranceretraite.fr"]
    assert said(machine, MANAGED)["PopupsAllowedForUrls"] == allowed
    popups = said(machine, FIREFOX)["policies"]["PopupBlocking"]
    assert popups == {"Allow": allowed, "Default": True, "Locked": False}


def test_an_add_on_is_installed_from_the_machine_s_own_disk(machine):
    machine.give("ublock.xpi", b"PK")
    addon = Extension(id="uBlock0@raymondhill.net", blob="ublock.xpi")
    Browsers().apply(step(extensions=(addon,)), machine)
    assert machine.at("/usr/share/rebond/firefox/ublock.xpi").read_bytes() == b"PK"
    wanted = said(machine, FIREFOX)["policies"]["ExtensionSettings"][addon.id]
    assert wanted["install_url"] == "file:///usr/share/rebond/firefox/ublock.xpi"


def test_a_search_engine_that_nobody_knows_is_refused(machine):
    unknown = BrowserStep(id="web", homepage=HOME, search_engine="Altavista")
    with pytest.raises(StepFailed, match="Altavista") as refused:
        Browsers().apply(unknown, machine)
    assert refused.value.code == "not_offered_here"
    assert machine.tree() == {}


def real(name):
    return [
        pytest.mark.root,
        pytest.mark.slow,
        pytest.mark.browser,
        needs.root(),
        needs.programs(name),
    ]


def marked(name):
    def mark(test):
        for each in real(name):
            test = each(test)
        return test

    return mark


@marked("chromium")
@pytest.mark.parametrize("locked", [True, False], ids=["locked", "proposed"])
def test_chromium_itself_reads_all_of_them_without_a_complaint(machine, locked):
    Browsers().apply(step(locked=locked), machine)
    table = chromium_reads(machine.root)
    managed, recommended = said(machine, MANAGED), said(machine, RECOMMENDED)
    assert managed.keys() | recommended.keys() <= table.keys()
    for name in managed.keys() | recommended.keys():
        level = "Mandatory" if name in managed else "Recommended"
        assert table[name] == (level, "OK"), name


@marked("firefox-esr")
@pytest.mark.parametrize("locked", [True, False], ids=["locked", "proposed"])
def test_firefox_itself_reads_all_of_them(machine, locked):
    Browsers().apply(step(locked=locked), machine)
    for path in ("etc/firefox", "etc/firefox-esr"):
        assert (machine.root / path).is_dir()
    read = firefox_reads(machine.root)
    assert read.status == ACTIVE
    assert set(said(machine, FIREFOX)["policies"]) == set(read.policies)
    assert (read.homepage, read.is_locked) == (HOME, locked)
