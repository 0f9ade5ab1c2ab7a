"""The command `provision`: one pass by hand, by order, or gone on with after a restart."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final, Self

from agent import identity, lent, tell
from agent.boot import boot_id
from agent.collect.around import Around
from agent.identity import Identity, NotEnrolled
from agent.installed import Installed, Outcome, StepResult
from agent.provision.door import ServerDoor
from agent.provision.ends import Refused
from agent.provision.pace import Point
from agent.provision.passing import HELD, GoesOnLater, Means, Passing
from agent.provision.room import Asked, Busy, News, Over, Room
from agent.provision.screen import LANGUAGES, drawn, told
from agent.provision.sentences import End
from agent.provision.steps import HANDLERS
from agent.provision.typed import typed
from agent.report import compose_installed
from agent.run import run
from agent.spool import Spool
from agent.tell import Exit
from agent.words import Words, words_in

NEWS_SECONDS: Final = 1.0
RESTART_SECONDS: Final = 60.0
# What the caller is told: 2 partial, 3 refused, 4 blocked (docs/wire.md).
CODES: Final = {
    Outcome.WHOLE: Exit.DONE,
    Outcome.PARTIAL: Exit(2),
    Outcome.REFUSED: Exit(3),
    Outcome.BLOCKED: Exit(4),
    Outcome.CANCELLED: Exit(2),
}


def provision(asked: argparse.Namespace, words: Words, root: Path = Path("/")) -> Exit:
    """Do it and say what came of it; the exit code tells the truth."""
    words = words_in(asked.language) if asked.language else words
    room, known = Room(asked.state), _known(asked)
    try:
        if asked.dry_run or asked.verify:
            what = typed(asked, room, known, words)
            return _do(what, asked, known, words, root, writes=False)
        with room.alone():
            if asked.resume:
                return _resume(asked, room, known, words, root)
            what = typed(asked, room, known, words)
            room.ask(what)
            return _do(what, asked, known, words, root, writes=True)
    except Busy:
        tell.warn(words("Another installation is running on this machine."))
        return Exit.WAITING
    except Refused as refused:
        tell.warn(refused.say(words))
        return CODES[Outcome.REFUSED]


def _resume(
    asked: argparse.Namespace,
    room: Room,
    known: Identity | None,
    words: Words,
    root: Path,
) -> Exit:
    """Go on with what is open; nothing where nothing is."""
    what = _open(room)
    if what is None:
        return Exit.DONE
    words = words_in(what.language) if what.language else words
    return _do(what, asked, known, words, root, writes=True)


def _open(room: Room) -> Asked | None:
    """What is to be gone on with, counted once more where it was begun before."""
    what = room.asked()
    if what is None:
        return None
    if room.journal(what.order.slug).exists():
        what = what.but(resumed=what.resumed + 1)
        room.ask_again(what)
    return what


def _do(
    what: Asked,
    asked: argparse.Namespace,
    known: Identity | None,
    words: Words,
    root: Path,
    *,
    writes: bool,
) -> Exit:
    room = Room(asked.state)
    ears = Ears(room, what.order.slug, words, asked.screen, writes=writes)
    with contextlib.ExitStack() as stack:
        signs = stack.enter_context(Signs(room))
        door = ServerDoor(asked.state, known) if known else None
        if door:
            stack.callback(door.close)
        means = Means(
            room=room,
            root=root,
            door=door,
            handlers=HANDLERS,
            words=words,
            told=ears.told,
            machine=os.uname().machine,
            boot=str(boot_id(Around()) or ""),
            restart=_restart,
            stopped=signs.stopped,
            leaving=signs.leaving,
            writes=writes,
        )
        try:
            installed, end = Passing(what, means).run()
        except GoesOnLater:
            tell.warn(words("It goes on when this machine has started again."))
            return Exit.WAITING
    if writes:
        _keep(installed, what, end, asked.state, room)
    ears.over(_over(installed, what, end))
    say(installed, words)
    return CODES.get(installed.outcome, Exit.LOCAL)


def _known(asked: argparse.Namespace) -> Identity | None:
    """Who this machine is to its server; nobody where the server is not to be asked."""
    if asked.offline:
        return None
    try:
        return identity.load(asked.state)
    except NotEnrolled:
        return None


def _keep(installed: Installed, what: Asked, end: End, state: Path, room: Room) -> None:
    """The report first: an order that is gone has said what came of it.

    A machine that is with a person reports nothing, whoever made the pass.
    """
    with contextlib.suppress(NotEnrolled):
        known = identity.load(state)
        if not lent.is_lent(state):
            spool = Spool(state / "spool", known.agent_id, known.seal)
            spool.add(lambda link: compose_installed(installed, Around(), link))
    room.end(_over(installed, what, end))
    room.done()


def _over(installed: Installed, what: Asked, end: End) -> Over:
    french, english = (end.say(words) for words in LANGUAGES)
    return Over(
        job_id=what.job_id,
        slug=installed.slug,
        aim=installed.aim,
        outcome=installed.outcome,
        fr=french,
        en=english,
    )


def _restart() -> bool:
    os.sync()
    return run(("systemctl", "reboot"), RESTART_SECONDS).exit_code == 0


class Signs:
    """Who wants this pass to stop: a person or the server, or the machine going down."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._is_leaving = False
        self._is_given_up = False

    def __enter__(self) -> Self:
        self._before = (
            signal.signal(signal.SIGTERM, self._leave),
            signal.signal(signal.SIGINT, self._give_up),
        )
        return self

    def __exit__(self, *_exc: object) -> None:
        signal.signal(signal.SIGTERM, self._before[0])
        signal.signal(signal.SIGINT, self._before[1])

    def stopped(self) -> bool:
        return self._is_given_up or self._room.is_cancelled()

    def leaving(self) -> bool:
        return self._is_leaving

    def _leave(self, *_signal: object) -> None:
        self._is_leaving = True

    def _give_up(self, *_signal: object) -> None:
        self._is_given_up = True


