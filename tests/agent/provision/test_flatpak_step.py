"""Flatpaks by the real flatpak, from a remote of three small ones made here."""

from __future__ import annotations

import subprocess

import pytest

from agent.profile.steps import FlatpakStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.flatpak import Flatpaks
from agent.run import run
from tests import needs
from tests.agent.provision.machines import Folder

pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    needs.root(),
    needs.programs("flatpak"),
]
PLATFORM = "org.exemple.Platform/x86_64/1"
SAYS = "[{kind}]\nname={name}\nruntime={platform}\nsdk={platform}\n"
EXTRA = (
    f"\n[Extra Data]\nname=a\nuri=http://127.0.0.1:9/a\nsize=5\nchecksum={'2c' * 32}\n"
)


class WithFlatpak(Folder):
    """This machine's flatpak, with a place of its own for what it installs."""

    def run(self, argv, timeout_seconds, given=b""):
        place = f"FLATPAK_SYSTEM_DIR={self.root}/var/lib/flatpak"
        return run(["env", place, *argv], timeout_seconds)


def built(folder, name, *, kind="Application", more=""):
    tree = folder / name
    (tree / "files").mkdir(parents=True)
    (tree / "usr").mkdir()
    (tree / "export").mkdir()
    said = SAYS.format(kind=kind, name=name, platform=PLATFORM)
    (tree / "metadata").write_text(said + more)
    words = ["--runtime"] if kind == "Runtime" else []
    branch = "1" if kind == "Runtime" else "stable"
    export = ["flatpak", "build-export", "--arch=x86_64", *words]
    subprocess.run(
        [*export, folder / "repo", tree, branch], check=True, capture_output=True
    )


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flatpaks")
    built(folder, "org.exemple.Platform", kind="Runtime")
    built(folder, "org.exemple.App")
    built(folder, "org.exemple.Extra", more=EXTRA)
    return folder / "repo"


@pytest.fixture
def machine(remote, tmp_path):
    (tmp_path / "machine").mkdir()
    machine = WithFlatpak(tmp_path / "machine")
    add = ["flatpak", "remote-add", "--system", "--no-gpg-verify"]
    assert machine.run([*add, "essai", str(remote)], 60).exit_code == 0
    return machine


def step(*refs, remote="essai"):
    return FlatpakStep(id="f", refs=refs, remote=remote)


def test_an_application_comes_with_what_it_runs_on(machine):
    wanted = step("org.exemple.App")
    assert Flatpaks().check(wanted, machine).standing is Standing.MISSING
    Flatpaks().apply(wanted, machine)
    found = Flatpaks().check(wanted, machine)
    assert (found.standing, found.evidence["present"]) == (Standing.OK, "1/1")
    assert Flatpaks().undo(wanted, machine) == ""
    assert Flatpaks().check(wanted, machine).standing is Standing.DRIFT


def test_one_that_fetches_parts_from_elsewhere_is_refused_and_no_other_comes(machine):
    wanted = step("org.exemple.App", "org.exemple.Extra")
    with pytest.raises(StepFailed, match="Extra") as refused:
        Flatpaks().apply(wanted, machine)
    assert refused.value.code == "extra_data"
    assert Flatpaks().check(wanted, machine).evidence["present"] == "0/2"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (step("org.exemple.Nothing"), "no_such_package"),
        (step("org.exemple.App", remote="nowhere"), "not_offered_here"),
    ],
)
def test_what_no_remote_has_is_said(machine, asked, code):
    with pytest.raises(StepFailed) as refused:
        Flatpaks().apply(asked, machine)
    assert refused.value.code == code


def test_a_machine_without_flatpak_says_so(tmp_path):
    with pytest.raises(StepFailed, match="flatpak") as refused:
        Flatpaks().check(step("org.exemple.App"), Folder(tmp_path))
    assert refused.value.code == "not_offered_here"
