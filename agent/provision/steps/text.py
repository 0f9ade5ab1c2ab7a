"""A small file whose text is in the description, with the person's values put in."""

from __future__ import annotations

from collections.abc import Mapping

from agent.profile.steps import TextStep
from agent.profile.variables import Unfilled, fill
from agent.provision import files
from agent.provision.files import File, Files
from agent.provision.reasons import failed
from agent.provision.step import Found, Ground


class OneText:
    def check(self, step: TextStep, ground: Ground) -> Found:
        return files.look(_wanted(step, ground), ground)

    def apply(self, step: TextStep, ground: Ground) -> None:
        files.bring(_wanted(step, ground), ground)

    def undo(self, step: TextStep, ground: Ground) -> str:
        return ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; raises StepFailed where one is missing."""
    try:
        return fill(text, values)
    except Unfilled as exc:
        raise failed("value_missing", exc.name) from exc


def _wanted(step: TextStep, ground: Ground) -> Files:
    content = filled(step.content, ground.values).encode()
    return {step.path: File(content, int(step.mode, 8))}