class Ears:
    """Hears how far a pass is; tells the room, and the screen before the machine."""

    def __init__(
        self, room: Room, slug: str, words: Words, screen: Path | None, *, writes: bool
    ) -> None:
        self._room = room
        self._slug = slug
        self._words = words
        self._screen = screen
        self._writes = writes
        self._last: tuple[str, int] = ("", 0)
        self._at = 0.0

    def told(self, point: Point) -> None:
        """Every step, and what moves inside of it once a second."""
        here = (point.phase, point.number)
        if here == self._last and time.monotonic() - self._at < NEWS_SECONDS:
            return
        is_new = here != self._last
        self._last, self._at = here, time.monotonic()
        news = _news(self._slug, point)
        if self._writes:
            with contextlib.suppress(OSError):  # of a full disk: news are not worth it
                self._room.tell(news)
        if self._screen:
            self._draw(drawn(news, None))
        elif is_new and point.phase == "step":
            print(told(news, self._words)[0], flush=True)

    def over(self, over: Over) -> None:
        if self._screen:
            self._draw(drawn(None, over))

    def _draw(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a screen is not worth a pass
            if self._screen:
                self._screen.write_text(text)


def _news(slug: str, point: Point) -> News:
    title = point.title
    return News(
        slug=slug,
        phase=point.phase,
        number=point.number,
        total=point.total,
        title_fr=title.fr if title else point.kind,
        title_en=title.en if title else point.kind,
        percent=point.percent,
        seconds_left=point.seconds_left,
    )


def say(installed: Installed, words: Words) -> None:
    """What is not as it should be, a line each, then the sentence."""
    for each in installed.steps:
        if each.state not in HELD:
            print(_line(each, words))
    out = sys.stdout if installed.outcome is Outcome.WHOLE else sys.stderr
    print(installed.message, file=out)


def _line(result: StepResult, words: Words) -> str:
    facts = {"step": f"{result.id} ({result.kind})", "state": words.of(result.state)}
    if not result.message:
        return words("{step}: {state}.", **facts)
    return words("{step}: {state}: {why}", why=result.message, **facts)
