"""What machines without a network wrote to a stick, read in: nothing in it is trusted."""

from __future__ import annotations

import dataclasses
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.errors import DomainError
from provisioning import actions
from provisioning.errors import ImportUnreadable
from provisioning.models import Agent
from provisioning.models.agent import AgentQuerySet

MAX_FILE_BYTES = 64 * 2**20
# What the file may grow to once it is unpacked.
MAX_UNPACKED_BYTES = 512 * 2**20
# One name of an export takes less than this in the directory of the file.
MAX_DIRECTORY_BYTES = 256 * (wire.MAX_EXPORTED + 1)
# The last bytes of the file: how many parts it has, and how long their directory is.
_END, _LONG_END_BYTES = struct.Struct("<4s4H2LH"), 20
# How an agent packs. Each other method has failures of its own.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# ValueError: a name that is no text.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)


@dataclasses.dataclass
class Carried:
    """What became of an export: reports kept, known before, and refused by name."""

    kept: dict[Agent, int] = dataclasses.field(default_factory=dict)
    known: int = 0
    refused: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def kept_count(self) -> int:
        return sum(self.kept.values())


def carry_in(
    file: IO[bytes],
    agents: AgentQuerySet,
    carried: Carried,
    brought: actions.Brought,
) -> None:
    """Hand every report of an export to the same act as the network does.

    `agents` are the machines that whoever `brought` it may speak for; `carried` says
    what became of it, also where this stops in the middle. Raises
    ImportUnreadable, before anything is kept, for a file that is no export.
    """
    known: dict[str, Agent | None] = {}
    with _opened(file) as archive:
        for name in _names(archive):
            try:
                envelope = wire.Envelope.from_bytes(_read(archive, name))
                agent = _agent(envelope, agents, known)
                accepted = actions.accept_report(
                    agent=agent, envelope=envelope, brought=brought
                )
            except wire.Malformed as unfit:
                carried.refused.append((name, str(unfit)))
            except DomainError as refusal:
                carried.refused.append((name, refusal.message))
            else:
                if accepted.created:
                    carried.kept[agent] = carried.kept.get(agent, 0) + 1
                else:
                    carried.known += 1


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    _refuse_crowded(file)
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as broken:
        raise _unreadable() from broken
    sizes = [info.file_size for info in archive.infolist()]
    if len(sizes) > wire.MAX_EXPORTED + 1 or sum(sizes) > MAX_UNPACKED_BYTES:
        raise _crowded()
    return archive


def _refuse_crowded(file: IO[bytes]) -> None:
    """Read how long the directory is before all of it is read at once.

    No agent writes a remark at the end, nor the form for more than 65,535 parts:
    what is here is then what `zipfile` goes by.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - _LONG_END_BYTES))
    before, end = (tail := file.read())[: -_END.size], tail[-_END.size :]
    if len(end) < _END.size or before.startswith(b"PK\x06\x07"):
        raise _unreadable()
    mark, _disk, _first, _here, parts, directory, _at, remark = _END.unpack(end)
    if mark != b"PK\x05\x06" or remark:
        raise _unreadable()
    if parts > wire.MAX_EXPORTED + 1 or directory > MAX_DIRECTORY_BYTES:
        raise _crowded()


def _names(archive: zipfile.ZipFile) -> Iterator[str]:
    """The reports in the order of their chain, as the manifest lists them."""
    try:
        raw = _read(archive, wire.MANIFEST)
        manifest = wire.Manifest.from_bytes(raw)
    except (wire.Malformed, ImportUnreadable) as unfit:
        raise _unreadable() from unfit
    listed = sorted(manifest.reports, key=lambda report: report.seq)
    return iter(dict.fromkeys(report.name for report in listed))


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of it, bounded whatever it says of its own size."""
    try:
        member = archive.getinfo(name)
        if member.compress_type not in _METHODS:
            raise zipfile.BadZipFile(name)
        with archive.open(member) as packed:
            found = packed.read(wire.MAX_BODY_BYTES + 1)
    except (*_BROKEN, KeyError) as broken:
        raise ImportUnreadable(_("This part of the file cannot be read.")) from broken
    if len(found) > wire.MAX_BODY_BYTES:
        raise ImportUnreadable(_("A report holds at most four mebibytes."))
    return found


def _agent(
    envelope: wire.Envelope, agents: AgentQuerySet, known: dict[str, Agent | None]
) -> Agent:
    key = str(envelope.agent_id)
    if key not in known:
        known[key] = agents.filter(uuid=envelope.agent_id).first()
    agent = known[key]
    if agent is None:
        raise ImportUnreadable(_("This machine is not known here."))
    return agent


def _crowded() -> ImportUnreadable:
    return ImportUnreadable(_("This file holds more than an export may."))


def _unreadable() -> ImportUnreadable:
    return ImportUnreadable(
        _("This file is no export of a machine."),
        advice=_("On the machine, “agent export” writes one."),
    )
