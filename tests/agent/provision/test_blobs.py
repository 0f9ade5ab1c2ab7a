"""Files come from a stick, a mirror or the server: whole and true, or not at all."""

from __future__ import annotations

import errno
import os
import tracemalloc

import pytest

from agent.identity import Server
from agent.provision import blobs as room
from agent.provision.blobs import Blobs
from agent.provision.sources import Folder, Web, sticks
from agent.provision.step import StepFailed
from tests.agent.provision.mirrors import Mirror, blob_of

FILM = os.urandom(700_001)
BLOB = blob_of(FILM)
HTML = b"<html>Welcome to our hotel. Please sign in.</html>"


def origin(mirror):
    return Web(mirror.address, Server(address=mirror.address))


def on_stick(folder, content=FILM, blob=BLOB):
    path = folder / "blobs/sha256" / blob.sha256[:2] / blob.sha256
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return Folder(folder)


def left(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_stick_is_asked_before_a_mirror_and_a_mirror_before_the_server(tmp_path):
    with Mirror(FILM) as mirror, Mirror(FILM) as server:
        sources = [on_stick(tmp_path / "stick"), Web(mirror.address), origin(server)]
        assert Blobs(tmp_path / "a", sources).get(BLOB).read_bytes() == FILM
        assert (mirror.asked, server.asked) == ([], [])
        assert Blobs(tmp_path / "b", sources[1:]).get(BLOB).read_bytes() == FILM
        assert (len(mirror.asked), server.asked) == (1, [])


def test_what_one_source_lacks_the_next_one_gives(tmp_path):
    (tmp_path / "stick").mkdir()
    with Mirror() as mirror, Mirror(FILM) as server:
        sources = [Folder(tmp_path / "stick"), Web(mirror.address), origin(server)]
        assert Blobs(tmp_path / "a", sources).get(BLOB).read_bytes() == FILM


@pytest.mark.parametrize(
    "lie",
    [
        HTML,
        b"",
        FILM[:-1],
        FILM + b"x",
        FILM[:-1] + bytes([FILM[-1] ^ 1]),
        os.urandom(len(FILM)),
    ],
    ids=["html", "empty", "short", "long", "one bit", "another"],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_mirror_that_gives_something_else_is_refused(tmp_path, lie, chunked):
    with Mirror(lie=lie) as mirror, Mirror(FILM) as server:
        mirror.chunked = chunked
        blobs = Blobs(tmp_path, [Web(mirror.address), origin(server)])
        assert blobs.get(BLOB).read_bytes() == FILM
    assert left(tmp_path) == [blobs.path(BLOB)]


def test_a_mirror_that_lied_is_named_and_asked_last_from_then_on(tmp_path):
    other = os.urandom(1000)
    with Mirror(lie=HTML) as mirror, Mirror(FILM, other) as server:
        blobs = Blobs(tmp_path, [Web(mirror.address), origin(server)])
        blobs.get(BLOB)
        blobs.get(blob_of(other))
        assert len(mirror.asked) == 1
    assert [mirror.address in each for each in blobs.refused] == [True]


def test_a_stick_with_a_wrong_file_is_refused(tmp_path):
    stick = on_stick(tmp_path / "stick", FILM[:-1] + b"?")
    with Mirror(FILM) as server:
        blobs = Blobs(tmp_path / "a", [stick, origin(server)])
        assert blobs.get(BLOB).read_bytes() == FILM


@pytest.mark.parametrize("is_origin", [False, True])
def test_a_line_that_breaks_off_is_gone_on_with(tmp_path, is_origin):
    with Mirror(FILM) as mirror:
        mirror.cut = 300_000
        source = origin(mirror) if is_origin else Web(mirror.address)
        with pytest.raises(StepFailed):
            Blobs(tmp_path, [source]).get(BLOB)
        (part,) = left(tmp_path)
        began = part.stat().st_size
        again = Blobs(tmp_path, [source])
        assert again.get(BLOB).read_bytes() == FILM
        assert again.fetched_bytes == len(FILM) - began
        _path, asked, tag = mirror.asked[-1]
    assert 0 < began <= 300_000
    assert asked == f"bytes={began}-"
    assert tag == (f'"{BLOB.sha256}"' if is_origin else "")


def test_a_server_without_parts_begins_anew(tmp_path):
    with Mirror(FILM) as mirror:
        mirror.cut, mirror.ranges = 300_000, False
        source = Web(mirror.address)
        with pytest.raises(StepFailed):
            Blobs(tmp_path, [source]).get(BLOB)
        assert Blobs(tmp_path, [source]).get(BLOB).read_bytes() == FILM


def test_a_wrong_beginning_does_not_spoil_the_rest(tmp_path):
    """What a liar began is not gone on with for ever."""
    blobs = Blobs(tmp_path, [])
    part = blobs.path(BLOB).with_name(BLOB.sha256 + room.PART)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"?" * 1000)
    with Mirror(FILM) as mirror:
        assert Blobs(tmp_path, [Web(mirror.address)]).get(BLOB).read_bytes() == FILM
        assert [asked for _path, asked, _tag in mirror.asked] == ["bytes=1000-", ""]


def test_a_part_that_is_whole_needs_no_source(tmp_path):
    part = Blobs(tmp_path, []).path(BLOB).with_name(BLOB.sha256 + room.PART)
    part.parent.mkdir(parents=True)
    part.write_bytes(FILM)
    with Mirror() as empty:
        blobs = Blobs(tmp_path, [Web(empty.address)])
        assert blobs.get(BLOB).read_bytes() == FILM
        assert empty.asked == []


def test_what_lies_here_damaged_is_fetched_again(tmp_path):
    with Mirror(FILM) as mirror:
        Blobs(tmp_path, [Web(mirror.address)]).get(BLOB).write_bytes(b"?" * len(FILM))
        blobs = Blobs(tmp_path, [Web(mirror.address)])
        assert blobs.get(BLOB).read_bytes() == FILM
        assert blobs.get(BLOB).read_bytes() == FILM  # and proven once is enough
        assert len(mirror.asked) == 2


def test_a_file_that_lies_elsewhere_is_followed_there(tmp_path):
    with Mirror(FILM) as store, Mirror() as server:
        server.redirect = store.address
        assert Blobs(tmp_path, [origin(server)]).get(BLOB).read_bytes() == FILM


@pytest.mark.parametrize("leads", ["self", "file:///etc/shadow?", "ftp://a"])
def test_a_source_that_leads_astray_is_left(tmp_path, leads):
    with Mirror() as server:
        server.redirect = server.address if leads == "self" else leads
        with pytest.raises(StepFailed) as caught:
            Blobs(tmp_path, [origin(server)]).get(BLOB)
    assert caught.value.code == "no_source"
    assert left(tmp_path) == []


def test_nobody_has_it_and_nothing_is_left(tmp_path):
    with pytest.raises(StepFailed) as caught:
        Blobs(tmp_path, [Web("http://127.0.0.1:9/")]).get(BLOB)
    assert (caught.value.code, left(tmp_path)) == ("no_source", [])


def test_a_disk_that_fills_in_the_middle_gets_room_back(tmp_path, monkeypatch):
    write, room_left = os.write, [300_000]

    def full(descriptor, chunk):
        room_left[0] -= len(chunk)
        if room_left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, chunk)

    monkeypatch.setattr(os, "write", full)
    with Mirror(FILM) as mirror, pytest.raises(StepFailed) as caught:
        Blobs(tmp_path, [Web(mirror.address)]).get(BLOB)
    assert caught.value.code == "disk_full"
    assert [path.stat().st_size for path in left(tmp_path)] == [0]


