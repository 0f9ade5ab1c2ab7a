"""The four ready environments, each brought to an emulated Debian by a real server.

For `make test-long`. One power cut each. Programs of hundreds of megabytes are packages
of the same names with nothing in them: apt installs what it is told, and what a person
does with LibreOffice is not what is tested. The card and its line are fictional, and
nmcli writes the real file of it. A step that asks for a restart has a machine of its
own: no page of the back office asks for one.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.profile.strict import Title
from provisioning.starter import environments as starter
from tests import needs
from tests.agent.profile.profiles import raw
from tests.agent.profile.signing import Signer
from tests.agent.provision.browsers import ACTIVE, chromium_reads, firefox_reads
from tests.machine import on_disk, vm
from tests.machine.conftest import HOST, once_for_all, workshop
from tests.machine.environments import (
    JOINS,
    OWN_SECONDS,
    WITHIN,
    Story,
    heard_and_done_again,
    served,
    started,
    wait_for_step,
)
from tests.machine.on_disk import Mirror, System
from tests.machine.vm import Disk, Machine
from tools import deb

pytestmark = [
    pytest.mark.long,
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    needs.root(),
    needs.programs("chromium", "firefox-esr"),
]

REAL = ("fonts-dejavu", "fonts-dejavu-core", "fonts-dejavu-extra", "hunspell-fr")
# What has to be there for real ones, and what NetworkManager’s own tool is in.
THERE = ("dictionaries-common", "modemmanager", "network-manager")
SERIAL = "EX-ATA-0001"
MEMORY = ["-m", "2300"]
ORDERS = (
    JOINS
    + """
