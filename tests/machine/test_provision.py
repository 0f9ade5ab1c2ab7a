"""A machine gets its environment from a real server, and power fails three times.

Its Debian is on a disk, has no desktop, and is run by systemd: what goes on after each
cut is the unit of the agent's package, and nothing else starts it. Starting systemd
takes this emulated machine seconds (docs/benchmarks.md), so every cut is one of it.
Packages are those of the mirror that this machine is set to; they and the workshop's
mirror of files are served from here, and so is the printer. The browsers are too large
for an emulated processor: they read here the very policies that the machine has.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import needs
from tests.agent.provision import encyclopaedias, printing
from tests.agent.provision.browsers import ACTIVE, chromium_reads, firefox_reads
from tests.machine import on_disk, vm
from tests.machine.conftest import HOST, once_for_all, workshop
from tests.machine.environments import (
    JOINS,
    OWN_SECONDS,
    WITHIN,
    Story,
    heard_and_done_again,
    mirror,
    served,
    started,
    wait_for_step,
)
from tests.machine.on_disk import System
from tests.machine.vm import Disk, Machine
from tests.provisioning.files import pdf
from tools import deb

pytestmark = [
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    needs.root(),
    needs.programs(
        *("chromium", "firefox-esr", "zimwriterfs", *printing.TOOLS),
        packages="chromium firefox-esr zim-tools cups-ipp-utils avahi-daemon dbus",
    ),
]

CUTS = 3
QUICK = 4  # its last steps: over before a switch is reached
CONTENT: dict[str, Any] = {
    "systems": ["debian:12"],
    "region": {"lang": "fr_FR.UTF-8", "keyboard": "fr", "timezone": "Europe/Paris"},
    "packages": ["figlet", "hello"],
    "sheets": [{"slug": "mail", "resource": "{0}", "title": {"fr": "Écrire un mail"}}],
    "folders": [{"path": "/usr/share/rebond/site", "resource": "{1}"}],
    "home_title": {"fr": "Bienvenue", "en": "Welcome"},
    "tiles": [{"slug": "pix", "title": {"fr": "PIX"}, "url": "https://pix.fr/"}],
    "bookmarks": [{"title": "PIX", "url": "https://pix.fr/"}],
    "browser": {"search_engine": "Qwant", "locked": True},
    "access": {"text_percent": 125},
    "encyclopaedias": [
        {"slug": "chat", "resource": "{2}", "title": {"fr": "Chat", "en": "Cat"}}
    ],
    "services": [{"unit": "cups.service", "enabled": True, "running": True}],
    "printers": [
        {"name": "Atelier", "uri": "ipp://PRINTER/ipp/print", "is_default": True}
    ],
    "launchers": [
        {"slug": "mail", "name": "Courriel", "program": "thunderbird", "icon": "mail"}
    ],
    "portfolio": {"on": True, "archive": "{1}"},
    "account": {
        "login": "awa",
        "full_name": "Awa Exemple",
        "first_login": "set-at-handover",
    },
    "groups": ["audio"],
}
SHEET = "/usr/share/rebond/fiches/mail.pdf"
ORDERS = (
    JOINS
    + """
