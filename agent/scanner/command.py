"""`python -m agent scanner`: from the serial line to the scan station’s page."""

from __future__ import annotations

import argparse
import fcntl
import functools
import os
import random
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from agent import durable, tell
from agent.boot import boot_id
from agent.client import Refused
from agent.collect.around import Around
from agent.scanner.beeping import SIGNALS, Beep
from agent.scanner.belonging import Belongs, belonging, folder_of
from agent.scanner.carrying import Calls, Carrier
from agent.scanner.listening import Listening
from agent.scanner.news import News
from agent.scanner.port import Line, open_line, refuse_modem
from agent.scanner.waiting import Waiting
from agent.tell import Exit, Unusable
from agent.transport import NotUnderstood, OverHttp, Unreachable
from agent.words import Words


def scan(asked: argparse.Namespace, words: Words) -> Exit:
    """Join the station where a code is given, then stay until told to stop."""
    line = Line(asked.port, asked.baud, asked.mode)
    refuse_modem(line, words)
    _refuse_nonsense(line, words)
    folder = folder_of(asked.state, asked.station)
    durable.make_folder(folder)
    lock = _alone(folder, words)
    try:
        belongs = belonging(asked, folder, words)
        return _bridge(line, belongs, folder, Beep(asked.beep), words)
    except (Refused, Unreachable, NotUnderstood) as trouble:
        return tell.of_no_enrolment(trouble, words)
    finally:
        os.close(lock)


def _bridge(
    line: Line, belongs: Belongs, folder: Path, beep: Beep, words: Words
) -> Exit:
    around = Around()
    stopping = threading.Event()
    waiting = Waiting(folder, boot_id(around), around.uptime_ms)
    news = News(words, line.where, belongs.station)
    calls = Calls(belongs.server.address, OverHttp(belongs.server))
    carrier = Carrier(calls, belongs.token, waiting, news, words, stopping)

    def stop(*_signal: object) -> None:
        stopping.set()
        carrier.wake()

    def keep(codes: Sequence[str]) -> None:
        waiting.add(codes)
        carrier.wake()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    opener = functools.partial(open_line, line)
    listening = Listening(opener, keep, SIGNALS[beep], news, stopping)
    listener = threading.Thread(target=listening.stay, name="scanner")
    listener.start()
    try:
        refusal = carrier.carry(random.random)
    finally:
        stop()
        listener.join()
    if refusal is None:
        return Exit.DONE
    tell.warn(
        words(
            "The server no longer accepts this scanner ({why}). Make a new code on the "
            "page of the station, then add --code.",
            why=refusal,
        )
    )
    tell.warn(
        words("Nothing is lost. Codes waiting here: {count}.", count=waiting.count())
    )
    return Exit.ENROL_AGAIN


def _refuse_nonsense(line: Line, words: Words) -> None:
    """A port that no library can mean is said at once, not tried for ever."""
    import serial

    try:
        serial.serial_for_url(line.where, do_not_open=True, baudrate=line.baud)
    except (ValueError, ImportError) as exc:
        raise Unusable(
            words(
                "This is no port of a scanner: {port} ({why})", port=line.where, why=exc
            )
        ) from exc


def _alone(folder: Path, words: Words) -> int:
    """One process for each station on this machine; the lock ends with it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(folder / "running.lock", flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        os.close(descriptor)
        raise Unusable(
            words("A scanner of this station is already running on this machine.")
        ) from exc
    return descriptor
