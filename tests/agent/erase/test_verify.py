"""A drive is read back: one byte that should not be there is found."""

from __future__ import annotations

import errno
import itertools
import os

import pytest

from agent.erase.verify import (
    CHUNK_BYTES,
    MOST_ERRORS,
    MOST_MISMATCHES,
    Place,
    are_changed,
    are_zero,
    prints_of,
    sampled,
    whole,
)
from agent.run import never
from tests.agent.erase.loops import Told, filled, loop, needs_root

MIB = 2**20
real = pytest.mark.root


def blank(file, size):
    with file.open("wb") as opened:
        opened.truncate(size)
    return file


def put(file, offset, content=b"x"):
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(content)


SIZES = [8 * 10**9, 500_107_862_016, 2**34 + 512, 4_000_787_030_016]


@pytest.mark.parametrize("size", SIZES)
def test_samples_cover_a_tenth_and_both_ends(size):
    places = sampled(size, "seed")
    assert len(places) == 2002
    assert places[0].start == 0
    assert sum(places[-1]) == size
    assert sum(place.length for place in places) >= size // 10


@pytest.mark.parametrize("size", SIZES)
def test_samples_of_a_subsection_never_overlap(size):
    places = sampled(size, "seed")[1:-1]
    for one, other in itertools.pairwise(places):
        assert one.start + one.length <= other.start
    assert all(place.start % 4096 == place.length % 4096 == 0 for place in places)


def test_samples_are_laid_out_again_from_their_seed():
    assert sampled(8 * 10**9, "one") == sampled(8 * 10**9, "one")
    assert sampled(8 * 10**9, "one") != sampled(8 * 10**9, "other")


@real
@needs_root
@pytest.mark.parametrize(("block", "size"), [(512, 9 * MIB + 512), (4096, 8 * MIB)])
def test_a_zeroed_drive_is_zero(tmp_path, block, size):
    told = Told()
    with loop(blank(tmp_path / "drive", size), block) as target:
        looked = are_zero(target, whole(size), told, never)
    assert looked == (size, 0, 0, b"", True)
    assert told.steps[-1] == ("verify", (size, size, 100, None))


@real
@needs_root
@pytest.mark.parametrize("offset", [0, 1, 4 * MIB - 1, 4 * MIB, 9 * MIB + 511])
def test_one_byte_that_is_not_zero_is_found(tmp_path, offset):
    size = 9 * MIB + 512
    put(blank(tmp_path / "drive", size), offset)
    with loop(tmp_path / "drive") as target:
        assert are_zero(target, whole(size), Told(), never).mismatches == 1


@real
@needs_root
def test_a_drive_that_was_not_erased_is_not_read_to_its_end(tmp_path):
    size = 40 * MIB
    with loop(filled(tmp_path / "drive", size)) as target:
        looked = are_zero(target, whole(size), Told(), never)
    assert looked.mismatches >= MOST_MISMATCHES
    assert not looked.is_whole


@real
@needs_root
def test_what_stayed_as_it_was_is_no_erasure(tmp_path):
    size = 9 * MIB + 512
    with loop(filled(tmp_path / "drive", size)) as target:
        before = prints_of(target, whole(size), Told(), never).prints
        looked = are_changed(target, whole(size), before, Told(), never)
    assert looked.mismatches == 10
    assert looked.is_whole


@real
@needs_root
def test_what_became_a_pattern_or_noise_is_changed(tmp_path):
    size = 8 * MIB
    file = filled(tmp_path / "drive", size)
    with loop(file) as target:
        before = prints_of(target, whole(size), Told(), never).prints
        put(file, 0, bytes.fromhex("33cc55aa") * (MIB // 4))
        put(file, MIB, os.urandom(7 * MIB))
        looked = are_changed(target, whole(size), before, Told(), never)
    assert looked.mismatches == 0


@real
@needs_root
def test_space_that_held_nothing_may_hold_nothing_still(tmp_path):
    size = 8 * MIB
    put(blank(tmp_path / "drive", size), 3 * MIB, b"a letter")
    with loop(tmp_path / "drive") as target:
        before = prints_of(target, whole(size), Told(), never).prints
        looked = are_changed(target, whole(size), before, Told(), never)
    assert looked.mismatches == 1


@real
@needs_root
def test_what_cannot_be_read_is_an_error_and_moves_nothing(tmp_path, monkeypatch):
    size = 3 * CHUNK_BYTES
    with loop(filled(tmp_path / "drive", size)) as target:
        before = prints_of(target, whole(size), Told(), never).prints
        read = os.preadv

        def bad(descriptor, buffers, offset):
            if offset == CHUNK_BYTES:
                raise OSError(errno.EIO, "Input/output error")
            return read(descriptor, buffers, offset)

        monkeypatch.setattr("agent.erase.target.os.preadv", bad)
        looked = are_changed(target, whole(size), before, Told(), never)
    assert (looked.errors, looked.mismatches) == (1, 2)
    assert looked.bytes_read == size - CHUNK_BYTES


@real
@needs_root
def test_a_drive_that_cannot_be_read_is_given_up(tmp_path, monkeypatch):
    places = [Place(n * 4096, 4096) for n in range(2 * MOST_ERRORS)]

    def bad(*_):
        raise OSError(errno.EIO, "Input/output error")

    with loop(blank(tmp_path / "drive", MIB)) as target:
        monkeypatch.setattr("agent.erase.target.os.preadv", bad)
        looked = are_zero(target, places, Told(), never)
    assert (looked.errors, looked.bytes_read) == (MOST_ERRORS, 0)
    assert not looked.is_whole


@real
@needs_root
def test_reading_stops_when_it_is_told_to(tmp_path):
    size = 3 * CHUNK_BYTES
    with loop(blank(tmp_path / "drive", size)) as target:
        looked = are_zero(target, whole(size), Told(), lambda: True)
    assert (looked.bytes_read, looked.is_whole) == (CHUNK_BYTES, False)
