"""What a bench image runs: `prepare` once at its start, then `screen` for good."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import select
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from agent import __main__ as agent
from agent import durable
from agent.bench.place import own_folder
from agent.bench.screen import Standing, address, code_of, lines
from agent.bench.settings import Settings, read
from agent.bench.standing import name_of, standing
from agent.collect.around import Around, said
from agent.erase import confirming
from agent.run import run

STATE = Path("/var/lib/rebond-agent")
# Among the mounts of a live system: what it was started from is no drive to erase.
STICK = Path("/run/live/rebond")
PARTITION = Path("/dev/disk/by-label/REBOND")
# `dirsync`: without it a renamed file on FAT is empty after a power cut.
OPTIONS = "umask=0077,quiet,dirsync,nosuid,nodev,noexec"
STICK_SECONDS = 20.0
TOOL_SECONDS = 10.0
LOOK_SECONDS = 2.0
# What consoles without a font of their own have no glyph for.
PLAIN = str.maketrans({"\u202f": "\u00a0", "’": "'", "“": '"', "”": '"', "—": "-"})
WRONG_TAG = "Ce n’est pas l’étiquette de l’ordre. / Not the tag of the order."
CLEAR = "\x1b[2J\x1b[H"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="agent.bench", description=__doc__)
    parser.add_argument("what", choices=("prepare", "screen"))
    parser.add_argument("--stick", type=Path, default=STICK)
    parser.add_argument("--state", type=Path, default=STATE)
    asked = parser.parse_args(argv)
    command_line = said(Around().proc / "cmdline")
    if asked.what == "prepare":
        find_stick(asked.stick, read(asked.stick, command_line).medium)
        return prepare(read(asked.stick, command_line), asked.stick, asked.state)
    return Screen(read(asked.stick, command_line), asked.state).show()


def find_stick(stick: Path, medium: str) -> None:
    """Mount the partition with the settings; a stick may take its time to be seen."""
    deadline = time.monotonic() + (STICK_SECONDS if medium == "stick" else 0)
    while not PARTITION.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    if PARTITION.exists():
        stick.mkdir(parents=True, exist_ok=True)
        _run("mount", "-t", "vfat", "-o", OPTIONS, str(PARTITION), str(stick))


def prepare(settings: Settings, stick: Path, state: Path) -> int:
    """The keyboard, and a place for this machine's identity that outlives a reset.

    Without a stick that can be written, or without a mark of its own, the machine
    keeps it in memory, and joins anew at its next start.
    """
    _run("loadkeys", "--quiet", settings.keyboard)
    durable.make_folder(state)
    if not os.path.ismount(stick):
        return 0
    own = own_folder(stick, Around())
    try:
        if own is not None:
            durable.make_folder(own)
            _run("mount", "--bind", str(own), str(state))
    except OSError as exc:  # write-protected, full or damaged
        print(f"{own}: {exc.strerror}", file=sys.stderr)
    return 0


def _run(*command: str) -> int:
    """Its exit code; what it complained of goes where the system keeps such words."""
    ran = run(command, TOOL_SECONDS)
    print(ran.stderr.decode(errors="replace"), end="", file=sys.stderr)
    return 1 if ran.exit_code is None else ran.exit_code


class Screen:
    """The console of a machine on the bench. Nothing is asked but a join code."""

    def __init__(self, settings: Settings, state: Path) -> None:
        self._settings = settings
        self._state = state
        self._name = name_of(Around())
        self._shown: Standing | None = None
        self._answer = ""

    def show(self) -> int:
        if self._settings.code:
            self._answer_to(self._settings.code)
        while True:
            self._draw()
            if select.select([sys.stdin], [], [], LOOK_SECONDS)[0]:
                typed = sys.stdin.readline()
                if not typed:
                    return 0
                self._answer_to(typed.strip())

    def _answer_to(self, typed: str) -> None:
        """A join code before the machine has joined; after, `t` or its own tag."""
        if not (self._state / "identity.json").exists():
            self._join(typed)
        elif typed.casefold() == "t":
            # In this one's place, on its terminal; the service starts this one anew.
            test = [sys.executable, "-m", "agent", "--state", str(self._state), "test"]
            os.execv(sys.executable, test)  # noqa: S606  # no shell is wanted
        else:
            self._shown = None
            self._confirm(typed)

    def _confirm(self, tag: str) -> None:
        """Say yes to the order that waits, where this is the tag of its device."""
        job = confirming.waiting(self._state)
        if job and tag:
            is_its = confirming.is_its_tag(job, tag)
            if is_its:
                confirming.confirm(self._state, job)
            self._answer = "" if is_its else WRONG_TAG

    def _draw(self) -> None:
        """Only when something has changed: what is being typed stays."""
        now = standing(self._state, self._settings, self._name, self._answer)
        if now != self._shown:
            code = code_of(address(now), run)
            text = "\n".join(lines(now, code)).translate(PLAIN)
            print(f"{CLEAR}{text}\n", end="> ", flush=True)
            self._shown = now

    def _join(self, code: str) -> None:
        """Join with what was typed; what came of it stands below the code."""
        self._shown = None
        if not code:
            return
        known = self._settings
        words = ["--state", str(self._state), "enrol", code]
        words += ["--server", known.server] if known.server else []
        words += ["--pin", known.pin] if known.pin else []
        words += ["--ca", str(known.ca)] if known.ca else []
        words += ["--plain-http"] if known.plain_http else []
        said_back, joined = io.StringIO(), False
        with (
            contextlib.redirect_stdout(said_back),
            contextlib.redirect_stderr(said_back),
            contextlib.suppress(SystemExit),  # argparse, of what cannot be a code
        ):
            joined = agent.main(words) == 0
        self._answer = "" if joined else " ".join(said_back.getvalue().split())


if __name__ == "__main__":
    sys.exit(main())
