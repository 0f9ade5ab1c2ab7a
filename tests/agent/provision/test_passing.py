"""One pass, from the order to its report, against a server that really listens."""

from __future__ import annotations

import json
import os

import pytest

from agent import wire
from agent.installed import Outcome, Pass, StepState
from agent.provision.ground import Machine
from agent.provision.lines import Lines
from agent.provision.room import Asked
from tests.agent.profile.signing import Signer
from tests.agent.provision.mirrors import Mirror
from tests.agent.provision.workshops import Workshop, sheet, text
from tests.agent.server import Server

THREE = (text(1), text(2), text(3))
SHEET = os.urandom(50_000)
WHOLE, PARTIAL, REFUSED, BLOCKED = 0, 2, 3, 4


@pytest.fixture(scope="module")
def server():
    with Server() as running:
        yield running


@pytest.fixture
def workshop(tmp_path, server):
    server.files.clear()
    server.script.clear()
    return Workshop(tmp_path, server)


def untouched(workshop):
    return [path.name for path in (workshop.root / "srv").iterdir()] == [".keep"]


def test_an_environment_is_installed_reported_and_closed(workshop):
    order = workshop.publish(*THREE, sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    assert workshop.do(order) == WHOLE
    (told,) = workshop.reports()
    assert (told.slug, told.version, told.sha256) == ("emploi-fr", 7, order.sha256)
    assert (told.outcome, told.aim) == (Outcome.WHOLE, Pass.INSTALL)
    assert [each.state for each in told.steps] == [StepState.CHANGED] * 4
    assert told.fetched_bytes == len(SHEET)
    assert told.message == "All 4 steps are in place."
    assert workshop.room.asked() is None
    over = workshop.room.over()
    assert over is not None
    assert over.fr == "Les 4 étapes sont en place."


def test_files_are_not_kept_twice(workshop):
    order = workshop.publish(sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    assert workshop.do(order) == WHOLE
    assert [path for path in workshop.room.blobs.rglob("*") if path.is_file()] == []


def test_nothing_of_a_person_stays_in_the_runner_s_folder(workshop):
    order = workshop.publish(text(1, "Bonjour {{user.name}}"))
    values = (wire.Value(name="user.name", value="Marie Secret"),)
    assert workshop.do(order, values=values) == WHOLE
    assert workshop.read("1.txt") == "Bonjour Marie Secret"
    kept = [path for path in workshop.state.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"Marie Secret" in path.read_bytes()]


def test_a_second_order_changes_nothing(workshop):
    order = workshop.publish(*THREE)
    workshop.do(order)
    machine = {k: v for k, v in workshop.tree().items() if k.startswith("root")}
    assert workshop.do(order) == WHOLE
    assert {k: v for k, v in workshop.tree().items() if k.startswith("root")} == machine
    assert {each.state for each in workshop.reports()[-1].steps} == {StepState.OK}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body, signature: (body.replace(b"text 1", b"text X"), signature),
        lambda body, signature: (body, signature.replace("version=7", "version=8")),
        lambda body, signature: (body, "<html>Sign in</html>"),
        lambda body, signature: (body, Signer(9).sign(body)),
        lambda body, signature: (b"<html>Sign in</html>", signature),
    ],
    ids=["body", "comment", "no signature", "stranger’s key", "a hotel’s page"],
)
def test_what_was_altered_is_refused_before_anything_is_touched(workshop, spoil):
    order = workshop.publish(*THREE)
    files = workshop.server.files
    path, signature = workshop.path, f"{workshop.path}.minisig"
    body, signed = spoil(files[path], files[signature].decode())
    files |= {path: body, signature: signed.encode()}
    assert workshop.do(order) == REFUSED
    assert untouched(workshop)
    (told,) = workshop.reports()
    assert (told.outcome, told.steps) == (Outcome.REFUSED, ())
    assert "signature does not hold" in told.message


@pytest.mark.parametrize(
    "changes",
    [{"steps": [{"type": "ansible", "id": "a"}]}, {"colour": "blue"}],
    ids=["unknown step", "unknown key"],
)
def test_a_signed_one_that_is_not_understood_is_refused_too(workshop, changes):
    assert workshop.do(workshop.publish(**changes)) == REFUSED
    assert untouched(workshop)
    assert "cannot be read by this agent" in workshop.reports()[0].message


def test_another_than_the_ordered_one_is_refused(workshop):
    ordered = workshop.publish(*THREE)
    path = workshop.path
    other = workshop.publish(text(1, "other"))
    files = workshop.server.files
    files[path], files[f"{path}.minisig"] = (
        files[workshop.path],
        files[f"{workshop.path}.minisig"],
    )
    assert other.sha256 != ordered.sha256
    assert workshop.do(ordered) == REFUSED
    assert untouched(workshop)


