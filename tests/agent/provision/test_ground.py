"""A step touches the machine only where it may, and what was there is remembered."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from agent.profile import read
from agent.provision import kept
from agent.provision.blobs import Blobs
from agent.provision.ground import Machine
from agent.provision.kept import Memory
from agent.provision.lines import Lines
from agent.provision.step import Ground, OnlyLooking, StepFailed
from tests import needs
from tests.agent.profile.profiles import body

needs_root = needs.root()


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    (folder / "srv").mkdir(parents=True)
    (folder / "etc").mkdir()
    (folder / "etc/shadow").write_text("root:*:")
    return folder


def machine(root, *, looking=False):
    memory = Memory(root.parent / "kept", root, looking=looking)
    memory.step = "welcome"
    blobs = Blobs(root.parent / "blobs", [])
    return Machine(root, read(body()), blobs, memory, values={}, connection={})


def tree(root):
    return {
        str(path.relative_to(root)): (path.lstat().st_mode, _content(path))
        for path in sorted(root.rglob("*"))
    }


def _content(path: Path):
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes() if path.is_file() else None


def test_it_is_the_ground_that_steps_are_promised(root):
    ground: Ground = machine(root)
    assert ground.root == root


def test_a_file_is_written_whole_with_its_mode(root):
    ground = machine(root)
    path = ground.at("/srv/rebond/a/welcome.txt")
    ground.write(path, b"Bonjour", 0o640)
    assert path.read_bytes() == b"Bonjour"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in path.parent.iterdir()] == ["welcome.txt"]


@pytest.mark.parametrize("path", ["srv/a", "/srv/../etc/shadow", "/..", "/", ""])
def test_a_path_that_leads_out_is_refused(root, path):
    with pytest.raises(StepFailed) as caught:
        machine(root).at(path)
    assert caught.value.code == "path_unsafe"


@pytest.mark.parametrize("target", ["../etc", "/etc", "/", "../../..", "../srv/b"])
def test_a_link_that_leads_elsewhere_is_refused(root, target):
    (root / "srv/rebond").symlink_to(target)
    (root / "srv/b").symlink_to("/etc")
    before = tree(root)
    with pytest.raises(StepFailed) as caught:
        machine(root).at("/srv/rebond/shadow")
    assert (caught.value.code, tree(root)) == ("path_unsafe", before)


def test_links_in_a_circle_are_refused(root):
    (root / "srv/a").symlink_to("b")
    (root / "srv/b").symlink_to("a")
    with pytest.raises(StepFailed):
        machine(root).at("/srv/a/x")


@needs_root
def test_a_link_of_the_machine_itself_is_followed(root):
    (root / "opt/data").mkdir(parents=True)
    (root / "srv/data").symlink_to("/opt/data")
    assert machine(root).at("/srv/data/a") == root / "opt/data/a"


@needs_root
def test_a_link_that_a_person_made_is_refused(root):
    (root / "opt/data").mkdir(parents=True)
    (root / "srv/data").symlink_to("/opt/data")
    os.chown(root / "srv/data", 1000, 1000, follow_symlinks=False)
    with pytest.raises(StepFailed):
        machine(root).at("/srv/data/a")


@needs_root
def test_a_link_where_anybody_may_put_one_is_refused(root):
    (root / "opt/data").mkdir(parents=True)
    (root / "srv/data").symlink_to("/opt/data")
    (root / "srv").chmod(0o777)
    with pytest.raises(StepFailed):
        machine(root).at("/srv/data/a")


def test_a_link_that_came_since_is_not_written_through(root):
    """Between looking and writing, somebody put a link where a folder was."""
    ground = machine(root)
    path = ground.at("/srv/rebond/shadow")
    (root / "srv/rebond").symlink_to(root / "etc")
    with pytest.raises(StepFailed) as caught:
        ground.write(path, b"root::", 0o644)
    assert caught.value.code == "path_unsafe"
    assert (root / "etc/shadow").read_text() == "root:*:"


def test_a_link_in_the_file_s_own_place_is_replaced_not_followed(root):
    (root / "srv/a").symlink_to("../etc/shadow")
    ground = machine(root)
    ground.write(ground.at("/srv/a"), b"new", 0o644)
    assert (root / "etc/shadow").read_text() == "root:*:"
    assert (root / "srv/a").read_bytes() == b"new"
    assert not (root / "srv/a").is_symlink()


def test_a_draft_that_somebody_prepared_is_not_written_through(root):
    (root / "srv/a.unfinished").symlink_to("../etc/shadow")
    ground = machine(root)
    ground.write(ground.at("/srv/a"), b"new", 0o644)
    assert (root / "etc/shadow").read_text() == "root:*:"


def test_looking_writes_nothing(root):
    ground, before = machine(root, looking=True), tree(root)
    path = ground.at("/srv/rebond/a")
    for write in (
        lambda: ground.write(path, b"x", 0o644),
        lambda: ground.kept.keep_file(path),
        lambda: ground.kept.note("a", 1),
    ):
        with pytest.raises(OnlyLooking):
            write()
    with pytest.raises(StepFailed):
        ground.blob("sheet.pdf")
    assert tree(root) == before
    assert not (root.parent / "kept").exists()


def back(root):
    """Everything that the step changed is put back, by a runner started anew."""
    memory = Memory(root.parent / "kept", root)
    return [memory.put_back(was) for was in memory.files_of("welcome")]


def test_what_was_there_stands_there_again(root):
    (root / "srv/old").write_bytes(b"old")
    (root / "srv/old").chmod(0o600)
    (root / "srv/link").symlink_to("old")
    before = tree(root)
    ground = machine(root)
    for name in ("old", "link", "new/in/folders"):
        for content in (b"first", b"second"):
            ground.write(ground.at(f"/srv/{name}"), content, 0o644)
    assert tree(root) != before
    assert back(root) == [True, True, True]
    assert tree(root) == before


def test_a_folder_with_something_else_in_it_stays(root):
    ground = machine(root)
    ground.write(ground.at("/srv/new/a"), b"ours", 0o644)
    (root / "srv/new/theirs").write_text("theirs")
    back(root)
    assert [each.name for each in (root / "srv/new").iterdir()] == ["theirs"]


def test_what_was_there_first_is_what_is_gone_back_to(root):
    (root / "srv/a").write_bytes(b"before everything")
    for content in (b"version 1", b"version 2"):
        ground = machine(root)  # each in a pass of its own
        ground.write(ground.at("/srv/a"), content, 0o644)
    back(root)
    assert (root / "srv/a").read_bytes() == b"before everything"


def test_large_files_are_kept_without_a_copy(root, monkeypatch):
    monkeypatch.setattr(kept, "_LARGE_BYTES", 4)
    (root / "srv/a").write_bytes(b"large")
    ground = machine(root)
    ground.write(ground.at("/srv/a"), b"small", 0o644)
    assert back(root) == [True]
    assert (root / "srv/a").read_bytes() == b"large"


def test_notes_are_each_step_s_own_and_outlive_a_restart(root):
    memory = machine(root).kept
    memory.note("packages", ["vlc"])
    memory.note("packages", ["vlc", "nano"])
    memory.step = "other"
    assert memory.noted("packages") is None
    assert machine(root).kept.noted("packages") == ["vlc", "nano"]


def test_what_is_forgotten_of_a_step_stays_forgotten(root):
    memory = machine(root).kept
    memory.note("packages", ["vlc"])
    memory.keep_file(root / "srv/a")
    memory.forget_step("welcome")
    again = machine(root).kept
    assert (again.noted("packages"), again.files_of("welcome")) == (None, [])
    assert again.steps() == set()


def test_a_torn_last_line_was_never_promised(tmp_path):
    lines = Lines(tmp_path / "journal.jsonl")
    lines.add({"n": 1})
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"n": 2, "half')
    assert Lines(tmp_path / "journal.jsonl").read() == [{"n": 1}]
    Lines(tmp_path / "journal.jsonl").add({"n": 3})
    assert Lines(tmp_path / "journal.jsonl").read() == [{"n": 1}, {"n": 3}]


def test_nothing_after_a_line_that_cannot_be_read_is_believed(tmp_path):
    (tmp_path / "j").write_bytes(b'{"n":1}\n\x00\x00\n{"n":3}\n')
    assert Lines(tmp_path / "j").read() == [{"n": 1}]
