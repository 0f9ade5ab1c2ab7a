"""A drive that says it erased itself and did not still holds the markers."""

from __future__ import annotations

import itertools

import pytest

from agent.erase.markers import COUNT, MARKER_BYTES, Markers, look_for, plant
from tests.agent.erase.loops import Told, filled, loop, needs_root

SIZE = 64 * MARKER_BYTES + 512
real = pytest.mark.root


@pytest.mark.parametrize("size", [SIZE, 500_107_862_016, 17 * MARKER_BYTES])
def test_markers_lie_at_both_ends_and_never_over_each_other(size):
    places = Markers("seed", size).places
    assert len(places) == COUNT
    assert (places[0], places[-1]) == (0, size - MARKER_BYTES)
    pairs = itertools.pairwise(places)
    assert all(one + MARKER_BYTES <= other for one, other in pairs)


def test_a_tiny_drive_has_as_many_as_fit():
    assert Markers("seed", 3 * MARKER_BYTES + 512).places == (0, 2**20, 2**21)
    assert Markers("seed", 4096).places == ()


def test_markers_differ_with_their_seed_and_their_place():
    one, other = Markers("one", SIZE), Markers("other", SIZE)
    assert one.places != other.places
    assert len({one.content(0), one.content(1), other.content(0)}) == 3


@real
@needs_root
@pytest.mark.parametrize("block", [512, 4096])
def test_planted_markers_are_all_there(tmp_path, block):
    with loop(filled(tmp_path / "drive", 64 * MARKER_BYTES + 4096), block) as target:
        markers = Markers("seed", target.size_bytes)
        told = Told()
        assert plant(target, markers, told) == COUNT
        assert [advance.done_bytes for _, advance in told.steps] == [
            n * MARKER_BYTES for n in range(COUNT)
        ]
        assert look_for(target, markers) == COUNT
        assert look_for(target, Markers("other", target.size_bytes)) == 0


@real
@needs_root
def test_a_rest_of_a_marker_is_a_marker_that_was_found(tmp_path):
    file = filled(tmp_path / "drive", SIZE)
    with loop(file) as target:
        markers = Markers("seed", SIZE)
        plant(target, markers, Told())
        with file.open("r+b") as opened:
            for place in markers.places:
                opened.seek(place)
                opened.write(bytes(MARKER_BYTES))
            opened.seek(markers.places[3] + 512 * 700)
            opened.write(markers.content(markers.places[3])[512 * 700 : 512 * 701])
        assert look_for(target, markers) == 1


@real
@needs_root
def test_a_drive_that_keeps_nothing_has_no_markers(tmp_path, monkeypatch):
    with loop(filled(tmp_path / "drive", SIZE)) as target:
        monkeypatch.setattr("agent.erase.markers.os.pwrite", lambda *_: MARKER_BYTES)
        assert plant(target, Markers("seed", SIZE), Told()) == 0
