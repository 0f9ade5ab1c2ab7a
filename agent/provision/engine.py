"""One pass over the steps of a description: look, bring about, look again.

A step is done only where looking at it afterwards finds it so. One that was cut in the
middle is brought about once more, however whole it looks.
"""

from __future__ import annotations

import errno
import functools
import time
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from agent.installed import Evidence, StepResult, StepState
from agent.profile import Blob, Profile
from agent.profile.document import blobs_of
from agent.profile.steps import Step, StepKind
from agent.provision.blobs import Blobs
from agent.provision.ends import Blocked, Cancelled, Restart
from agent.provision.ground import Machine
from agent.provision.journal import Journal
from agent.provision.pace import Pace, Told
from agent.provision.preflight import MEGABYTE, SPARE_MB, Facts, check_disk, holds
from agent.provision.reasons import CODES, say
from agent.provision.step import Found, Handler, Standing, StepFailed
from agent.words import Words

MOST_EVIDENCE: Final = 4
_DRIFT: Final = {
    Standing.MISSING: (StepState.DRIFT, "missing"),
    Standing.DRIFT: (StepState.DRIFT, "drift"),
    Standing.UNKNOWN: (StepState.UNKNOWN, "unknown"),
}

Handlers = Mapping[StepKind, Callable[[], Handler]]


class Here(NamedTuple):
    """What a pass stands on. `boot` names this start of the machine."""

    ground: Machine
    blobs: Blobs
    facts: Facts
    handlers: Handlers
    words: Words
    told: Told
    boot: str
    monotonic: Callable[[], float] = time.monotonic


def _nothing() -> None:
    pass


