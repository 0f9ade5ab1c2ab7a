"""A learning environment as a machine gets it: `profile/1`, signed over its bytes."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Final, Self

from agent.fields import Digest, Size
from agent.kinds import AtMost, Malformed, Number, Shape
from agent.message import decode
from agent.profile.shapes import Architecture, BlobName, Megabytes, Release
from agent.profile.steps import (
    ArchiveStep,
    BlobStep,
    BrowserStep,
    KiwixStep,
    ScriptStep,
    Step,
)
from agent.profile.strict import Exact, Slug, Strict, Title

MAX_BYTES: Final = 2 * 2**20
MAX_STEPS: Final = 540
MAX_BLOBS: Final = 1000
SCHEMA: Final = "profile/1"


class Requires(Strict):
    """What a machine needs before anything is touched; 0 and () ask for nothing."""

    agent: Annotated[str, Shape(r"[0-9]+(?:\.[0-9]+){0,3}", "a version as 0.4")] = "0"
    os: Annotated[tuple[Release, ...], AtMost(20)] = ()
    architectures: Annotated[tuple[Architecture, ...], AtMost(8)] = ()
    disk_free_mb: Megabytes = 0
    ram_mb: Megabytes = 0


class Blob(Strict):
    """A file by its hash; its licence and source stay with it."""

    name: BlobName
    sha256: Digest
    size_bytes: Size
    media: Annotated[str, Shape(r"[a-z]+/[A-Za-z0-9.+-]{1,80}", "a kind of file")]
    licence: Annotated[str, Exact(60, least=0)] = ""
    source: Annotated[str, Exact(300, least=0)] = ""


class Profile(Strict):
    """The whole of it, resolved: a machine merges nothing.

    `site` is that of the overlay in it, or "". `version` only grows with one slug.
    """

    schema: Annotated[str, Shape("profile/1", f"the schema {SCHEMA}")]
    slug: Slug
    version: Annotated[int, Number(1, 1_000_000)]
    channel: Annotated[str, Shape("test|stable", "a channel")]
    site: Annotated[str, Exact(60, least=0)] = ""
    title: Title
    requires: Requires = Requires()
    blobs: Annotated[tuple[Blob, ...], AtMost(MAX_BLOBS)] = ()
    steps: Annotated[tuple[Step, ...], AtMost(MAX_STEPS)]

    @classmethod
    def from_json(cls, raw: Any, where: str = "") -> Self:
        profile = super().from_json(raw, where)
        profile.check()
        return profile

    def check(self) -> None:
        """Raises `Malformed` where its parts contradict each other."""
        _once("steps", [step.id for step in self.steps])
        _once("blobs", [blob.name for blob in self.blobs])
        if not self.steps:
            raise Malformed("steps", "holds no step")
        if len({(blob.sha256, blob.size_bytes) for blob in self.blobs}) != len(
            {blob.sha256 for blob in self.blobs}
        ):
            raise Malformed("blobs", "holds one file of two sizes")
        known = {blob.name for blob in self.blobs}
        for place, step in enumerate(self.steps):
            for name in blobs_of(step):
                if name not in known:
                    raise Malformed(f"steps[{place}]", f"asks for no file: {name}")

    def blob(self, name: str) -> Blob:
        return next(blob for blob in self.blobs if blob.name == name)

    @property
    def blobs_bytes(self) -> int:
        """What all its files hold, each once."""
        return sum({blob.sha256: blob.size_bytes for blob in self.blobs}.values())


def blobs_of(step: Step) -> tuple[str, ...]:
    """The names of the files that a step needs."""
    match step:
        case BlobStep() | ArchiveStep():
            return (step.blob,)
        case BrowserStep():
            return tuple(each.blob for each in step.extensions)
        case KiwixStep():
            return step.blobs
        case ScriptStep():
            return (step.check, step.apply)
        case _:
            return ()


def read(body: bytes) -> Profile:
    """Exact bytes, whose signature was verified; raises `Malformed`."""
    if len(body) > MAX_BYTES:
        raise Malformed("", f"is larger than {MAX_BYTES} bytes")
    return Profile.from_json(decode(body))


def _once(where: str, names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise Malformed(where, f"says {twice[0]} twice")
