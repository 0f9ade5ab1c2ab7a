"""Which job this machine has taken, and how the former ones ended.

A job is written down before it is begun, so that a machine that was switched off
in the middle knows what it was doing, and no job is ever begun twice.
"""

from __future__ import annotations

import dataclasses
import uuid
from pathlib import Path
from typing import Annotated

from agent import durable, wire
from agent.fields import Sentence
from agent.kinds import AtMost
from agent.proofs import MAX_RUNS

MOST_ENDED = 64


class Ended(wire.Message):
    """How a job ended, in case the server has to be told again."""

    job_id: uuid.UUID
    state: wire.Stage
    message: Sentence = ""


class Book(wire.Message):
    """The file. `tests` are those of the open job that have ended; `trying` is the
    one that runs, so that a machine that it brings down does not try it again.
    """

    open: wire.Job | None = None
    trying: wire.Check | None = None
    tests: Annotated[tuple[wire.Test, ...], AtMost(64)] = ()
    ended: Annotated[tuple[Ended, ...], AtMost(MOST_ENDED)] = ()


class Jobs:
    """The book of one machine's jobs; every change is on the disk when it returns.

    Raises OSError where the disk does not take it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = self._read()

    @property
    def book(self) -> Book:
        return self._book

    def take(self, job: wire.Job) -> None:
        self._write(Book(open=job, ended=self._book.ended))

    def confirm(self, job_id: uuid.UUID) -> None:
        """A person stood before the machine, or before its label, and said yes."""
        job = self._book.open
        if job and job.job_id == job_id and not job.args.confirmed:
            args = dataclasses.replace(job.args, confirmed=True)
            confirmed = dataclasses.replace(job, args=args)
            self._write(dataclasses.replace(self._book, open=confirmed))

    def give_up(self, job_id: uuid.UUID, runs: tuple[uuid.UUID, ...]) -> None:
        """These drives of the job are to be left; what was once said stands."""
        job = self._book.open
        if job is None or job.job_id != job_id or set(runs) <= set(job.args.stopped):
            return
        known = tuple(dict.fromkeys((*job.args.stopped, *runs)))[:MAX_RUNS]
        args = dataclasses.replace(job.args, stopped=known)
        fewer = dataclasses.replace(job, args=args)
        self._write(dataclasses.replace(self._book, open=fewer))

    def trying(self, check: wire.Check) -> None:
        self._write(dataclasses.replace(self._book, trying=check))

    def tried(self, test: wire.Test) -> None:
        tests = (*self._book.tests, test)
        self._write(dataclasses.replace(self._book, trying=None, tests=tests))

    def end(self, job_id: uuid.UUID, state: wire.Stage, message: str) -> None:
        """The job is over, whether it was begun here or refused."""
        ended = Ended(job_id=job_id, state=state, message=message)
        kept = (*self._book.ended, ended)[-MOST_ENDED:]
        if self._book.open and self._book.open.job_id == job_id:
            self._write(Book(ended=kept))
        else:
            self._write(dataclasses.replace(self._book, ended=kept))

    def ended(self, job_id: uuid.UUID) -> Ended | None:
        return next((each for each in self._book.ended if each.job_id == job_id), None)

    def _write(self, book: Book) -> None:
        durable.write(self._path, book.to_bytes())
        self._book = book

    def _read(self) -> Book:
        try:
            return Book.from_bytes(self._path.read_bytes())
        except (FileNotFoundError, wire.Malformed):
            return Book()
