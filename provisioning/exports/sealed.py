"""The file of a machine that never joined: whole as its own key sealed it, or refused."""

from __future__ import annotations

import uuid
import zipfile

from django.utils.translation import gettext as _

from agent import wire
from provisioning.actions.steps import is_signed
from provisioning.errors import ImportAltered, ImportUnreadable
from provisioning.exports.archive import another_version, read


def sealer(archive: zipfile.ZipFile, manifest: wire.Manifest) -> bytes:
    """The key that sealed all of it; raises where anything is not as it was sealed.

    The key is the file’s own word: who had the machine seal it remains unknown.
    """
    listed = {each.name: each for each in manifest.reports}
    key, signature = manifest.own_key, manifest.signature
    if key is None or signature is None:
        raise _altered()
    if not is_signed(manifest.signed, signature, key):
        raise _altered()
    said = wire.decode(_read_whole(archive, wire.MANIFEST))
    if not manifest.to_json().items() <= said.items():
        raise _altered()
    if sorted(archive.namelist()) != sorted((wire.MANIFEST, *listed)):
        raise _altered()
    for name, each in listed.items():
        _refuse_altered(_read_whole(archive, name), each, manifest.agent_id, key)
    return key


def _read_whole(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return read(archive, name)
    except ImportUnreadable as unfit:
        raise _altered() from unfit


def _refuse_altered(
    body: bytes, listed: wire.Listed, agent_id: uuid.UUID, key: bytes
) -> None:
    try:
        envelope = wire.Envelope.from_bytes(body)
        if not is_signed(envelope.payload, envelope.signature, key):
            raise _altered()
        if (envelope.agent_id, envelope.sha256) != (agent_id, listed.sha256):
            raise _altered()
        envelope.report()
    except wire.Unsupported as unfit:
        raise another_version() from unfit
    except wire.Malformed as unfit:
        raise _altered() from unfit


def _altered() -> ImportAltered:
    return ImportAltered(
        _("This file is not as the machine sealed it. Nothing of it was taken in."),
        advice=_("On the machine, “agent export” writes it anew."),
    )
