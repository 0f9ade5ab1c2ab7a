"""One pass from the order to its end: trusted, read, checked, then step by step."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from agent import wire
from agent.installed import Installed, Outcome, Pass, StepResult, StepState
from agent.profile import Profile
from agent.profile.document import blobs_of
from agent.profile.steps import ScriptStep
from agent.provision import documents, going_back, people, preflight, sentences
from agent.provision.blobs import Blobs
from agent.provision.documents import Signed, Versions
from agent.provision.ends import Blocked, Cancelled, Refused, Restart
from agent.provision.engine import Engine, Handlers, Here
from agent.provision.getting import Door, Getting
from agent.provision.ground import Machine
from agent.provision.journal import Journal
from agent.provision.kept import Memory
from agent.provision.pace import Point, Told
from agent.provision.room import Asked, Room
from agent.run import Stopped
from agent.words import Words

HELD: Final = frozenset({StepState.OK, StepState.CHANGED, StepState.SKIPPED})


class GoesOnLater(Exception):
    """The machine starts again, or the runner was stopped: the order stays."""


class Means(NamedTuple):
    """What a pass is made with. `stopped`: given up; `leaving`: gone on with later.

    `writes` is False where not even the runner's own folder may change.
    """

    room: Room
    root: Path
    door: Door | None
    handlers: Handlers
    words: Words
    told: Told
    machine: str
    boot: str
    restart: Callable[[], bool]
    stopped: Stopped
    leaving: Stopped
    writes: bool = True
    monotonic: Callable[[], float] = time.monotonic


class Passing:
    """One pass over one environment; `run` says what came of it."""

    def __init__(self, asked: Asked, means: Means) -> None:
        self._asked = asked
        self._order = asked.order
        self._means = means
        self._room = means.room
        self._began = means.monotonic()
        self._getting = Getting(asked, means.room, means.door)
        self._blobs = Blobs(
            self._room.blobs, self._getting.sources(means.root), stopped=self._halted
        )
        self._results: list[StepResult] = []

    def run(self) -> tuple[Installed, sentences.End]:
        """What came of it, and its sentence in both languages.

        Raises GoesOnLater where there is no end yet.
        """
        try:
            outcome, end = self._pass()
        except Refused as exc:
            outcome, end = Outcome.REFUSED, sentences.of_stop(exc)
        except Blocked as exc:
            outcome, end = Outcome.BLOCKED, sentences.of_stop(exc)
        except Cancelled as exc:
            if self._means.leaving():
                raise GoesOnLater from exc
            outcome, end = Outcome.CANCELLED, sentences.CANCELLED
        except Restart as exc:
            # A slow machine ends the one that asks for it before that has answered.
            if self._means.restart() or self._means.leaving():
                raise GoesOnLater from exc
            outcome, end = Outcome.BLOCKED, sentences.RESTART
        except OSError as exc:  # of the runner's own folder: a step's is that step's
            sentence = "This machine’s own disk or rights are in the way: {why}"
            blocked = Blocked("disk", sentence, why=exc.strerror)
            outcome, end = Outcome.BLOCKED, sentences.of_stop(blocked)
        return self._installed(outcome, end), end

    def _pass(self) -> tuple[Outcome, sentences.End]:
        aim = self._order.aim
        if aim is Pass.INSTALL:
            return self._install()
        if aim is Pass.VERIFY:
            return self._verify()
        if aim is Pass.ROLLBACK:
            return self._roll_back()
        if aim is Pass.RETURN:
            return self._return()
        raise Refused("unknown_aim", "This agent does not know what is to be done.")

    def _install(self) -> tuple[Outcome, sentences.End]:
        signed, profile = self._getting.description(keep=self._means.writes)
        slug, room = profile.slug, self._room
        Versions(room.versions).check(self._order)
        values = self._values()
        preflight.check(profile, self._facts(), values)
        documents.save(signed, room.document)
        is_first = not room.installed(slug).exists()

        def begin() -> None:
            Versions(room.versions).begin(slug, profile.version)
            self._remember(signed, slug)

        engine = Engine(profile, self._here(profile, values))
        journal = Journal(room.journal(slug), self._asked.name)
        try:
            engine.install(journal, is_first=is_first, begin=begin)
        finally:
            self._results = self._in_order(profile, engine)
        self._take_back_what_went(profile)
        outcome = self._outcome()
        journal.close()
        if outcome is Outcome.WHOLE:
            self._forget_files(profile)
        return outcome, sentences.of_install(profile, self._results)

    def _verify(self) -> tuple[Outcome, sentences.End]:
        _signed, profile = self._getting.description(keep=self._means.writes)
        engine = Engine(profile, self._here(profile, self._values(), looking=True))
        try:
            engine.look()
        finally:
            self._results = self._in_order(profile, engine)
        return self._outcome(), sentences.of_verification(profile, self._results)

    def _roll_back(self) -> tuple[Outcome, sentences.End]:
        profile = self._there(self._order.slug)
        if profile is None:
            return Outcome.WHOLE, sentences.NOTHING_THERE
        here = self._here(profile, self._values())
        self._results = going_back.take_back(profile.steps, here)
        outcome = self._outcome()
        if outcome is Outcome.WHOLE:
            self._forget(profile.slug)
        return outcome, sentences.of_going_back(profile, self._results)

    def _return(self) -> tuple[Outcome, sentences.End]:
        """Of every environment here, not only the named; and of people, whatever brought
        them. The machine's own identity goes once all this is told.
        """
        there = [self._there(slug) for slug in self._room.slugs()]
        for profile in filter(None, there):
            here = self._here(profile, self._values())
            self._results += going_back.leave(profile.steps, here)
        self._results += people.leave(self._means.root, self._means.words)
        outcome = self._outcome()
        if outcome is Outcome.WHOLE:
            for slug in self._room.slugs():
                self._forget(slug)
            shutil.rmtree(self._room.blobs, ignore_errors=True)
            self._room.forget_me.touch(mode=0o600)
        return outcome, sentences.of_return(self._results)

    def _there(self, slug: str) -> Profile | None:
        """What was verified and begun here; this disk is not asked for a signature."""
        signed = documents.of_file(self._room.installed(slug))
        if signed is None:
            return None
        with contextlib.suppress(wire.Malformed):
            return documents.unsigned(signed)
        return None

    def _here(
        self, profile: Profile, values: Mapping[str, str], *, looking: bool = False
    ) -> Here:
        means = self._means
        kept = Memory(self._room.kept(profile.slug), means.root, looking=looking)
        ground = Machine(
            means.root,
            profile,
            self._blobs,
            kept,
            values=values,
            connection=self._getting.connection(profile),
            mirrors=self._order.mirrors,
            stopped=self._halted,
        )
        return Here(
            ground,
            self._blobs,
            self._facts(),
            means.handlers,
            means.words,
            self._tell,
            means.boot,
            means.monotonic,
        )

    def _tell(self, point: Point) -> None:
        self._means.told(point)

    def _facts(self) -> preflight.Facts:
        return preflight.facts_of(self._means.root, self._means.machine)

    def _values(self) -> dict[str, str]:
        return {each.name: each.value for each in self._order.values}

    def _halted(self) -> bool:
        return self._means.stopped() or self._means.leaving()

    def _remember(self, signed: Signed, slug: str) -> None:
        """What is begun now, and what was before it while something of that stays."""
        room = self._room
        former = documents.of_file(room.installed(slug))
        if former and former.sha256 != signed.sha256:
            documents.save(former, room.previous(slug))
        documents.save(signed, room.installed(slug))

    def _take_back_what_went(self, profile: Profile) -> None:
        """A sheet that a new version has no more is not left on the machine."""
        signed = documents.of_file(self._room.previous(profile.slug))
        if signed is None:
            return
        former = documents.unsigned(signed)
        stays = {step.id for step in profile.steps}
        went = [step for step in former.steps if step.id not in stays]
        going_back.take_back(went, self._here(former, self._values()))
        documents.remove(self._room.previous(profile.slug))

    def _forget_files(self, profile: Profile) -> None:
        """They lie in their places. Scripts stay: they say whether they are needed."""
        scripts = {
            name
            for step in profile.steps
            if isinstance(step, ScriptStep)
            for name in blobs_of(step)
        }
        needed = {profile.blob(name).sha256 for name in scripts}
        for blob in profile.blobs:
            if blob.sha256 not in needed:
                self._blobs.forget(blob)

    def _forget(self, slug: str) -> None:
        room = self._room
        Memory(room.kept(slug), self._means.root).forget()
        for path in (room.installed(slug), room.previous(slug), room.document):
            documents.remove(path)
        room.journal(slug).unlink(missing_ok=True)

    def _in_order(self, profile: Profile, engine: Engine) -> list[StepResult]:
        """Every step, with those that were not come to."""
        return [
            engine.results.get(step.id)
            or StepResult(
                id=step.id,
                kind=step.kind.value,
                state=StepState.NOT_REACHED,
                optional=step.optional,
            )
            for step in profile.steps
        ]

    def _outcome(self) -> Outcome:
        wrong = [each for each in self._results if each.state not in HELD]
        is_whole = all(each.optional for each in wrong)
        return Outcome.WHOLE if is_whole else Outcome.PARTIAL

    def _installed(self, outcome: Outcome, end: sentences.End) -> Installed:
        order = self._order
        return Installed(
            slug=order.slug,
            version=order.version,
            sha256=order.sha256,
            aim=order.aim,
            outcome=outcome,
            message=end.say(self._means.words),
            steps=tuple(self._results),
            resumed=self._asked.resumed,
            fetched_bytes=self._blobs.fetched_bytes,
            seconds=round(self._means.monotonic() - self._began),
        )
