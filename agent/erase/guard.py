"""What is never erased: what this system runs from, what anything holds, and any drive
that is not, beyond doubt, the one that was approved.

Everything is looked at anew right before a drive is written to. What cannot be read
counts as held.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path

from agent import wire
from agent.collect.around import Around, entries, said
from agent.collect.blocks import Block, blocks, is_drive
from agent.collect.drives import drive as look_at
from agent.collect.usage import Holdings
from agent.erase.contract import Target
from agent.erase.target import block_of, is_read_only, size_of
from agent.erase.turns import alone_at
from agent.placeholders import is_placeholder
from agent.proofs import Run
from agent.words import Words

# The labels of our own bench image.
OURS = ("REBOND", "REBOND_LIVE")
BOOTED_FROM = ("root", "boot", "resume", "live-media", "bootfrom", "findiso")
BY = {
    "LABEL": "by-label",
    "UUID": "by-uuid",
    "PARTUUID": "by-partuuid",
    "PARTLABEL": "by-partlabel",
}
OUTSIDE = frozenset({wire.Bus.USB, wire.Bus.CARD})
NAMESPACE = re.compile(r"(nvme\d+)n\d+")


class Refused(Exception):
    """A drive is not erased; the sentence says why."""


@dataclasses.dataclass(frozen=True)
class Guard:
    """Lets drives through, one by one. `run` is what a person approved, if anybody did.

    `sizes` are sizes that the drive may have beside the approved one, because a hidden
    part of it was uncovered. A stick or a card is erased only where it is `asked` for.
    """

    around: Around
    words: Words
    run: Run | None = None
    sizes: frozenset[int] = frozenset()
    asked: bool = False

    def check(self, drive: wire.Drive) -> wire.Drive:
        """The drive as it is now, if it may be erased. Raises Refused."""
        now = look_at(self.around, drive.name) if is_drive(drive.name) else None
        if now is None:
            raise Refused(self.words("The drive is no longer there."))
        self._must_be_free(now)
        self._must_be_the_approved(now, drive)
        self._must_be_alone(now)
        return now

    @contextlib.contextmanager
    def lock(self, drive: wire.Drive) -> Iterator[None]:
        """Keep other agents away until the end, also while nobody holds the drive.

        Raises Refused where one is at it.
        """
        path = self.around.root / drive.path.lstrip("/")
        with contextlib.ExitStack() as stack:
            try:
                is_alone = stack.enter_context(alone_at(path))
            except OSError as exc:
                raise self._not_given(exc) from exc
            if not is_alone:
                raise Refused(self.words("Another process is erasing the drive."))
            yield

    @contextlib.contextmanager
    def hold(self, drive: wire.Drive) -> Iterator[Target]:
        """Keep everybody else from a drive that was let through.

        Raises Refused where the kernel does not grant it, or shows another device.
        """
        path = self.around.root / drive.path.lstrip("/")
        try:
            flags = os.O_RDONLY | os.O_EXCL | os.O_CLOEXEC
            descriptor = os.open(path, flags)
        except OSError as exc:
            raise self._not_given(exc) from exc
        try:
            yield self._target(drive, path, descriptor)
        finally:
            os.close(descriptor)

    def _not_given(self, exc: OSError) -> Refused:
        sentence = "The kernel does not give the drive away: {why}"
        return Refused(self.words(sentence, why=exc.strerror))

    def _target(self, drive: wire.Drive, path: Path, descriptor: int) -> Target:
        number = os.fstat(descriptor).st_rdev
        shown = said(self.around.sys / "block" / drive.name / "dev")
        if shown != f"{os.major(number)}:{os.minor(number)}":
            raise Refused(self.words("Its device file leads to another device."))
        if size_of(descriptor) != drive.size_bytes:
            raise Refused(self.words("The kernel gives two sizes for the drive."))
        if is_read_only(descriptor):
            raise Refused(self.words("The drive is read-only."))
        namespace = NAMESPACE.fullmatch(drive.name)
        admin = path.with_name(namespace[1]) if namespace else path
        return Target(
            drive=drive,
            path=str(path),
            admin_path=str(admin),
            size_bytes=drive.size_bytes,
            block_bytes=block_of(descriptor),
        )

    def _must_be_free(self, now: wire.Drive) -> None:
        if now.boot_medium or now.name in booted_from(self.around):
            raise Refused(self.words("This system was started from the drive."))
        if now.in_use:
            uses = ", ".join(self.words.of(use) for use in now.in_use_by)
            raise Refused(self.words("The drive is in use: {uses}", uses=uses))
        if now.read_only:
            raise Refused(self.words("The drive is read-only."))
        is_outside = now.removable or now.bus in OUTSIDE
        if is_outside and not (self.asked or (self.run and self.run.serial)):
            raise Refused(
                self.words("A stick or a card is erased only where it is named.")
            )

    def _must_be_the_approved(self, now: wire.Drive, planned: wire.Drive) -> None:
        kernel = self._block(now.name)
        is_direct = now.behind is wire.Behind.NOTHING
        if is_direct and _differ(kernel.serial, now.serial):
            raise Refused(
                self.words("The kernel and the drive itself say different serials.")
            )
        if not (self._is_planned(now, planned) and self._is_ordered(now)):
            name = f"{now.model} {now.serial}".strip()
            sentence = "It is not the drive that was approved, but {name}."
            raise Refused(self.words(sentence, name=name or now.path))

    def _is_planned(self, now: wire.Drive, planned: wire.Drive) -> bool:
        words = ("make", "model", "serial", "wwn")
        same = all(getattr(now, word) == getattr(planned, word) for word in words)
        return same and now.size_bytes in {planned.size_bytes, *self.sizes}

    def _is_ordered(self, now: wire.Drive) -> bool:
        """A word that was not known when the drive was approved says nothing."""
        run = self.run
        if run is None:
            return True
        sizes = {run.size_bytes or now.size_bytes, *self.sizes}
        is_serial = not run.serial or bare(run.serial) == bare(now.serial)
        is_model = _is_named(f"{run.make} {run.model}", f"{now.make} {now.model}")
        return is_serial and is_model and now.size_bytes in sizes

    def _must_be_alone(self, now: wire.Drive) -> None:
        """The same drive may be seen twice, and be in use under its other name."""
        holdings = Holdings(self.around)
        ours = self._block(now.name)
        for other in blocks(self.around):
            if other.name == ours.name or not _is_twin(ours, other):
                continue
            if _is_sibling(ours.name, other.name) and not holdings.uses(other.name):
                continue  # another part of one NVMe drive, that nobody uses
            sentence = "The same drive is also seen as {name}."
            raise Refused(self.words(sentence, name=other.name))

    def _block(self, name: str) -> Block:
        found = [block for block in blocks(self.around) if block.name == name]
        if not found:
            raise Refused(self.words("The drive is no longer there."))
        return found[0]


def booted_from(around: Around) -> set[str]:
    """Drives that carry our image, or that the kernel's command line names.

    A system that was copied to memory holds nothing of the stick that it came from.
    """
    disks = around.root / "dev/disk"
    links = [disks / "by-label" / label for label in OURS]
    for word in said(around.proc / "cmdline").split():
        key, _, value = word.partition("=")
        if key in BOOTED_FROM:
            links.append(_link(around, value.removeprefix("live:")))
    names = {link.resolve().name for link in links if link.exists()}
    return {_whole(around, name) for name in names}


def _link(around: Around, value: str) -> Path:
    kind, _, name = value.partition("=")
    if kind in BY:
        return around.root / "dev/disk" / BY[kind] / name
    return around.root / value.lstrip("/")


def _whole(around: Around, name: str) -> str:
    """The drive that a partition is of."""
    whole = (
        folder.name
        for folder in entries(around.sys / "block")
        if (folder / name / "partition").exists()
    )
    return next(whole, name)


def _is_named(approved: str, seen: str) -> bool:
    """Whether one name is a part of the other: a person writes less than a drive says."""
    one, other = set(bare(approved).split()), set(bare(seen).split())
    return one <= other or other <= one


def _differ(one: str, other: str) -> bool:
    """Whether two witnesses name different serials; a shorter form is no difference."""
    first, second = bare(one), bare(other)
    is_known = first and second and not is_placeholder(one)
    return bool(is_known and not (first.startswith(second) or second.startswith(first)))


def _is_twin(ours: Block, other: Block) -> bool:
    if ours.wwn and ours.wwn == other.wwn:
        return True
    if not ours.serial or is_placeholder(ours.serial):
        return False
    like = bare(ours.model) == bare(other.model) or ours.size_bytes == other.size_bytes
    return like and bare(ours.serial) == bare(other.serial)


def _is_sibling(one: str, other: str) -> bool:
    """Whether two names are namespaces of one NVMe drive."""
    first, second = NAMESPACE.fullmatch(one), NAMESPACE.fullmatch(other)
    return bool(first and second and first[1] == second[1])


def bare(word: str) -> str:
    """A name as it is compared: neither blanks nor case make it another."""
    return re.sub(r"\s+", " ", word).strip().casefold()