systemctl is-active rebond-kiwix.service cups.service | sed 's/^/UNIT /'
systemctl is-enabled rebond-kiwix.service cups.service | sed 's/^/UNIT /'
kiwix() {{ busybox wget -q -O - "http://127.0.0.1:8381$1"; }}
page=$(kiwix /catalog/search | sed -n 's/.*type="text.html" href="\\([^"]*\\)".*/\\1/p')
echo "KIWIX $(kiwix "$page")"
lpstat -v Atelier
lpstat -d
echo "DAYS $(LC_ALL=fr_FR.UTF-8 locale day)"
sed 's/^/SET /' /etc/default/locale /etc/default/keyboard /etc/timezone
echo "ACCOUNT $(getent passwd awa) $(id -nG awa)"
echo altered >>{sheet}
rebond-agent provision --verify
echo "DRIFT $?"
mark
sed 's/Awa Exemple/Eve Exemple/' $state/provision/installed/essai.json >/run/forged.json
cp $state/provision/installed/essai.json.minisig /run/forged.json.minisig
rebond-agent provision /run/forged.json
echo "FORGED $?"
touched
say looked
systemctl stop rebond-agent
rebond-agent report
say finished
"""
)


@pytest.fixture(scope="module")
def system(emulators: None, tmp_path_factory: pytest.TempPathFactory) -> System:
    with once_for_all(tmp_path_factory, "system") as (folder, is_filled):
        if not is_filled:
            on_disk.build(folder, deb.build(folder))
        return on_disk.made(folder)


@pytest.fixture(scope="module")
def story(system: System, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("provision")
    seed = time.time_ns() % 10**6
    print(f"seed {seed}")  # shown beside a failure  # noqa: T201
    asked: list[str] = []
    shop = folder / "shop"
    shop.mkdir()
    (shop / "debian").symlink_to(system.packages)
    with ExitStack() as stack:
        port = stack.enter_context(served(shop, asked))
        printer = stack.enter_context(printing.simulated(folder, "Atelier"))
        settings = {"BLOB_MIRRORS": f"http://{HOST}:{port}"}
        room = workshop(
            folder / "server", "tests.machine.environment_office", **settings
        )
        server, office = stack.enter_context(room)
        told = Story(office, asked=asked)
        ports = (port, server.port, printer)
        play(told, folder, system, ports, random.Random(seed))
        print(f"starts {told.starts}, cut at {told.cuts}")  # noqa: T201
        yield told


def play(
    told: Story,
    folder: Path,
    system: System,
    ports: tuple[int, int, int],
    dice: random.Random,
) -> None:
    opened = told.office("open", "EX-ATA-0001")
    files = library(folder)
    content = json.dumps(CONTENT).replace("PRINTER", f"{HOST}:{ports[2]}")
    published = told.office("publish", content, *map(str, files))
    digests = [hashlib.sha256(each.read_bytes()).hexdigest() for each in files]
    told.wrong = digests[0]
    blobs = dict(zip(digests, (each.read_bytes() for each in files), strict=True))
    blobs[told.wrong] = b"<html>" + bytes(files[0].stat().st_size - 6)
    mirror(folder / "shop", blobs)
    steps = len(json.loads(published["body"])["steps"])
    shutil.copy(system.disk, folder / "disk")
    script = ORDERS.format(
        host=HOST,
        shop=ports[0],
        server=ports[1],
        code=opened["code"],
        order=published["order"],
        sheet=SHEET,
    )
    words = [
        *system.booting,
        *vm.orders(folder, script),
        *vm.network("52:54:00:12:34:57"),
        *vm.ata(Disk(folder / "disk", "EX-ATA-0001", "EXEMPLE")),
        *vm.smbios(type1={"serial": "EX-PC-0006"}),
    ]
    among = range(1, steps - QUICK + 1)
    for cut, number in enumerate(sorted(dice.sample(among, CUTS))):
        with Machine(folder, words) as machine:
            started(machine, told)
            if cut == 0:
                machine.wait_for("^GUEST joined", WITHIN)
                told.office("install")
            told.cuts.append(wait_for_step(machine, number))
            time.sleep(dice.uniform(0, 0.5))
            told.consoles.append(machine.said)
    with Machine(folder, words) as machine:
        started(machine, told)
        heard_and_done_again(machine, told, folder / "shop")


def library(folder: Path) -> tuple[Path, Path, Path]:
    """A sheet, an archive and an encyclopaedia."""
    sheet, portfolio = folder / "mail.pdf", folder / "portfolio.zip"
    sheet.write_bytes(pdf("Bonjour" * 40_000))
    with zipfile.ZipFile(portfolio, "w") as archive:
        archive.writestr("index.html", "<h1>Moi</h1>")
        archive.writestr("cv/cv.fodt", "CV" * 5000)
    return sheet, portfolio, encyclopaedias.encyclopaedia(folder)


def test_it_has_its_environment_after_three_power_cuts(story: Story) -> None:
    found = story.heard
    first = found["runs"][0]
    assert (first["outcome"], first["resumed"]) == ("whole", CUTS), first
    assert {state for _step, state, _code, _ms in first["steps"]} <= {"ok", "changed"}
    assert found["jobs"][0][0] == "done"
    assert found["verified"] == [True]


def test_a_mirror_with_a_wrong_file_was_asked_and_not_believed(story: Story) -> None:
    wrong = f"/blobs/sha256/{story.wrong[:2]}/{story.wrong}"
    assert [each for each in story.asked if each.endswith(wrong)]
    assert "mail.pdf" not in story.between("GUEST over", "GUEST again")


def test_a_second_run_changes_nothing_and_takes_no_time(story: Story) -> None:
    assert story.line("AGAIN") == "AGAIN 0"
    assert "TOUCHED" not in story.between("GUEST over", "GUEST again")
    second = story.office("found")["runs"][1]
    assert {state for _step, state, _code, _ms in second["steps"]} == {"ok"}
    print(f"a second run: {story.own_seconds(second):.2f} s")  # noqa: T201
    assert story.own_seconds(second) < OWN_SECONDS


def test_an_altered_file_is_drift_and_is_named(story: Story) -> None:
    assert story.line("DRIFT") == "DRIFT 2"
    assert SHEET in story.between("GUEST again", "DRIFT")


def test_a_description_that_was_altered_is_refused_before_anything_is_touched(
    story: Story,
) -> None:
    assert story.line("FORGED") == "FORGED 3"
    assert "TOUCHED" not in story.between("FORGED", "GUEST looked")


def test_its_screen_says_how_far_it_is_and_how_it_ended(story: Story) -> None:
    shown = "\n".join(story.consoles)
    over = json.loads(story.line("OVER").removeprefix("OVER "))
    assert re.search(r"^SCREEN .*\d+ sur \d+", shown, re.MULTILINE)
    assert re.search(r"^SCREEN .*\d+ of \d+", shown, re.MULTILINE)
    for sentence in (over["fr"], over["en"]):
        assert " ".join(sentence.replace("’", "'").split()) in story.screen


def test_its_services_run_and_serve(story: Story) -> None:
    units = re.findall(r"^UNIT (\w+)", story.console, re.MULTILINE)
    assert units == ["active", "active", "enabled", "enabled"]
    assert encyclopaedias.PAGE in story.between("KIWIX", "device for")


def test_its_printer_is_the_one_of_the_workshop(story: Story) -> None:
    assert re.fullmatch(
        r"device for Atelier: ipp://10\.0\.2\.2:\d+/ipp/print", story.line("device for")
    )
    assert story.line("system default destination: ").endswith(": Atelier")


def test_it_speaks_the_language_of_its_person(story: Story) -> None:
    assert story.line("DAYS").startswith("DAYS dimanche;lundi;")
    said = set(re.findall(r"^SET (\S+)", story.console, re.MULTILINE))
    assert {"LANG=fr_FR.UTF-8", 'XKBLAYOUT="fr"', "Europe/Paris"} <= said
    account = story.line("ACCOUNT")
    assert "Awa Exemple" in account
    assert account.endswith("audio")


def test_both_browsers_read_the_policies_that_it_has(
    story: Story, tmp_path: Path
) -> None:
    etc = story.etc(tmp_path)
    chromium, firefox = chromium_reads(etc), firefox_reads(etc)
    assert firefox.status == ACTIVE
    assert firefox.homepage == "file:///usr/share/rebond/accueil/index.html"
    assert firefox.is_locked
    assert chromium["HomepageLocation"] == ("Mandatory", "OK")
    assert {level for level, says in chromium.values() if says == "OK"} == {"Mandatory"}
