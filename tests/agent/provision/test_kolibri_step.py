"""Whether channels are whole, by a database as Kolibri 0.19 has it and by the disk."""

from __future__ import annotations

import sqlite3

import pytest

from agent.profile.parts import Channel
from agent.profile.steps import KolibriStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.kolibri import HOME, KolibriChannels
from agent.run import Ran
from tests.agent.provision.machines import Folder

CHANNEL, TOPIC, VIDEO, SHEET = "c" * 32, "1" * 32, "2" * 32, "3" * 32
# The columns that are read, of the tables that `kolibri manage migrate` makes.
TABLES = """
CREATE TABLE content_channelmetadata (id TEXT, version INTEGER);
CREATE TABLE content_contentnode
  (id TEXT, channel_id TEXT, tree_id INTEGER, lft INTEGER, rght INTEGER);
CREATE TABLE content_file
  (id TEXT, contentnode_id TEXT, local_file_id TEXT, supplementary INTEGER);
CREATE TABLE content_localfile
  (id TEXT, extension TEXT, file_size INTEGER, available INTEGER);
"""


class Kolibri(Folder):
    """Its programs are only heard."""

    def run(self, argv, timeout_seconds, given=b""):
        self.asked.append(list(argv))
        return Ran(tuple(argv), exit_code=0)


@pytest.fixture
def machine(tmp_path):
    machine = Kolibri(tmp_path / "machine")
    machine.at(f"{HOME}/x").parent.mkdir(parents=True)
    machine.at("/usr/bin/x").parent.mkdir(parents=True)
    machine.at("/usr/bin/kolibri").touch()
    return machine


def imported(machine, version=3, *, available=1):
    """A topic with a video in it, and a sheet beside the topic."""
    with sqlite3.connect(machine.at(f"{HOME}/db.sqlite3")) as said:
        said.executescript(TABLES)
        said.execute(
            "INSERT INTO content_channelmetadata VALUES (?,?)", [CHANNEL, version]
        )
        for node, left, right in ((TOPIC, 2, 5), (VIDEO, 3, 4), (SHEET, 6, 7)):
            row = [node, CHANNEL, 1, left, right]
            said.execute("INSERT INTO content_contentnode VALUES (?,?,?,?,?)", row)
        for node, file, size in ((VIDEO, "ab" * 16, 5), (SHEET, "cd" * 16, 3)):
            said.execute(
                "INSERT INTO content_file VALUES (?,?,?,0)", [file, node, file]
            )
            row = [file, "mp4", size, available]
            said.execute("INSERT INTO content_localfile VALUES (?,?,?,?)", row)
    said.close()
    put(machine, "ab" * 16, b"12345")
    put(machine, "cd" * 16, b"123")


def put(machine, name, content):
    path = machine.at(f"{HOME}/content/storage/{name[0]}/{name[1]}/{name}.mp4")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def step(version=3, *nodes, source="http://kolibri.local:8080/"):
    channel = Channel(id=CHANNEL, version=version, nodes=nodes)
    return KolibriStep(id="k", channels=(channel,), source=source)


def look(machine, asked):
    return KolibriChannels().check(asked, machine)


def test_a_channel_that_is_whole_on_the_disk_is_whole(machine):
    assert look(machine, step()).standing is Standing.MISSING
    imported(machine)
    assert look(machine, step()).standing is Standing.OK
    assert look(machine, step(2)).standing is Standing.OK
    assert look(machine, step(4)).standing is Standing.MISSING


@pytest.mark.parametrize("harm", ["short", "gone", "not said"])
def test_a_channel_whose_files_are_not_there_is_not_whatever_it_says(machine, harm):
    imported(machine, available=harm != "not said")
    if harm == "short":
        put(machine, "ab" * 16, b"123")
    elif harm == "gone":
        machine.at(f"{HOME}/content/storage/a/b/{'ab' * 16}.mp4").unlink()
    found = look(machine, step())
    assert (found.standing, "ab" * 16 in found.why) == (Standing.MISSING, True)


def test_only_what_is_below_the_wanted_nodes_is_needed(machine):
    imported(machine)
    machine.at(f"{HOME}/content/storage/c/d/{'cd' * 16}.mp4").unlink()
    assert look(machine, step(3, TOPIC)).standing is Standing.OK
    assert look(machine, step(3, SHEET)).standing is Standing.MISSING


def test_its_own_account_imports_and_a_missing_file_fails_it(machine):
    KolibriChannels().apply(step(3, TOPIC), machine)
    KolibriChannels().apply(step(source="file:///media/stick"), machine)
    first, second, third, _fourth = (" ".join(argv) for argv in machine.asked)
    assert first.startswith("runuser --user kolibri -- env KOLIBRI_HOME=")
    assert f"importchannel network {CHANNEL} --baseurl http://kolibri.local" in first
    assert f"importcontent --node_ids {TOPIC} --fail-on-error" in second
    assert third.endswith(f"importchannel disk {CHANNEL} /media/stick")


def test_a_machine_without_kolibri_says_so(machine):
    machine.at("/usr/bin/kolibri").unlink()
    with pytest.raises(StepFailed, match="kolibri") as refused:
        KolibriChannels().apply(step(), machine)
    assert refused.value.code == "not_offered_here"
    assert machine.asked == []
