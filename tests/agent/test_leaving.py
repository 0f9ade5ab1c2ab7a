"""Reports carried by hand, and a disk that forgets who it was."""

from __future__ import annotations

import argparse
import json
import uuid
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent import identity, leaving, master, wire
from agent.__main__ import main
from agent.erase import ownkey
from agent.spool import Spool
from agent.tell import Exit
from agent.words import Words
from tests.agent.samples import report
from tests.agent.test_itself import KNOWN


@pytest.fixture
def agent(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def command(*words):
        code = main(["--state", str(tmp_path / "state"), *map(str, words)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


@pytest.fixture
def spool(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    identity.save(state, KNOWN)
    return Spool(state / "spool", KNOWN.agent_id, KNOWN.seal)


def add(spool, *numbers):
    for number in numbers:
        spool.add(lambda link, number=number: numbered(number, link))


def numbered(number, link):
    return report(
        report_id=uuid.UUID(int=number), seq=link.seq, prev_sha256=link.prev_sha256
    )


def opened(path):
    with zipfile.ZipFile(path) as parcel:
        manifest = wire.Manifest.from_bytes(parcel.read(wire.MANIFEST))
        sealed = [
            wire.Envelope.from_bytes(parcel.read(each.name))
            for each in manifest.reports
        ]
        names = set(parcel.namelist())
    return manifest, sealed, names


def test_an_export_holds_what_waits_exactly_as_it_would_be_sent(agent, spool, tmp_path):
    add(spool, 1, 2)
    code, said = agent("export", tmp_path)
    assert code == Exit.DONE
    assert "Reports written: 2" in said
    (path,) = tmp_path.glob("rebond-*.zip")
    manifest, sealed, names = opened(path)
    assert sealed == spool.envelopes(10)
    assert manifest.agent_id == KNOWN.agent_id
    assert [each.seq for each in manifest.reports] == [1, 2]
    assert [each.sha256 for each in manifest.reports] == [e.sha256 for e in sealed]
    assert len(names) == 3


def test_what_was_exported_waits_on(agent, spool, tmp_path):
    add(spool, 1)
    agent("export", tmp_path / "stick.zip")
    assert (tmp_path / "stick.zip").exists()
    assert len(spool.waiting()) == 1


def test_an_export_written_again_replaces_the_former_whole(agent, spool, tmp_path):
    add(spool, 1)
    agent("export", tmp_path / "stick.zip")
    add(spool, 2)
    agent("export", tmp_path / "stick.zip")
    assert len(opened(tmp_path / "stick.zip")[1]) == 2


def test_no_more_is_exported_than_one_file_may_hold(spool, tmp_path, monkeypatch):
    add(spool, 1, 2, 3)
    leaving.write(tmp_path / "stick.zip", spool.envelopes(2))
    assert len(opened(tmp_path / "stick.zip")[1]) == 2


def test_nothing_that_waits_makes_no_file(agent, spool, tmp_path):
    code, said = agent("export", tmp_path / "stick.zip")
    assert (code, "Nothing waits" in said) == (Exit.DONE, True)
    assert not (tmp_path / "stick.zip").exists()


def test_a_stick_that_is_not_there_is_said_and_nothing_is_lost(agent, spool, tmp_path):
    add(spool, 1)
    code, said = agent("export", tmp_path / "nowhere" / "stick.zip")
    assert code == Exit.LOCAL
    assert "disk or rights" in said
    assert len(spool.waiting()) == 1


def test_a_machine_that_is_not_enrolled_has_nothing_to_export(agent, tmp_path):
    assert agent("export", tmp_path)[0] == Exit.NOT_ENROLLED


def test_a_machine_that_never_joined_carries_what_its_own_key_sealed(agent, tmp_path):
    sealed, is_enrolled = ownkey.spool_of(tmp_path / "state")
    add(sealed, 1, 2)
    code, said = agent("export", tmp_path / "stick.zip")
    assert (code, is_enrolled) == (Exit.DONE, False)
    assert "never joined a server" in said
    manifest, envelopes, _names = opened(tmp_path / "stick.zip")
    key = Ed25519PublicKey.from_public_bytes(manifest.own_key)
    key.verify(manifest.signature, manifest.signed)
    for envelope in envelopes:
        key.verify(envelope.signature, envelope.payload)
    assert len(sealed.waiting()) == 2


def test_the_own_key_never_leaves_the_machine(agent, tmp_path):
    sealed, _ = ownkey.spool_of(tmp_path / "state")
    add(sealed, 1)
    agent("export", tmp_path / "stick.zip")
    with zipfile.ZipFile(tmp_path / "stick.zip") as parcel:
        held = b"".join(map(parcel.read, parcel.namelist()))
    kept = json.loads((tmp_path / "state" / ownkey.FILE).read_bytes())
    assert kept["private_key"].encode() not in held


def test_a_machine_that_joined_names_no_key_of_its_own(agent, spool, tmp_path):
    add(spool, 1)
    agent("export", tmp_path / "stick.zip")
    manifest = opened(tmp_path / "stick.zip")[0]
    assert (manifest.own_key, manifest.signature) == (None, None)


def test_a_disk_forgets_who_it_was(agent, spool, tmp_path):
    code, said = agent("deidentify")
    assert (code, "asks for a code" in said) == (Exit.DONE, True)
    assert list((tmp_path / "state").iterdir()) == []
    assert agent("report")[0] == Exit.NOT_ENROLLED


@pytest.fixture
def system(tmp_path):
    """A small installed system, with what makes it this one."""
    root = tmp_path / "system"
    for path in (
        "etc/machine-id",
        "etc/ssh/ssh_host_ed25519_key",
        "etc/ssh/ssh_host_ed25519_key.pub",
        "etc/ssh/sshd_config",
        "etc/hostname",
        "etc/NetworkManager/system-connections/rebond.nmconnection",
        "etc/NetworkManager/system-connections/Atelier.nmconnection",
        "var/lib/systemd/random-seed",
        "var/lib/NetworkManager/secret_key",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("of this machine")
    (root / "var/lib/dbus").mkdir()
    (root / "var/lib/dbus/machine-id").symlink_to("/etc/machine-id")
    return root


def deidentified(state, system, *, discard=False):
    asked = argparse.Namespace(state=state, discard_waiting=discard)
    return leaving.deidentify(asked, Words(is_french=False), system)


def test_a_master_carries_no_mark_of_the_machine(spool, system, tmp_path, capsys):
    assert deidentified(tmp_path / "state", system) == Exit.DONE
    files = [p for p in system.rglob("*") if p.is_file() and not p.is_symlink()]
    left = [str(path.relative_to(system)) for path in files]
    connections = "etc/NetworkManager/system-connections"
    assert sorted(left) == [
        f"{connections}/Atelier.nmconnection",
        "etc/hostname",
        "etc/machine-id",
        "etc/ssh/sshd_config",
    ]
    assert (system / "etc/machine-id").read_bytes() == b""
    assert (system / "var/lib/dbus/machine-id").is_symlink()
    assert "Atelier.nmconnection" in capsys.readouterr().out


def test_a_master_that_never_joined_loses_its_marks_too(system, tmp_path):
    assert deidentified(tmp_path / "nowhere", system) == Exit.DONE
    assert (system / "etc/machine-id").read_bytes() == b""
    assert deidentified(tmp_path / "nowhere", system) == Exit.DONE  # twice is once


def test_reports_that_wait_keep_the_marks_as_well(spool, system, tmp_path):
    add(spool, 1)
    assert deidentified(tmp_path / "state", system) == Exit.WAITING
    assert (system / "etc/machine-id").read_text() == "of this machine"


def test_a_folder_of_a_trial_leaves_the_system_alone(agent, spool, monkeypatch):
    monkeypatch.setattr(master, "unmark", lambda _root: pytest.fail("touched"))
    assert agent("deidentify")[0] == Exit.DONE


def test_environments_are_forgotten_with_the_machine(agent, spool, tmp_path):
    for name in ("provision/kept/emploi-fr", "blobs/sha256/ab"):
        (tmp_path / "state" / name).mkdir(parents=True)
    (tmp_path / "state/mode").write_text("bench")
    assert agent("deidentify")[0] == Exit.DONE
    assert list((tmp_path / "state").iterdir()) == []


def test_a_disk_does_not_forget_reports_that_were_never_sent(agent, spool, tmp_path):
    add(spool, 1)
    code, said = agent("deidentify")
    assert (code, "would be lost: 1" in said) == (Exit.WAITING, True)
    assert identity.load(tmp_path / "state") == KNOWN
    assert len(spool.waiting()) == 1


def test_a_disk_forgets_reports_where_somebody_says_so(agent, spool, tmp_path):
    add(spool, 1)
    assert agent("deidentify", "--discard-waiting")[0] == Exit.DONE
    assert list((tmp_path / "state").iterdir()) == []
