"""A channel from a folder into a real Kolibri (0.19), by the step’s own commands."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing

import pytest

from agent.profile.parts import Channel
from agent.profile.steps import KolibriStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.kolibri import HOME, KolibriChannels
from agent.run import run
from tests import needs
from tests.agent.provision.machines import Folder

pytestmark = [
    pytest.mark.long,
    needs.programs("kolibri", packages="kolibri (or pip install kolibri)"),
]
KOLIBRI = shutil.which("kolibri") or ""
CHANNEL, ROOT, SHEET = "c" * 32, "1" * 32, "2" * 32
PDF = b"%PDF-1.7 a sheet of the workshop"
FILE = hashlib.md5(PDF, usedforsecurity=False).hexdigest()  # as Kolibri names files
TABLES = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'content_%'"


class WithKolibri(Folder):
    """This machine's Kolibri, with a home of its own and no account for it."""

    def run(self, argv, timeout_seconds, given=b""):
        self.asked.append(list(argv))
        words = [word for word in argv if not word.startswith("KOLIBRI_HOME=")]
        _name, *command = words[words.index("env") + 1 :]
        home = f"KOLIBRI_HOME={self.root}{HOME}"
        return run(["env", home, KOLIBRI, *command], timeout_seconds)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    machine = WithKolibri(tmp_path_factory.mktemp("kolibri") / "machine")
    machine.at(f"{HOME}/x").parent.mkdir(parents=True)
    machine.at("/usr/bin/x").parent.mkdir(parents=True)
    machine.at("/usr/bin/kolibri").touch()
    made = machine.run(["env", "kolibri", "manage", "migrate"], 300)
    assert made.exit_code == 0, made.stderr
    return machine


@pytest.fixture
def folder(machine, tmp_path):
    """A channel as Kolibri exports one: one topic, one sheet in it."""
    databases = tmp_path / "content/databases"
    databases.mkdir(parents=True)
    with (
        closing(sqlite3.connect(machine.at(f"{HOME}/db.sqlite3"))) as known,
        closing(sqlite3.connect(databases / f"{CHANNEL}.sqlite3")) as channel,
    ):
        for (made,) in known.execute(TABLES):
            channel.execute(made)
        write(channel)
        channel.commit()
    stored = tmp_path / f"content/storage/{FILE[0]}/{FILE[1]}/{FILE}.pdf"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(PDF)
    return tmp_path


def write(channel):
    node = {"channel_id": CHANNEL, "tree_id": 1, "available": 0}
    topic = {"id": ROOT, "content_id": ROOT, "kind": "topic", "title": "Ateliers"}
    add(channel, "contentnode", **node, **topic, lft=1, rght=4, level=0)
    sheet = {"id": SHEET, "content_id": SHEET, "kind": "document", "title": "Fiche"}
    place = {"lft": 2, "rght": 3, "level": 1, "parent_id": ROOT}
    add(channel, "contentnode", **node, **sheet, **place)
    add(channel, "localfile", id=FILE, extension="pdf", file_size=len(PDF))
    file = {"id": "4" * 32, "contentnode_id": SHEET, "local_file_id": FILE}
    add(channel, "file", **file, preset="document", priority=1)
    named = {"id": CHANNEL, "name": "Ateliers", "root_id": ROOT}
    when = "2026-01-01 00:00:00"
    add(
        channel,
        "channelmetadata",
        **named,
        version=3,
        min_schema_version="5",
        last_updated=when,
    )


def add(channel, table, **values):
    """A row; what has to be said and is not is empty, or 0."""
    asked = channel.execute(f"PRAGMA table_info(content_{table})").fetchall()
    row = {
        name: "" if "char" in kind.lower() or kind == "TEXT" else 0
        for _at, name, kind, is_asked, _usual, _key in asked
        if is_asked
    } | values
    names = ",".join(f'"{name}"' for name in row)
    marks = ",".join("?" * len(row))
    words = f"INSERT INTO content_{table} ({names}) VALUES ({marks})"
    channel.execute(words, list(row.values()))


def step(folder, version=3, nodes=()):
    wanted = Channel(id=CHANNEL, version=version, nodes=nodes)
    return KolibriStep(id="k", channels=(wanted,), source=f"file://{folder}")


def test_a_channel_is_whole_only_with_its_files_on_the_disk(machine, folder):
    wanted = step(folder, nodes=(SHEET,))
    assert KolibriChannels().check(wanted, machine).standing is Standing.MISSING
    lacking = folder / f"content/storage/{FILE[0]}/{FILE[1]}/{FILE}.pdf"
    lacking.unlink()
    with pytest.raises(StepFailed):
        KolibriChannels().apply(wanted, machine)
    assert KolibriChannels().check(wanted, machine).standing is not Standing.OK
    lacking.write_bytes(PDF)
    KolibriChannels().apply(wanted, machine)
    found = KolibriChannels().check(wanted, machine)
    assert (found.standing, found.evidence["channels"]) == (Standing.OK, "1/1")
    kept = machine.at(f"{HOME}/content/storage/{FILE[0]}/{FILE[1]}/{FILE}.pdf")
    assert kept.read_bytes() == PDF
    assert KolibriChannels().check(step(folder, 4), machine).standing is Standing.DRIFT