def test_it_is_given_up_between_two_bits_and_gone_on_with_later(tmp_path):
    with Mirror(FILM) as mirror:
        stopped = Blobs(tmp_path, [Web(mirror.address)], stopped=lambda: True)
        with pytest.raises(StepFailed) as caught:
            stopped.get(BLOB)
        assert caught.value.code == "cancelled"
        assert Blobs(tmp_path, [Web(mirror.address)]).get(BLOB).read_bytes() == FILM


def test_a_large_file_takes_little_memory(tmp_path):
    large = os.urandom(2**20) * 16
    with Mirror(large) as mirror:
        blobs = Blobs(tmp_path, [Web(mirror.address)])
        tracemalloc.start()
        blobs.get(blob_of(large))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 6 * 2**20


def test_sticks_are_found_where_systems_mount_them(tmp_path):
    on_stick(tmp_path / "media/marie/USB")
    on_stick(tmp_path / "mnt")
    (tmp_path / "media/cdrom").mkdir()
    assert [each.name for each in sticks(tmp_path)] == [
        str(tmp_path / "media/marie/USB"),
        str(tmp_path / "mnt"),
    ]


def test_what_lies_in_its_place_is_not_kept_twice(tmp_path):
    with Mirror(FILM) as mirror:
        blobs = Blobs(tmp_path, [Web(mirror.address)])
        blobs.get(BLOB)
        blobs.forget(BLOB)
    assert (blobs.has(BLOB), left(tmp_path)) == (False, [])


def test_a_server_with_its_hands_full_is_asked_again(tmp_path):
    waited: list[float] = []
    with Mirror(FILM) as server:
        server.busy, server.retry_after = 2, "7"
        blobs = Blobs(tmp_path, [origin(server)], wait=waited.append)
        assert blobs.get(BLOB).read_bytes() == FILM
    assert (sum(waited), len(server.asked)) == (14.0, 3)


def test_a_mirror_that_is_busy_keeps_nobody_from_the_server(tmp_path):
    waited: list[float] = []
    with Mirror(FILM) as mirror, Mirror(FILM) as server:
        mirror.busy = 1
        sources = [Web(mirror.address), origin(server)]
        blobs = Blobs(tmp_path, sources, wait=waited.append)
        assert blobs.get(BLOB).read_bytes() == FILM
    assert waited == []


@pytest.mark.parametrize("said", ["", "0", "soon", "Wed, 21 Oct 2037 07:28:00 GMT"])
def test_one_that_stays_busy_is_given_up(tmp_path, monkeypatch, said):
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 20.0)
    waited: list[float] = []
    with Mirror(FILM) as server:
        server.busy, server.retry_after = 10**6, said
        blobs = Blobs(tmp_path, [origin(server)], wait=waited.append)
        with pytest.raises(StepFailed) as failure:
            blobs.get(BLOB)
    assert (failure.value.code, sum(waited)) == ("no_source", 20.0)
    assert left(tmp_path) == []


def test_who_waits_for_a_busy_server_can_be_called_off(tmp_path):
    waited: list[float] = []
    with Mirror(FILM) as server:
        server.busy = 10**6
        blobs = Blobs(
            tmp_path,
            [origin(server)],
            stopped=lambda: len(waited) == 3,
            wait=waited.append,
        )
        with pytest.raises(StepFailed) as failure:
            blobs.get(BLOB)
    assert (failure.value.code, len(server.asked)) == ("cancelled", 1)
