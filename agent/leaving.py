"""Carry reports away by hand, and make a machine forget who it is."""

from __future__ import annotations

import argparse
import os
import zipfile
from pathlib import Path

from agent import __version__, durable, identity, itself, master, tell, wire
from agent.collect.around import Around
from agent.erase import ownkey
from agent.erase.ownkey import OwnKey
from agent.identity import Identity, NotEnrolled
from agent.master import Unmarked
from agent.parser import STATE
from agent.spool import Spool
from agent.tell import Exit
from agent.words import Words

SUFFIX = ".zip"


def export(asked: argparse.Namespace, words: Words) -> Exit:
    """Write what waits into one file. It waits on: twice is kept once.

    A machine that never joined carries away what it sealed with its own key; one
    that has sealed nothing has none, and is not enrolled.
    """
    known, own = _sealer(asked.state)
    spool = Spool(asked.state / "spool", known.agent_id, known.seal)
    sealed = spool.envelopes(wire.MAX_EXPORTED)
    if not sealed:
        print(words("Nothing waits: there is nothing to carry."))
        return Exit.DONE
    path = _file(asked.target, sealed)
    write(path, sealed, own)
    print(
        words("Reports written: {count}, in {path}.", count=len(sealed), path=path),
        words("They also wait here on: the server keeps each of them once."),
    )
    if own:
        print(
            words(
                "This machine never joined a server: what it erased is evidence there, "
                "that a data-security officer decides about."
            )
        )
    return Exit.DONE


def _sealer(state: Path) -> tuple[Identity | OwnKey, OwnKey | None]:
    """Who seals here, and the own key of a machine that never joined."""
    try:
        return itself.check(state, Around()), None
    except NotEnrolled:
        own = ownkey.load(state)
        if own is None:
            raise
        return own, own


def write(path: Path, sealed: list[wire.Envelope], own: OwnKey | None = None) -> None:
    """An export as docs/wire.md describes it, whole or not at all."""
    draft = path.with_name(path.name + durable.UNFINISHED)
    with draft.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parcel:
            listed = tuple(_listed(envelope) for envelope in sealed)
            manifest = wire.Manifest(
                agent_id=sealed[0].agent_id,
                agent_version=__version__,
                reports=listed,
            )
            if own:
                manifest = own.vouch(manifest)
            parcel.writestr(wire.MANIFEST, manifest.to_bytes())
            for each, envelope in zip(listed, sealed, strict=True):
                parcel.writestr(each.name, envelope.to_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    durable.settle(path.parent)


def _listed(envelope: wire.Envelope) -> wire.Listed:
    report = envelope.report()
    return wire.Listed(
        name=f"reports/{report.report_id}.json",
        report_id=report.report_id,
        seq=report.seq,
        sha256=envelope.sha256,
        size_bytes=len(envelope.payload),
    )


def _file(target: Path, sealed: list[wire.Envelope]) -> Path:
    """A name without a date, because this machine's clock may be dead."""
    if not target.is_dir():
        return target
    first, last = sealed[0].report().seq, sealed[-1].report().seq
    agent = str(sealed[0].agent_id)[:8]
    return target / f"rebond-{agent}-{first}-{last}{SUFFIX}"


def deidentify(
    asked: argparse.Namespace, words: Words, root: Path | None = None
) -> Exit:
    """Forget who this machine is, before its disk becomes a master for others.

    The marks of the system go with the agent's own folder; another folder is somebody's
    trial, and touches nothing else. `root` is where the system's tree begins.
    """
    if root is None and asked.state == STATE:
        root = Path("/")
    try:
        known = identity.load(asked.state)
    except NotEnrolled:
        if root is None:
            raise
    else:
        spool = Spool(asked.state / "spool", known.agent_id, known.seal)
        waiting = len(spool.waiting())
        if waiting and not asked.discard_waiting:
            tell.warn(
                words(
                    "Reports wait here and would be lost: {count}. Send or export them "
                    "first, or add --discard-waiting.",
                    count=waiting,
                )
            )
            return Exit.WAITING
    if root is not None:
        _tell_unmarked(master.unmark(root), words)
    if asked.state.is_dir():
        itself.forget(asked.state)
    print(
        words(
            "This machine no longer knows who it was. Whatever starts from this disk "
            "asks for a code of its own."
        )
    )
    return Exit.DONE


def _tell_unmarked(unmarked: Unmarked, words: Words) -> None:
    if unmarked.removed:
        print(words("Removed: {paths}", paths=", ".join(unmarked.removed)))
    if unmarked.connections:
        names = ", ".join(unmarked.connections)
        print(words("Connections that stay, with their secrets: {names}", names=names))
