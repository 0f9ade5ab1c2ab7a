"""A person before the machine says yes to an order that waits."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

from agent import durable, wire
from agent.collect.around import said
from agent.erase.position import FOLDER
from agent.jobs import Jobs

FILE = "confirmed"


def waiting(state: Path) -> wire.Job | None:
    """The order to erase that this machine has, where nobody said yes to it yet."""
    job = Jobs(state / "jobs.json").book.open
    is_open = job and job.kind is wire.Work.ERASE and not job.args.confirmed
    return job if job and is_open and not is_confirmed(state, job.job_id) else None


def is_its_tag(job: wire.Job, typed: str) -> bool:
    """Whether what was typed or scanned is the tag on the machine of the order."""
    return bool(job.device) and _plain(typed) == _plain(job.device or "")


def confirm(state: Path, job: wire.Job) -> None:
    durable.make_folder(state / FOLDER)
    durable.write(state / FOLDER / FILE, f"{job.job_id}\n".encode())


def is_confirmed(state: Path, job_id: uuid.UUID) -> bool:
    return said(state / FOLDER / FILE) == str(job_id)


def _plain(tag: str) -> str:
    """As the server reads tags: neither dashes, blanks nor case matter."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", tag).upper()
