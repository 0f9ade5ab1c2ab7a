"""Makes a variable that no view gave fail the test instead of showing nothing."""

from __future__ import annotations

import inspect
from pathlib import Path

from django.template.base import Node

ROOT = str(Path(__file__).resolve().parent.parent)
FOREIGN = str(Path(ROOT) / ".venv")


class UndefinedVariable(AssertionError):
    """A template of ours uses a name that its context does not have."""


class UndefinedFails(str):
    """For the engine's `string_if_invalid`: Django asks it for "%s", then formats it.

    Other people's templates (the administration's, a library's) lean on silence and
    keep it. A name that may be missing is asked for with `{% if %}`.
    """

    __slots__ = ()

    def __contains__(self, wanted: object) -> bool:
        return wanted == "%s"

    def __mod__(self, variable: object) -> str:
        template = _rendering()
        if template.startswith(ROOT) and not template.startswith(FOREIGN):
            raise UndefinedVariable(f"{template}: {variable} is not defined")
        return ""


def _rendering() -> str:
    """The file of the template whose node is being rendered now."""
    frame = inspect.currentframe()
    while frame:
        node = frame.f_locals.get("self")
        if frame.f_code.co_name == "render_annotated" and isinstance(node, Node):
            return str(node.origin)
        frame = frame.f_back
    return ""
