"""A small real Debian in a folder, and packages of our own for its apt.

Made once for all tests of a run by mmdebstrap, as root alone may enter it.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from tests import needs
from tools.image.debian import SUITE

INCLUDE = ("dconf-cli", "locales", "tzdata", "xkb-data")
TOOLS = ("mmdebstrap", "dpkg-deb", "chroot")

needs_chroot = needs.needed(
    os.geteuid() == 0 and all(map(shutil.which, TOOLS)),
    "a Debian in a folder is made and entered by root alone, with mmdebstrap",
)


@functools.cache
def build(tar: Path) -> Path:
    """Debian in a tar file, from the mirror that this machine is set to."""
    include = f"--include={','.join(INCLUDE)}"
    command = ["mmdebstrap", "--quiet", "--variant=apt", include, SUITE, str(tar)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return tar


def package(folder: Path, name: str, version: str = "1.0", **fields: str) -> Path:
    """A Debian package that holds one file and says `fields` of itself."""
    tree = folder / f"{name}-tree"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "DEBIAN").mkdir(parents=True)
    said = {
        "Package": name,
        "Version": version,
        "Architecture": "all",
        "Maintainer": "Exemple <exemple@example.org>",
        "Description": "for tests",
        **{key.replace("_", "-"): value for key, value in fields.items()},
    }
    control = "".join(f"{key}: {value}\n" for key, value in said.items())
    (tree / "DEBIAN/control").write_text(control)
    (tree / "usr/share" / name).mkdir(parents=True)
    (tree / "usr/share" / name / "here").write_text(version)
    run("dpkg-deb", "--build", "--root-owner-group", tree, folder / f"{name}.deb")
    shutil.rmtree(tree)
    return folder / f"{name}.deb"


def index(folder: Path) -> None:
    """Let apt find the packages of a folder: `deb [trusted=yes] file:… ./`."""
    listed = subprocess.run(
        ["dpkg-scanpackages", "."], cwd=folder, capture_output=True, check=True
    )
    (folder / "Packages").write_bytes(listed.stdout)


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)