sed 's/^/LINE /' /etc/NetworkManager/system-connections/*
echo "SECRET $(stat -c %a /etc/NetworkManager/system-connections/*)"
echo "ACCOUNT $(getent shadow personne)"
rebond-agent provision --verify $values
echo "VERIFIED $?"
systemctl stop rebond-agent
rebond-agent report
say finished
"""
)
RESTARTS = """
folder=/var/lib/rebond-agent/provision
if [ ! -e /root/restart.json ]; then
  for file in restart.json restart.json.minisig; do
    busybox wget -q -O /root/$file http://{host}:{shop}/$file
  done
  sync
  rebond-agent provision /root/restart.json --key {key}
  echo "CAME $?"
  sleep infinity
fi
until [ -e $folder/over.json ]; do sleep 0.5; done
echo "OVER $(cat $folder/over.json)"
cat /srv/rebond/before.txt /srv/rebond/after.txt
say finished
"""


def packages() -> set[str]:
    """Every package that the ready environments name, in French."""
    anything: defaultdict[str, str] = defaultdict(lambda: "0" * 64)
    contents = [starter.french(ready, anything) for ready in starter.READY]
    return {name for each in (starter.common(), *contents) for name in each["packages"]}


@pytest.fixture(scope="module")
def system(emulators: None, tmp_path_factory: pytest.TempPathFactory) -> System:
    with once_for_all(tmp_path_factory, "ready") as (folder, is_filled):
        if not is_filled:
            real = (*REAL, "hunspell-fr-classical")
            small = dict.fromkeys(sorted(packages() - {*real, *THERE}), "")
            shop = Mirror(real, small)
            made = deb.build(folder)
            on_disk.build(folder, made, shop, there=THERE, size="6000M")
        return on_disk.made(folder)


@pytest.fixture(scope="module", params=[each.slug for each in starter.READY])
def story(
    system: System,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp(request.param)
    seed = time.time_ns() % 10**6
    asked: list[str] = []
    shop = folder / "shop"
    shop.mkdir()
    (shop / "debian").symlink_to(system.packages)
    room = workshop(folder / "server", "tests.machine.environment_office")
    with served(shop, asked) as port, room as (server, office):
        told = Story(office, asked=asked)
        ports = (port, server.port)
        play(told, folder, system, ports, request.param, random.Random(seed))
        print(f"seed {seed}, starts {told.starts}, cut at {told.cuts}")  # noqa: T201
        yield told


def play(
    told: Story,
    folder: Path,
    system: System,
    ports: tuple[int, int],
    slug: str,
    dice: random.Random,
) -> None:
    given = told.office("pack", SERIAL, slug)
    steps = len(json.loads(given["body"])["steps"])
    script = ORDERS.format(
        host=HOST,
        shop=ports[0],
        server=ports[1],
        code=given["code"],
        order=given["order"],
    )
    words = [*parts(folder, system), *vm.orders(folder, script)]
    with Machine(folder, words) as machine:
        started(machine, told)
        told.cuts.append(wait_for_step(machine, dice.randint(2, steps)))
        told.consoles.append(machine.said)
    with Machine(folder, words) as machine:
        started(machine, told)
        heard_and_done_again(machine, told, folder / "shop")


def parts(folder: Path, system: System) -> list[str]:
    shutil.copy(system.disk, folder / "disk")
    return [
        *system.booting,
        *MEMORY,
        *vm.network("52:54:00:12:34:57"),
        *vm.ata(Disk(folder / "disk", SERIAL, "EXEMPLE")),
        *vm.smbios(type1={"serial": "EX-PC-0006"}),
    ]


def test_it_is_there_whole_after_a_power_cut_and_proven(story: Story) -> None:
    first = story.heard["runs"][0]
    assert (first["outcome"], first["resumed"]) == ("whole", 1), first
    assert {state for _step, state, *_rest in first["steps"]} <= {"ok", "changed"}
    assert story.heard["jobs"][0][0] == "done"
    assert story.heard["verified"] == [True]
    assert story.line("VERIFIED") == "VERIFIED 0"


def test_done_again_it_changes_nothing(story: Story) -> None:
    assert story.line("AGAIN") == "AGAIN 0"
    assert "TOUCHED" not in story.between("AGAIN", "GUEST again")
    second = story.office("found")["runs"][1]
    assert {state for _step, state, *_rest in second["steps"]} == {"ok"}
    print(f"a second run: {story.own_seconds(second):.2f} s")  # noqa: T201
    assert story.own_seconds(second) < OWN_SECONDS


def test_both_browsers_read_its_policies(story: Story, tmp_path: Path) -> None:
    etc = story.etc(tmp_path)
    firefox = firefox_reads(etc)
    assert (firefox.status, firefox.is_locked) == (ACTIVE, False)
    assert firefox.homepage == "file:///usr/share/rebond/accueil/index.html"
    assert chromium_reads(etc)["HomepageLocation"] == ("Recommended", "OK")


def test_the_account_has_the_printed_passphrase_and_the_line_its_card(
    story: Story,
) -> None:
    assert story.line("ACCOUNT").startswith("ACCOUNT personne:$")
    steps = {step for step, *_rest in story.heard["runs"][0]["steps"]}
    asks_for_a_line = "connection" in steps
    said = set(re.findall(r"^LINE (\S+)", story.console, re.MULTILINE))
    assert ("apn=exemple.fr" in said) == asks_for_a_line
    assert story.line("SECRET") == ("SECRET 600" if asks_for_a_line else "SECRET")


def test_a_step_that_asks_for_it_has_the_machine_started_again(
    system: System, tmp_path: Path
) -> None:
    shop, signer = tmp_path / "shop", Signer(3)
    shop.mkdir()
    steps = (written("before", reboot=True), written("after"))
    body = json.dumps(raw(*steps, blobs=[])).encode()
    (shop / "restart.json").write_bytes(body)
    (shop / "restart.json.minisig").write_text(signer.sign(body))
    with served(shop, []) as port:
        script = RESTARTS.format(host=HOST, shop=port, key=signer.key)
        words = [*parts(tmp_path, system), *vm.orders(tmp_path, script)]
        with Machine(tmp_path, words) as machine:
            machine.wait_for("^GUEST finished", 2 * WITHIN)
    assert len(re.findall("^GUEST started", machine.said, re.MULTILINE)) == 2
    assert '"outcome":"whole"' in machine.said
    assert "\nbefore\nafter\n" in machine.said


def written(name: str, *, reboot: bool = False) -> dict[str, object]:
    title = Title(fr=name, en=name).to_json()
    path = f"/srv/rebond/{name}.txt"
    said = {"type": "text", "id": name, "path": path, "content": f"{name}\n"}
    return {**said, "title": title, "reboot": reboot}
