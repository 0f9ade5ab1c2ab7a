from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from agent import __version__
from tests import needs
from tools import deb

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs.program("dh_python3", "debhelper dh-python")
    return deb.build(tmp_path_factory.mktemp("deb"))


def said(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_package_holds_the_agent_its_service_and_no_tests(package: Path) -> None:
    held = said("dpkg-deb", "--contents", package)
    for path in (
        "/usr/bin/rebond-agent",
        "/usr/share/rebond-agent/agent/wire.py",
        "/rebond-agent.service",
        "/rebond-agent.path",
    ):
        assert path in held
    assert "packaging" not in held
    assert "/tests" not in held


def test_the_package_fits_every_machine_and_bears_the_agent_s_version(
    package: Path,
) -> None:
    fields = ("Version", "Architecture")
    told = [said("dpkg-deb", "--field", package, field).strip() for field in fields]
    assert told == [__version__, "all"]


def test_the_same_sources_make_the_same_bytes(package: Path, tmp_path: Path) -> None:
    again = deb.build(tmp_path)
    first, second = (
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (package, again)
    )
    assert first == second


def test_debian_s_own_checker_finds_nothing(package: Path) -> None:
    needs.program("lintian")
    assert said("lintian", "--allow-root", package) == ""


def test_missing_tools_are_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(deb.NoPackage, match="apt-get install debhelper"):
        deb.build(tmp_path / "build")
    assert not (tmp_path / "build").exists()