def test_a_manifest_that_does_not_end_is_refused(workshop):
    order = workshop.publish(*THREE)
    workshop.server.files[workshop.path] = b" " * 5_000_000
    assert workshop.do(order) == BLOCKED
    assert untouched(workshop)


def test_both_keys_sign_and_an_old_pair_brings_nothing_back(workshop):
    old = workshop.keys()
    assert workshop.do(workshop.publish(*THREE, signer=Signer(2))) == WHOLE
    workshop.tell_keys(workshop.keys(Signer(2), Signer(3), counter=2))
    assert workshop.do(workshop.publish(*THREE, version=8, signer=Signer(3))) == WHOLE
    workshop.tell_keys(old)
    assert workshop.do(workshop.publish(*THREE, version=9, signer=Signer(1))) == REFUSED
    assert workshop.do(workshop.publish(*THREE, version=9, signer=Signer(2))) == WHOLE


def test_one_that_was_signed_by_a_key_of_then_is_asked_for_again(workshop):
    order = workshop.publish(*THREE, signer=Signer(1))
    workshop.do(order)
    workshop.tell_keys(workshop.keys(Signer(2), Signer(3), counter=2))
    assert workshop.do(order, aim=Pass.VERIFY) == REFUSED
    body = workshop.server.files[workshop.path]
    workshop.put(body, Signer(2).sign(body))
    assert workshop.do(order, aim=Pass.VERIFY) == WHOLE


@pytest.mark.parametrize("counter", [1, 2])
def test_keys_that_the_server_did_not_sign_are_not_taken(workshop, counter):
    workshop.do(workshop.publish(*THREE))
    foreign = workshop.keys(Signer(5), Signer(6), counter=counter)
    workshop.tell_keys(foreign.but(signature="A" * 86 + "=="))
    assert workshop.do(workshop.publish(*THREE, version=8, signer=Signer(5))) == REFUSED
    assert workshop.do(workshop.publish(*THREE, version=8, signer=Signer(1))) == WHOLE


def test_two_pairs_of_one_number_are_not_taken(workshop):
    workshop.do(workshop.publish(*THREE))
    workshop.tell_keys(workshop.keys(Signer(5), Signer(6), counter=1))
    assert workshop.do(workshop.publish(*THREE, version=8, signer=Signer(5))) == REFUSED


def test_without_any_key_nothing_is_obeyed(workshop):
    del workshop.server.files[wire.PROFILE_KEYS_PATH]
    assert workshop.do(workshop.publish(*THREE)) == BLOCKED
    assert untouched(workshop)
    assert "does not give the keys" in workshop.reports()[0].message


def test_a_version_only_grows(workshop):
    first, second = (workshop.publish(text(1, f"v{n}"), version=n) for n in (7, 8))
    assert workshop.do(second) == WHOLE
    assert workshop.do(first) == REFUSED
    assert workshop.read("1.txt") == "v8"
    assert "version 7 is older" in workshop.reports()[-1].message


def test_an_older_version_is_taken_where_that_is_ordered(workshop):
    first, second = (workshop.publish(text(1, f"v{n}"), version=n) for n in (7, 8))
    workshop.do(second)
    assert workshop.do(first, downgrade=True) == WHOLE
    assert workshop.read("1.txt") == "v7"
    assert workshop.do(second) == WHOLE


@pytest.mark.parametrize(
    ("requires", "code"),
    [
        ({"agent": "99"}, "asks for agent 99"),
        ({"os": ["linuxmint:22"]}, "for linuxmint:22, and this machine runs debian:12"),
        ({"architectures": ["riscv64"]}, "riscv64 processors"),
        ({"ram_mb": 64_000}, "64000 MB of memory"),
        ({"disk_free_mb": 90_000_000}, "90000000 MB of free disk"),
    ],
    ids=str,
)
def test_a_machine_that_does_not_fit_is_told_so_early(workshop, requires, code):
    assert workshop.do(workshop.publish(*THREE, requires=requires)) == BLOCKED
    (told,) = workshop.reports()
    assert untouched(workshop)
    assert code in told.message
    assert told.outcome is Outcome.BLOCKED


def test_a_machine_that_fits_is_installed(workshop):
    requires = {"agent": "0.1", "os": ["lmde:6", "debian:12"], "ram_mb": 3500}
    assert workshop.do(workshop.publish(*THREE, requires=requires)) == WHOLE


def test_a_value_that_was_not_given_blocks(workshop):
    assert workshop.do(workshop.publish(text(1, "{{user.name}}"))) == BLOCKED
    assert untouched(workshop)
    assert "user.name" in workshop.reports()[0].message


