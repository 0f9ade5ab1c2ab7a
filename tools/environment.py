"""Makes the project's own Python environment, `.venv`, from the locked requirements.

    python3 tools/environment.py base    what runs
    python3 tools/environment.py dev     and what checks and tests need
    python3 tools/environment.py node    Node.js, where the machine has none

Runs on a bare machine: standard library only. Every file that is installed must have
the hash that `requirements/*.txt` records for it.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
# Which environments hold all that is asked for.
ENOUGH = {"base": ("base", "dev"), "dev": ("dev",), "node": ("node",)}
OLDEST = (3, 11)
NO_PIP = """\
This Python cannot make an environment with pip in it. Debian and Ubuntu keep that
apart; install it once, then try again:

    sudo apt-get install python3-venv
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="environment", description=__doc__)
    parser.add_argument("what", choices=ENOUGH)
    what = parser.parse_args(arguments).what
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed, this is older.")
    with alone():
        if not is_installed(what):
            install(what)
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Two commands started at once make one environment, not half of two."""
    folder = os.open(REQUIREMENTS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_installed(what: str) -> bool:
    """Whether `.venv` holds what the lock file says."""
    return any(
        stamp(name).is_file() and stamp(name).read_text() == fingerprint(name)
        for name in ENOUGH[what]
    )


def stamp(what: str) -> Path:
    return VENV / f".installed-{what}"


def fingerprint(what: str) -> str:
    lock = (REQUIREMENTS / f"{what}.txt").read_bytes()
    return hashlib.sha256(lock + sys.version.encode()).hexdigest()


def install(what: str) -> None:
    print(f"Installing requirements/{what}.txt in .venv (once) …", flush=True)
    pip = installer()
    wanted = str(REQUIREMENTS / f"{what}.txt")
    done = subprocess.run([*pip, "--require-hashes", "-r", wanted], check=False)
    if done.returncode:
        sys.exit(f"requirements/{what}.txt was not installed.")
    stamp(what).write_text(fingerprint(what))


def installer() -> list[str]:
    """The command that installs into `.venv`, which is made where it is missing."""
    quietly = ["install", "--quiet", "--no-input", "--disable-pip-version-check"]
    if works(PYTHON, "-m", "pip", "--version"):
        return [str(PYTHON), "-m", "pip", *quietly]
    if works(sys.executable, "-m", "venv", "--clear", VENV):
        return [str(PYTHON), "-m", "pip", *quietly]
    # Debian without python3-venv: an empty environment, filled from outside.
    bare = works(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
    if bare and works(sys.executable, "-m", "pip", "--python", PYTHON, "--version"):
        outside = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
        return [*outside, *quietly]
    if bare and (uv := shutil.which("uv")):
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    sys.exit(NO_PIP)


def works(*command: str | Path) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
