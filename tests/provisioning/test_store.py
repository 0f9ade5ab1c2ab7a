"""Blobs on the disk: whole or not at all, once, and grown where they were cut off."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from provisioning.errors import DiskFull, UploadElsewhere
from provisioning.store import incoming, place_of, store
from provisioning.store.disk import DiskStore
from provisioning.store.incoming import Incoming, hash_of, room_for
from tests.provisioning.files import arrived, kept_files


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes) -> str:
    file = arrived(content)
    found = hash_of(file.path)
    store().keep(file.path, found)
    return found


def test_a_file_is_kept_under_its_hash(settings: Settings) -> None:
    name = keep(b"bytes")
    kept = Path(settings.STATE_DIR) / "blobs" / place_of(name)
    assert kept.read_bytes() == b"bytes"
    assert (store().size(name), store().size("0" * 64)) == (5, None)
    assert oct(kept.stat().st_mode)[-3:] == "444"


def test_the_same_file_twice_is_one_blob(settings: Settings) -> None:
    first = keep(b"bytes")
    inode = DiskStore(Path(settings.STATE_DIR) / "blobs").path(first).stat().st_ino
    assert keep(b"bytes") == first
    assert kept_files(settings.STATE_DIR) == [first]
    assert DiskStore(settings.STATE_DIR / "blobs").path(first).stat().st_ino == inode
    assert not list(incoming.folder().iterdir())


def test_a_name_that_is_no_hash_leads_nowhere() -> None:
    for name in ("../../etc/shadow", "A" * 64, "a" * 63, "", "a" * 64 + "\n"):
        with pytest.raises(ValueError, match="no SHA-256"):
            place_of(name)


def test_a_part_of_a_blob_is_read_and_sought_as_if_it_were_all() -> None:
    name = keep(b"0123456789")
    part = store().open(name, 3, 4)
    assert isinstance(part, os.PathLike) is False
    assert part.read(2) + part.read() + part.read() == b"3456"
    part.close()


def test_a_section_says_where_it_ends() -> None:
    section = DiskStore(incoming.folder().parent).open(keep(b"0123456789"), 3, 4)
    with section:
        assert section.seek(0, os.SEEK_END) == 4
        assert section.seek(-1, os.SEEK_CUR) == 3
        assert (section.read(9), section.tell()) == (b"6", 4)


# ------------------------------------------------------------------ on its way in


def test_a_file_grows_at_its_end() -> None:
    file = Incoming("one")
    assert file.received == 0
    assert file.append(0, [b"abc", b"de"], most=8) == 5
    assert file.append(5, [b"fgh"], most=8) == file.received == 8
    assert file.path.read_bytes() == b"abcdefgh"


def test_a_part_that_belongs_elsewhere_is_refused_and_says_where() -> None:
    file = arrived(b"abc")
    for offset in (0, 2, 4):
        with pytest.raises(UploadElsewhere) as refused:
            file.append(offset, [b"x"], most=9)
        assert refused.value.facts == {"received": 3}
    assert file.path.read_bytes() == b"abc"


def test_more_than_was_announced_is_refused_and_nothing_of_it_kept() -> None:
    file = arrived(b"abc")
    with pytest.raises(UploadElsewhere):
        file.append(3, [b"de", b"fg"], most=6)
    assert file.path.read_bytes() == b"abc"


def test_what_is_cut_off_in_the_middle_of_a_part_is_as_before() -> None:
    def cut() -> Iterator[bytes]:
        yield b"de"
        raise ConnectionResetError

    file = arrived(b"abc")
    with pytest.raises(ConnectionResetError):
        file.append(3, cut(), most=9)
    assert file.path.read_bytes() == b"abc"


def test_two_tabs_do_not_write_one_file_at_once() -> None:
    file = arrived(b"abc")

    def meanwhile() -> Iterator[bytes]:
        yield b"d"
        with pytest.raises(UploadElsewhere):
            Incoming("file").append(3, [b"x"], most=9)

    assert file.append(3, meanwhile(), most=9) == 4
    assert file.path.read_bytes() == b"abcd"


def test_what_the_disk_cannot_take_is_refused_before_it_comes() -> None:
    with pytest.raises(DiskFull) as refused:
        room_for(1 << 60)
    assert refused.value.facts["needed"] == 1 << 60
    room_for(1)