def test_a_file_that_nobody_has_blocks_before_anything_is_touched(workshop):
    order = workshop.publish(*THREE, sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    files = workshop.server.files
    (gone,) = [path for path in files if path.startswith(wire.BLOBS_PATH)]
    content = files.pop(gone)
    assert workshop.do(order) == BLOCKED
    assert untouched(workshop)
    files[gone] = content
    assert workshop.do(order) == WHOLE


def test_an_optional_file_that_nobody_has_is_said_and_the_rest_is_whole(workshop):
    order = workshop.publish(
        *THREE, sheet(SHEET) | {"optional": True}, blobs={"sheet-9.pdf": SHEET}
    )
    files = workshop.server.files
    files.pop(next(path for path in files if path.startswith(wire.BLOBS_PATH)))
    assert workshop.do(order) == WHOLE
    last = workshop.reports()[0].steps[-1]
    assert (last.state, last.code, last.optional) == ("failed", "no_source", True)


def test_a_mirror_that_gives_a_wrong_file_is_passed_over(workshop):
    order = workshop.publish(sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    with Mirror(lie=b"<html>") as mirror:
        address = mirror.address.removesuffix("/sha256")
        # the tree of a mirror is blobs/sha256/ab/hex
        assert workshop.do(order, mirrors=(address,)) == WHOLE
        assert mirror.asked[0][0].startswith("/blobs/sha256/")
    assert (workshop.root / "srv/rebond/sheet-9.pdf").read_bytes() == SHEET


def test_a_step_that_fails_makes_the_whole_partial(workshop):
    (workshop.root / "srv/rebond").mkdir()
    (workshop.root / "srv/rebond/2.txt").mkdir()
    assert workshop.do(workshop.publish(*THREE)) == PARTIAL
    (told,) = workshop.reports()
    assert [each.state for each in told.steps] == ["changed", "failed", "changed"]
    assert told.message.startswith("Not all is in place, one step is missing: Text 2")
    assert workshop.read("3.txt") == "text 3"


def test_a_power_cut_is_gone_on_from(workshop, monkeypatch):
    order = workshop.publish(*THREE)
    write, seen = Machine.write, []

    def cut(self, path, content, mode):
        write(self, path, content, mode)
        seen.append(path.name)
        if path.name == "2.txt" and len(seen) == 2:
            raise KeyboardInterrupt  # nothing more is done, and nothing said

    monkeypatch.setattr(Machine, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        workshop.do(order)
    assert workshop.reports() == []
    assert workshop.resume() == WHOLE
    (told,) = workshop.reports()
    assert told.resumed == 1
    assert {each.state for each in told.steps} == {StepState.CHANGED}


def test_a_disk_that_takes_no_more_lines_blocks_and_is_gone_on_with(
    workshop, monkeypatch
):
    order = workshop.publish(*THREE)
    add, left = Lines.add, [6]

    def full(self, line):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        add(self, line)

    monkeypatch.setattr(Lines, "add", full)
    assert workshop.do(order) == BLOCKED
    assert "No space left on device" in workshop.reports()[0].message
    monkeypatch.undo()
    assert workshop.do(order) == WHOLE
    assert workshop.read("3.txt") == "text 3"


def test_nothing_open_is_nothing_to_go_on_with(workshop):
    before = workshop.tree()
    assert workshop.resume() == WHOLE
    assert workshop.reports() == []
    after = workshop.tree()
    for made in ("state/provision/lock", "state/spool/spool.lock"):
        after.pop(made)
    assert after == before


def test_it_is_given_up_by_word_of_the_server(workshop):
    order = workshop.publish(*THREE)
    workshop.room.ask(Asked(order=order, language="en"))
    workshop.room.cancel()
    assert workshop.resume() == PARTIAL
    (told,) = workshop.reports()
    assert told.outcome is Outcome.CANCELLED
    assert untouched(workshop)


def test_drift_is_named_and_nothing_is_written(workshop):
    order = workshop.publish(*THREE)
    workshop.do(order)
    (workshop.root / "srv/rebond/2.txt").write_text("altered")
    before = {k: v for k, v in workshop.tree().items() if k.startswith("root")}
    assert workshop.do(order, aim=Pass.VERIFY) == PARTIAL
    told = workshop.reports()[-1]
    assert [each.state for each in told.steps] == ["ok", "drift", "ok"]
    assert "2.txt" in told.steps[1].message
    assert {k: v for k, v in workshop.tree().items() if k.startswith("root")} == before


@pytest.mark.parametrize("flag", ["--dry-run", "--verify"])
@pytest.mark.parametrize("is_there", [False, True])
def test_looking_by_hand_writes_not_one_byte(workshop, flag, is_there, capsys):
    order = workshop.publish(*THREE, sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    if is_there:
        workshop.do(order)
        (workshop.root / "srv/rebond/2.txt").write_text("altered")
    before = workshop.tree()
    words = f"{order.slug}/{order.version}/{order.sha256}"
    assert workshop.run("--order", words, flag) == PARTIAL
    assert workshop.tree() == before
    assert "step-2 (text): not as it should be" in capsys.readouterr().out


def test_going_back_leaves_the_machine_as_it_was(workshop):
    (workshop.root / "srv/rebond").mkdir()
    (workshop.root / "srv/rebond/1.txt").write_text("before")
    machine = {k: v for k, v in workshop.tree().items() if k.startswith("root")}
    order = workshop.publish(*THREE)
    workshop.do(order)
    workshop.do(workshop.publish(text(1, "newer"), text(4), version=8))
    assert workshop.do(order, aim=Pass.ROLLBACK) == WHOLE
    assert {k: v for k, v in workshop.tree().items() if k.startswith("root")} == machine
    assert workshop.reports()[-1].message == (
        "Files and packages are as they were before."
    )


def test_going_back_where_nothing_is_says_so(workshop):
    order = workshop.publish(*THREE)
    assert workshop.do(order, aim=Pass.ROLLBACK) == WHOLE
    assert "Nothing of this environment" in workshop.reports()[0].message


def test_a_step_that_a_new_version_has_no_more_is_taken_back(workshop):
    workshop.do(workshop.publish(*THREE))
    assert workshop.do(workshop.publish(text(1), text(3), version=8)) == WHOLE
    assert not (workshop.root / "srv/rebond/2.txt").exists()
    assert workshop.read("3.txt") == "text 3"


def test_a_machine_that_comes_back_forgets_its_environments(workshop):
    order = workshop.publish(*THREE)
    workshop.do(order)
    assert workshop.do(order, aim=Pass.RETURN) == WHOLE
    assert workshop.room.slugs() == []
    assert workshop.room.forget_me.exists()
    assert workshop.reports()[-1].aim is Pass.RETURN


def test_what_is_a_person_s_goes_whatever_the_environment_brought(workshop):
    connections = workshop.root / "etc/NetworkManager/system-connections"
    for path in (workshop.root / "home/marie/lettre.odt", connections / "Chez moi"):
        path.parent.mkdir(parents=True)
        path.write_text("secret")
    order = workshop.publish(*THREE)
    assert workshop.do(order, aim=Pass.RETURN) == WHOLE
    assert not (workshop.root / "home/marie").exists()
    assert list(connections.iterdir()) == []


def test_an_environment_comes_from_a_stick_alone(workshop, tmp_path):
    order = workshop.publish(*THREE, sheet(SHEET), blobs={"sheet-9.pdf": SHEET})
    stick, files = tmp_path / "stick", dict(workshop.server.files)
    for path, content in files.items():
        target = stick / path.removeprefix("/api/agent/v1/")
        if path != wire.PROFILE_KEYS_PATH:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    workshop.server.files.clear()
    words = f"{order.slug}/{order.version}/{order.sha256}"
    key = str(workshop.signers[0].key)
    asked = len(workshop.server.asked)
    ran = workshop.run("--order", words, "--offline", str(stick), "--key", key)
    assert ran == WHOLE
    assert len(workshop.server.asked) == asked
    assert (workshop.root / "srv/rebond/sheet-9.pdf").read_bytes() == SHEET


def test_a_file_is_installed_by_hand_on_a_machine_that_never_joined(workshop, tmp_path):
    workshop.publish(*THREE)
    document = tmp_path / "profile.json"
    files = workshop.server.files
    document.write_bytes(files[workshop.path])
    signature = files[f"{workshop.path}.minisig"]
    document.with_name("profile.json.minisig").write_bytes(signature)
    (workshop.state / "identity.json").unlink()
    key = str(workshop.signers[0].key)
    assert workshop.run(str(document), "--key", key) == WHOLE
    assert workshop.read("1.txt") == "text 1"
    document.write_bytes(document.read_bytes().replace(b"text 1", b"text X"))
    assert workshop.run(str(document), "--key", key) == REFUSED
    assert workshop.run(str(document)) == REFUSED


def test_two_runners_do_not_meet(workshop):
    order = workshop.publish(*THREE)
    with workshop.room.alone():
        words = f"{order.slug}/{order.version}/{order.sha256}"
        assert workshop.run("--order", words) == 5
    assert untouched(workshop)


def test_a_machine_that_is_with_a_person_reports_nothing(workshop):
    (workshop.state / "mode").write_text("loan")
    assert workshop.do(workshop.publish(*THREE)) == WHOLE
    assert workshop.reports() == []


def test_the_report_is_one_that_a_server_reads(workshop):
    workshop.do(workshop.publish(*THREE))
    (told,) = workshop.reports()
    assert wire.Installed.from_json(json.loads(told.to_bytes())) == told
