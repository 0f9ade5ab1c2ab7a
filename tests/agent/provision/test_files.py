"""Files of one text and files of the description: there, altered, outdated, refused."""

from __future__ import annotations

import pytest

from agent.profile.steps import BlobStep, TextStep
from agent.provision import files
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.blob import OneFile
from agent.provision.steps.text import OneText
from tests.agent.provision.machines import Folder

GREETING = TextStep(
    id="hello", path="/etc/skel/Bonjour.txt", content="Bonjour {{user.name}}\n"
)


@pytest.fixture
def machine(tmp_path):
    root = tmp_path / "machine"
    (root / "etc/skel").mkdir(parents=True)
    return Folder(root, **{"user.name": "Awa Exemple"})


def test_a_text_is_written_with_the_person_s_name(machine):
    assert OneText().check(GREETING, machine).standing is Standing.MISSING
    assert machine.tree() == {}
    OneText().apply(GREETING, machine)
    assert machine.tree() == {"etc/skel/Bonjour.txt": b"Bonjour Awa Exemple\n"}
    found = OneText().check(GREETING, machine)
    assert (found.standing, found.evidence["mode"]) == (Standing.OK, "0644")


def test_a_text_whose_value_did_not_come_is_refused(machine):
    machine.values = {}
    with pytest.raises(StepFailed, match=r"user\.name") as refused:
        OneText().apply(GREETING, machine)
    assert refused.value.code == "value_missing"
    assert machine.tree() == {}


@pytest.mark.parametrize("harm", ["bytes", "mode", "gone", "link"])
def test_an_altered_file_is_drift_and_is_named(machine, harm):
    OneText().apply(GREETING, machine)
    at = machine.at(GREETING.path)
    if harm == "bytes":
        at.write_text("Something else\n")
    elif harm == "mode":
        at.chmod(0o666)
    else:
        at.rename(at.with_name("aside"))
    if harm == "link":
        at.symlink_to("aside")
    found = OneText().check(GREETING, machine)
    assert found.standing is Standing.DRIFT
    assert GREETING.path in found.why
    OneText().apply(GREETING, machine)
    assert OneText().check(GREETING, machine).standing is Standing.OK
    assert not at.is_symlink()


def test_a_file_of_an_earlier_version_is_outdated_not_altered(machine):
    OneText().apply(GREETING, machine)
    machine.values = {"user.name": "Noé Exemple"}
    assert OneText().check(GREETING, machine).standing is Standing.MISSING


def test_a_step_that_moves_its_file_leaves_nothing_behind(machine):
    OneText().apply(GREETING, machine)
    moved = TextStep(id="hello", path="/etc/skel/Salut.txt", content="Salut\n")
    OneText().apply(moved, machine)
    assert machine.tree() == {"etc/skel/Salut.txt": b"Salut\n"}


def test_a_file_of_the_description_gets_its_place_and_mode(machine):
    machine.give("sheet", b"%PDF-1.7" * 300_000)
    step = BlobStep(id="s", blob="sheet", path="/usr/share/rebond/a.pdf", mode="0640")
    assert OneFile().check(step, machine).standing is Standing.MISSING
    OneFile().apply(step, machine)
    assert machine.at(step.path).stat().st_mode & 0o7777 == 0o640
    assert OneFile().check(step, machine).evidence["sha256"] == machine.sha256("sheet")
    assert machine.kept.files == {machine.at(step.path): None}


def test_what_was_there_before_is_kept(machine):
    machine.give("sheet", b"new")
    step = BlobStep(id="s", blob="sheet", path="/etc/skel/a.pdf")
    machine.at(step.path).write_bytes(b"old")
    OneFile().apply(step, machine)
    assert machine.kept.files == {machine.at(step.path): b"old"}


def test_a_full_disk_leaves_the_old_file_and_no_half_one(machine, monkeypatch):
    machine.give("sheet", b"new")
    step = BlobStep(id="s", blob="sheet", path="/etc/skel/a.pdf")
    machine.at(step.path).write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        OneFile().apply(step, machine)
    assert machine.tree() == {"etc/skel/a.pdf": b"old"}


def test_a_folder_that_leads_out_of_the_machine_is_not_written_to(machine, tmp_path):
    (tmp_path / "outside").mkdir()
    (machine.root / "etc/xdg").symlink_to(tmp_path / "outside")
    step = TextStep(id="s", path="/etc/xdg/a.txt", content="x")
    with pytest.raises(StepFailed):
        OneText().apply(step, machine)
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_large_file_is_read_again_only_where_it_was_touched(machine, monkeypatch):
    monkeypatch.setattr(files, "_LARGE_BYTES", 1000)
    machine.give("film", b"x" * 5000)
    step = BlobStep(id="s", blob="film", path="/etc/skel/a.mp4")
    OneFile().apply(step, machine)
    read = []

    def hash_of(path):
        read.append(path)
        return ""

    monkeypatch.setattr(files, "hash_of", hash_of)
    assert OneFile().check(step, machine).standing is Standing.OK
    assert read == []
    machine.at(step.path).write_bytes(b"y" * 5000)
    assert OneFile().check(step, machine).standing is Standing.DRIFT
    assert read == [machine.at(step.path)]
