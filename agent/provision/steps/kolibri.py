"""Channels of Kolibri, each in one version of it, with all of its files.

Its own commands bring them. Whether they are whole is read from its database and from
the disk: it has called a channel imported whose files were not there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from agent.profile.parts import Channel
from agent.profile.steps import KolibriStep
from agent.provision.reasons import came_to_nothing, failed
from agent.provision.step import Found, Ground, Standing

# As Debian's package of Kolibri has it.
HOME: Final = "/var/kolibri/.kolibri"
_ACCOUNT: Final = "kolibri"
_PROGRAM: Final = "/usr/bin/kolibri"
# Else files that this version cannot show stay away, and no count of them is right.
_ALL: Final = "--include-unrenderable-content"
_SECONDS: Final = 6 * 3600.0
_NEEDED: Final = """\
SELECT DISTINCT l.id, l.extension, l.file_size, l.available
FROM content_localfile l JOIN content_file f ON f.local_file_id = l.id
JOIN content_contentnode n ON n.id = f.contentnode_id
WHERE n.channel_id = ? AND f.supplementary = 0 AND {which}"""
# A node is named, or below one that is: Kolibri keeps trees as nested intervals.
_BELOW: Final = """EXISTS (SELECT 1 FROM content_contentnode t
WHERE t.id IN ({marks}) AND t.tree_id = n.tree_id
AND n.lft BETWEEN t.lft AND t.rght)"""


class KolibriChannels:
    def check(self, step: KolibriStep, ground: Ground) -> Found:
        whole = 0
        why = ""
        for channel in step.channels:
            missing = _missing(channel, ground)
            whole += not missing
            why = why or missing
        evidence = {"channels": f"{whole}/{len(step.channels)}", "source": step.source}
        if not why:
            return Found(Standing.OK, evidence)
        was_done = bool(ground.kept.noted("done"))
        return Found(Standing.DRIFT if was_done else Standing.MISSING, evidence, why)

    def apply(self, step: KolibriStep, ground: Ground) -> None:
        if not ground.at(_PROGRAM).exists():
            raise failed("not_offered_here", "kolibri")
        for done, channel in enumerate(step.channels):
            _do(ground, "importchannel", *_from(step.source, channel))
            only = ("--node_ids", ",".join(channel.nodes)) if channel.nodes else ()
            _do(
                ground,
                *("importcontent", *only, "--fail-on-error", _ALL),
                *_from(step.source, channel),
            )
            ground.progress(100 * (done + 1) // len(step.channels))
        ground.kept.note("done", True)

    def undo(self, step: KolibriStep, ground: Ground) -> str:
        names = " ".join(channel.id for channel in step.channels)
        return f"the channels of Kolibri stay: {names}"


def _from(source: str, channel: Channel) -> tuple[str, ...]:
    parts = urlsplit(source)
    if parts.scheme == "file":
        return ("disk", channel.id, parts.path)
    return ("network", channel.id, "--baseurl", source)


def _do(ground: Ground, *words: str) -> None:
    """As Kolibri's own account: files of root's it could not use."""
    who = ("runuser", "--user", _ACCOUNT, "--", "env", f"KOLIBRI_HOME={HOME}")
    ran = ground.run([*who, "kolibri", "manage", *words], _SECONDS)
    if ran.exit_code != 0:
        raise came_to_nothing(ran)


def _missing(channel: Channel, ground: Ground) -> str:
    """What of a channel is not there, in words; "" where all is."""
    database = ground.at(f"{HOME}/db.sqlite3")
    if not database.is_file():
        return f"the channel is not there: {channel.id}"
    address = f"file:{database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=10)) as said:
        version = said.execute(
            "SELECT version FROM content_channelmetadata WHERE id = ?", [channel.id]
        ).fetchone()
        if version is None or version[0] < channel.version:
            return f"the channel is not there: {channel.id}"
        for name in _absent(channel, said, ground):
            return f"a file of the channel is not there: {name}"
    return ""


def _absent(
    channel: Channel, said: sqlite3.Connection, ground: Ground
) -> Iterator[str]:
    """The files that the wanted nodes need and that are not whole on this disk."""
    marks = ",".join("?" * len(channel.nodes))
    which = _BELOW.format(marks=marks) if channel.nodes else "1"
    needed = said.execute(_NEEDED.format(which=which), [channel.id, *channel.nodes])
    storage = ground.at(f"{HOME}/content/storage")
    for number, extension, size, is_available in needed:
        name = f"{number}.{extension}"
        path = storage / number[0] / number[1] / name
        if not is_available or _size(path) != size:
            yield name


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1
