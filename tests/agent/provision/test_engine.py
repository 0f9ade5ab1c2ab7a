"""Steps are looked at, brought about and looked at again; nothing half-done is done."""

from __future__ import annotations

import pytest

from agent.provision.ends import Blocked, Cancelled, Restart
from tests.agent.provision.runs import FACTS, PowerCut, Room, of, text

THREE = (text(1), text(2), text(3))


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path, of(*THREE))


def test_every_step_is_brought_about_and_proven(room):
    assert room.install() == dict.fromkeys(("step-1", "step-2", "step-3"), "changed")
    assert (room.root / "srv/rebond/2.txt").read_text() == "text 2"
    (seen,) = room.results["step-2"].evidence
    assert (seen.name, seen.value) == ("path", "/srv/rebond/2.txt")


def test_a_second_pass_changes_nothing_and_looks_once(room):
    room.install()
    (room.state / "journal.jsonl").unlink()
    before, room.kind.checked = room.tree(), []
    assert set(room.install().values()) == {"ok"}
    assert room.kind.applied == ["step-1", "step-2", "step-3"]
    assert room.kind.checked == ["step-1", "step-2", "step-3"]
    after = room.tree()
    after.pop("state/journal.jsonl")
    assert after == before


def test_what_only_says_that_it_was_done_has_failed(room):
    room.kind.lies = {"step-2"}
    assert room.install()["step-2"] == "failed"
    assert room.results["step-2"].code == "not_held"
    assert room.install()["step-3"] == "changed"


def test_a_step_that_fails_says_why_and_the_others_go_on(room):
    room.kind.fails = {"step-1"}
    states = room.install()
    failed = room.results["step-1"]
    assert (failed.code, failed.message) == (
        "printer_unreachable",
        "the printer does not answer",
    )
    assert (states["step-1"], states["step-3"]) == ("failed", "changed")


def test_a_power_cut_costs_the_step_at_hand_and_no_other(room):
    room.kind.cuts = {"step-2"}
    with pytest.raises(PowerCut):
        room.install()
    assert (room.root / "srv/rebond/2.txt").read_text() == "text 2"  # it looks whole
    room.kind.applied = []
    assert set(room.install().values()) == {"changed"}
    assert room.kind.applied == ["step-2", "step-3"]


@pytest.mark.parametrize("cut", ["step-1", "step-2", "step-3"])
def test_a_cut_anywhere_ends_as_if_there_had_been_none(tmp_path, cut):
    rooms = [Room(tmp_path / name, of(*THREE)) for name in ("whole", "cut")]
    rooms[1].kind.cuts = {cut}
    rooms[0].install()
    with pytest.raises(PowerCut):
        rooms[1].install()
    rooms[1].install()
    whole, again = (
        {k: v[1] for k, v in room.tree().items() if "srv" in k} for room in rooms
    )
    assert whole == again


def test_a_step_that_was_cut_and_never_resumed_is_not_called_done(room):
    room.kind.cuts = {"step-2"}
    with pytest.raises(PowerCut):
        room.install()
    assert "step-2" not in room.results


def test_what_another_pass_left_half_done_is_done_again(room):
    room.kind.cuts = {"step-2"}
    with pytest.raises(PowerCut):
        room.install()
    room.kind.applied, room.order = [], "another"
    assert room.install()["step-1"] == "ok"
    assert room.kind.applied == ["step-2", "step-3"]


def test_it_is_given_up_between_two_steps(room):
    room.stopped = True
    with pytest.raises(Cancelled):
        room.install()
    assert room.kind.applied == []


def test_a_step_that_was_ended_by_giving_up_is_done_again(room):
    def stop(step, ground):
        room.kind.applied.append(step.id)
        room.stopped = True
        raise OSError(5, "ended")

    apply, room.kind.apply = room.kind.apply, stop
    with pytest.raises(Cancelled):
        room.install()
    assert room.results == {}
    room.kind.apply, room.stopped = apply, False
    assert set(room.install().values()) == {"changed"}


def test_a_full_disk_in_a_step_is_said_and_survived(room):
    def full(step, ground):
        raise OSError(28, "No space left on device")

    room.kind.apply = full
    assert set(room.install().values()) == {"failed"}
    assert {each.code for each in room.results.values()} == {"disk_full"}


def test_a_step_that_is_not_for_this_machine_is_skipped(tmp_path):
    when = [{"ram_mb_gte": 8000}, {"os": ["debian:12"]}, {"architectures": ["arm64"]}]
    steps = [text(n, when=each) for n, each in enumerate(when)]
    room = Room(tmp_path, of(*steps))
    assert list(room.install().values()) == ["skipped", "changed", "skipped"]
    assert list(room.look().values()) == ["skipped", "ok", "skipped"]


def test_the_machine_is_started_again_where_a_step_asks_for_it(tmp_path):
    room = Room(tmp_path, of(text(1, reboot=True), text(2)))
    with pytest.raises(Restart):
        room.install()
    assert room.kind.applied == ["step-1"]
    with pytest.raises(Blocked, match="started again"):
        room.install()  # nobody did
    room.boot = "second"
    assert set(room.install().values()) == {"changed"}
    assert room.kind.applied == ["step-1", "step-2"]


def test_a_step_that_was_whole_already_starts_nothing_again(tmp_path):
    room = Room(tmp_path, of(text(1), text(2)))
    room.install()
    (room.state / "journal.jsonl").unlink()
    room.profile = of(text(1, reboot=True), text(2))
    assert set(room.install().values()) == {"ok"}


def test_a_disk_that_is_too_small_is_said_before_anything_is_touched(tmp_path):
    room = Room(tmp_path, of(*THREE, requires={"disk_free_mb": 60_000}))
    with pytest.raises(Blocked) as caught:
        room.install()
    assert caught.value.code == "disk_too_small"
    assert (room.kind.applied, list((room.root / "srv").iterdir())) == ([], [])


def test_what_is_there_already_needs_no_room(tmp_path):
    room = Room(tmp_path, of(*THREE))
    room.install()
    room.profile = of(*THREE, requires={"disk_free_mb": 60_000})
    room.facts = FACTS._replace(disk_free_mb=1)
    (room.state / "journal.jsonl").unlink()
    assert set(room.install().values()) == {"ok"}


def test_looking_names_what_was_altered_and_writes_nothing(room):
    room.install()
    (room.root / "srv/rebond/2.txt").write_text("altered")
    before = room.tree()
    assert room.look() == {"step-1": "ok", "step-2": "drift", "step-3": "ok"}
    assert room.tree() == before
    assert "/srv/rebond/2.txt" in room.results["step-2"].message


def test_looking_at_a_bare_machine_writes_nothing_either(room):
    before = room.tree()
    assert set(room.look().values()) == {"drift"}
    assert {each.code for each in room.results.values()} == {"missing"}
    assert room.tree() == before == {}


def test_what_was_altered_is_brought_about_again(room):
    room.install()
    (room.root / "srv/rebond/2.txt").write_text("altered")
    (room.state / "journal.jsonl").unlink()
    assert room.install() == {"step-1": "ok", "step-2": "changed", "step-3": "ok"}


def test_progress_counts_steps_and_time(room):
    room.install()
    steps = [point for point in room.told if point.phase == "step"]
    assert [(point.number, point.total) for point in steps if not point.percent] == [
        (1, 3)
    ]
    assert {point.title.fr for point in steps} == {"Texte 1", "Texte 2", "Texte 3"}
    percents = [point.percent for point in steps]
    assert percents == sorted(percents)
    lefts = [point.seconds_left for point in steps]
    assert lefts == sorted(lefts, reverse=True)
