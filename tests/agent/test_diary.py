"""Events wait on disk, in their order, and are the first to go when it fills."""

from __future__ import annotations

import uuid

import pytest

from agent import wire
from agent.diary import Diary
from tests.agent.samples import NOW

BOOT = uuid.UUID(int=5)
LATER_BOOT = uuid.UUID(int=6)


@pytest.fixture
def diary(tmp_path):
    return open_diary(tmp_path)


def open_diary(folder, boot_id=BOOT):
    return Diary(folder / "events", boot_id, lambda: NOW, lambda: 1000)


def note(diary, *steps):
    for step in steps:
        diary.note(step, wire.Stage.PROGRESS)


def told(diary):
    found = diary.oldest()
    return [(event.seq, event.step) for event in found[1].events] if found else []


def test_events_are_told_in_their_order(diary):
    note(diary, "a", "b", "c")
    paths, events = diary.oldest()
    assert [event.step for event in events.events] == ["a", "b", "c"]
    assert events.boot_id == BOOT
    assert (events.events[0].at, events.events[0].monotonic_ms) == (NOW, 1000)
    assert len(paths) == 3


def test_nothing_happened_is_nothing_to_tell(diary):
    assert diary.oldest() is None
    assert diary.drop_oldest() == 0


def test_a_number_is_never_used_twice(tmp_path, diary):
    note(diary, "a", "b")
    paths, _ = diary.oldest()
    diary.done(paths, 2)
    assert diary.waiting() == []
    note(open_diary(tmp_path), "c")
    assert told(diary) == [(3, "c")]


def test_a_machine_set_back_to_yesterday_continues_after_what_the_server_knows(diary):
    note(diary, "a")
    paths, _ = diary.oldest()
    diary.done(paths, 40)
    note(diary, "b")
    assert told(diary) == [(41, "b")]


def test_what_was_noted_meanwhile_waits_on(diary):
    note(diary, "a")
    paths, _ = diary.oldest()
    note(diary, "b")
    diary.done(paths, 1)
    assert told(diary) == [(2, "b")]


def test_two_starts_of_the_machine_are_told_apart(tmp_path, diary):
    note(diary, "a", "b")
    later = open_diary(tmp_path, LATER_BOOT)
    note(later, "c")
    paths, events = later.oldest()
    assert (len(paths), events.boot_id) == (2, BOOT)
    later.done(paths, 2)
    assert later.oldest()[1].boot_id == LATER_BOOT


def test_at_most_as_many_go_together_as_the_wire_carries(diary):
    note(diary, *("step" for _ in range(wire.MAX_EVENTS + 3)))
    paths, events = diary.oldest()
    assert len(paths) == len(events.events) == wire.MAX_EVENTS
    diary.done(paths, wire.MAX_EVENTS)
    assert len(diary.waiting()) == 3


def test_the_oldest_goes_first_and_leaves_a_hole_in_the_numbers(diary):
    note(diary, "a", "b", "c")
    assert diary.drop_oldest() > 0
    assert told(diary) == [(2, "b"), (3, "c")]


def test_numbers_go_on_after_everything_was_given_up(tmp_path, diary):
    note(diary, "a")
    diary.drop_oldest()
    note(open_diary(tmp_path), "b")
    assert told(diary) == [(2, "b")]


def test_an_event_that_became_unreadable_holds_no_other_up(diary):
    note(diary, "a", "b")
    diary.waiting()[0].write_bytes(b"{")
    assert told(diary) == [(2, "b")]
    assert len(diary.waiting()) == 1


def test_a_file_of_another_name_is_none_of_ours(diary, tmp_path):
    note(diary, "a")
    (tmp_path / "events" / "000000000002.json.unfinished").write_bytes(b"half")
    assert told(diary) == [(1, "a")]
