"""The agent travels alone: nothing of ours, nothing of anybody's beyond its list."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

AGENT = Path(__file__).resolve().parents[2] / "agent"
MODULES = sorted(
    ".".join(path.relative_to(AGENT.parent).with_suffix("").parts)
    for path in AGENT.rglob("*.py")
    if path.stem not in ("__init__", "__main__")
)
ALLOWED = {"agent", "psutil", "urllib3", "rich", "cryptography"}
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
BARE = "import sys\nfor name in {absent!r}: sys.modules[name] = None\nimport {module}"


def imported(path: Path) -> set[str]:
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
    return {name.partition(".")[0] for name in names} - {"__future__"}


def test_it_needs_what_debian_has_and_nothing_else():
    everything = set().union(*(imported(path) for path in AGENT.rglob("*.py")))
    assert everything - set(sys.stdlib_module_names) <= ALLOWED


@pytest.mark.parametrize("module", MODULES)
def test_it_imports_where_there_is_no_server(module):
    absent = ["django", "rest_framework", "backoffice", "inventory", "provisioning"]
    _import(module, absent)


@pytest.mark.parametrize("module", WIRE)
def test_the_wire_needs_the_standard_library_alone(module):
    _import(module, sorted(ALLOWED - {"agent"}))


def test_one_module_starts_processes_and_one_opens_connections():
    starting = {p.name for p in AGENT.rglob("*.py") if "subprocess" in imported(p)}
    speaking = {
        path.name
        for path in AGENT.rglob("*.py")
        if imported(path) & {"urllib3", "ssl", "socket", "http"}
    }
    assert (starting, speaking) == ({"run.py"}, {"transport.py"})


@pytest.mark.parametrize("module", LIGHT)
def test_nothing_heavy_is_loaded_before_it_is_used(module):
    _import(module, sorted(ALLOWED - {"agent"}))


def test_a_look_loads_no_more_than_it_needs():
    """What each of these takes to load, a slow machine takes ten times as long for."""
    _import("agent.collect", ["psutil", "traceback"])


def _import(module: str, absent: list[str]) -> None:
    program = BARE.format(absent=absent, module=module)
    subprocess.run([sys.executable, "-B", "-c", program], cwd=AGENT.parent, check=True)
