"""Passes for tests: a machine of files, steps that are easy to see through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.profile import Profile, read
from agent.profile.steps import StepKind, TextStep
from agent.provision.blobs import Blobs
from agent.provision.engine import Engine, Here
from agent.provision.ground import Machine
from agent.provision.journal import Journal
from agent.provision.kept import Memory
from agent.provision.preflight import Facts
from agent.provision.step import Found, Ground, Standing, StepFailed
from agent.words import Words
from tests.agent.profile.profiles import raw

FACTS = Facts(
    disk_free_mb=50_000,
    ram_mb=4000,
    releases=frozenset({"debian", "debian:12"}),
    architecture="amd64",
)


class PowerCut(BaseException):
    """The power fails: nothing after it is done, and nobody is told."""


class Written:
    """The kind of text steps, whose files say all there is to know.

    `cuts` fails the power where a step of that name is half done, once; `fails` are
    steps that cannot be brought about, `lies` those that only say that they were.
    """

    def __init__(self) -> None:
        self.applied: list[str] = []
        self.checked: list[str] = []
        self.undone: list[str] = []
        self.cuts: set[str] = set()
        self.fails: set[str] = set()
        self.lies: set[str] = set()

    def check(self, step: TextStep, ground: Ground) -> Found:
        self.checked.append(step.id)
        path = ground.at(step.path)
        there = path.read_text() if path.exists() else None
        if there == step.content:
            return Found(Standing.OK, {"path": step.path})
        noted = ground.kept.noted("written")
        standing = Standing.DRIFT if noted else Standing.MISSING
        return Found(standing, {"path": step.path}, f"changed: {step.path}")

    def apply(self, step: TextStep, ground: Ground) -> None:
        self.applied.append(step.id)
        if step.id in self.fails:
            raise StepFailed("printer_unreachable", "the printer does not answer")
        if step.id in self.lies:
            return
        ground.progress(50)
        ground.write(ground.at(step.path), step.content.encode(), 0o644)
        ground.kept.note("written", True)
        if step.id in self.cuts:
            self.cuts.remove(step.id)
            raise PowerCut

    def undo(self, step: TextStep, ground: Ground) -> str:
        self.undone.append(step.id)
        return "the person’s own files stay" if step.id == "step-2" else ""


def text(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "type": "text",
        "id": f"step-{number}",
        "path": f"/srv/rebond/{number}.txt",
        "content": f"text {number}",
        "title": {"fr": f"Texte {number}", "en": f"Text {number}"},
    } | changes


def of(*steps: Mapping[str, Any], **changes: Any) -> Profile:
    whole = raw(*map(dict, steps), blobs=[], **changes)
    return read(json.dumps(whole).encode())


class Room:
    """One machine: its root, its agent's folder, and what it was told."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.state = folder / "state"
        for each in (self.root / "srv", self.state):
            each.mkdir(parents=True, exist_ok=True)
        self.profile = profile
        self.kind = Written()
        self.told: list[Any] = []
        self.boot = "first"
        self.stopped = False
        self.order = "one"
        self.facts = FACTS

    def engine(self, *, looking: bool = False) -> Engine:
        kept = Memory(self.state / "kept", self.root, looking=looking)
        blobs = Blobs(self.state / "blobs", [])
        ground = Machine(
            self.root,
            self.profile,
            blobs,
            kept,
            values={},
            connection={},
            stopped=lambda: self.stopped,
        )
        here = Here(
            ground,
            blobs,
            self.facts,
            {StepKind.TEXT: lambda: self.kind},
            Words(is_french=False),
            self.told.append,
            self.boot,
        )
        return Engine(self.profile, here)

    def install(self) -> dict[str, str]:
        journal = Journal(self.state / "journal.jsonl", self.order)
        engine = self.engine()
        try:
            engine.install(journal, is_first=True)
        finally:
            self.results = engine.results
        return {name: each.state.value for name, each in engine.results.items()}

    def look(self) -> dict[str, str]:
        engine = self.engine(looking=True)
        engine.look()
        self.results = engine.results
        return {name: each.state.value for name, each in engine.results.items()}

    def tree(self) -> dict[str, tuple[int, bytes]]:
        return {
            str(path.relative_to(self.folder)): (
                path.stat().st_mtime_ns,
                path.read_bytes(),
            )
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
