"""Machines made of files: a tree as /sys and /proc would show it, and its tools."""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.collect.around import Around, Counted
from agent.run import Ran, Runner
from agent.vocabulary import Why

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)

MOUNTS = "1 0 0:21 / /proc rw - proc proc rw\n"
SWAPS = "Filename Type Size Used Priority\n"


def grow(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below `root`; a content of `-> x` is a link to x, below `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content.startswith("-> "):
            path.symlink_to(root / content.removeprefix("-> "))
        else:
            path.write_text(content)
    return root


def proc(mounts: str = "", swaps: str = "") -> dict[str, str]:
    return {"proc/self/mountinfo": MOUNTS + mounts, "proc/swaps": SWAPS + swaps}


def disk(
    name: str,
    *,
    place: str = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0",
    number: str = "8:0",
    parts: Sequence[str] = (),
    sectors: int = 488_397_168,
    **files: str | bytes,
) -> dict[str, str | bytes]:
    """One drive in /sys/block: `device_model="…"` is the file device/model."""
    device = f"sys/devices/{place}"
    folder = f"{device}/block/{name}"
    tree: dict[str, str | bytes] = {
        f"{folder}/dev": number,
        f"{folder}/size": str(sectors),
        f"{folder}/ro": "0",
        f"{folder}/removable": "0",
        f"{folder}/queue/rotational": "0",
        f"{folder}/device": f"-> {device}",
        f"sys/block/{name}": f"-> {folder}",
    }
    major, _, minor = number.partition(":")
    for count, part in enumerate(parts, start=1):
        tree[f"{folder}/{part}/partition"] = str(count)
        tree[f"{folder}/{part}/dev"] = f"{major}:{int(minor) + count}"
    for key, content in files.items():
        if key.startswith("device_"):
            tree[f"{device}/{key.removeprefix('device_')}"] = content
        else:
            tree[f"{folder}/{key.replace('__', '/')}"] = content
    return tree


def mount(number: str, point: str, source: str = "none", kind: str = "ext4") -> str:
    return f"30 1 {number} / {point} rw,relatime shared:1 - {kind} {source} rw\n"


class Tools:
    """Programs that answer as told; any other is not installed."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, argv: Sequence[str], timeout_seconds: float) -> Ran:
        self.asked.append(tuple(argv))
        answer = self.answers.get(argv[0])
        if isinstance(answer, dict) and argv[0] == "smartctl":
            answer = answer.get(argv[-1])
        if answer is None:
            return Ran(tuple(argv), why=Why.TOOL_MISSING, detail="No such file")
        if isinstance(answer, Ran):
            return answer
        said = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Ran(tuple(argv), exit_code=0, stdout=said)


def around(root: Path, tools: Runner | None = None) -> Around:
    return Around(
        root=root,
        run=tools or Tools(),
        counted=lambda: Counted(8 * 2**30, 0, 2, 4),
        kernel=lambda: os.uname_result(
            ("Linux", "somebody-s-name", "6.12.48", "#1", "x86_64")
        ),
        now=lambda: NOW,
        uptime_ms=lambda: 1234,
        new_id=lambda: uuid.UUID(int=7),
    )
