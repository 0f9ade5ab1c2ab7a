"""Which messages the sources speak: Python by its syntax tree, templates by Django."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize


class Message(NamedTuple):
    """One message id: `context` and `plural` are "" where there is none."""

    id: str
    plural: str = ""
    context: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.id, self.plural) if self.plural else (self.id,)


class NotLiteral(Exception):
    """A translated text that is not written out, so that no catalogue can hold it."""


# What each gettext function's first arguments are.
_ARGUMENTS = {
    "gettext": ("id",),
    "ngettext": ("id", "plural"),
    "pgettext": ("context", "id"),
    "npgettext": ("context", "id", "plural"),
}
_FUNCTIONS = {
    "_": ("id",),
    **{
        name + ending: arguments
        for name, arguments in _ARGUMENTS.items()
        for ending in ("", "_lazy", "_noop")
    },
}
_STRING = r"""u?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(({_STRING}(?:, {_STRING})*)")


def messages_of(source: Path) -> set[Message]:
    """Every message of the Python files and templates under `source`.

    Raises NotLiteral, naming file and line, where a text is put together at run time.
    """
    found: set[Message] = set()
    for path in sorted(source.rglob("*")):
        if "templates" in path.parts and path.is_file():
            found.update(_in_template(path.read_text(encoding="utf-8"), path))
        elif path.suffix == ".py" and "migrations" not in path.parts:
            found.update(_in_python(path.read_text(encoding="utf-8"), path))
    return found


def _in_python(text: str, path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text, str(path))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name not in _FUNCTIONS:
            continue
        literals = [
            argument.value
            for argument in node.args[: len(_FUNCTIONS[name])]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if len(literals) < len(_FUNCTIONS[name]):
            raise NotLiteral(f"{path}:{node.lineno}: {name}() wants the text itself")
        yield Message(**dict(zip(_FUNCTIONS[name], literals, strict=True)))


def _in_template(text: str, path: Path) -> Iterator[Message]:
    # Django itself turns the tags into calls; their arguments are Python literals.
    for name, written in _CALL.findall(templatize(text, origin=str(path))):
        literals = ast.literal_eval(f"({written},)")
        yield Message(**dict(zip(_FUNCTIONS[name], literals, strict=True)))
