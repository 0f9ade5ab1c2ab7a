"""Builds the Debian package of the agent: `make deb`, or python -m tools.deb [FOLDER].

One package for every architecture: the agent is Python, and its libraries are those
of Debian 12 and later. The same sources make the same bytes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from agent import __version__

ROOT = Path(__file__).resolve().parent.parent
AGENT = ROOT / "agent"
PACKAGE = "rebond-agent"
NAME = f"{PACKAGE}_{__version__}_all.deb"
# What is no part of the program itself.
APART = ("packaging", "systemd", "__pycache__")


class NoPackage(Exception):
    """Why there is no package; the message carries what the tools said."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deb", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build")
    try:
        print(build(parser.parse_args(arguments).folder))
    except NoPackage as why:
        print(why, file=sys.stderr)
        return 1
    return 0


def build(folder: Path) -> Path:
    """The package, built anew in `folder`. Raises NoPackage."""
    if not shutil.which("dpkg-buildpackage") or not shutil.which("dh_python3"):
        raise NoPackage("Tools are missing: apt-get install debhelper dh-python")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rebond-deb-") as name:
        sources = Path(name) / "rebond-agent"
        stage(sources)
        _run(["dpkg-buildpackage", "--build=binary", "-us", "-uc"], sources)
        return Path(shutil.copy(sources.parent / NAME, folder))


def stage(sources: Path) -> None:
    """The source tree that Debian's tools expect, from the project's own."""
    apart = shutil.ignore_patterns(*APART)
    for folder, name in ((AGENT, "agent"), (AGENT / "packaging", "packaging")):
        # New dates, which Debian's tools turn into that of the changelog.
        copy = shutil.copy
        shutil.copytree(folder, sources / name, ignore=apart, copy_function=copy)
    (sources / "packaging" / "debian").rename(sources / "debian")
    for unit in (AGENT / "systemd").iterdir():
        # debhelper finds those of another name than the package's under both names
        prefix = "" if unit.stem == PACKAGE else f"{PACKAGE}."
        shutil.copy(unit, sources / "debian" / f"{prefix}{unit.name}")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoPackage(f"`{command[0]}` ended with {done.returncode}.\n{done.stdout}")


if __name__ == "__main__":
    sys.exit(main())