class Engine:
    """One pass. `results` are those of the steps that it came to, in their order."""

    def __init__(self, profile: Profile, here: Here) -> None:
        self._profile = profile
        self._here = here
        self._made: dict[StepKind, Handler] = {}
        self.results: dict[str, StepResult] = {}

    def look(self) -> None:
        """How everything stands. Nothing is written."""
        pace = self._pace(0)
        for number, step in enumerate(self._profile.steps):
            self._stop_where_asked()
            pace.looking(number)
            began = self._here.monotonic()
            if not holds(step.when, self._here.facts):
                self._skip(step)
                continue
            try:
                found = self._check(step)
            except (StepFailed, OSError) as exc:
                self._failed(step, exc, began, StepState.UNKNOWN)
                continue
            if found.standing is Standing.OK:
                self._result(step, StepState.OK, began, found)
            else:
                state, code = _DRIFT[found.standing]
                self._result(step, state, began, found, code)

    def install(
        self, journal: Journal, *, is_first: bool, begin: Callable[[], None] = _nothing
    ) -> None:
        """Bring everything about that is not there.

        Raises Blocked before anything is touched, Cancelled and Restart between two
        steps. `is_first`: this machine has nothing of the environment yet. `begin` is
        called when it is certain that the steps will be come to, before the first.
        """
        standing = self._survey(journal)
        todo = [step for step in self._profile.steps if not standing[step.id]]
        if todo:
            self._fetch(todo, is_first=is_first)
        begin()
        pace = self._pace(0)
        has_changed = False
        for number, step in enumerate(self._profile.steps):
            self._stop_where_asked()
            if not holds(step.when, self._here.facts):
                self._skip(step)
                continue
            pace.at(number)
            self._here.ground.told = functools.partial(pace.at, number)
            if standing[step.id] and not has_changed:
                self._restart_where_owed(step, journal)
                continue
            has_changed |= self._bring(step, journal)
            self._restart_where_owed(step, journal)

    def _survey(self, journal: Journal) -> dict[str, bool]:
        """Which steps hold already, each noted as such; nothing is touched."""
        pace = self._pace(0)
        standing = {}
        for number, step in enumerate(self._profile.steps):
            self._stop_where_asked()
            standing[step.id] = True
            if not holds(step.when, self._here.facts):
                continue
            pace.looking(number)
            began = self._here.monotonic()
            try:
                found = self._check(step)
            except (StepFailed, OSError):
                standing[step.id] = False  # said when its turn comes
                continue
            is_held = found.standing is Standing.OK and not journal.is_cut(step.id)
            standing[step.id] = is_held
            if is_held:
                self._held(step, journal, began, found)
        return standing

    def _fetch(self, todo: list[Step], *, is_first: bool) -> None:
        """The files that are needed, before anything is touched."""
        wanted = self._wanted(todo)
        missing = [blob for blob in wanted.values() if not self._here.blobs.has(blob)]
        size = sum(blob.size_bytes for blob in missing)
        needed = 2 * size // MEGABYTE + SPARE_MB
        if is_first:
            needed = max(needed, self._profile.requires.disk_free_mb)
        check_disk(needed, self._here.facts)
        pace, have = self._pace(size), 0
        needing = {
            name for step in todo if not step.optional for name in blobs_of(step)
        }
        for blob in missing:
            self._here.blobs.told = functools.partial(_plus, pace, have)
            try:
                self._here.blobs.get(blob)
            except StepFailed as exc:
                self._stop_where_asked()
                if {each.name for each in self._same(blob)} & needing:
                    sentence = "A file is missing: {why}"
                    raise Blocked(exc.code, sentence, why=exc.why) from exc
            have += blob.size_bytes

    def _wanted(self, todo: list[Step]) -> dict[str, Blob]:
        names = [name for step in todo for name in blobs_of(step)]
        blobs = [self._profile.blob(name) for name in names]
        return {blob.sha256: blob for blob in blobs}

    def _same(self, blob: Blob) -> list[Blob]:
        return [each for each in self._profile.blobs if each.sha256 == blob.sha256]

    def _bring(self, step: Step, journal: Journal) -> bool:
        """Whether anything was changed for it; its result is noted."""
        began = self._here.monotonic()
        try:
            found = self._check(step)
            if found.standing is Standing.OK and not journal.is_cut(step.id):
                self._held(step, journal, began, found)
                return False
            journal.begun(step.id)
            self._handler(step).apply(step, self._here.ground)
            found = self._check(step)
        except (StepFailed, OSError) as exc:
            self._stop_where_asked()  # what was ended for that reason has not failed
            self._failed(step, exc, began, StepState.FAILED)
        else:
            if found.standing is Standing.OK:
                self._result(step, StepState.CHANGED, began, found)
            else:
                self._result(step, StepState.FAILED, began, found, "not_held")
        journal.ended(step.id, self.results[step.id].state, self._here.boot)
        return True

    def _held(self, step: Step, journal: Journal, began: float, found: Found) -> None:
        """It is so already: for long, or since this pass was begun."""
        was = journal.was_changed(step.id)
        self._result(step, StepState.CHANGED if was else StepState.OK, began, found)

    def _restart_where_owed(self, step: Step, journal: Journal) -> None:
        boot = self._here.boot
        if not step.reboot or not journal.changed_in(step.id, boot):
            return
        if journal.has_restarted_in(boot):
            raise Blocked(
                "restart_owed", "This machine is to be started again before it goes on."
            )
        journal.restarting(boot)
        raise Restart

    def _check(self, step: Step) -> Found:
        kept = self._here.ground.kept
        kept.step, was = step.id, kept.looking
        kept.looking = True
        try:
            return self._handler(step).check(step, self._here.ground)
        finally:
            kept.looking = was

    def _handler(self, step: Step) -> Handler:
        if step.kind not in self._made:
            self._made[step.kind] = self._here.handlers[step.kind]()
        return self._made[step.kind]

    def _pace(self, fetch_bytes: int) -> Pace:
        here = self._here
        return Pace(self._profile.steps, fetch_bytes, here.told, here.monotonic)

    def _stop_where_asked(self) -> None:
        if self._here.ground.stopped():
            raise Cancelled

    def _skip(self, step: Step) -> None:
        why = self._here.words("This step is not for this machine.")
        began = self._here.monotonic()
        self._result(step, StepState.SKIPPED, began, Found(Standing.OK, {}, why))

    def _failed(
        self, step: Step, exc: StepFailed | OSError, began: float, state: StepState
    ) -> None:
        code = exc.code if isinstance(exc, StepFailed) else _code_of(exc)
        why = exc.why if isinstance(exc, StepFailed) else _why_of(exc)
        self._result(step, state, began, Found(Standing.UNKNOWN, {}, why), code)

    def _result(
        self, step: Step, state: StepState, began: float, found: Found, code: str = ""
    ) -> None:
        seen = list(found.evidence.items())[:MOST_EVIDENCE]
        why = found.why or (CODES["not_held"] if code == "not_held" else "")
        self.results[step.id] = StepResult(
            id=step.id,
            kind=step.kind.value,
            state=state,
            code=code,
            message=say(self._here.words, why),
            evidence=tuple(Evidence(name=name, value=value) for name, value in seen),
            ms=round(1000 * (self._here.monotonic() - began)),
            optional=step.optional,
        )


def _plus(pace: Pace, before: int, done: int, _size: int) -> None:
    pace.fetched(before + done)


def _code_of(exc: OSError) -> str:
    full = exc.errno in (errno.ENOSPC, errno.EDQUOT)
    return "disk_full" if full else "tool_failed"


def _why_of(exc: OSError) -> str:
    if _code_of(exc) == "disk_full":
        return CODES["disk_full"]
    return f"{CODES['tool_failed']}: {exc.strerror} {exc.filename or ''}".strip()
