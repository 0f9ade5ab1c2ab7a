"""What each command does; what is heavy is loaded by the command that needs it."""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Callable
from pathlib import Path

from agent import identity, tell, wire
from agent.client import Client
from agent.collect import Around, look
from agent.identity import Identity, NotEnrolled
from agent.itself import AnotherMachine, check
from agent.report import compose
from agent.sending import Sender
from agent.session import Session
from agent.spool import Spool
from agent.tell import Exit, Unusable
from agent.transport import OverHttp
from agent.words import Words

Command = Callable[[argparse.Namespace, Words], Exit]


def run(asked: argparse.Namespace, words: Words) -> Exit:
    """Do what was asked and say what came of it."""
    try:
        return _command(asked.command)(asked, words)
    except NotEnrolled:
        tell.warn(
            words(
                "This machine is not enrolled yet. Ask for a join code, then: "
                "python -m agent enrol CODE --server ADDRESS"
            )
        )
        return Exit.NOT_ENROLLED
    except AnotherMachine:
        tell.warn(
            words(
                "This identity was made on another machine: a copied disk, or a disk "
                "that moved. It was put aside. Enrol this machine with a new code."
            )
        )
        return Exit.ENROL_AGAIN
    except Unusable as exc:
        tell.warn(str(exc))
        return Exit.USAGE
    except (OSError, wire.Malformed) as exc:
        tell.warn(
            words("This machine’s own disk or rights are in the way: {why}", why=exc)
        )
        return Exit.LOCAL


def _command(name: str) -> Command:
    if name == "enrol":
        from agent.joining import enrol

        return enrol
    if name == "run":
        from agent.service import serve

        return serve
    if name in ("export", "deidentify"):
        from agent import leaving

        return leaving.export if name == "export" else leaving.deidentify
    if name == "erase":
        from agent.erase.alone import erase

        return erase
    if name == "connect":
        from agent.modem.command import connect

        return connect
    if name == "scanner":
        from agent.scanner.command import scan

        return scan
    if name == "provision":
        from agent.provision.command import provision

        return provision
    if name == "test":
        from agent.checks.command import test

        return test
    return {"report": report, "show": show}[name]


def report(asked: argparse.Namespace, words: Words) -> Exit:
    """Look, keep on disk, then send everything that waits."""
    around = Around()
    # what is only kept is checked by whoever sends it or carries it away
    known = identity.load(asked.state) if asked.keep else check(asked.state, around)
    findings = look(around)
    spool = _spool(asked.state, known)
    spool.add(lambda link: compose(findings, around, link))
    if asked.keep:
        print(words("Reports waiting: {count}.", count=len(spool.waiting())))
        return Exit.DONE
    return send(asked.state, known, words)


def send(state: Path, known: Identity, words: Words) -> Exit:
    """Send everything that waits, and say what became of it."""
    spool = _spool(state, known)
    transport = OverHttp(known.server)
    client = Client(known.server.address, transport)
    session = Session(
        client,
        known,
        functools.partial(identity.keep, state),
        functools.partial(identity.load, state),
    )
    outcome = Sender(spool, session.report, time.sleep).send()
    if transport.dates_unchecked:
        tell.of_dates_unchecked(words)
    return tell.of_sending(outcome, len(spool.waiting()), words)


def show(asked: argparse.Namespace, words: Words) -> Exit:
    """Show what is seen; nothing is sent."""
    from agent.show import Standing, print_machine

    try:
        known = identity.load(asked.state)
        waiting = len(_spool(asked.state, known).waiting())
        standing = Standing(known.server.address, waiting)
    except NotEnrolled:
        standing = Standing(server="", waiting=0)
    except PermissionError:
        standing = Standing()
    print_machine(look(Around()), standing, words, sys.stdout)
    return Exit.DONE


def _spool(state: Path, known: Identity) -> Spool:
    return Spool(state / "spool", known.agent_id, known.seal)
