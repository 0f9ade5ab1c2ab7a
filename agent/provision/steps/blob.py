"""One file of the description in its place."""

from __future__ import annotations

from agent.profile.steps import BlobStep
from agent.provision import files
from agent.provision.files import File, Files
from agent.provision.step import Found, Ground


class OneFile:
    def check(self, step: BlobStep, ground: Ground) -> Found:
        return files.look(_wanted(step), ground)

    def apply(self, step: BlobStep, ground: Ground) -> None:
        files.bring(_wanted(step), ground)

    def undo(self, step: BlobStep, ground: Ground) -> str:
        return ""


def _wanted(step: BlobStep) -> Files:
    return {step.path: File(mode=int(step.mode, 8), blob=step.blob)}
