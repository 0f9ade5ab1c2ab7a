"""Packages by the real apt of a Debian in a folder, from a source made for it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager

import pytest

from agent.profile.steps import AptStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.apt import AptPackages
from tests.agent.provision import debian
from tests.agent.provision.debian import needs_chroot, package
from tests.agent.provision.machines import Chroot, Folder

pytestmark = [pytest.mark.root, pytest.mark.slow, needs_chroot]


@pytest.fixture(scope="module")
def shop(system):
    """The Debian, with a source of four small packages and no other."""
    source = system / "srv/source"
    source.mkdir()
    package(source, "ex-words")
    package(source, "ex-writer", Depends="ex-words", Recommends="ex-extra")
    package(source, "ex-extra")
    package(source, "ex-rival", Conflicts="ex-writer")
    debian.index(source)
    (system / "etc/apt/sources.list").write_text(
        "deb [trusted=yes] file:/srv/source ./\n"
    )
    for other in (system / "etc/apt/sources.list.d").iterdir():
        other.unlink()
    return system


@pytest.fixture
def machine(shop):
    clean = Chroot(shop)
    yield clean
    clean.run(["dpkg", "--purge", "ex-writer", "ex-rival", "ex-extra", "ex-words"], 60)


def step(*present, absent=(), **more):
    return AptStep(id="apt", present=present, absent=absent, **more)


def asked(machine, verb):
    return sum(verb in argv for argv in machine.asked)


def test_packages_are_installed_with_what_they_need_and_no_more(machine):
    wanted = step("ex-writer")
    assert AptPackages().check(wanted, machine).standing is Standing.MISSING
    AptPackages().apply(wanted, machine)
    found = AptPackages().check(wanted, machine)
    assert (found.standing, found.evidence["versions"]) == (
        Standing.OK,
        "ex-writer=1.0",
    )
    assert machine.at("/usr/share/ex-words/here").exists()
    assert not machine.at("/usr/share/ex-extra/here").exists()
    assert machine.kept.notes["newly"] == ["ex-words", "ex-writer"]


def test_what_comes_along_is_installed_where_it_is_wanted(machine):
    AptPackages().apply(step("ex-writer", recommends=True), machine)
    assert machine.at("/usr/share/ex-extra/here").exists()


def test_lists_are_refreshed_once_a_pass_and_only_where_something_is_missing(machine):
    apt = AptPackages()
    apt.apply(step("ex-words"), machine)
    apt.apply(step("ex-extra"), machine)
    apt.apply(step("ex-extra", "ex-words"), machine)
    assert asked(machine, "update") == 1


def test_packages_that_are_not_wanted_go(machine):
    AptPackages().apply(step("ex-words"), machine)
    unwanted = step(absent=("ex-words",))
    assert AptPackages().check(unwanted, machine).standing is Standing.DRIFT
    AptPackages().apply(unwanted, machine)
    assert not machine.at("/usr/share/ex-words/here").exists()
    assert AptPackages().check(unwanted, machine).standing is Standing.OK


def test_a_package_that_nobody_has_is_refused_and_installs_none_of_the_others(machine):
    with pytest.raises(StepFailed, match="no-such-thing") as refused:
        AptPackages().apply(step("ex-words", "no-such-thing"), machine)
    assert refused.value.code == "no_such_package"
    assert not machine.at("/usr/share/ex-words/here").exists()


def test_an_installation_that_would_remove_another_is_refused(machine):
    AptPackages().apply(step("ex-writer"), machine)
    with pytest.raises(StepFailed) as refused:
        AptPackages().apply(step("ex-rival"), machine)
    assert refused.value.code == "apt_would_remove"
    assert machine.at("/usr/share/ex-writer/here").exists()
    assert not machine.at("/usr/share/ex-rival/here").exists()


@contextmanager
def held(machine, path):
    """The lock as another apt holds it."""
    with machine.at(path).open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("lock", ["dpkg/lock-frontend", "apt/lists/lock"])
def test_another_program_that_installs_is_waited_for_then_said(machine, lock):
    with held(machine, f"/var/lib/{lock}"), pytest.raises(StepFailed) as refused:
        AptPackages(lock_seconds=1).apply(step("ex-words"), machine)
    assert refused.value.code == "apt_locked"
    assert not machine.at("/usr/share/ex-words/here").exists()
    AptPackages().apply(step("ex-words"), machine)
    assert AptPackages().check(step("ex-words"), machine).standing is Standing.OK


def test_an_installation_that_power_cut_short_is_ended_first(machine):
    half = machine.at("/srv/source/ex-words.deb")
    machine.run(["dpkg", "--unpack", f"/srv/source/{half.name}"], 60)
    assert AptPackages().check(step("ex-words"), machine).standing is Standing.MISSING
    AptPackages().apply(step("ex-words"), machine)
    assert AptPackages().check(step("ex-words"), machine).standing is Standing.OK


def test_going_back_removes_what_was_new_and_nothing_else(machine):
    machine.run(["dpkg", "--install", "/srv/source/ex-words.deb"], 60)
    AptPackages().apply(step("ex-writer"), machine)
    assert AptPackages().undo(step("ex-writer"), machine) == ""
    assert not machine.at("/usr/share/ex-writer/here").exists()
    assert machine.at("/usr/share/ex-words/here").exists()


def test_going_back_leaves_what_others_need_by_now(machine):
    AptPackages().apply(step("ex-words"), machine)
    machine.run(["dpkg", "--install", "/srv/source/ex-writer.deb"], 60)
    said = AptPackages().undo(step("ex-words"), machine)
    assert "ex-writer" in said
    assert machine.at("/usr/share/ex-words/here").exists()


def test_a_source_that_is_away_is_said(machine, shop):
    sources = shop / "etc/apt/sources.list"
    before = sources.read_text()
    sources.write_text("deb [trusted=yes] http://127.0.0.1:9/ ./\n")
    try:
        machine.run(["apt-get", "clean"], 60)
        with pytest.raises(StepFailed) as refused:
            AptPackages().apply(step("ex-words"), machine)
    finally:
        sources.write_text(before)
    assert refused.value.code in ("no_network", "no_such_package")


def test_a_machine_without_apt_says_so(tmp_path):
    with pytest.raises(StepFailed, match="dpkg-query") as refused:
        AptPackages().check(step("ex-words"), Folder(tmp_path))
    assert refused.value.code == "not_offered_here"
