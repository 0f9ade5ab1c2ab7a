"""Archives of three kinds, and those that were made to harm."""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import tarfile
import zipfile

import pytest

from agent.profile.parts import Packed
from agent.profile.steps import ArchiveStep
from agent.provision import unpacking
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.archive import Unpacked
from tests.agent.provision.machines import Folder

FILES = {"e-portfolio/index.html": b"<h1>Moi</h1>", "e-portfolio/cv/cv.odt": b"PK"}
PLACE = "/etc/skel/Mon e-portfolio"


@pytest.fixture
def machine(tmp_path):
    root = tmp_path / "machine"
    (root / "etc/skel").mkdir(parents=True)
    return Folder(root)


def tar(*members, mode="w:gz"):
    """An archive of (name, content, type or None)."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.mode = 0o4777 if name.endswith(".sh") else 0o666
            info.size = len(content)
            if kind:
                info.type, info.linkname, info.size = kind, content.decode(), 0
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def zipped(*members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content, mode in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return packed.getvalue()


def step(packed=Packed.TAR_GZ, strip=1):
    return ArchiveStep(id="a", blob="a", path=PLACE, format=packed, strip=strip)


def whole(packed):
    if packed is Packed.ZIP:
        return zipped(*((name, content, 0o644) for name, content in FILES.items()))
    mode = "w:gz" if packed is Packed.TAR_GZ else "w:xz"
    return tar(*((name, content, None) for name, content in FILES.items()), mode=mode)


@pytest.mark.parametrize("packed", Packed)
def test_an_archive_is_unpacked_without_its_outer_folder(machine, packed):
    machine.give("a", whole(packed))
    assert Unpacked().check(step(packed), machine).standing is Standing.MISSING
    Unpacked().apply(step(packed), machine)
    assert machine.tree() == {
        "etc/skel/Mon e-portfolio/index.html": b"<h1>Moi</h1>",
        "etc/skel/Mon e-portfolio/cv/cv.odt": b"PK",
    }
    assert Unpacked().check(step(packed), machine).standing is Standing.OK


def test_rights_beyond_reading_and_running_do_not_come_out(machine):
    machine.give("a", tar(("x/run.sh", b"#!/bin/sh", None), ("x/a", b"", None)))
    Unpacked().apply(step(), machine)
    modes = [
        stat.S_IMODE((machine.at(PLACE) / name).stat().st_mode)
        for name in ("run.sh", "a")
    ]
    assert modes == [0o755, 0o644]


def test_an_altered_file_of_an_archive_is_named(machine):
    machine.give("a", whole(Packed.ZIP))
    Unpacked().apply(step(Packed.ZIP), machine)
    (machine.at(PLACE) / "index.html").write_text("<h1>Other</h1>")
    found = Unpacked().check(step(Packed.ZIP), machine)
    assert (found.standing, "index.html" in found.why) == (Standing.DRIFT, True)


def test_a_newer_archive_takes_the_files_of_the_former_away(machine):
    machine.give("a", whole(Packed.TAR_GZ))
    Unpacked().apply(step(), machine)
    machine.give("a", tar(("x/index.html", b"new", None)))
    assert Unpacked().check(step(), machine).standing is Standing.MISSING
    Unpacked().apply(step(), machine)
    assert machine.tree() == {"etc/skel/Mon e-portfolio/index.html": b"new"}


GOOD = ("x/good", b"good", None)
UNSAFE = {
    "climbs": tar(GOOD, ("x/../../../../shadow", b"root::", None)),
    "absolute": tar(GOOD, ("/etc/shadow", b"root::", None)),
    "link out": tar(GOOD, ("x/out", b"/etc", tarfile.SYMTYPE)),
    "hard link": tar(GOOD, ("x/out", b"/etc/shadow", tarfile.LNKTYPE)),
    "device": tar(GOOD, ("x/disk", b"", tarfile.BLKTYPE)),
    "pipe": tar(GOOD, ("x/pipe", b"", tarfile.FIFOTYPE)),
    "twice": tar(GOOD, GOOD),
    "file as folder": tar(GOOD, ("x/good/in", b"", None)),
    "folder as file": tar(("x/good/in", b"", None), GOOD),
    "control": tar(GOOD, ("x/a\x1b[2J", b"", None)),
}
UNSAFE_ZIPS = {
    "climbs": zipped(("x/../../../shadow", b"", 0o644)),
    "backslash": zipped(("x\\..\\..\\shadow", b"", 0o644)),
    "link": zipped(("x/out", b"/etc", stat.S_IFLNK | 0o777)),
}


@pytest.mark.parametrize("harm", UNSAFE)
def test_an_archive_that_leads_out_is_refused_whole(machine, harm):
    machine.give("a", UNSAFE[harm])
    with pytest.raises(StepFailed) as refused:
        Unpacked().apply(step(), machine)
    assert refused.value.code == "archive_unsafe"
    assert machine.tree() == {}
    assert list(machine.at("/etc/skel").iterdir()) == []


@pytest.mark.parametrize("harm", UNSAFE_ZIPS)
def test_a_zip_that_leads_out_is_refused_whole(machine, harm):
    machine.give("a", UNSAFE_ZIPS[harm])
    with pytest.raises(StepFailed) as refused:
        Unpacked().apply(step(Packed.ZIP), machine)
    assert refused.value.code == "archive_unsafe"
    assert machine.tree() == {}


def test_an_archive_cut_short_or_of_another_kind_brings_nothing(machine):
    for packed in Packed:
        for content in (whole(packed)[:-20], b"<html>504 Gateway</html>", b""):
            machine.give("a", content)
            with pytest.raises(StepFailed) as refused:
                Unpacked().apply(step(packed), machine)
            assert refused.value.code == "archive_broken"
    assert machine.tree() == {}


def test_an_archive_that_would_fill_the_disk_is_refused(machine, monkeypatch):
    monkeypatch.setattr(unpacking, "SMALL_BYTES", 100_000)
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/zeros", bytes(3_000_000))
    bombs = {
        Packed.TAR_GZ: gzip.compress(bytes(30_000_000)),
        Packed.TAR_XZ: lzma.compress(bytes(30_000_000)),
        Packed.ZIP: zeros.getvalue(),
    }
    for packed, bomb in bombs.items():
        machine.give("a", bomb)
        with pytest.raises(StepFailed) as refused:
            Unpacked().apply(step(packed), machine)
        assert refused.value.code == "archive_too_large"
    assert machine.tree() == {}


def test_a_header_that_would_fill_the_memory_is_refused(machine):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 40_000_000
    machine.give("a", gzip.compress(info.tobuf() + bytes(40_000_000)))
    with pytest.raises(StepFailed) as refused:
        Unpacked().apply(step(), machine)
    assert refused.value.code == "archive_too_large"


def test_more_files_than_a_folder_holds_are_refused(machine, monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_FILES", 3)
    machine.give("a", tar(*((f"x/{n}", b"", None) for n in range(4))))
    with pytest.raises(StepFailed) as refused:
        Unpacked().apply(step(), machine)
    assert refused.value.code == "archive_too_large"
    assert machine.tree() == {}
