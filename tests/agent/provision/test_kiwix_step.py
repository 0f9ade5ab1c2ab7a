"""A tiny encyclopaedia, listed by kiwix-manage and served by kiwix-serve."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import time
import urllib.request

import pytest

from agent.profile.steps import KiwixStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.kiwix import KiwixLibrary
from agent.run import run
from tests import needs
from tests.agent.provision.encyclopaedias import encyclopaedia
from tests.agent.provision.machines import Folder
from tools.postgres import free_port

TOOLS = ("kiwix-manage", "kiwix-serve", "zimwriterfs", "systemctl")
pytestmark = needs.programs(*TOOLS, packages="kiwix-tools zim-tools systemd")
UNIT = "/etc/systemd/system/rebond-kiwix.service"


class Workshop(Folder):
    """Programs are those of this machine, told of the folder instead of `/`."""

    def run(self, argv, timeout_seconds, given=b""):
        self.asked.append(list(argv))
        program, *words = argv
        if program == "systemctl":
            words.insert(0, f"--root={self.root}")
        words = [
            str(self.at(word)) if word.startswith("/var/") else word for word in words
        ]
        return run([program, *words], timeout_seconds)


@pytest.fixture(scope="module")
def zim(tmp_path_factory):
    return encyclopaedia(tmp_path_factory.mktemp("zim")).read_bytes()


@pytest.fixture
def machine(tmp_path):
    root = tmp_path / "machine"
    (root / "usr/bin").mkdir(parents=True)
    (root / "etc/systemd/system").mkdir(parents=True)
    (root / "usr/bin/kiwix-serve").touch()
    return Workshop(root)


def step(*blobs, port=8381):
    return KiwixStep(id="k", blobs=blobs, port=port)


def test_an_encyclopaedia_is_listed_and_starts_with_the_machine(machine, zim):
    machine.give("chat", zim)
    assert KiwixLibrary().check(step("chat"), machine).standing is Standing.MISSING
    KiwixLibrary().apply(step("chat"), machine)
    found = KiwixLibrary().check(step("chat"), machine)
    assert (found.standing, found.why) == (Standing.OK, "")
    wants = machine.root / "etc/systemd/system/multi-user.target.wants"
    assert [each.name for each in wants.iterdir()] == ["rebond-kiwix.service"]


def test_it_is_served_as_the_unit_says(machine, zim):
    machine.give("chat", zim)
    port = free_port()
    KiwixLibrary().apply(step("chat", port=port), machine)
    unit = machine.at(UNIT).read_text()
    command = next(each for each in unit.splitlines() if each.startswith("ExecStart="))
    words = shlex.split(command.removeprefix("ExecStart="))
    words = [str(machine.at(w)) if w.startswith("/var/") else w for w in words]
    with contextlib.closing(_Served(words)):
        listed = _fetch(f"http://127.0.0.1:{port}/catalog/search").decode()
        where = re.search(r'type="text/html" href="([^"]+)"', listed)
        page = _fetch(f"http://127.0.0.1:{port}{where[1]}") if where else b""
    assert b"Le chat" in page, listed


def test_a_file_cut_short_or_of_another_kind_is_never_served(machine, zim):
    for content in (zim[: len(zim) // 2], b"<html>504 Gateway Timeout</html>"):
        machine.give("chat", content)
        with pytest.raises(StepFailed) as refused:
            KiwixLibrary().apply(step("chat"), machine)
        assert refused.value.code == "file_unfit"
        assert not machine.at("/var/lib/kiwix/library.xml").exists()
        assert not machine.at(UNIT).exists()


def test_a_library_that_forgot_a_file_is_drift(machine, zim):
    machine.give("chat", zim)
    KiwixLibrary().apply(step("chat"), machine)
    library = machine.at("/var/lib/kiwix/library.xml")
    library.write_text('<library version="20110515"/>')
    found = KiwixLibrary().check(step("chat"), machine)
    assert (found.standing, "chat.zim" in found.why) == (Standing.DRIFT, True)


def test_a_file_that_left_the_description_leaves_the_machine(machine, zim):
    machine.give("chat", zim)
    machine.give("chien", zim)
    KiwixLibrary().apply(step("chat", "chien"), machine)
    KiwixLibrary().apply(step("chien"), machine)
    names = {each.name for each in machine.at("/var/lib/kiwix/x").parent.iterdir()}
    assert names == {"chien.zim", "library.xml"}


def test_a_machine_without_kiwix_gets_nothing_of_it(machine, zim):
    machine.give("chat", zim)
    machine.at("/usr/bin/kiwix-serve").unlink()
    before = machine.tree()
    with pytest.raises(StepFailed, match="kiwix-serve") as refused:
        KiwixLibrary().apply(step("chat"), machine)
    assert refused.value.code == "not_offered_here"
    assert machine.tree() == before


class _Served:
    def __init__(self, words):
        silent = subprocess.DEVNULL
        self._process = subprocess.Popen(words, stdout=silent, stderr=silent)

    def close(self):
        self._process.kill()
        self._process.wait()


def _fetch(url):
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
