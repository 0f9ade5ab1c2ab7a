"""The small Debian that steps are tried in, one for all of a test process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.agent.provision import debian
from tests.agent.provision.machines import Chroot


@pytest.fixture(scope="session")
def debian_tar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return debian.build(tmp_path_factory.mktemp("debian") / "root.tar")


@pytest.fixture(scope="module")
def system(debian_tar: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a Debian of a module's own."""
    root = tmp_path_factory.mktemp("system") / "root"
    root.mkdir()
    debian.run("tar", "--extract", "--file", debian_tar, "--directory", root)
    return root


@pytest.fixture
def chroot(system: Path) -> Chroot:
    """That Debian as a machine, on which nothing was noted yet."""
    # Tests come in any order: what another one set for every account is not there.
    shutil.rmtree(system / "etc/dconf", ignore_errors=True)
    return Chroot(system)
