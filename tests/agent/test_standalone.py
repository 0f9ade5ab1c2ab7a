"""The agent travels alone: nothing of ours, nothing of anybody's beyond its list."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

AGENT = Path(__file__).resolve().parents[2] / "agent"
MODULES = sorted(
    ".".join(path.relative_to(AGENT.parent).with_suffix("").parts)
    for path in AGENT.rglob("*.py")
    if path.stem not in ("__init__", "__main__")
)
ALLOWED = {"agent", "psutil", "serial", "urllib3", "rich", "cryptography"}
# What a service that waits has loaded, and the tests that need nobody.
LIGHT = [
    *(name for name in MODULES if name.count(".") == 1 and name != "agent.show"),
    "agent.checks.alone",
]
WIRE = (
    "agent.kinds",
    "agent.message",
    "agent.values",
    "agent.vocabulary",
    "agent.wire",
)
SERVER = ("django", "rest_framework", "backoffice", "inventory", "provisioning")
BEYOND = tuple(sorted(ALLOWED - {"agent"}))
# Each module is imported by a process of its own, which has loaded nothing of the agent's.
EACH = """
import importlib, os, sys
for name in {absent!r}: sys.modules[name] = None
for name in {beforehand!r}: importlib.import_module(name)
for module in {modules!r}:
    child = os.fork()
    if not child:
        try:
            __import__(module)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, ended = os.waitpid(child, 0)
    print(module, "fails" if ended else "imports", flush=True)
"""


def imported(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in named(path)}


@cache
def named(path: Path) -> set[str]:
    """The modules that a file imports, by their whole names."""
    tree = ast.parse(path.read_text())
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    names += [
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    ]
    return {*names} - {"__future__"}


def test_it_needs_what_debian_has_and_nothing_else():
    everything = set().union(*(imported(path) for path in AGENT.rglob("*.py")))
    assert everything - set(sys.stdlib_module_names) <= ALLOWED


@pytest.mark.parametrize("module", MODULES)
def test_it_imports_where_there_is_no_server(module):
    assert f"{module} imports\n" in _said(SERVER)


@pytest.mark.parametrize("module", WIRE)
def test_the_wire_needs_the_standard_library_alone(module):
    assert f"{module} imports\n" in _said(BEYOND, (*WIRE, *LIGHT))


def test_one_module_starts_processes_and_four_open_connections():
    starting = {p.name for p in AGENT.rglob("*.py") if "subprocess" in imported(p)}
    speaking = {
        path.name
        for path in AGENT.rglob("*.py")
        if imported(path) & {"urllib3", "ssl", "socket", "http"}
    }
    assert (starting, speaking) == (
        {"run.py"},
        {"transport.py", "pinned.py", "through.py", "bus.py"},
    )


@pytest.mark.parametrize("module", LIGHT)
def test_nothing_heavy_is_loaded_before_it_is_used(module):
    assert f"{module} imports\n" in _said(BEYOND, (*WIRE, *LIGHT))


def test_a_look_loads_no_more_than_it_needs():
    """What each of these takes to load, a slow machine takes ten times as long for."""
    said = _said(("psutil", "traceback"), ("agent.collect",))
    assert "agent.collect imports\n" in said


@cache
def _said(absent: tuple[str, ...], modules: tuple[str, ...] = tuple(MODULES)) -> str:
    """What each of these modules does without those, a line each, errors between."""
    # Once for all of them, what they stand on; but where little is to be loaded.
    foreign = set().union(*(named(path) for path in AGENT.rglob("*.py")))
    beforehand = sorted(
        name
        for name in foreign
        if len(modules) > 1 and name.partition(".")[0] not in {"agent", *absent}
    )
    program = EACH.format(absent=absent, beforehand=beforehand, modules=modules)
    command = [sys.executable, "-B", "-c", program]
    return subprocess.run(
        command,
        cwd=AGENT.parent,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout
