"""The project's own sources as syntax trees, for the tests about the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DJANGO_APPS = ("backoffice/core", "inventory", "provisioning", "lending")
SERVER = ("backoffice", "inventory", "provisioning", "lending")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module(NamedTuple):
    path: Path
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"

    @property
    def dotted(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python module under these folders, migrations left out."""
    paths = [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    return tuple(map(_module, paths))


@cache
def _module(path: Path) -> Module:
    """A module is read once, whichever folders are asked for."""
    return Module(path, ast.parse(path.read_text()))


def rooms(*names: str) -> Iterator[Module]:
    """The modules of these rooms (`views`, `actions`, …) in every Django app."""
    for app in DJANGO_APPS:
        for module in modules(app):
            if (
                module.path.relative_to(ROOT / app).parts[0].removesuffix(".py")
                in names
            ):
                yield module


def functions(module: Module) -> Iterator[Function]:
    """The functions at the top of a module."""
    for node in module.tree.body:
        if isinstance(node, Function):
            yield node


def calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call inside `node`, with the last part of what is called."""
    for child in ast.walk(node):
        if isinstance(child, ast.Call):
            yield name_of(child.func), child


def name_of(node: ast.expr) -> str:
    """`c` for a name `c` and for an attribute `a.b.c`; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def opens_transaction(function: Function) -> bool:
    """Whether the function is decorated with `transaction.atomic(…)`."""
    return any(
        name_of(decorator.func if isinstance(decorator, ast.Call) else decorator)
        == "atomic"
        for decorator in function.decorator_list
    )


@cache
def acts() -> dict[str, tuple[Module, Function]]:
    """Every act of the house: a function of an `actions` room with a transaction of its own."""
    return {
        function.name: (module, function)
        for module in rooms("actions")
        for function in functions(module)
        if opens_transaction(function)
    }


@cache
def refusals() -> dict[str, str]:
    """Every refusal of the house: the name of its DomainError class, and its code."""
    classes = [
        node
        for module in modules(*SERVER)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    ]
    known = {"DomainError"}
    while more := {c.name for c in classes if known & set(_bases(c))} - known:
        known |= more
    return {c.name: _code(c) for c in classes if known & set(_bases(c))}


def _bases(node: ast.ClassDef) -> list[str]:
    return [name_of(base) for base in node.bases]


def _code(node: ast.ClassDef) -> str:
    """The class's own `code`; "" where it inherits one."""
    for statement in node.body:
        match statement:
            case ast.Assign([ast.Name("code")], ast.Constant(str(code))):
                return code
    return ""
